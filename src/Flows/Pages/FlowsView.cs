using System.Globalization;
using Microsoft.AspNetCore.Http;
using Tambo.Flows.Cube;
using Tambo.Flows.Structure;
using Tambo.Platform.Access;
using Tambo.Platform.Http;

namespace Tambo.Flows.Pages;

/// <summary>What a reader has chosen, as it stands in the address of the page: it can be kept, shared and printed.</summary>
public sealed record FlowsView
{
    /// <summary>The pages' root.</summary>
    public const string Root = "/staff/flows";

    /// <summary>The page's own address, without what was chosen.</summary>
    public required string Path { get; init; }

    /// <summary>The first period, such as <c>2021</c> or <c>2021-03</c>; empty for the first there is.</summary>
    public string From { get; init; } = "";

    /// <summary>The last period; empty for the last there is.</summary>
    public string Until { get; init; } = "";

    /// <summary>month, quarter or year.</summary>
    public string Per { get; init; } = "month";

    /// <summary>A series, or empty for all.</summary>
    public string Series { get; init; } = "";

    /// <summary>A country, or empty for all.</summary>
    public string Area { get; init; } = "";

    /// <summary>A point, or empty for all.</summary>
    public string Point { get; init; } = "";

    /// <summary>A nationality, or empty for all.</summary>
    public string Nationality { get; init; } = "";

    /// <summary>A sex, or empty for all.</summary>
    public string Sex { get; init; } = "";

    /// <summary>Ages such as <c>0-17</c>, or empty for all.</summary>
    public string Age { get; init; } = "";

    /// <summary>A direction, or empty for all.</summary>
    public string Direction { get; init; } = "";

    /// <summary>The day whose knowledge is asked for, as year-month-day; empty for today.</summary>
    public string Known { get; init; } = "";

    /// <summary>True to see figures made up for practice, and those alone.</summary>
    public bool Training { get; init; }

    /// <summary>True when the reader may walk to the rows of the files.</summary>
    public bool MayWalk { get; init; }

    /// <summary>A moment that the program asks for by itself, and no address names.</summary>
    internal DateTimeOffset? Moment { get; init; }

    /// <summary>The moment whose knowledge is asked for; null for now. A day counts to its end.</summary>
    public DateTimeOffset? AsOf => Moment is not null || Known.Length == 0 ? Moment
        : KnownMoment.EndOf(DateOnly.ParseExact(Known, "yyyy-MM-dd", CultureInfo.InvariantCulture));

    /// <summary>True when anything is chosen.</summary>
    public bool IsNarrowed => Query().Length > 0;

    /// <summary>Reads what a request chooses.</summary>
    /// <exception cref="Tambo.Platform.Problems.Problem">A value is none that can be chosen.</exception>
    public static FlowsView Of(HttpContext context, string path)
    {
        var query = context.Request.Query;
        string Value(string name) => query[name].ToString().Trim();
        var view = new FlowsView
        {
            Path = path,
            From = PeriodOf(Value("from")),
            Until = PeriodOf(Value("until")),
            Per = Value("per") is { Length: > 0 } per ? per : "month",
            Series = Value("series"),
            Area = Value("area").ToUpperInvariant(),
            Point = Value("point"),
            Nationality = Value("nationality").ToUpperInvariant(),
            Sex = Value("sex").ToUpperInvariant(),
            Age = Value("age"),
            Direction = Value("direction").ToUpperInvariant(),
            Known = Value("known"),
            Training = Value("training") == "true",
            MayWalk = context.Actor().May(FlowsRights.Rows),
        };
        if (view.Per is not ("month" or "quarter" or "year"))
            throw FlowsProblems.QuestionUnknown.With(("what", view.Per));
        // The last day of the calendar has no end that can be told.
        if (view.Known.Length > 0 && !(DateOnly.TryParseExact(view.Known, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) && day < DateOnly.MaxValue))
            throw FlowsProblems.QuestionUnknown.With(("what", view.Known));
        return view;
    }

    /// <summary>What is chosen, as conditions of the cube.</summary>
    public IReadOnlyList<string> Conditions()
    {
        var conditions = new List<string>();
        if (From.Length + Until.Length > 0)
            conditions.Add($"time={(From.Length > 0 ? From : "0001")}..{(Until.Length > 0 ? Until : "9998")}");
        foreach (var (component, value) in (ReadOnlySpan<(string, string)>)[("series", Series), ("ref_area", Area), ("point", Point), ("citizenship", Nationality), ("sex", Sex), ("age", Age), ("direction", Direction)])
        {
            if (value.Length > 0)
                conditions.Add($"{component}={value}");
        }

        return conditions;
    }

    /// <summary>The address of this view on its own page, or on another.</summary>
    public string Href(string? path = null, params IEnumerable<(string Name, string Value)> also)
    {
        var query = Query(also);
        return query.Length == 0 ? path ?? Path : $"{path ?? Path}?{query}";
    }

    private string Query(params IEnumerable<(string Name, string Value)> also)
    {
        (string Name, string Value)[] all =
        [
            ("from", From), ("until", Until), ("per", Per == "month" ? "" : Per), ("series", Series), ("area", Area), ("point", Point), ("nationality", Nationality), ("sex", Sex),
            ("age", Age), ("direction", Direction), ("known", Known), ("training", Training ? "true" : ""), .. also,
        ];
        return string.Join('&', all.Where(pair => pair.Value.Length > 0).Select(pair => $"{pair.Name}={Uri.EscapeDataString(pair.Value)}"));
    }

    private static string PeriodOf(string code) => code.Length == 0 || Period.Read(code) is not null ? code : throw FlowsProblems.QuestionUnknown.With(("what", code));
}
