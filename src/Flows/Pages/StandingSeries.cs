using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Dapper;
using Tambo.Flows.Charts;
using Tambo.Flows.Collecting;
using Tambo.Flows.Cube;
using Tambo.Flows.Imports;
using Tambo.Flows.Structure;
using Tambo.Platform.Database;
using Tambo.Platform.Languages;

namespace Tambo.Flows.Pages;

/// <summary>What a category of a source became where it could not be carried over exactly.</summary>
/// <param name="Components">The components it speaks of.</param>
/// <param name="Value">The source's word.</param>
/// <param name="Carried">bounded or not_comparable.</param>
/// <param name="Why">Why: the key of a sentence.</param>
/// <param name="Rows">Rows of the file.</param>
/// <param name="Sum">What they come to.</param>
internal sealed record InexactLine(IReadOnlyList<string> Components, string Value, string Carried, string Why, long Rows, long Sum);

/// <summary>A series with those of its imports of which something counts.</summary>
internal sealed record StandingSeries
{
    /// <summary>Its code.</summary>
    public required string Code { get; init; }

    /// <summary>Its dataflow.</summary>
    public required string Dataflow { get; init; }

    /// <summary>Its name by language.</summary>
    public required IReadOnlyDictionary<string, string> Titles { get; init; }

    /// <summary>Who made the figures.</summary>
    public required string Publisher { get; init; }

    /// <summary>Through whom they came, or empty.</summary>
    public required string Via { get; init; }

    /// <summary>Their licence.</summary>
    public required string Licence { get; init; }

    /// <summary>Where they are published.</summary>
    public required string Link { get; init; }

    /// <summary>True when everything of it is made up for practice.</summary>
    public required bool Training { get; init; }

    /// <summary>Its imports, oldest first.</summary>
    public required IReadOnlyList<StandingImport> Imports { get; init; }

    /// <summary>What was not carried over exactly.</summary>
    public required IReadOnlyList<InexactLine> Inexact { get; init; }

    /// <summary>The moment whose knowledge is asked for; null for now.</summary>
    public DateTimeOffset? AsOf { get; init; }

    /// <summary>When its newest figures became known; of what is recorded at points and lies in no import yet, the moment of asking.</summary>
    public required DateTimeOffset Vintage { get; init; }

    /// <summary>For how long people were counted at its points; null where that is not said.</summary>
    public CountingHours? Hours => Periods.Count == 0 ? null : FigureHours.Of(Code, Periods[0].From, Periods.Max(period => period.Until), Known, Imports, AsOf);

    /// <summary>The hours of points, as they were known.</summary>
    public required KnownHours Known { get; init; }

    /// <summary>Its periods, in order.</summary>
    public IReadOnlyList<Period> Periods => periods ??=
    [
        .. Imports.SelectMany(import => import.CodesAt(AsOf)).Distinct(StringComparer.Ordinal).Select(Period.Read).OfType<Period>().OrderBy(period => period.From).ThenBy(period => period.Until),
    ];

    private IReadOnlyList<Period>? periods;

    /// <summary>The codes that it has of a component.</summary>
    public IReadOnlyList<string> CodesOf(string component) =>
        [.. Imports.SelectMany(import => import.Segment.Find(component)?.Codes ?? []).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];

    /// <summary>True when it says something of a component: a table that does not break down by nationality knows of none.</summary>
    public bool BreaksDown(string component) => CodesOf(component).Any(code => code is not ("_T" or "_U"));

    /// <summary>False when it tells of some of the people of another table alone, such as those with a reason or a need.</summary>
    public bool IsWhole => isWhole ??= Array.TrueForAll(Parts, component => CodesOf(component) is var codes && (codes.Count == 0 || codes.Any(code => code[0] == '_')));

    private static readonly string[] Parts = ["REASON", "VULN"];

    private bool? isWhole;

    /// <summary>Its name in the reader's language, or the one it has.</summary>
    public string Title(Texts texts) => Titles.TryGetValue(texts.Code, out var own) ? own
        : Titles.GetValueOrDefault(texts.FallbackLanguage.Code) is { } other ? texts.Foreign(other) : Code;

    /// <summary>What whoever copies its figures must say.</summary>
    public ChartSource Source(Texts texts) => new(Code, Title(texts), Publisher, Via, Licence, Link, Vintage);
}

/// <summary>The series of the node, as they stood at a moment.</summary>
internal sealed class SeriesShelf(NodeDb db, LiveSegments live, HoursOfCounting hours)
{
    /// <summary>The series of which something counts, in the order of their codes; those made up for practice only when asked for, and then alone.</summary>
    /// <remarks>A series of which an import is damaged beyond repair is in the second list, by name, and answers nothing.</remarks>
    public async Task<(IReadOnlyList<StandingSeries> Standing, IReadOnlyList<string> Damaged)> ReadAsync(bool training, DateTimeOffset? asOf, CancellationToken cancellationToken)
    {
        var everything = await live.StandingAsync(asOf, cancellationToken);
        var all = everything.Where(import => import.Training == training && import.StandsAt(asOf)).ToLookup(import => import.Series);
        var imports = all.Where(series => series.All(import => import.Whole is not null)).SelectMany(series => series).ToLookup(import => import.Series);
        var known = await hours.AsOfAsync(asOf, everything, cancellationToken);
        var now = db.Time.GetUtcNow();
        await using var connection = await db.ReadAsync(cancellationToken);
        var rows = (await connection.QueryAsync<SeriesRow>("select code, dataflow, title, publisher, via, licence, link, training from flows_series order by code")).AsList();
        var ledger = (await connection.QueryAsync<LedgerRow>(
            "select import_id, components, value, carried, why, rows, sum from flows_ledger where carried <> 'exact' order by import_id, ordinal")).ToLookup(row => row.ImportId);
        return ([
            .. rows.Where(row => imports.Contains(row.Code)).Select(row => new StandingSeries
            {
                Code = row.Code,
                Dataflow = row.Dataflow,
                Titles = JsonSerializer.Deserialize<Dictionary<string, string>>(row.Title) ?? [],
                Publisher = row.Publisher,
                Via = row.Via,
                Licence = row.Licence,
                Link = row.Link,
                Training = row.Training,
                AsOf = asOf,
                Known = known,
                Imports = [.. imports[row.Code]],
                Vintage = imports[row.Code].Max(import => import.Id == Guid.Empty ? asOf ?? now : import.CommittedAt),
                Inexact =
                [
                    .. imports[row.Code].SelectMany(import => ledger[import.Id])
                        .Select(line => new InexactLine(line.Components.Split('|'), line.Value, line.Carried, line.Why, line.Rows, line.Sum)),
                ],
            }),
        ], [.. all.Where(series => !imports.Contains(series.Key)).Select(series => series.Key)]);
    }

    /// <summary>
    /// A word that changes whenever real figures do, or those made up for practice, the same in every process of the node;
    /// of a place only when figures change that may be counted there.
    /// </summary>
    public async Task<string> VersionAsync(bool training, ShowCountry.Place? place, CancellationToken cancellationToken)
    {
        // Of an import that it stands, and how much of it was replaced, which only becomes more. What is
        // recorded at points and lies in no import yet is told by its footer, which holds the hash of all that it says.
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var import in (await live.StandingAsync(null, cancellationToken)).Where(import => import.Training == training && MayBeOf(import, place)))
        {
            hash.AppendData(import.Id.ToByteArray());
            hash.AppendData(BitConverter.GetBytes(import.Replaced.Count));
            if (import.Id == Guid.Empty)
                hash.AppendData(import.Whole!.Footer.Hash);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset().AsSpan(0, 16));
    }

    // What is damaged may tell of any place.
    private static bool MayBeOf(StandingImport import, ShowCountry.Place? place)
    {
        bool Says(string component, string code) => code.Length == 0 || import.Whole?.Find(component)?.Codes.Contains(code, StringComparer.Ordinal) == true;
        return place is null || import.Whole is null || (Says("REF_AREA", place.Area) && Says("POINT", place.Point));
    }

    private sealed record SeriesRow
    {
        public string Code { get; init; } = "";

        public string Dataflow { get; init; } = "";

        public string Title { get; init; } = "";

        public string Publisher { get; init; } = "";

        public string Via { get; init; } = "";

        public string Licence { get; init; } = "";

        public string Link { get; init; } = "";

        public bool Training { get; init; }
    }

    private sealed record LedgerRow
    {
        public Guid ImportId { get; init; }

        public string Components { get; init; } = "";

        public string Value { get; init; } = "";

        public string Carried { get; init; } = "";

        public string Why { get; init; } = "";

        public long Rows { get; init; }

        public long Sum { get; init; }
    }
}
