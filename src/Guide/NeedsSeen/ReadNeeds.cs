using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Tambo.Guide.Feedback;
using Tambo.Guide.Finding;
using Tambo.Guide.Staff;
using Tambo.Platform.Http;
using Tambo.Platform.Languages;
using Tambo.Platform.Maps;
using Tambo.Platform.Places;
using Tambo.Platform.Shell;

namespace Tambo.Guide.NeedsSeen;

/// <summary>What the table is narrowed to, after it was made: narrowing never makes a row that was not there.</summary>
/// <param name="Weeks">How many weeks back: 4, 12, 24 or 52.</param>
/// <param name="Kind">What happened, or empty.</param>
/// <param name="Need">A need, or empty.</param>
/// <param name="Area">An area, or empty.</param>
public sealed record NeedsFilter(int Weeks, string Kind, string Need, string Area)
{
    /// <summary>The periods to choose from, in weeks.</summary>
    public static IReadOnlyList<int> Periods { get; } = [4, 12, 24, 52];

    /// <summary>The address of the same, as page or as data.</summary>
    public string Href(string root) => string.Create(
        CultureInfo.InvariantCulture, $"{root}?weeks={Weeks}&kind={Uri.EscapeDataString(Kind)}&need={Uri.EscapeDataString(Need)}&area={Uri.EscapeDataString(Area)}");
}

/// <summary>The page of needs: one page of rows, and what all of them are in.</summary>
public sealed record NeedsAnswer(NeedsFilter Filter, IReadOnlyList<NeedRow> Rows, IReadOnlyList<ShutServices> Shut)
{
    /// <summary>The page of rows, from 1.</summary>
    public required int Page { get; init; }

    /// <summary>How many pages of rows there are.</summary>
    public required int Pages { get; init; }

    /// <summary>Each area shown, with the sum of its rows: numbered for the map, the largest first.</summary>
    public required IReadOnlyList<(int Number, string Area, long AtLeast)> Areas { get; init; }

    /// <summary>The points of the map.</summary>
    public required IReadOnlyList<MapPoint> Points { get; init; }

    /// <summary>What may be chosen.</summary>
    public required IReadOnlyList<Choice> Kinds { get; init; }

    /// <summary>What may be chosen.</summary>
    public required IReadOnlyList<Choice> NeedChoices { get; init; }

    /// <summary>What may be chosen.</summary>
    public required IReadOnlyList<Choice> AreaChoices { get; init; }
}

/// <summary>Those who plan services see which needs nobody answered: by area, kind, language and week; as page, JSON and CSV.</summary>
internal static class ReadNeeds
{
    public const string Right = "guide.needs";
    public const string Root = "/staff/guide/needs";
    public const string Api = "/api/guide/needs";

    private const string Definition =
        "Searches on the public pages without a result (search_none), or without one within 50 km (search_far), and kinds of readers' messages, by "
        + "UTC week. Lower bounds: at_least is rounded down to a multiple of 5; rows under 10 are joined with their like (language, four weeks, country, "
        + "all areas, all needs: then the field is empty) or left out; every count is in one row only. Searches, not people: one network counts at most "
        + "20 times an hour for the same. Not counted: pages that browsers kept, searches without internet, the open interface, known crawlers.";

    private const int PerPage = 50;

    private static readonly string[] Kinds = [SearchTally.Nothing, SearchTally.Far, "full", "closed", "wrong_information", "question"];

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet(Root, ShowAsync).Needs(Right).ExcludeFromDescription();
        routes.MapGet(Api, JsonAsync).Needs(Right).WithSummary("Needs that were seen and not answered, as those who plan services may know them");
        routes.MapGet(Api + ".csv", CsvAsync).Needs(Right).WithSummary("The same as a table");
    }

    private static async Task<IResult> ShowAsync(
        HttpContext context, CountNeeds count, TimeProvider time, int? weeks, string? kind, string? need, string? area, int? page, CancellationToken cancellationToken)
    {
        var filter = FilterOf(weeks, kind, need, area);
        var all = await RowsAsync(context, count, time, filter, cancellationToken);
        var rows = all.Where(row => Fits(row, filter)).ToList();
        var texts = context.Texts();
        var areas = rows.GroupBy(row => row.Area).Select(group => (Area: group.Key, AtLeast: group.Sum(row => row.AtLeast)))
            .OrderByDescending(sum => sum.AtLeast).ThenBy(sum => sum.Area, StringComparer.Ordinal)
            .Select((sum, index) => (index + 1, sum.Area, sum.AtLeast)).ToList();
        var pages = Math.Max(1, (rows.Count + PerPage - 1) / PerPage);
        var number = Math.Clamp(page ?? 1, 1, pages);
        var shown = rows.Skip((number - 1) * PerPage).Take(PerPage).ToList();
        return context.Staff<NeedsPage>(null, ("Answer", new NeedsAnswer(filter, shown, [.. (await count.ShutAsync(cancellationToken)).Where(shut => NeedsScope.For(context.Actor()).Includes(shut.Area))])
        {
            Page = number,
            Pages = pages,
            Areas = areas,
            Points = [.. areas.Select(known => PointOf(known, texts)).OfType<MapPoint>()],
            Kinds = [new Choice("", texts["edit.filter.all"]), .. Kinds.Select(code => new Choice(code, KindName(code, texts)))],
            NeedChoices = [new Choice("", texts["edit.filter.all"]), .. all.Select(row => row.Need).Where(code => code.Length > 0).Distinct().Order(StringComparer.Ordinal).Select(code => new Choice(code, NeedName(code, texts)))],
            AreaChoices = [new Choice("", texts["edit.filter.all"]), .. all.Select(row => row.Area).Where(code => code.Length > 0).Distinct().Select(code => new Choice(code, AreaName(code, texts))).OrderBy(choice => choice.Label, StringComparer.CurrentCultureIgnoreCase)],
        }));
    }

    private static async Task<IResult> JsonAsync(
        HttpContext context, CountNeeds count, TimeProvider time, int? weeks, string? kind, string? need, string? area, CancellationToken cancellationToken)
    {
        var filter = FilterOf(weeks, kind, need, area);
        var rows = (await RowsAsync(context, count, time, filter, cancellationToken)).Where(row => Fits(row, filter));
        return Results.Json(new
        {
            definition = Definition,
            least = PublishedNeeds.Least,
            rounded_down_to = PublishedNeeds.Step,
            rows = rows.Select(row => new { from = Iso(row.From), to = Iso(row.To), area = row.Area, area_name = NeedAreas.NameOf(row.Area, context.Texts().Code), need = row.Need, kind = row.Kind, language = row.Language, at_least = row.AtLeast }),
        });
    }

    private static async Task<IResult> CsvAsync(
        HttpContext context, CountNeeds count, TimeProvider time, int? weeks, string? kind, string? need, string? area, CancellationToken cancellationToken)
    {
        var filter = FilterOf(weeks, kind, need, area);
        var text = new StringBuilder("from,to,area,area_name,need,kind,language,at_least\r\n");
        foreach (var row in (await RowsAsync(context, count, time, filter, cancellationToken)).Where(row => Fits(row, filter)))
        {
            var name = NeedAreas.NameOf(row.Area, context.Texts().Code) ?? "";
            text.Append(CultureInfo.InvariantCulture, $"{Iso(row.From)},{Iso(row.To)},{row.Area},\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\",{row.Need},{row.Kind},{row.Language},{row.AtLeast}\r\n");
        }

        return Results.File(Encoding.UTF8.GetBytes(text.ToString()), "text/csv; charset=utf-8", "needs.csv");
    }

    /// <summary>What a row says that happened.</summary>
    public static string KindName(string kind, Texts texts) => FeedbackKinds.Find(kind) is { } said ? texts[said.TextKey] : texts["needs.kind." + kind];

    /// <summary>What a row says was needed.</summary>
    public static string NeedName(string need, Texts texts) =>
        Needs.IndexOf(need) is >= 0 and var index ? texts[Needs.All[index].TextKey] : texts[need.Length == 0 ? "needs.joined" : "needs.need." + need];

    /// <summary>Where.</summary>
    public static string AreaName(string area, Texts texts) => NeedAreas.NameOf(area, texts.Code) ?? texts["needs.area.unknown"];

    /// <summary>In which language.</summary>
    public static string LanguageName(string language, Texts texts) => language.Length == 0 ? texts["needs.joined"] : SpokenLanguages.Name(language, texts);

    private static async Task<IReadOnlyList<NeedRow>> RowsAsync(
        HttpContext context, CountNeeds count, TimeProvider time, NeedsFilter filter, CancellationToken cancellationToken)
    {
        var scope = NeedsScope.For(context.Actor());
        var today = DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime);
        // Whole blocks: the same weeks are joined whatever is asked for.
        var rows = await count.SinceAsync(PublishedNeeds.BlockOf(today).AddDays(-7 * filter.Weeks), today, cancellationToken);
        return [.. rows.Where(row => scope.Includes(row.Area))];
    }

    private static NeedsFilter FilterOf(int? weeks, string? kind, string? need, string? area) =>
        new(weeks is { } asked && NeedsFilter.Periods.Contains(asked) ? asked : 12, kind ?? "", need ?? "", area ?? "");

    private static bool Fits(NeedRow row, NeedsFilter filter) => (filter.Kind.Length == 0 || row.Kind == filter.Kind)
        && (filter.Need.Length == 0 || row.Need == filter.Need) && (filter.Area.Length == 0 || row.Area == filter.Area);

    private static MapPoint? PointOf((int Number, string Area, long AtLeast) known, Texts texts) => NeedAreas.MiddleOf(known.Area) is { } middle
        ? new MapPoint(
            known.Number, middle.Latitude, middle.Longitude,
            texts.Format("needs.area.at_least", ("area", AreaName(known.Area, texts)), ("count", known.AtLeast)),
            string.Create(CultureInfo.InvariantCulture, $"#a{known.Number}"))
        : null;

    private static string Iso(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
