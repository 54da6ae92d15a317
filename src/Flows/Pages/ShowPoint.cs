using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Tambo.Platform.Http;
using Tambo.Platform.Languages;
using Tambo.Platform.Places;
using Tambo.Platform.Problems;

namespace Tambo.Flows.Pages;

/// <summary>Somebody looks at a border point, or a sector of a border: how its crossings run, and who crosses.</summary>
internal static class ShowPoint
{
    public const string Root = FlowsView.Root + "/points";

    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet(Root + "/{area}/{code}", ShowAsync).Needs(FlowsRights.Read).ExcludeFromDescription();

    /// <summary>The page of a point.</summary>
    public static string HrefOf(string area, string code) => $"{Root}/{area}/{Uri.EscapeDataString(code)}";

    private static async Task<IResult> ShowAsync(HttpContext context, FlowsDesk desk, string area, string code, CancellationToken cancellationToken)
    {
        var (texts, view) = (FlowsPages.TextsOf(context), FlowsView.Of(context, HrefOf(area, code)) with { Area = "", Point = "" });
        var sheet = await desk.OpenAsync(view, cancellationToken);
        var place = new ShowCountry.Place(area, code, sheet.PointName(code, texts));
        // A code beginning with a sign says that no point is said.
        if (code[0] == '_' || !sheet.Series.Any(place.IsOf))
            throw PlatformProblems.NotFound.With();
        var bench = new ChartBench(sheet, texts) { Walk = view with { Area = area, Point = code } };
        var answer = await ShowCountry.AnswerAsync(sheet, bench, place, texts, cancellationToken);
        return await FlowsPages.AnswerAsync<CountryPage>(context, desk, sheet, [.. answer.Charts], answer, cancellationToken, place);
    }
}

/// <summary>The names of points that shipped series name.</summary>
internal static class PointNames
{
    private static readonly Lazy<(ShippedTable Table, Dictionary<string, string[]> ByCode)> Shipped = new(() =>
    {
        var table = ShippedTable.Read("points", "points.csv");
        var code = table.Column("code");
        return (table, table.Rows.ToDictionary(row => row[code], StringComparer.Ordinal));
    });

    /// <summary>The name of a point in the reader's language; null when it is not among them.</summary>
    public static string? Find(string code, Texts texts)
    {
        var (table, byCode) = Shipped.Value;
        if (!byCode.TryGetValue(code, out var row))
            return null;
        // The table has names in the complete languages; every other reader is given the one that sentences fall back to.
        var own = table.Has("name_" + texts.Code);
        var name = row[table.Column("name_" + (own ? texts.Code : texts.FallbackLanguage.Code))];
        return own ? name : texts.Foreign(name);
    }
}
