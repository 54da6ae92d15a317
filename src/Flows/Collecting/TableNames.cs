using System.Text.Json;
using Tambo.Platform.Languages;
using Tambo.Platform.Settings;

namespace Tambo.Flows.Collecting;

/// <summary>What tables of recorded groups are called, so that whoever copies their figures can say what they are and whose.</summary>
public sealed class TableNames(TextCatalog catalog, NodeFile node)
{
    /// <summary>Who publishes what is recorded at points: the node's own institution.</summary>
    public string Publisher => node.Name;

    /// <summary>On what terms.</summary>
    public string Licence => node.Licence;

    /// <summary>The title of a table in every language, as JSON: what it counts, and where.</summary>
    /// <param name="table">The table's code.</param>
    /// <param name="main">The code of the main table that it stands beside, or its own.</param>
    /// <param name="points">The points whose groups stand in it.</param>
    public string TitleOf(string table, string main, IEnumerable<Point> points)
    {
        var ordered = points.OrderBy(point => point.Code, StringComparer.Ordinal).ToList();
        return JsonSerializer.Serialize(catalog.Languages.Select(language => catalog.In(language.Code)).ToDictionary(texts => texts.Code, texts => TitleIn(texts, table, main, ordered), StringComparer.Ordinal));
    }

    private static string TitleIn(Texts texts, string table, string main, List<Point> points)
    {
        var where = string.Join(texts.Comma, points.Select(point => point.Name(texts)));
        if (table == main)
            return texts.Format("collect.table", ("points", where));
        return table == GroupObservations.OfReasons(main)
            ? texts.Format("collect.table.reasons", ("points", where))
            : texts.Format("collect.table.care", ("care", texts["collect.care." + table[(main.Length + 1)..].ToLowerInvariant()]), ("points", where));
    }
}
