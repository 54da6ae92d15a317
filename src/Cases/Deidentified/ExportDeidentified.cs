using System.Globalization;
using System.Security.Cryptography;
using System.Text.RegularExpressions;
using Dapper;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Tambo.Cases.Access;
using Tambo.Cases.Disclosure;
using Tambo.Cases.Reading;
using Tambo.Cases.Register;
using Tambo.Platform.Access;
using Tambo.Platform.Access.Users;
using Tambo.Platform.Database;
using Tambo.Platform.Http;
using Tambo.Platform.Idempotency;
using Tambo.Platform.Places;
using Tambo.Platform.Problems;
using Tambo.Platform.Shell;

namespace Tambo.Cases.Deidentified;

/// <summary>What is sent: for what, to whom, of which country, for which study, and as what.</summary>
internal sealed record SentDeidentified
{
    public string? Purpose { get; init; }

    public string? To { get; init; }

    public string? Country { get; init; }

    public string? Study { get; init; }

    /// <summary>json, csv.</summary>
    public string Form { get; set; } = "json";
}

/// <summary>
/// Gives persons record by record without anything that says who they are: for statistics by pseudonym, and cases of trafficking
/// in the words of HTCDS. Both only of those who agreed to research, and only where enough are alike.
/// </summary>
internal sealed partial class ExportDeidentified(NodeDb db, ConsentingPersons persons, TraffickingCases trafficking, Pseudonyms pseudonyms, AnonymitySetting setting, CaseGuards guards, ReadTrail trail)
{
    private static readonly string[] Told = ["case_kinds", "case_states", "urgency", "profiles"];

    private static readonly string[] Meanings =
    [
        "kinds of the person's cases, as far as they agreed", "whether they have open or closed cases", "the urgency of the last screening", "what screenings found, as far as they agreed; flags for those who help, no findings of an authority",
    ];

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("/api/cases/statistics/export", static (HttpContext context, ExportDeidentified export, CancellationToken cancellationToken) =>
                AnswerAsync(context, "statistics", (said, actor) => export.StatisticsAsync(said, context.Features.Get<User>()?.AgencyId ?? CaseScope.For(actor).OnlyAgency(CasesRights.Deidentify), actor, cancellationToken), cancellationToken))
            .Needs(CasesRights.Deidentify).DoneOnceInSecret().DisableAntiforgery().TakesAtMost(4 * 1024)
            .WithSummary("Persons record by record by pseudonym, k-anonymous: {purpose: research_deidentified, to, country, study, form: json | csv}; of those who agreed to it");
        routes.MapGet("/api/cases/statistics/description", static async (AnonymitySetting setting, CancellationToken cancellationToken) =>
                Results.Json(Describe("statistics", await setting.ReadAsync(cancellationToken), null, null, null, []), CaseJson.Options))
            .Needs(CasesRights.Deidentify)
            .WithSummary("What the columns of such a file mean, and how it is made");
        routes.MapPost("/api/cases/htcds/export", static (HttpContext context, ExportDeidentified export, CancellationToken cancellationToken) =>
                AnswerAsync(context, "htcds", (said, actor) => export.TraffickingAsync(said, actor, cancellationToken), cancellationToken))
            .Needs(CasesRights.Htcds).DoneOnceInSecret().DisableAntiforgery().TakesAtMost(4 * 1024)
            .WithSummary("Cases of trafficking as HTCDS 2.0 without identity, k-anonymous: {purpose: research_deidentified, to, country, form: json | csv}; for those to whom violence is open");
    }

    /// <summary>Persons by pseudonym.</summary>
    /// <param name="said">For what and to whom.</param>
    /// <param name="office">The agency for which whoever asks works; null for none.</param>
    /// <param name="actor">Who asks.</param>
    /// <param name="cancellationToken">Stops the waiting.</param>
    public async Task<DeidentifiedFile> StatisticsAsync(SentDeidentified said, Guid? office, Actor actor, CancellationToken cancellationToken)
    {
        var (scope, now, k) = (CaseScope.For(actor), db.Time.GetUtcNow(), await setting.ReadAsync(cancellationToken));
        var key = RandomNumberGenerator.GetBytes(32);
        var study = said.Study is null ? null : Study.Of(said.Study, actor, office);
        IReadOnlyList<int>? levels = null;
        List<FineRecord> records = [];
        IReadOnlyList<ConsentingPerson> consenting;
        await using (var connection = await db.ReadAsync(cancellationToken))
        {
            if (study is not null && await pseudonyms.FindAsync(connection, study) is { } known)
                (key, levels) = known;
            consenting = await persons.AllAsync(connection, said.To!, said.Country, row => scope.May(CasesRights.Deidentify, row.Place), now, cancellationToken);
            var cases = await CasesAsync(connection, consenting);
            records = [.. consenting.Select(person => Fine(person, cases[person.Row.Id], key, now))];
        }

        var made = Anonymity.Of(records, Coarse.Levels, k, levels);
        await KeepAsync("statistics", said, made, levels is null && study is not null ? (study, key) : null, k, consenting, actor, now, cancellationToken);
        CryptographicOperations.ZeroMemory(key);
        return new DeidentifiedFile(
            Describe("statistics", k, said.Study, now, made.LeftOut, made.Levels),
            [.. made.Records.Select(record => (IReadOnlyList<string>)[record.Pseudonym, .. record.Known, .. record.Told.Select(codes => string.Join(' ', codes))])]);
    }

    /// <summary>Cases of trafficking in the words of HTCDS.</summary>
    public async Task<DeidentifiedFile> TraffickingAsync(SentDeidentified said, Actor actor, CancellationToken cancellationToken)
    {
        var (made, consenting, k, now) = await MakeTraffickingAsync(said, actor, cancellationToken);
        await KeepAsync("htcds", said, made, null, k, consenting, actor, now, cancellationToken);
        var mapping = HtcdsMapping.Shipped;
        return new DeidentifiedFile(
            new FileDescription
            {
                Title = mapping.Standard,
                Purpose = ConsentingPersons.Purpose,
                Month = Month(now),
                K = k,
                Pseudonyms = "none: records of one person in different files cannot be put together",
                Anonymity = AnonymityInWords,
                Columns = TraffickingCases.Describe(made.Levels),
                LeftOut = made.LeftOut,
                Credit = $"{mapping.Standard}, {mapping.Publisher}, {mapping.Address}, {mapping.Licence}. {mapping.Note}",
            },
            [.. made.Records.Select(TraffickingCases.Row)]);
    }

    /// <summary>How much would stand in that file now. What is asked is noted as the file is: a receiver whom somebody excluded has other numbers.</summary>
    /// <returns>The records, how coarse they are, how many persons would be left out, and how many have to be alike.</returns>
    public async Task<(AnonymousRecords Made, int K)> CountTraffickingAsync(SentDeidentified said, Actor actor, CancellationToken cancellationToken)
    {
        var (made, _, k, _) = await MakeTraffickingAsync(said, actor, cancellationToken);
        await using var change = await db.BeginAsync(actor, "cases.deidentified.counted", "htcds", cancellationToken);
        change.Describe(new { to = said.To, country = said.Country ?? "", k });
        await change.CommitAsync(cancellationToken);
        return (made, k);
    }

    private async Task<(AnonymousRecords Made, IReadOnlyList<ConsentingPerson> Consenting, int K, DateTimeOffset Now)> MakeTraffickingAsync(SentDeidentified said, Actor actor, CancellationToken cancellationToken)
    {
        if (said.Study is not null)
            throw FormProblems.With(("study", CasesProblems.ValueUnfit));
        if (!actor.May(Compartments.Right(Compartments.Violence)))
            throw CasesProblems.CompartmentClosed.With();
        var (scope, now, k) = (CaseScope.For(actor), db.Time.GetUtcNow(), await setting.ReadAsync(cancellationToken));
        await using var connection = await db.ReadAsync(cancellationToken);
        IReadOnlyList<ConsentingPerson> consenting =
            [.. (await persons.AllAsync(connection, said.To!, said.Country, row => scope.May(CasesRights.Htcds, row.Place), now, cancellationToken)).Where(person => person.Compartments.Contains(Compartments.Violence))];
        return (Anonymity.Of(await trafficking.RecordsAsync(connection, consenting, scope, now, cancellationToken), TraffickingCases.Levels, k), consenting, k, now);
    }

    private const string AnonymityInWords =
        "Records alike in all columns with levels are of at least k persons; levels are the same for the whole file; persons in smaller groups are left out. A code that a whole group shares, and not the whole file, is left out in that group. That somebody is in the file is not hidden from who knows them well.";

    private static FileDescription Describe(string title, int k, string? study, DateTimeOffset? now, int? leftOut, IReadOnlyList<int> levels) => new()
    {
        Title = title,
        Purpose = ConsentingPersons.Purpose,
        Month = now is { } at ? Month(at) : "",
        K = k,
        Study = study,
        Pseudonyms = study is null
            ? "keyed hashes of this file alone; the key was thrown away"
            : "keyed hashes, the same in each file of the study of one user and office; the key stays sealed in the node. Whoever puts files of several months together learns who came and went: k holds within each file",
        Anonymity = AnonymityInWords,
        Columns =
        [
            new DescribedColumn("pseudonym", "a name that says nothing"),
            .. Coarse.Columns.Select((column, at) => new DescribedColumn(column, levels.Count > 0 ? Coarse.Meanings[at][levels[at]] : Coarse.Meanings[at][0], Coarse.Meanings[at], levels.Count > 0 ? levels[at] : null)),
            .. Told.Select((column, at) => new DescribedColumn(column, Meanings[at])),
        ],
        LeftOut = leftOut,
    };

    private FineRecord Fine(ConsentingPerson person, IEnumerable<(string Home, string State)> cases, byte[] key, DateTimeOffset now)
    {
        var open = cases.Where(one => person.Compartments.Contains(one.Home)).ToList();
        var screened = person.Known.Screened.Where(one => one.Compartments.All(person.Compartments.Contains)).ToList();
        return new FineRecord(
            person.Row.Id,
            Pseudonyms.Of(key, person.Row.Id.ToString("D")),
            Coarse.Of(person.Known.Identity, person.Known.Facts, person.Row.CreatedAt, db.Time.DayOf(now)),
            [
                // The compartment that a kind belongs to; which of its kinds it is says more than statistics need.
                Sorted(open.Select(one => one.Home)),
                Sorted(open.Select(one => one.State == CaseStates.Closed ? "closed" : "open")),
                screened.Count > 0 ? [screened[^1].Standing.Urgency] : [],
                Sorted(screened.SelectMany(one => one.Standing.Profiles)),
            ]);

        static IReadOnlyList<string> Sorted(IEnumerable<string> codes) => [.. codes.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
    }

    private async Task<ILookup<Guid, (string Home, string State)>> CasesAsync(System.Data.Common.DbConnection connection, IReadOnlyList<ConsentingPerson> consenting) =>
        (await connection.QueryAsync<(Guid Person, string Guard, string State)>(
            "select cp.person_id, c.guard, c.state from cases_case_persons cp join cases_cases c on c.id = cp.case_id where cp.person_id" + db.Dialect.IsAmong,
            new { Among = db.Dialect.Among(consenting.Select(person => person.Row.Id.ToString("D"))) })).ToLookup(row => row.Person, row => (guards.CompartmentOf(row.Guard), row.State));

    private async Task KeepAsync(
        string kind, SentDeidentified said, AnonymousRecords made, (Study Study, byte[] Key)? begun, int k, IReadOnlyList<ConsentingPerson> consenting, Actor actor, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var gone = made.Records.Select(record => record.Person).ToHashSet();
        await trail.LeaveAsync(actor, ConsentingPersons.Purpose, "list", consenting.Where(person => gone.Contains(person.Row.Id)).Select(person => new Shown(person.Row.Id, [.. person.Compartments])), cancellationToken);
        await using var change = await db.BeginAsync(actor, "cases.deidentified.exported", kind, cancellationToken);
        change.Describe(new { to = said.To, country = said.Country ?? "", study = said.Study ?? "", k, persons = gone.Count });
        if (begun is { } one && !await pseudonyms.KeepAsync(change, one.Study, one.Key, made.Levels, now))
            throw PlatformProblems.Changed.With();
        await change.CommitAsync(cancellationToken);
    }

    /// <summary>What is wrong with what was sent, field by field.</summary>
    internal static void LookOver(SentDeidentified said, List<(string Field, ProblemKind Kind)> wrong)
    {
        if (said.Purpose != ConsentingPersons.Purpose)
            wrong.Add(("purpose", said.Purpose is null ? FormProblems.Missing : CasesProblems.CodeUnknown));
        if (string.IsNullOrWhiteSpace(said.To))
            wrong.Add(("to", FormProblems.Missing));
        if (said.Country is not null && said.Country != Reader.NoState && Countries.Find(said.Country) is null)
            wrong.Add(("country", CasesProblems.CountryUnknown));
        if (said.Study is not null && !StudyCode().IsMatch(said.Study))
            wrong.Add(("study", CasesProblems.ValueUnfit));
        if (said.Form is not ("json" or "csv"))
            wrong.Add(("form", CasesProblems.CodeUnknown));
        SentJson.RefuseIf(wrong);
    }

    private static async Task<IResult> AnswerAsync(HttpContext context, string name, Func<SentDeidentified, Actor, Task<DeidentifiedFile>> make, CancellationToken cancellationToken)
    {
        var (said, wrong) = await SentJson.ReadAsync<SentDeidentified>(context.Request, cancellationToken);
        LookOver(said, wrong);
        var file = await make(said, context.Actor());
        return said.Form == "csv" ? Results.Bytes(file.AsCsv(), "text/csv; charset=utf-8", name + ".csv") : Results.Bytes(file.AsJson(), "application/json", name + ".json");
    }

    private static string Month(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM", CultureInfo.InvariantCulture);

    [GeneratedRegex("^[a-z0-9][a-z0-9-]{1,39}$", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex StudyCode();
}
