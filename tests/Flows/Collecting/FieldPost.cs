using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using Tambo.Flows.Collecting;
using Tambo.Flows.Cube;
using Tambo.Flows.Harmonising;
using Tambo.Flows.Imports;
using Tambo.Platform.Access;
using Tambo.Platform.Blobs;
using Tambo.Platform.Http;
using Tambo.Platform.Languages;
using Tambo.Platform.Settings;
using Tambo.Tests.Support;

namespace Tambo.Tests.Flows.Collecting;

/// <summary>A made-up border post with what receives its records, on a database of its own.</summary>
internal sealed class FieldPost : IAsyncDisposable
{
    public static readonly DateTimeOffset Noon = new(2026, 11, 20, 12, 0, 0, TimeSpan.FromHours(-5));

    private static readonly Lazy<TextCatalog> Catalog = new(() => TextCatalog.Load(Node.Parts.All.Select(part => part.Assembly)));

    private readonly TestDatabase database;
    private readonly GatheredGroups gathered;
    private readonly LiveSegments live;
    private readonly QueryFlows asking;

    private FieldPost(TestDatabase database, SettableTime time)
    {
        (this.database, Time) = (database, time);
        Points = new LivePoints(database.Db, new TableNames(Catalog.Value, new NodeFile()));
        Blobs = new BlobStore(database.Db, database.Settings.Folder);
        var aside = new RecordsAside(Troubles, NullLogger<RecordsAside>.Instance);
        gathered = new GatheredGroups(database.Db, Points, aside) { GoodFor = TimeSpan.Zero };
        live = new LiveSegments(database.Db, Blobs) { Gathered = gathered };
        Hours = new HoursOfCounting(database.Db, Points) { GoodFor = TimeSpan.Zero };
        asking = new QueryFlows(live) { Hours = Hours };
        Seals = new SealGroups(database.Db, Blobs, Points, aside);
        Receiving = new ReceiveGroups(database.Db, Points, Seals, aside);
        Shifts = new TakeShifts(database.Db, Points);
    }

    public static Actor Enzo { get; } = new("user:enzo", null, "Enzo", [new Grant("flows.collect", Scope.Node)]);

    public static Actor Elsa { get; } = new("user:elsa", null, "Elsa", [new Grant("flows.collect", Scope.Node)]);

    public static Actor Sofia { get; } = new("user:sofia", null, "Sofia", [new Grant("flows.collect", Scope.Node), new Grant("flows.supervise", Scope.Node)]);

    /// <summary>Looks after what lies in Costa Rica, and nothing else.</summary>
    public static Actor Carla { get; } = new("user:carla", null, "Carla", [new Grant("flows.collect", new Scope("place", "CR")), new Grant("flows.supervise", new Scope("place", "CR"))]);

    /// <summary>Looks after all points, and records at none.</summary>
    public static Actor Selma { get; } = new("user:selma", null, "Selma", [new Grant("flows.supervise", Scope.Node)]);

    public static Texts English => Catalog.Value.In("en");

    public SettableTime Time { get; }

    public Troubles Troubles { get; } = new();

    public TestDatabase Database => database;

    public LivePoints Points { get; }

    public BlobStore Blobs { get; }

    public SealGroups Seals { get; }

    public ReceiveGroups Receiving { get; }

    public TakeShifts Shifts { get; }

    public HoursOfCounting Hours { get; }

    public static async Task<FieldPost> OpenAsync(Engine engine)
    {
        var time = new SettableTime(Noon);
        var post = new FieldPost(await TestDatabase.CreateAsync(engine, time), time);
        await post.AddAsync("QUIMERA", training: false);
        await post.AddAsync("SCHOOL", training: true);
        return post;
    }

    public Task AddAsync(string code, bool training, string country = "PAN", string? series = null, Actor? by = null) => Points.SaveAsync(
        new Point
        {
            Id = Guid.CreateVersion7(Time.GetUtcNow()),
            Code = code,
            Names = new Dictionary<string, string> { ["en"] = "Puerto " + code },
            Kind = "LAND",
            Country = country,
            TimeZone = "America/Panama",
            Opens = "06:00",
            Closes = "18:00",
            Series = series ?? "FM-" + code,
            Training = training,
        },
        by ?? TestDatabase.Alice, CancellationToken.None);

    /// <summary>A group of one nationality that passed just now.</summary>
    public SentGroup Group(int women = 1, int men = 1, int girls = 0, int boys = 0, string nationality = "VEN", string point = "QUIMERA") => new()
    {
        Id = Guid.CreateVersion7(Time.GetUtcNow()),
        Point = point,
        ObservedAt = Time.GetUtcNow(),
        Direction = "IN",
        Size = women + men + girls + boys,
        Parts = [new SentPart { Nationality = nationality, Persons = women + men + girls + boys, Women = women, Men = men, Girls = girls, Boys = boys }],
    };

    public Task<IReadOnlyList<GroupAnswer>> SendAsync(Actor actor, params IEnumerable<SentGroup> groups) => Receiving.TakeAsync(
        [.. groups.Select(group => new CameGroup(group, JsonSerializer.Serialize(group, GroupJson.Default.SentGroup), null))], actor, English, CancellationToken.None);

    /// <summary>What became of records, in a line.</summary>
    public async Task<string> SentAsync(Actor actor, params IEnumerable<SentGroup> groups) =>
        string.Join(' ', (await SendAsync(actor, groups)).Select(answer => answer.Code ?? answer.Answer));

    public LiveSegments Live => live;

    public QueryFlows Questions => new(live);

    /// <summary>Figures of the main tables, in a line.</summary>
    public async Task<string> AskAsync(string by, DateTimeOffset? asOf = null, bool training = false, params string[] where)
    {
        var answer = await new QueryFlows(live).RunAsync(new FlowsQuery { By = by.Split(','), Where = where, AsOf = asOf, Training = training }, CancellationToken.None);
        return string.Join("; ", answer.Figures.Where(figure => !figure.Labels[0].Contains('.', StringComparison.Ordinal))
            .Select(figure => $"{string.Join(' ', figure.Labels.Skip(2))} {figure.Sure}{(figure.Maybe > 0 ? $"-{figure.Sure + figure.Maybe}" : "")}"));
    }

    public async Task<FlowsAnswer> AnswerAsync(params string[] by)
    {
        return await new QueryFlows(live).RunAsync(new FlowsQuery { By = by }, CancellationToken.None);
    }

    /// <summary>Brings in a file.</summary>
    public Task<FlowsImportReport> ImportAsync(string table, string mapping, bool dryRun = false) => new ImportFlows(database.Db, Blobs, NodeSettings.Of(database.Settings.Folder), live).RunAsync(
        new FlowsImport("table.csv", new MemoryStream(System.Text.Encoding.UTF8.GetBytes(table)), MappingShelf.Read(mapping, "table"), dryRun), TestDatabase.Alice, CancellationToken.None);

    /// <summary>Hours of counting told with figures: observed, open and days of each, in a line.</summary>
    public Task<string> HoursAsync(string by, DateTimeOffset? asOf = null, params string[] where) => HoursAsync(by, asOf, false, where);

    /// <inheritdoc cref="HoursAsync(string, DateTimeOffset?, string[])"/>
    public async Task<string> HoursAsync(string by, DateTimeOffset? asOf, bool training, params string[] where)
    {
        var answer = await asking.RunAsync(
            new FlowsQuery { By = by.Split(',', StringSplitOptions.RemoveEmptyEntries), Where = where, AsOf = asOf, Training = training }, CancellationToken.None);
        return string.Join("; ", answer.Figures.Where(figure => !figure.Labels[0].Contains('.', StringComparison.Ordinal)).Select(figure => string.Create(
            System.Globalization.CultureInfo.InvariantCulture,
            $"{string.Join(' ', figure.Labels.Skip(2))} {figure.Sure}: {(figure.Hours is { } hours ? $"{hours.Observed:0.0}/{(hours.Open is { } open ? $"{open:0.0}" : "?")} {hours.DaysObserved}/{hours.DaysOpen}" : "-")}").Trim()));
    }

    /// <summary>A shift that somebody says.</summary>
    public async Task<string> ShiftAsync(Actor actor, DateTimeOffset from, DateTimeOffset? until, Guid? id = null, string point = "QUIMERA") => (await Shifts.TakeAsync(
        [(new SentShift { Id = id ?? Guid.CreateVersion7(from), Point = point, StartedAt = from, EndedAt = until, SaidAt = Time.GetUtcNow(), Enumerators = 1 }, null)], actor, English, CancellationToken.None))[0].Answer;

    /// <summary>The word by which open pages know whether real figures have changed.</summary>
    public Task<string> VersionAsync() => new Tambo.Flows.Pages.SeriesShelf(database.Db, live, Hours).VersionAsync(training: false, null, CancellationToken.None);

    /// <summary>Every sealed table made again from its original has the same bytes.</summary>
    public async Task EachSegmentIsMadeAgainAsync()
    {
        await using var connection = await database.Db.ReadAsync(CancellationToken.None);
        var imports = (await Dapper.SqlMapper.QueryAsync<(string Series, string File, string Segment)>(connection, "select series, file_hash, segment_hash from flows_imports")).ToList();
        Assert.NotEmpty(imports);
        foreach (var (series, file, segment) in imports)
        {
            using var made = new MemoryStream();
            await using var original = await Blobs.OpenAsync(file, CancellationToken.None);
            await SealGroups.WriteAsync(made, original!, series, await Points.AllAsync(CancellationToken.None), CancellationToken.None);
            Assert.Equal(segment, Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(made.ToArray())));
        }
    }

    public async Task<T> ReadAsync<T>(string sql)
    {
        await using var connection = await database.Db.ReadAsync(CancellationToken.None);
        return (await Dapper.SqlMapper.ExecuteScalarAsync<T>(connection, sql))!;
    }

    public async ValueTask DisposeAsync()
    {
        await Receiving.DisposeAsync();
        gathered.Dispose();
        Hours.Dispose();
        live.Dispose();
        await database.DisposeAsync();
    }
}
