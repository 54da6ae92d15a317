using System.Text;
using Tambo.Flows.Cube;
using Tambo.Flows.Harmonising;
using Tambo.Flows.Imports;
using Tambo.Platform.Blobs;
using Tambo.Platform.Settings;
using Tambo.Tests.Support;

namespace Tambo.Tests.Flows;

/// <summary>A made-up institution whose tables are brought into a node of their own.</summary>
internal sealed class FlowsOffice : IAsyncDisposable
{
    /// <summary>A table of months, nationalities and kinds, of which families mix ages and years before 2022 are stamped as January.</summary>
    public const string Valley =
        """
        {
          "name": "valley", "version": 1, "dataflow": "FLOW", "replaces": "all",
          "series": { "code": "VALLEY", "publisher": "Office of the valley" },
          "constants": { "UNIT_MEASURE": "PS", "REF_AREA": "ZZZ" },
          "columns": [
            { "from": [ "month" ], "to": [ "TIME_PERIOD" ], "dates": [
                { "pattern": "yyyy-MM", "frequency": "A", "until": "2021-12-31", "carried": "bounded", "why": "year_stamped_as_january" },
                { "pattern": "yyyy-MM", "frequency": "M", "from": "2022-01-01" } ] },
            { "from": [ "who" ], "to": [ "CITIZENSHIP" ], "values": {
                "VEN": [ { "to": { "CITIZENSHIP": "VEN" } } ], "HTI": [ { "to": { "CITIZENSHIP": "HTI" } } ], "COL": [ { "to": { "CITIZENSHIP": "COL" } } ],
                "?": [ { "to": { "CITIZENSHIP": "_U" } } ],
                "stateless or other": [ { "to": { "CITIZENSHIP": "_O" }, "carried": "not_comparable", "why": "not_broken_down" } ] } },
            { "from": [ "kind" ], "to": [ "AGE", "VULN" ], "values": {
                "adults": [ { "to": { "AGE": "Y_GE18" } } ], "children": [ { "to": { "AGE": "Y_LT18" } } ],
                "families": [ { "to": { "AGE": "_T", "VULN": "FAMILY" }, "carried": "bounded", "why": "family_units_mix_ages" } ] } },
            { "from": [ "count" ], "to": [ "OBS_VALUE" ], "number": { "unknown": [ "n/d" ] } }
          ]
        }
        """;

    /// <summary>The columns of <see cref="Valley"/>.</summary>
    public const string Header = "month,who,kind,count\n";

    private readonly TestDatabase database;

    private FlowsOffice(TestDatabase database, SettableTime time)
    {
        (this.database, Time) = (database, time);
        Settings = NodeSettings.Of(database.Settings.Folder);
        Blobs = new BlobStore(database.Db, Settings.Folder);
        Live = new LiveSegments(database.Db, Blobs);
        Imports = new ImportFlows(database.Db, Blobs, Settings, Live);
        Flows = new QueryFlows(Live);
    }

    public TestDatabase Database => database;

    public NodeSettings Settings { get; }

    public SettableTime Time { get; }

    public BlobStore Blobs { get; }

    public LiveSegments Live { get; }

    public ImportFlows Imports { get; }

    public QueryFlows Flows { get; }

    public static async Task<FlowsOffice> OpenAsync(Engine engine)
    {
        var time = new SettableTime(SettableTime.Noon);
        return new FlowsOffice(await TestDatabase.CreateAsync(engine, time), time);
    }

    /// <summary>Brings in a table of <see cref="Header"/>, or with a header of its own when another mapping is given.</summary>
    public Task<FlowsImportReport> ImportAsync(string rows, string? mapping = null) => Imports.RunAsync(
        new FlowsImport("table.csv", new MemoryStream(Encoding.UTF8.GetBytes(mapping is null ? Header + rows : rows)), MappingShelf.Read(mapping ?? Valley, "valley"), false),
        TestDatabase.Alice, CancellationToken.None);

    public Task<FlowsAnswer> AskAsync(FlowsQuery query) => Flows.RunAsync(query, CancellationToken.None);

    public async ValueTask DisposeAsync()
    {
        Live.Dispose();
        await database.DisposeAsync();
    }
}
