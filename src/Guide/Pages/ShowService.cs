using System.Globalization;
using Microsoft.AspNetCore.Http;
using Tambo.Guide.Directory;
using Tambo.Guide.Finding;
using Tambo.Guide.Notices;
using Tambo.Guide.Reviews;
using Tambo.Guide.Schedules;
using Tambo.Guide.Sms;
using Tambo.Guide.Subscriptions;
using Tambo.Platform.Http;
using Tambo.Platform.Languages;
using Tambo.Platform.Maps;
using Tambo.Platform.Places;
using Tambo.Platform.Problems;
using Tambo.Platform.Shell;

namespace Tambo.Guide.Pages;

/// <summary>Shows one service: whether it is open, how to get there, what to bring, and how sure all of that is.</summary>
internal sealed class ShowService(LiveOffers offers, LiveNotices notices, PageSettings settings, TimeProvider time)
{
    private const int ExceptionDays = 28;

    /// <summary>The page; a service that may not be known is not found.</summary>
    public async Task<IResult> ShowAsync(HttpContext context, string id, CancellationToken cancellationToken)
    {
        var texts = context.PageTexts();
        var all = await offers.GetAsync(cancellationToken);
        // Packs and paper carry a short code; whoever comes by it is led to the page.
        if (all.Codes.Find(id) is { } coded)
            return Results.Redirect($"/{texts.Code}/services/{coded:D}");
        var shown = Guid.TryParseExact(id, "D", out var key) ? all.OfService(key).ToList() : [];
        if (shown.Count == 0)
            throw PlatformProblems.NotFound.With();
        var now = time.GetUtcNow();
        var told = await notices.ForAsync(shown.Select(NoticeAreas.Of), texts, cancellationToken);
        return new PageResult<ServicePage>(texts, ("Answer", Answer(shown, texts, now)), ("Notices", told), ("Sms", TextService.Of(shown, texts, now, settings.PublicUrl)))
        {
            Kept = new KeptPage(new Freshness("guide", ListServices.Boundary(shown, now)), all.Directory.Version, $"/{texts.Code}/services/{key:D}"),
        };
    }

    internal static ServiceAnswer Answer(List<Offer> shown, Texts texts, DateTimeOffset now)
    {
        var service = shown[0].Service;
        var organization = shown[0].Organization;
        return new ServiceAnswer
        {
            Name = Words.Of(service, "name", service.Name, texts),
            Organization = organization is null || organization.Name == service.Name ? null : Words.Of(organization, "name", organization.Name, texts),
            Description = Words.Of(service, "description", service.Description, texts),
            Alert = Words.Of(service, "alert", service.Alert, texts),
            IsSuspended = service.Status == "temporarily closed",
            Needs = [.. shown[0].Needs.Select(need => texts[Needs.All[need].TextKey])],
            Places = [.. shown.Select((offer, index) => PlaceOf(offer, index + 1, texts, now))],
            Phones = [.. shown.SelectMany(offer => offer.Phones.Select(phone => (offer, phone))).DistinctBy(one => one.phone.Number).Take(8).Select(one => PhoneOf(one.phone, NoteOf(one.offer, one.phone, texts)))],
            Email = service.Email.Length > 0 ? service.Email : organization?.Email ?? "",
            Url = WebLink.AddressOf(service.Url) ?? WebLink.AddressOf(organization?.Website ?? "") ?? "",
            Languages = [.. shown.SelectMany(offer => offer.Languages).Distinct().Select(code => SpokenLanguages.Name(code, texts)).Order(StringComparer.OrdinalIgnoreCase)],
            Interpretation = Words.Of(service, "interpretation_services", service.InterpretationServices, texts),
            Eligibility = EligibilityOf(service, texts),
            Documents = [.. service.RequiredDocuments.Where(document => document.Document.Length > 0)
                .Select(document => Words.Of(service, $"required_documents/{document.Id:D}/document", document.Document, texts))],
            Application = Words.Of(service, "application_process", service.ApplicationProcess, texts),
            Costs = CostsOf(service, texts),
            Capacity = CapacityOf(service, texts),
            Freshness = FreshnessOf(shown, texts, now, out var tone),
            FreshnessTone = tone,
            Source = SourceOf(shown[0], texts),
        };
    }

    private static SourceLine? SourceOf(Offer offer, Texts texts)
    {
        if (offer.Service.SourceSet.Length == 0)
            return null;
        const string Here = "\u0001";
        var sentence = offer.Service.RetrievedAt is { } retrieved
            ? texts.Format("service.source_at", ("source", Here), ("date", Date(retrieved, texts)))
            : texts.Format("service.source", ("source", Here));
        var parts = sentence.Split(Here);
        return new SourceLine(parts[0], offer.Source?.FullTitle ?? offer.Service.SourceSet, offer.Source?.Link, parts[^1] + First(offer.Service, texts));
    }

    // The set may have it from somebody else, whose terms bind as well.
    private static string First(Service service, Texts texts) => Origin.Of(service) is not { } first ? "" : " " + texts.Format(
        "service.first_published", ("title", first.Licence.Length == 0 ? first.Title : $"{first.Title} ({first.Licence})"));

    /// <summary>A day with its year: "3 March 2026".</summary>
    internal static string Date(DateTimeOffset moment, Texts texts)
    {
        var day = DateOnly.FromDateTime(moment.UtcDateTime);
        return texts.Format("service.date", ("day", HoursInWords.Date(day, texts)), ("year", day.Year.ToString(CultureInfo.InvariantCulture)));
    }

    private static PlaceAnswer PlaceOf(Offer offer, int number, Texts texts, DateTimeOffset now)
    {
        var location = offer.Location;
        var local = offer.Hours.Clock?.Local(now) ?? now;
        var today = DateOnly.FromDateTime(local.Date);
        var holiday = PublicHolidays.Shipped.On(offer.Country, today);
        var name = location is null || location.Name == offer.Service.Name ? new Words("", null) : Words.Of(location, "name", location.Name, texts);
        return new PlaceAnswer
        {
            Name = name,
            State = HoursInWords.State(offer.Hours, now, texts, offer.CanBeCalled),
            CanBeCalled = offer.CanBeCalled,
            Tone = ListServices.ToneOf(offer.Hours.OpeningAt(now)),
            Week = [.. WeekInWords.Lines(offer.Hours, today, texts).Select(line => new HoursRow(line.Days, line.Hours))],
            Exceptions = [.. HoursInWords.Exceptions(offer.Hours, today, ExceptionDays, texts).Select(line => new HoursRow(line.Days, line.Hours))],
            Holiday = holiday is null || !offer.Hours.HasHours ? null : HoursInWords.Holiday(holiday, texts),
            HoursNotes = [.. NotesOf(offer, texts)],
            Address = ListServices.AddressOf(offer, texts),
            HiddenKey = HiddenKey(offer),
            Directions = location is null ? new Words("", null) : Words.Of(location, "transportation", location.Transportation, texts),
            GeoLink = offer.Point is { } point ? GeoLink(point, offer.Service.Name) : null,
            IsApproximate = offer.IsApproximate,
            Accessibility = location is null ? [] : [.. location.Accessibility.Select(way => AccessibilityOf(location, way, texts)).Where(words => !words.IsEmpty).Distinct()],
            Point = offer.AnyPoint is { } at ? new MapPoint(number, at.Latitude, at.Longitude, offer.Service.Name, $"#p{number}", offer.IsApproximate) : null,
        };
    }

    private static IEnumerable<Words> NotesOf(Offer offer, Texts texts)
    {
        var (record, published) = offer.At is { Schedules.Count: > 0 } at ? (at, at.Schedules)
            : offer.Service.Schedules.Count > 0 || offer.Location is null ? ((DirectoryRecord)offer.Service, offer.Service.Schedules)
            : (offer.Location, offer.Location.Schedules);
        return published.SelectMany(schedule => new[] { (Field: "description", Text: schedule.Description), (Field: "notes", Text: schedule.Notes) }
            .Select(note => Words.Of(record, $"schedules/{schedule.Id:D}/{note.Field}", note.Text, texts))).Where(note => !note.IsEmpty).Distinct();
    }

    private static string? HiddenKey(Offer offer) => (offer.Location?.Confidentiality ?? offer.Service.Confidentiality) switch
    {
        Confidentiality.AreaOnly => "service.area_only",
        Confidentiality.ContactOnly => "service.contact_only",
        _ => null,
    };

    private static Words AccessibilityOf(Location place, Accessibility way, Texts texts)
    {
        var key = "access." + way.Code;
        return way.Code.Length > 0 && texts.Knows(key) ? new Words(texts[key], null) : Words.Of(place, $"accessibility/{way.Id:D}/description", way.Description, texts);
    }

    private static string GeoLink(GeoPoint point, string name) => string.Create(
        CultureInfo.InvariantCulture, $"geo:{point.Latitude:0.######},{point.Longitude:0.######}?q={point.Latitude:0.######},{point.Longitude:0.######}({Uri.EscapeDataString(name)})");

    // A number belongs to the place, the service or the organisation, and what it is for is translated there.
    private static Words NoteOf(Offer offer, Phone phone, Texts texts)
    {
        DirectoryRecord? owner = offer.At?.Phones.Contains(phone) == true ? offer.At
            : offer.Location?.Phones.Contains(phone) == true ? offer.Location
            : offer.Service.Phones.Contains(phone) ? offer.Service
            : offer.Organization;
        return owner is null ? new Words(phone.Description, null) : Words.Of(owner, $"phones/{phone.Id:D}/description", phone.Description, texts);
    }

    private static PhoneLine PhoneOf(Phone phone, Words note)
    {
        var dial = string.Concat(phone.Number.Where(letter => char.IsAsciiDigit(letter) || letter is '+' or '*' or '#'));
        return new PhoneLine(phone.Number.Trim('"'), dial.Length is >= 3 and <= 18 ? dial : "", note);
    }

    private static List<Words> EligibilityOf(Service service, Texts texts)
    {
        var all = new List<Words>();
        if (service.EligibilityDescription.Length > 0)
            all.Add(Words.Of(service, "eligibility_description", service.EligibilityDescription, texts));
        all.AddRange(service.Eligibility.Where(criterion => criterion.Criterion.Length > 0)
            .Select(criterion => Words.Of(service, $"eligibility/{criterion.Id:D}/eligibility", criterion.Criterion, texts)));
        if ((service.MinimumAge, service.MaximumAge) is var (least, most) && (least ?? most) is not null)
        {
            all.Add(new Words(
                (least, most) switch
                {
                    ({ } from, { } to) => texts.Format("service.ages", ("from", (int)from), ("to", (int)to)),
                    ({ } from, null) => texts.Format("service.age_from", ("from", (int)from)),
                    (_, var to) => texts.Format("service.age_to", ("to", (int)to!.Value)),
                },
                null));
        }

        return all;
    }

    private static List<Words> CostsOf(Service service, Texts texts)
    {
        var all = new List<Words>();
        if (service.Free == true)
            all.Add(new Words(texts["service.free"], null));
        var written = service.FeesDescription.Length > 0 ? ("fees_description", service.FeesDescription) : ("fees", service.Fees);
        if (written.Item2.Length > 0)
            all.Add(Words.Of(service, written.Item1, written.Item2, texts));
        foreach (var cost in service.CostOptions)
        {
            var amount = cost.Amount is { } number ? $"{number.ToString("0.##", texts.Culture)} {cost.Currency}".Trim() : "";
            Words Said(string field, string text) => Words.Of(service, $"cost_options/{cost.Id:D}/{field}", text, texts);
            var (option, how) = (Said("option", cost.Option), Said("amount_description", cost.AmountDescription));
            var line = string.Join(" · ", new[] { option.Text, amount, how.Text }.Where(part => part.Length > 0));
            if (line.Length > 0)
                all.Add(new Words(line, option.Language ?? how.Language) { IsUnread = option.IsUnread || how.IsUnread });
        }

        return all;
    }

    private static List<string> CapacityOf(Service service, Texts texts) =>
    [
        .. service.Capacities.Where(capacity => capacity.Available is not null).Select(capacity => texts.Format(
            "service.available",
            ("available", (int)capacity.Available!.Value),
            ("unit", capacity.Unit?.Name ?? ""),
            ("date", DateTimeOffset.TryParse(capacity.Updated, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var when) ? Date(when, texts) : texts["shell.unknown"]))),
    ];

    private static string FreshnessOf(List<Offer> shown, Texts texts, DateTimeOffset now, out NoticeTone tone)
    {
        var service = shown[0].Service;
        var sureness = Surenesses.Told(service, now);
        tone = sureness.Tone();
        if (sureness == Sureness.Never)
            return shown.Exists(offer => offer.CanBeCalled) ? $"{texts["service.never_confirmed"]} {texts["service.call_if_you_can"]}" : texts["service.never_confirmed"];
        var date = Date(service.ConfirmedAt!.Value, texts);
        var sentence = service.ConfirmedBy.Length > 0
            ? texts.Format("service.confirmed_by", ("date", date), ("who", service.ConfirmedBy))
            : texts.Format("service.confirmed", ("date", date));
        if (Surenesses.Of(service.ConfirmedAt, now) is Sureness.Ageing or Sureness.Old)
            sentence = $"{sentence} {texts["service.confirmed." + sureness.Key()]}";
        return Surenesses.IsOverdue(service, now) ? $"{sentence} {texts["service.review_overdue"]}" : sentence;
    }

    /// <summary>The same in a few words, for a list.</summary>
    internal static string FreshnessInShort(Service service, Texts texts, DateTimeOffset now) => Surenesses.Told(service, now) is var sureness && sureness == Sureness.Never
        ? texts["service.sure.never"]
        : texts.Format("service.sure." + Surenesses.Of(service.ConfirmedAt, now).Key(), ("date", Date(service.ConfirmedAt!.Value, texts)));
}
