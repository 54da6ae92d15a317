using System.Data.Common;
using System.Security.Cryptography;
using System.Text.Json;
using Dapper;
using Tambo.Cases.Access;
using Tambo.Cases.Referrals;
using Tambo.Cases.Register;
using Tambo.Platform.Database;

namespace Tambo.Cases.Screening;

/// <summary>Something written that says, whatever anybody has screened, that a person asks for protection.</summary>
/// <param name="Person">Whose it is: of a file that was merged into another, whose that one is.</param>
/// <param name="Key">What a lift names it by that knew of it: another one when it is written anew.</param>
/// <param name="At">When it was written, at the latest.</param>
internal sealed record AsylumSign(Guid Person, string Key, DateTimeOffset At);

/// <summary>
/// Finds such signs: what stands in the compartment of asylum of persons and of their cases, a consent for asylum, however it
/// ended, and a referral to it. Each may be the first that a node hears of a claim.
/// </summary>
internal static class AsylumSigns
{
    private const string Purpose = "asylum";
    private const string Needs = "asylum/needs";
    private const string InError = "made_in_error";

    /// <summary>Those of some persons, for a decision and for no reader.</summary>
    /// <param name="db">The node.</param>
    /// <param name="seals">Opens them.</param>
    /// <param name="connection">Where they are read.</param>
    /// <param name="files">Every file that is of one of the persons, with whose it is.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    public static Task<IReadOnlyList<AsylumSign>> OfAsync(NodeDb db, SealedRecords seals, DbConnection connection, IReadOnlyDictionary<Guid, Guid> files, CancellationToken cancellationToken) =>
        OfAsync(db, (sql, among) => connection.QueryAsync<SignRow>(sql, among), wanted => seals.OpenAsync(connection, wanted, cancellationToken), files);

    /// <summary>The same inside a change: what stands at the moment of writing.</summary>
    public static Task<IReadOnlyList<AsylumSign>> OfAsync(NodeDb db, SealedRecords seals, Change change, IReadOnlyDictionary<Guid, Guid> files, CancellationToken cancellationToken) =>
        OfAsync(db, (sql, among) => change.QueryAsync<SignRow>(sql, among), wanted => seals.OpenAsync(change, wanted, cancellationToken), files);

    private static async Task<IReadOnlyList<AsylumSign>> OfAsync(
        NodeDb db, Func<string, object, Task<IEnumerable<SignRow>>> read,
        Func<IReadOnlyList<Wanted>, Task<IReadOnlyDictionary<(Guid Record, string Compartment), JsonElement>>> open, IReadOnlyDictionary<Guid, Guid> files)
    {
        var rows = (await read(
            "select 'person' as kind, id as file, id as holder, id as record, changed_at as at from cases_persons where id" + db.Dialect.IsAmong
                + " union all select 'case', cp.person_id, c.person_id, c.id, c.changed_at from cases_case_persons cp join cases_cases c on c.id = cp.case_id where cp.person_id" + db.Dialect.IsAmong
                + " union all select 'consent', person_id, person_id, id, created_at from cases_consents where person_id" + db.Dialect.IsAmong
                + " union all select 'referral', person_id, person_id, id, created_at from cases_referrals where person_id" + db.Dialect.IsAmong,
            new { Among = db.Dialect.Among(files.Keys.Select(file => file.ToString("D"))) })).ToList();
        var opened = await open([.. rows.DistinctBy(row => row.Record).Select(row => new Wanted(row.Holder, row.Record, [Compartments.Asylum]))]);
        return
        [
            .. rows.Where(row => opened.ContainsKey((row.Record, Compartments.Asylum)))
                .Select(row => KeyOf(row, opened[(row.Record, Compartments.Asylum)]) is { } key ? new AsylumSign(files[row.File], key, row.At) : null)
                .OfType<AsylumSign>().Distinct(),
        ];
    }

    private static string? KeyOf(SignRow row, JsonElement content) => row.Kind switch
    {
        "person" => $"{row.Record:N} {HashOf(content)}",
        // What is claimed, and not how it ended: a case that is closed says nothing new, one that is opened again does.
        "case" => $"{row.Record:N} {HashOf(JsonSerializer.SerializeToElement(content.Deserialize<CaseContent>(CaseJson.Options)! with { Closure = null }, CaseJson.Options))}",
        "referral" => content.Deserialize<ReferralContent>(CaseJson.Options) is { } referral
            && (referral.Kind == Purpose || referral.Told.ContainsKey(Needs)) && !referral.Reasons.Values.Contains(InError, StringComparer.Ordinal) ? row.Record.ToString("N") : null,
        // A consent lies in this compartment when it is for asylum, and else in another.
        _ => row.Record.ToString("N"),
    };

    private static string HashOf(JsonElement content) => Convert.ToHexStringLower(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(content, CaseJson.Options)).AsSpan(0, 12));

    private sealed record SignRow
    {
        public string Kind { get; init; } = "";

        public Guid File { get; init; }

        public Guid Holder { get; init; }

        public Guid Record { get; init; }

        public DateTimeOffset At { get; init; }
    }
}
