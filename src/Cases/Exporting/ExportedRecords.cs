using System.Data.Common;
using System.Text.Json;
using Dapper;
using Tambo.Cases.Access;
using Tambo.Cases.Consent;
using Tambo.Cases.Desk;
using Tambo.Cases.Referrals;
using Tambo.Cases.Screening;
using Tambo.Guide.Directory;
using Tambo.Platform.Database;
using Tambo.Platform.Languages;

namespace Tambo.Cases.Exporting;

/// <summary>A record of a file: its key, since when it is there, what is kept, and the line that says it in plain words.</summary>
/// <param name="Id">Its key.</param>
/// <param name="At">Since when it is kept.</param>
/// <param name="Kept">All of it, as it is kept.</param>
/// <param name="Line">What it says, in somebody's language.</param>
internal sealed record ExportedRecord(Guid Id, DateTimeOffset At, object Kept, [property: System.Text.Json.Serialization.JsonIgnore] Func<Texts, string> Line)
{
    /// <summary>The case in which it was written; null of what is in none. To whom that is shut, it is too.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public Guid? Case { get; init; }

    public override string ToString() => "•••";
}

/// <summary>A kind of record that belongs to a person's file. Whatever else is kept of somebody hangs here, and no export forgets it.</summary>
internal interface IExportedRecords
{
    /// <summary>What the kind is called in the data; its title is the text <c>cases.export.{name}</c>.</summary>
    string Name { get; }

    /// <summary>Those of a person, the oldest first, whole as far as their compartments are open.</summary>
    Task<IReadOnlyList<ExportedRecord>> OfAsync(DbConnection connection, Guid person, IReadOnlyList<string> open, CancellationToken cancellationToken);
}

/// <summary>What the person agreed to, and what became of it.</summary>
internal sealed class ExportedConsents(KeptConsents consents, SealedRecords seals, NodeDb db) : IExportedRecords
{
    public string Name => "consents";

    public async Task<IReadOnlyList<ExportedRecord>> OfAsync(DbConnection connection, Guid person, IReadOnlyList<string> open, CancellationToken cancellationToken)
    {
        // Those of a file that was merged into this one stand with that file.
        var rows = (await KeptConsents.RowsAsync(connection, person)).Where(row => row.PersonId == person).ToList();
        var opened = await consents.OpenAsync(connection, rows, open, cancellationToken);
        // Of a signed sheet or a recording the bytes are handed over by themselves.
        var evidence = await ConsentEvidence.OfAsync(seals, db, connection, [.. rows.Where(row => opened.ContainsKey(row.Id))], open, cancellationToken);
        return
        [
            .. rows.Where(row => opened.ContainsKey(row.Id)).Select(row => new ExportedRecord(
                row.Id, row.GrantedAt, new { opened[row.Id].Consent, row.WithdrawnAt, opened[row.Id].Ending, opened[row.Id].Lifts, Evidence = evidence[row.Id].ToList() }, texts => Line(row, opened[row.Id].Consent, texts))),
        ];
    }

    private static string Line(ConsentRow row, GivenConsent consent, Texts texts) => string.Join(texts.Comma, [
        texts["consent.purpose." + consent.Purpose],
        texts["consent.given_by." + consent.GivenBy.Kind],
        .. consent.Refuses ? [texts["consent.refuses"]] : Array.Empty<string>(),
        .. consent.Scopes.Select(scope => scope.Recipient).Where(to => to.Kind == RecipientName.OfClass).Select(to => texts["consent.recipient." + to.Code]).Distinct(StringComparer.Ordinal),
        DeskViews.At(row.GrantedAt, texts),
        row.WithdrawnAt is { } withdrawn ? $"{texts["consent.standing.withdrawn"]} ({DeskViews.At(withdrawn, texts)})" : texts.Format("cases.export.until", ("at", DeskViews.At(row.ExpiresAt, texts))),
    ]);
}

/// <summary>What the person was asked, what they answered, and what the rules made of it.</summary>
internal sealed class ExportedScreenings(SealedRecords seals) : IExportedRecords
{
    public string Name => "screenings";

    public async Task<IReadOnlyList<ExportedRecord>> OfAsync(DbConnection connection, Guid person, IReadOnlyList<string> open, CancellationToken cancellationToken)
    {
        var rows = (await connection.QueryAsync<ScreeningRow>("select * from cases_screenings where person_id = @person order by at, id", new { person })).ToList();
        var opened = (await seals.OpenAsync(connection, [.. rows.Select(row => new Wanted(row.PersonId, row.Id, open))], cancellationToken))
            .ToDictionary(one => one.Key.Record, one => one.Value.Deserialize<KeptScreening>(CaseJson.Options)!);
        return
        [
            .. rows.Where(row => opened.TryGetValue(row.Id, out var kept) && kept.Compartments.All(open.Contains))
                .Select(row => new ExportedRecord(row.Id, row.At, opened[row.Id].For(open), texts => Line(row, opened[row.Id].Result, texts))),
        ];
    }

    private static string Line(ScreeningRow row, KeptResult result, Texts texts) => string.Join(texts.Comma, [
        DeskViews.At(row.At, texts),
        texts["screening.urgency." + Register.Urgency.At(row.Urgency).ToLowerInvariant()],
        .. result.Profiles.Select(code => texts["screening.profile." + code]),
        .. result.Locks.Select(code => texts["screening.lock." + code]),
    ]);
}

/// <summary>Whom the person was referred to, what was handed over, and how it went.</summary>
internal sealed class ExportedReferrals(SealedRecords seals, CaseGuards guards, LiveDirectory directory) : IExportedRecords
{
    public string Name => "referrals";

    public async Task<IReadOnlyList<ExportedRecord>> OfAsync(DbConnection connection, Guid person, IReadOnlyList<string> open, CancellationToken cancellationToken)
    {
        var moment = await directory.GetAsync(cancellationToken);
        var rows = (await connection.QueryAsync<ReferralRow>("select * from cases_referrals where person_id = @person order by created_at, id", new { person }))
            .Where(row => open.Contains(guards.CompartmentOf(row.Guard))).ToList();
        var opened = await seals.OpenAsync(connection, [.. rows.Select(row => new Wanted(person, row.Id, [guards.CompartmentOf(row.Guard)]))], cancellationToken);
        return
        [
            .. rows.Where(row => opened.ContainsKey((row.Id, guards.CompartmentOf(row.Guard)))).Select(row => new ExportedRecord(
                row.Id,
                row.CreatedAt,
                new { row.State, row.OfferedAt, row.ClosedAt, Content = ForThePerson(opened[(row.Id, guards.CompartmentOf(row.Guard))]) },
                texts => string.Join(
                    texts.Comma,
                    // What leaves names a service as the slip does: where others may read it, a hidden house stays hidden.
                    ReceiverNames.Of(moment, opened[(row.Id, guards.CompartmentOf(row.Guard))].Deserialize<ReferralContent>(CaseJson.Options)!.Service, null, texts),
                    texts["referral.state." + row.State],
                    DeskViews.At(row.OfferedAt ?? row.CreatedAt, texts))) { Case = row.CaseId }),
        ];
    }

    // Whom the person asks for there is told them where it may be told to everybody: it is of somebody else.
    private static ReferralContent ForThePerson(JsonElement opened)
    {
        var content = opened.Deserialize<ReferralContent>(CaseJson.Options)!;
        return content.Arrangements is { FocalPoint.IsPublic: false } kept ? content with { Arrangements = kept with { FocalPoint = null } } : content;
    }
}
