using Tambo.Guide.Directory;
using Tambo.Guide.Finding;
using Tambo.Guide.Schedules;
using Tambo.Platform.Places;
using Tambo.Tests.Support;

namespace Tambo.Tests.Guide.Finding;

/// <summary>What is found, counted and paged is what comparing every offer with every question gives.</summary>
public sealed class FindingsTests
{
    private const int Services = 400;

    private static readonly DateTimeOffset Now = SettableTime.Noon;
    private static readonly string[] Names = ["Clinica", "clínica", "Albergue", "Comedor", "Asesoria legal", "Casa", "Casas"];
    private static readonly string[] Codes = ["health", "shelter", "food"];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Every_page_of_every_question_is_the_same_part_of_the_whole(int seed)
    {
        var random = new Random(seed);
        var offers = Town(random);
        for (var question = 0; question < 150; question++)
        {
            var search = Question(random);
            var expected = Oracle(offers, search);

            var found = FindServices.In(offers, search, Now);

            Assert.Equal(expected.Count, found.Total);
            foreach (var (skip, take) in new[] { (0, 25), (25, 25), (0, 100), (expected.Count / 2, 30), (Math.Max(0, expected.Count - 7), 25), (0, int.MaxValue), (expected.Count + 3, 25) })
                Assert.Equal(expected.Skip(skip).Take(take).Select(Line), found.Take(skip, take).Select(Line));
        }
    }

    [Fact]
    public void What_is_open_changes_with_the_minute_a_door_opens_or_closes()
    {
        var offers = Town(new Random(4));
        for (var minute = 0; minute < 60 * 24; minute += 7)
        {
            var moment = Now.AddMinutes(minute).AddSeconds(minute % 60);
            var found = FindServices.In(offers, new Search { OpenNow = true }, moment);
            var open = offers.All.Where(offer => offer.Hours.OpeningAt(moment) != Opening.Closed).Select(offer => offer.Row).Order();
            Assert.Equal(open, found.Take(0, Services * 2).Select(hit => hit.Offer.Row).Order());
            var boundary = offers.All.Min(offer => offer.Hours.NextBoundary(moment) ?? DateTimeOffset.MaxValue);
            Assert.True(found.Until > moment && found.Until <= boundary);
        }
    }

    [Fact]
    public void A_clock_that_is_set_back_brings_back_what_was_open_then()
    {
        var offers = Town(new Random(5));
        var search = new Search { OpenNow = true };
        int[] At(DateTimeOffset moment) => [.. FindServices.In(offers, search, moment).Take(0, Services * 2).Select(hit => hit.Offer.Row)];
        var first = At(Now);

        Assert.NotEqual(first, At(Now.AddHours(11)));
        Assert.Equal(first, At(Now));
    }

    private static (int Row, double? Metres, int? About) Line(Found found) =>
        (found.Offer.Row, found.Metres is { } metres ? Math.Round(metres, 3) : null, found.About);

    private static Search Question(Random random) => new()
    {
        Words = random.Next(3) switch { 0 => "", 1 => Names[random.Next(Names.Length)], _ => "cassa" },
        Needs = random.Next(2) == 0 ? [] : [Needs.IndexOf(Codes[random.Next(Codes.Length)])],
        From = random.Next(4) == 0 ? null : new GeoPoint(-12 + random.NextDouble(), -77 + random.NextDouble()),
        Kilometres = random.Next(3) == 0 ? random.Next(1, 80) : null,
        OpenNow = random.Next(3) == 0,
        Language = random.Next(4) switch { 0 => "es", 1 => "ht", 2 => "xx", _ => "" },
        Free = random.Next(4) == 0,
    };

    private static Offers Town(Random random)
    {
        var records = new List<DirectoryRecord>();
        var terms = Codes.Select((code, number) => new TaxonomyTerm { Id = Key(1, number), Name = code, Code = code }).ToList();
        records.AddRange(terms);
        for (var i = 0; i < Services; i++)
        {
            records.Add(new Service
            {
                Id = Key(2, i),
                Name = Names[random.Next(Names.Length)] + (random.Next(2) == 0 ? "" : $" {random.Next(20)}"),
                Free = random.Next(2) == 0 ? true : null,
                Attributes = [new RecordAttribute { Id = Key(3, i), TaxonomyTermId = terms[random.Next(terms.Count)].Id }],
                Languages = [new LanguageSpoken { Id = Key(4, i), Code = random.Next(2) == 0 ? "es" : "ht" }],
                Schedules = random.Next(3) == 0 ? [] :
                [
                    new PublishedSchedule { Id = Key(5, i), Freq = "WEEKLY", Byday = "MO,TU,WE,TH", OpensAt = $"{random.Next(5, 9):00}:{random.Next(60):00}", ClosesAt = $"{random.Next(10, 20):00}:00" },
                ],
            });
            if (random.Next(5) == 0)
                continue;
            // Few coordinates, so that many are at one spot.
            records.Add(new Location
            {
                Id = Key(6, i),
                Name = "Place",
                TimeZone = "America/Lima",
                Latitude = random.Next(6) == 0 ? null : -12 + (random.Next(40) / 40.0),
                Longitude = -77 + (random.Next(40) / 40.0),
                PositionPrecision = random.Next(4) == 0 ? "approximate" : "exact",
            });
            records.Add(new ServiceAtLocation { Id = Key(7, i), ServiceId = Key(2, i), LocationId = Key(6, i) });
        }

        return Offers.Of(PublicDirectory.Of(new ServiceDirectory(DirectoryRecords.Of(records), 1)), Now);
    }

    /// <summary>Looks at every offer, and sorts what it keeps.</summary>
    private static List<Found> Oracle(Offers offers, Search search)
    {
        var scores = Scores(offers, search.Words);
        var kept = offers.All.Where(offer =>
            scores[offer.Row] > 0
            && (search.Needs.Count == 0 || offer.Needs.Any(search.Needs.Contains))
            && (search.Language.Length == 0 || offer.Languages.Contains(search.Language))
            && (!search.Free || offer.IsFree)
            && (!search.OpenNow || offer.Hours.OpeningAt(Now) != Opening.Closed)).ToList();
        if (search.From is not { } from)
        {
            return [.. kept.OrderByDescending(offer => scores[offer.Row]).ThenBy(offer => offer.Service.Name, StringComparer.OrdinalIgnoreCase).ThenBy(offer => offer.Row)
                .Select(offer => new Found(offer, null, null))];
        }

        var most = search.Kilometres * 1000 ?? double.PositiveInfinity;
        double Metres(Offer offer) => Tambo.Guide.Nearest.GreatCircle.Metres(
            new Tambo.Guide.Nearest.Place(from.Latitude, from.Longitude), new Tambo.Guide.Nearest.Place(offer.AnyPoint!.Value.Latitude, offer.AnyPoint.Value.Longitude));
        var exact = kept.Where(offer => offer.Point is not null && Metres(offer) <= most).OrderBy(Metres).ThenBy(offer => offer.Row).Select(offer => new Found(offer, Metres(offer), null));
        var about = kept.Where(offer => offer.IsApproximate && offer.AnyPoint is not null)
            .Select(offer => new Found(offer, null, (int)Math.Ceiling(offer.AnyPoint!.Value.MetresTo(from) / 10_000) * 10)).Where(hit => hit.About * 1000.0 <= most)
            .OrderBy(hit => hit.About).ThenBy(hit => hit.Offer.Service.Name, StringComparer.OrdinalIgnoreCase).ThenBy(hit => hit.Offer.Row);
        var nowhere = kept.Where(offer => offer.AnyPoint is null && search.Kilometres is null)
            .OrderBy(offer => offer.Service.Name, StringComparer.OrdinalIgnoreCase).ThenBy(offer => offer.Row).Select(offer => new Found(offer, null, null));
        return [.. exact, .. about, .. nowhere];
    }

    /// <summary>How well the words fit, by comparing each with every word of every offer; 1 when none was typed.</summary>
    private static Dictionary<int, float> Scores(Offers offers, string typed)
    {
        var words = Spelling.Fold(typed).Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var byWord = words.Distinct().Select(word => offers.All.ToDictionary(offer => offer.Row, offer => Score(offer, word)))
            // A word that nothing resembles is passed over.
            .Where(scores => scores.Values.Any(score => score > 0)).ToList();
        if (words.Length == 0)
            return offers.All.ToDictionary(offer => offer.Row, _ => 1f);
        return offers.All.ToDictionary(
            offer => offer.Row, offer => byWord.Count > 0 && byWord.TrueForAll(scores => scores[offer.Row] > 0) ? byWord.Sum(scores => scores[offer.Row]) : 0);
    }

    private static float Score(Offer offer, string word)
    {
        IEnumerable<(string Text, float Weight)> weighted = new[] { (offer.Service.Name, 4f), (offer.Location?.Name ?? "", 2f) }.Concat(offer.Needs.SelectMany(need => Needs.All[need].Terms).Select(term => (term, 2f)));
        var written = weighted.SelectMany(text => Spelling.Fold(text.Text).Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(known => WordCloseness.Of(word, known) * text.Weight));
        var said = TypedWords.NeedsSaid(word).Where(named => offer.Needs.Contains(named.Need)).Select(named => named.Closeness * 2);
        return written.Concat(said).DefaultIfEmpty().Max();
    }

    private static Guid Key(int kind, int number) => new(kind, 0, 0x4000, [0x80, 0, 0, 0, 0, 0, (byte)(number >> 8), (byte)number]);
}
