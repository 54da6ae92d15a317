using System.Data.Common;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Tambo.Cases.Access;
using Tambo.Cases.Register;
using Tambo.Guide.Directory;
using Tambo.Platform.Access;
using Tambo.Platform.Database;
using Tambo.Platform.Http;
using Tambo.Platform.Idempotency;
using Tambo.Platform.Problems;
using Tambo.Platform.Shell;

namespace Tambo.Cases.Referrals;

/// <summary>A referral as it is sent.</summary>
internal sealed record SentReferral
{
    /// <summary>The service of the directory.</summary>
    public Guid Service { get; init; }

    /// <summary>The kind of help.</summary>
    public string Kind { get; set; } = "";

    /// <summary>emergency, urgent, normal.</summary>
    public string Urgency { get; set; } = "normal";

    /// <summary>The consent that it rests on.</summary>
    public Guid? Consent { get; init; }

    /// <summary>What kind of recipient the service is, where somebody knows better than the directory.</summary>
    public string ReceiverClass { get; set; } = "";

    /// <summary>What the service is to know beside the file, as compartment and field.</summary>
    public IReadOnlyDictionary<string, string> Told { get; set; } = new Dictionary<string, string>();

    /// <summary>What those who refer should know; the service is never given it.</summary>
    public string Note { get; set; } = "";

    public override string ToString() => "•••";
}

/// <summary>The next service to be asked.</summary>
internal sealed record SentNext(Guid Service, Guid? Consent = null, string ReceiverClass = "")
{
    /// <summary>True when it is to rest on a legal basis, and not on the consent of the attempt before.</summary>
    public bool WithoutConsent { get; init; }
}

/// <summary>Writes a referral down as a draft, to a first service or to the next one; nobody is told anything yet.</summary>
internal sealed class DraftReferral(NodeDb db, CaseFiles cases, ReferralFiles referrals, PersonConsents consents, LiveDirectory directory)
{
    public const string OfCase = OpenCase.Root + "/{id:guid}/referrals";
    public const string One = OpenCase.Root + "/referrals/{id:guid}";
    private const int LongestNote = 1000;

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost(OfCase, static async (HttpContext context, Guid id, DraftReferral draft, CancellationToken cancellationToken) =>
                Made(context, await draft.ReadAsync(id, context, cancellationToken)))
            .Needs(CasesRights.Refer).DoneOnce().DisableAntiforgery().TakesAtMost(64 * 1024)
            .WithSummary("Writes down a referral: {service, kind, urgency: emergency | urgent | normal, consent, receiverClass, told: {compartment/field: text}, note}; the note is for those who refer, and goes to nobody else");
        routes.MapPost(One + "/reoffer", static async (HttpContext context, Guid id, DraftReferral draft, CancellationToken cancellationToken) =>
                Made(context, await draft.AgainAsync(id, context, cancellationToken)))
            .Needs(CasesRights.Refer).DoneOnce().DisableAntiforgery().TakesAtMost(16 * 1024)
            .WithSummary("After a service declined or did not answer, writes the referral to the next one: {service, consent, receiverClass, withoutConsent}");
    }

    /// <summary>A case, for somebody who may refer its person.</summary>
    /// <exception cref="Problem">Out of reach, or not theirs to refer.</exception>
    public async Task<SeenCase> AdmitAsync(Guid id, Actor actor, CancellationToken cancellationToken)
    {
        var scope = CaseScope.For(actor);
        await using var connection = await db.ReadAsync(cancellationToken);
        var seen = await cases.FindAsync(connection, scope, id) ?? throw PlatformProblems.NotFound.With();
        return scope.May(CasesRights.Refer, seen.Row.Place) ? seen : throw PlatformProblems.Forbidden.With();
    }

    /// <summary>Keeps the draft, and with it what <paramref name="also"/> writes.</summary>
    /// <exception cref="Problem">A compartment is closed, the case is, or something is wrong with what was said.</exception>
    public async Task<Guid> RunAsync(
        SeenCase seen, SentReferral said, List<(string Field, ProblemKind Kind)> wrong, Actor actor, CancellationToken cancellationToken, Func<Change, Guid, Task>? also = null)
    {
        var now = db.Time.GetUtcNow();
        var (kind, rank) = (ReferralRules.Shipped.FindKind(said.Kind), ReferralRules.Shipped.Urgencies.Select(urgency => urgency.Code).ToList().IndexOf(said.Urgency));
        if (kind is null)
            wrong.Add(("kind", CasesProblems.CodeUnknown));
        if (rank < 0)
            wrong.Add(("urgency", CasesProblems.CodeUnknown));
        if (kind is not null && said.Told.Keys.Any(field => !kind.Fields.Contains(field)))
            wrong.Add(("told", CasesProblems.CodeUnknown));
        if (said.Note.Length > LongestNote)
            wrong.Add(("note", CasesProblems.TextTooLong));
        if (seen.Row.ClosedAt is not null)
            throw CasesProblems.StateUnfit.With();
        var service = await FindAsync(said.Service, said.ReceiverClass, actor, wrong, cancellationToken);
        await using (var connection = await db.ReadAsync(cancellationToken))
            await LookAtConsentAsync(connection, seen.Row.PersonId, said.Consent, wrong);
        SentJson.RefuseIf(wrong);
        var home = StoredReferral.HomeOf(kind!);
        if (!seen.Open.Contains(home) || kind!.Asked.Any(field => said.Told.ContainsKey($"{field.Compartment}/{field.Name}") && !seen.Open.Contains(field.Compartment)))
            throw CasesProblems.CompartmentClosed.With();
        var row = new ReferralRow { Id = Guid.CreateVersion7(now), CaseId = seen.Row.Id, PersonId = seen.Row.PersonId, Urgency = rank };
        await KeepAsync(row, home, new ReferralContent
        {
            From = seen.Row.AgencyId?.ToString("D") ?? "",
            To = service!.To,
            ToAgency = service.Agency,
            Service = said.Service,
            Class = said.ReceiverClass,
            Kind = said.Kind,
            Consent = said.Consent,
            Told = said.Told,
            Note = said.Note,
        }, actor, now, cancellationToken, also);
        return row.Id;
    }

    /// <summary>Writes it to the next service, as a draft.</summary>
    /// <exception cref="Problem">Something is wrong with what was said, or it waits for an answer still.</exception>
    public async Task<Guid> AgainAsync(StoredReferral stored, SentNext said, List<(string Field, ProblemKind Kind)> wrong, Actor actor, CancellationToken cancellationToken)
    {
        var now = db.Time.GetUtcNow();
        var service = await FindAsync(said.Service, said.ReceiverClass, actor, wrong, cancellationToken);
        var consent = said.WithoutConsent ? null : said.Consent ?? stored.Content.Consent;
        await using (var connection = await db.ReadAsync(cancellationToken))
            await LookAtConsentAsync(connection, stored.Row.PersonId, consent, wrong);
        SentJson.RefuseIf(wrong);
        var move = ReferralMoves.Reoffer(stored.Referral, Guid.CreateVersion7(now), service!.To, said.Service.ToString("D"), consent);
        var next = move.After ?? throw move.Refused!;
        await KeepAsync(
            stored.Row with { Id = next.Id, Follows = stored.Row.Id },
            stored.Home,
            stored.Content with
            {
                To = service.To,
                ToAgency = service.Agency,
                Service = said.Service,
                Class = said.ReceiverClass,
                Consent = next.ConsentId,
                // A basis is called upon for one disclosure, and whoever is asked for there works elsewhere.
                Basis = null,
                Arrangements = stored.Content.Arrangements is { } before ? before with { FocalPoint = null } : null,
                Tried = next.Tried,
                Reasons = new Dictionary<int, string>(),
                Notes = new Dictionary<int, string>(),
                Receipt = null,
            },
            actor,
            now,
            cancellationToken);
        return next.Id;
    }

    private async Task<Guid> ReadAsync(Guid id, HttpContext context, CancellationToken cancellationToken)
    {
        var seen = await AdmitAsync(id, context.Actor(), cancellationToken);
        var (said, wrong) = await SentJson.ReadAsync<SentReferral>(context.Request, cancellationToken);
        return await RunAsync(seen, said, wrong, context.Actor(), cancellationToken);
    }

    private async Task<Guid> AgainAsync(Guid id, HttpContext context, CancellationToken cancellationToken)
    {
        var stored = await referrals.AdmitAsync(id, () => RecordVersions.Meant(context), context.Actor(), cancellationToken);
        var (said, wrong) = await SentJson.ReadAsync<SentNext>(context.Request, cancellationToken);
        return await AgainAsync(stored, said, wrong, context.Actor(), cancellationToken);
    }

    private async Task KeepAsync(ReferralRow row, string home, ReferralContent content, Actor actor, DateTimeOffset now, CancellationToken cancellationToken, Func<Change, Guid, Task>? also = null)
    {
        await using var change = await db.BeginAsync(actor, "cases.referral.drafted", ReferralFiles.SubjectOf(row.Id), cancellationToken);
        // That somebody said what the service is, not what: that would tell of the help.
        change.Describe(new { @case = row.CaseId, follows = row.Follows, classStated = content.Class.Length > 0 });
        // A case that is closed at this moment gets no further referral.
        if (await change.ExecuteAsync("update cases_cases set version = version where id = @CaseId and closed_at is null", new { row.CaseId }) == 0)
            throw CasesProblems.StateUnfit.With();
        // Its case is held by now: whoever goes on from the same referral comes after this and finds what was written.
        if (row.Follows is not null && await change.QuerySingleOrDefaultAsync<long>("select count(*) from cases_referrals where follows = @Follows and state <> 'withdrawn'", new { row.Follows }) > 0)
            throw ReferralProblems.OfferedOn.With();
        await referrals.AddAsync(change, row, home, content, now, actor.AuditName);
        if (also is not null)
            await also(change, row.Id);
        await change.CommitAsync(cancellationToken);
    }

    private async Task<Receiver?> FindAsync(Guid service, string stated, Actor actor, List<(string, ProblemKind)> wrong, CancellationToken cancellationToken)
    {
        if (stated.Length > 0 && !ReceiverClasses.Shipped.Stated.Contains(stated))
            wrong.Add(("receiverClass", CasesProblems.CodeUnknown));
        var found = Receiver.Find(await directory.GetAsync(cancellationToken), service, actor.May("guide.confidential"));
        if (found is null)
            wrong.Add(("service", CasesProblems.ValueUnfit));
        return found;
    }

    private async Task LookAtConsentAsync(DbConnection connection, Guid person, Guid? consent, List<(string, ProblemKind)> wrong)
    {
        if (consent is not null && !(await consents.AllAsync(connection, person)).Any(given => given.Id == consent))
            wrong.Add(("consent", CasesProblems.ValueUnfit));
    }

    private static IResult Made(HttpContext context, Guid id)
    {
        context.Response.Headers.ETag = RecordVersions.Tag(1);
        return Results.Json(new { id }, CaseJson.Options, statusCode: StatusCodes.Status201Created);
    }
}
