using Tambo.Guide.Directory;
using Tambo.Guide.Finding;
using Tambo.Tests.Journeys;

namespace Tambo.Tests.Guide.Finding;

/// <summary>What a reader finds in a made-up town, on a Wednesday at ten.</summary>
public sealed class FindServicesTests
{
    private const string Daily = "MO,TU,WE,TH,FR,SA,SU";

    private static readonly Spot Sunday = new("Clínica del domingo") { Kilometres = 0.4, Days = "SU" };
    private static readonly Spot Pier = new("Albergue del muelle") { Need = "shelter", Kilometres = 0.8, Days = Daily, Opens = "00:00", Closes = "24:00" };
    private static readonly Spot Lighthouse = new("Clínica del faro") { NameHt = "Klinik Fa a", Kilometres = 1.2, Days = Daily };
    private static readonly Spot Herbs = new("Casa de las hierbas") { Kilometres = 2.5, Description = "Plantas y consejos." };
    private static readonly Spot Rivers = new("Consultorio Ríos") { Need = "legal", Kilometres = 5, Days = "MO,WE", Opens = "09:00", Closes = "10:00" };
    private static readonly Spot Consulate = new("Consulado de Valdora") { Need = "consulate", Kilometres = 0.1, TownOnly = true };

    private static readonly Offers Town = Make([Sunday, Pier, Lighthouse, Herbs, Rivers, Consulate]);

    [Fact]
    public void The_nearest_comes_first_and_what_is_known_only_by_town_comes_last_however_near_the_town_is() =>
        Assert.Equal([Sunday.Name, Pier.Name, Lighthouse.Name, Herbs.Name, Rivers.Name, Consulate.Name], Names(new Search { From = Spot.Start }));

    [Fact]
    public void Open_now_leaves_out_what_is_closed_and_keeps_what_nobody_knows()
    {
        // The consulting room closed at ten sharp; the clinic of Sunday is closed on Wednesdays.
        Assert.Equal([Pier.Name, Lighthouse.Name, Herbs.Name, Consulate.Name], Names(new Search { From = Spot.Start, OpenNow = true }));
        Assert.Contains(Rivers.Name, NamesAt(new Search { OpenNow = true }, TownNode.Morning.AddSeconds(-1)));
    }

    [Fact]
    public void A_distance_leaves_out_what_is_farther() =>
        Assert.Equal([Sunday.Name, Pier.Name, Lighthouse.Name], Names(new Search { From = Spot.Start, Kilometres = 2 }).Except([Consulate.Name]));

    [Fact]
    public void Each_choice_keeps_only_those_that_say_so()
    {
        var town = Make([Sunday, Pier, Lighthouse], service => service.Name == Lighthouse.Name
            ? service with { Free = true, MinimumAge = 0, Languages = [new LanguageSpoken { Id = Guid.Empty, Code = "HT" }] }
            : service with { Free = null, MinimumAge = 18 });
        foreach (var search in new[] { new Search { Free = true }, new Search { ForChildren = true }, new Search { Language = "ht" } })
            Assert.Equal([Lighthouse.Name], FindServices.In(town, search, TownNode.Morning).Take(0, 100).Select(found => found.Offer.Service.Name));
        Assert.Equal(0, FindServices.In(town, new Search { Accessible = true }, TownNode.Morning).Total);
    }

    [Theory]
    // Without accents, in capitals, with a slip, unfinished, in another order, in the language of a translation.
    [InlineData("clinica del faro", "Clínica del faro")]
    [InlineData("FARO", "Clínica del faro")]
    [InlineData("muele", "Albergue del muelle")]
    [InlineData("hierv", "Casa de las hierbas")]
    [InlineData("rios consultorio", "Consultorio Ríos")]
    [InlineData("klinik fa", "Clínica del faro")]
    [InlineData("plantas", "Casa de las hierbas")]
    // By what people call their need, in whatever language, whether or not a text says so.
    [InlineData("abogado", "Consultorio Ríos")]
    [InlineData("abogda", "Consultorio Ríos")]
    [InlineData("lawyer", "Consultorio Ríos")]
    [InlineData("avocat", "Consultorio Ríos")]
    [InlineData("advogada", "Consultorio Ríos")]
    [InlineData("avoka", "Consultorio Ríos")]
    [InlineData("¿Dónde hay un abogado?", "Consultorio Ríos")]
    [InlineData("mwen bezwen yon kabann", "Albergue del muelle")]
    [InlineData("I need a place to sleep", "Albergue del muelle")]
    [InlineData("doktè", "Clínica del domingo, Clínica del faro, Casa de las hierbas")]
    // A word that nothing resembles does not hide what the others find; alone it finds nothing.
    [InlineData("faro qqqqq", "Clínica del faro")]
    [InlineData("qqqqq", "")]
    // Both must hold.
    [InlineData("abogado faro", "")]
    public void Words_are_understood(string typed, string expected) =>
        Assert.Equal(expected.Length == 0 ? [] : expected.Split(", "), Names(new Search { Words = typed, From = Spot.Start }));

    [Fact]
    public void Without_a_place_the_best_words_come_first()
    {
        var names = Names(new Search { Words = "clinica" });
        Assert.Equal([Sunday.Name, Lighthouse.Name], names.Take(2).Order(StringComparer.Ordinal));
        Assert.Equal(Herbs.Name, names[^1]);
    }

    // The sound part of a word, from the published light stemmer's own parts: articles before it, signs of number behind it.
    [Theory]
    [InlineData("العيادات", "عياد")]
    [InlineData("عيادة", "عياد")]
    [InlineData("والمحامين", "محام")]
    [InlineData("للطعام", "طعام")]
    [InlineData("ماء", "ماء")]
    [InlineData("بيت", "بيت")]
    [InlineData("albergues", "albergues")]
    public void What_is_written_in_one_with_a_word_is_taken_from_it(string word, string stem) =>
        Assert.Equal(stem, SearchWords.Stems.Of(Tambo.Platform.Places.Spelling.Fold(word)).ToString());

    [Theory]
    [InlineData("أريد طبيبًا", "health")]
    [InlineData("أين المأوى؟", "shelter")]
    [InlineData("محامي", "legal")]
    [InlineData("القنصليات", "consulate")]
    public void A_need_is_known_by_words_of_a_further_language(string typed, string need) =>
        Assert.Contains(Tambo.Platform.Places.Spelling.Fold(typed).Split(' ').SelectMany(TypedWords.NeedsSaid), said => Needs.All[said.Need].Code == need);

    [Fact]
    public void A_short_word_is_no_other_one_that_differs_by_a_letter()
    {
        Assert.DoesNotContain(TypedWords.NeedsSaid("cara"), said => said.Closeness > 0);
        Assert.Contains(TypedWords.NeedsSaid("cama"), said => Needs.All[said.Need].Code == "shelter");
    }

    [Fact]
    public void Every_need_has_words_in_every_language_and_each_leads_to_it()
    {
        for (var need = 0; need < Needs.All.Count; need++)
        {
            Assert.Superset(new HashSet<string>(["en", "es", "fr", "ht", "pt"]), Needs.All[need].Said.Keys.ToHashSet());
            foreach (var word in Needs.All[need].Said.Values.SelectMany(words => words).Select(Tambo.Platform.Places.Spelling.Fold).Where(word => word.Length >= 3))
                Assert.Contains(TypedWords.NeedsSaid(word.Split(' ')[0]), said => said.Need == need);
        }
    }

    private static List<string> Names(Search search) => NamesAt(search, TownNode.Morning);

    private static List<string> NamesAt(Search search, DateTimeOffset now) =>
        [.. FindServices.In(Town, search, now).Take(0, 100).Select(found => found.Offer.Service.Name)];

    private static Offers Make(IReadOnlyList<Spot> spots, Func<Service, Service>? change = null)
    {
        var records = Spot.Records(spots, TownNode.Morning);
        records = records with { Services = [.. records.Services.Select(service => change?.Invoke(service) ?? service)] };
        return Offers.Of(PublicDirectory.Of(new ServiceDirectory(records, 1)), TownNode.Morning);
    }
}
