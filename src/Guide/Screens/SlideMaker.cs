using Tambo.Guide.Finding;
using Tambo.Guide.Notices;
using Tambo.Guide.Pages;
using Tambo.Guide.Schedules;
using Tambo.Guide.Sms;
using Tambo.Platform.Languages;
using Tambo.Platform.Places;

namespace Tambo.Guide.Screens;

/// <summary>Makes the slides of one language.</summary>
internal sealed class SlideMaker(Texts texts, string root, DateTimeOffset now)
{
    private const int LongestTitle = 100;
    private const int LongestHours = 70;
    private const int LongestAlert = 140;
    private const int LongestPhone = 40;
    private const int MostLanguages = 4;

    /// <summary>A service.</summary>
    public Slide Service(Found hit, int number)
    {
        var offer = hit.Offer;
        var line = ListServices.LineOf(hit, number, texts, now);
        // A translation is known by the whole text it was made from.
        var alert = Words.Of(offer.Service, "alert", offer.Service.Alert, texts);
        return New($"{offer.Service.Id:N}-{offer.Location?.Id:N}", line.Name, ShortLinks.ToService(new Uri(root), offer.Service.Id), texts["screen.more"]) with
        {
            Kind = string.Join(" · ", line.Needs.Take(2)),
            Icon = offer.Needs.Count > 0 ? Needs.All[offer.Needs[0]].Icon : "info",
            States = line.IsSuspended ? [new StateAhead(now.ToUnixTimeSeconds(), texts["service.suspended"], "bad")] : StatesAhead.Of(offer.Hours, now, texts, offer.CanBeCalled),
            Alert = alert with { Text = Short(alert.Text, LongestAlert) },
            AlertMark = alert.MarkIn(texts),
            Where = string.Join(" · ", new[] { line.Distance ?? "", line.Address }.Where(part => part.Length > 0)),
            // Half a number calls somebody else.
            Phone = line.Phone.Length <= LongestPhone ? line.Phone : "",
            Lines = [.. new[] { HoursOf(offer), LanguagesOf(offer), line.IsFree ? texts["service.free"] : "" }.Where(text => text.Length > 0)],
            Freshness = line.Freshness,
        };
    }

    /// <summary>The language of its slides.</summary>
    public string Language => texts.Code;

    /// <summary>What staff have written for readers of the area.</summary>
    public Slide Notice(AreaNotice notice, ScreenQuestion question)
    {
        var line = notice.For(texts);
        return New($"notice-{notice.Id:N}", line.Title, ListOf(question), texts["screen.more"]) with
        {
            Kind = texts[line.Urgent ? "notice.urgent" : "notice.kind"],
            Icon = line.Urgent ? "warn" : "info",
            IsUrgent = line.Urgent,
            // In full: half a warning may say the opposite.
            Title = line.Title,
            Alert = line.Text,
            When = line.WhereAndWhen,
            Ends = notice.Span.Ends.ToUnixTimeSeconds(),
        };
    }

    /// <summary>What everybody should know: whom to call in danger, and how to read more.</summary>
    public IEnumerable<Slide> Notices(ScreenQuestion question, string place, string country)
    {
        var list = ListOf(question);
        if (EmergencyNumbers.In(texts, country).FirstOrDefault(known => known.Code == country) is { } emergency)
        {
            yield return New("emergency", new Words(texts["home.danger"], null), $"{root}/{texts.Code}/emergency", texts["screen.more"]) with
            {
                Kind = $"{texts["emergency.title"]} · {emergency.Name}",
                Icon = "phone",
                Phone = emergency.Numbers[0].Number,
                Lines = emergency.Numbers.Count > 1 ? [.. emergency.Numbers.Skip(1).Select(number => $"{texts["emergency." + number.For]}: {number.Number}").Take(3)] : [],
            };
        }

        yield return New("all", new Words(texts["screen.all"], null), list, texts["screen.more"]) with
        {
            Kind = place,
            Icon = "list",
            Lines = [texts["shell.promise"], new Uri(root).Authority],
        };
    }

    // A code that holds more is too fine for a cheap camera.
    private string ListOf(ScreenQuestion question) =>
        $"{root}{new SearchQuestion { Near = question.Near, Need = question.Needs.Count == 1 ? question.Needs[0] : "" }.Href($"/{texts.Code}/services")}" is { Length: <= 250 } list
            ? list
            : $"{root}/{texts.Code}/services";

    private Slide New(string key, Words title, string address, string label) => new()
    {
        Key = $"{key}-{texts.Code}",
        Language = texts.Code,
        Direction = texts.Language.Direction,
        Title = title with { Text = Short(title.Text, LongestTitle) },
        TitleMark = title.MarkIn(texts),
        Address = address,
        AddressLabel = label,
        Stale = texts["screen.stale"],
        Unreviewed = texts.Language.IsReviewed ? "" : texts["shell.unreviewed"],
    };

    private string HoursOf(Offer offer)
    {
        var week = offer.Hours.HasHours ? WeekInWords.Week(offer.Hours, DateOnly.FromDateTime((offer.Hours.Clock?.Local(now) ?? now).Date), texts) : "";
        return week.Length <= LongestHours ? week : "";
    }

    private string LanguagesOf(Offer offer)
    {
        var names = offer.Languages.Select(code => SpokenLanguages.Name(code, texts)).Order(StringComparer.OrdinalIgnoreCase).ToList();
        return names.Count > MostLanguages ? $"{string.Join(texts.Comma, names.Take(MostLanguages))} …" : string.Join(texts.Comma, names);
    }

    private static string Short(string text, int most) => SmsText.Shorten(text, most);
}
