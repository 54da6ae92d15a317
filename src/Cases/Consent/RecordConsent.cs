using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Tambo.Cases.Access;
using Tambo.Cases.Disclosure;
using Tambo.Cases.Family;
using Tambo.Cases.Persons;
using Tambo.Cases.Register;
using Tambo.Platform.Access;
using Tambo.Platform.Cryptography;
using Tambo.Platform.Database;
using Tambo.Platform.Http;
using Tambo.Platform.Idempotency;
using Tambo.Platform.Languages;
using Tambo.Platform.Problems;
using Tambo.Platform.Shell;

namespace Tambo.Cases.Consent;

/// <summary>A consent as it is sent. Since when it holds, and who wrote it down, are for the node to say.</summary>
internal sealed record SentConsent
{
    public ConsentGiver GivenBy { get; set; } = new("");

    public bool CapacityNoted { get; init; }

    /// <summary>What was seen of how far the person can decide.</summary>
    public string CapacityNote { get; set; } = "";

    /// <summary>verbal, signature, other.</summary>
    public string Form { get; set; } = "";

    public string Language { get; set; } = "";

    public string Interpreter { get; set; } = "";

    /// <summary>By itself the one that the language has now.</summary>
    public string? NoticeVersion { get; init; }

    public IReadOnlyList<string> Explained { get; set; } = [];

    public bool FreeToRefuse { get; init; }

    public string Purpose { get; set; } = "";

    public bool AskedApart { get; init; }

    public IReadOnlyList<ConsentScope> Scopes { get; set; } = [];

    public IReadOnlyList<RecipientName> Exclusions { get; set; } = [];

    public string LegalBasis { get; set; } = GivenConsent.ConsentItself;

    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>True when the person knows who is left to help once those are shut out who look after them.</summary>
    public bool LeftConfirmed { get; init; }

    public override string ToString() => "•••";
}

/// <summary>A consent that was kept.</summary>
internal sealed record KeptConsent(Guid Id, DateTimeOffset GrantedAt, DateTimeOffset ExpiresAt, int Version);

/// <summary>Writes down what a person agreed to, when it is a consent.</summary>
internal sealed class RecordConsent(
    NodeDb db, DataKeys keys, SealedRecords seals, KeptConsents consents, PersonFiles files, KnownRecipients recipients, LeftToHelp left, TextCatalog texts)
{
    public const string Root = RegisterPerson.Root + "/{id:guid}/consents";
    private const int MostScopes = 200;
    // Somebody may name every country there is, and every office.
    private const int MostExclusions = 1000;

    // Where each fault stands in what is sent.
    private static readonly Dictionary<ProblemKind, string> Fields = new()
    {
        [ConsentProblems.PurposeUnknown] = "purpose",
        [ConsentProblems.NotAskedApart] = "askedApart",
        [ConsentProblems.BasisUnknown] = "legalBasis",
        [ConsentProblems.TimeUnfit] = "expiresAt",
        [ConsentProblems.NamesPerson] = "scopes",
        [ConsentProblems.ScopeUnfit] = "scopes",
        [ConsentProblems.ExclusionUnfit] = "exclusions",
        [ConsentProblems.FormUnfit] = "form",
        [ConsentProblems.LanguageMissing] = "language",
        [ConsentProblems.NoticeUnknown] = "noticeVersion",
        [ConsentProblems.PointMissing] = "explained",
        [ConsentProblems.NotFree] = "freeToRefuse",
        [ConsentProblems.GiverUnfit] = "givenBy",
        [ConsentProblems.GuardianMissing] = "givenBy",
        [ConsentProblems.AssentMissing] = "givenBy",
        [ConsentProblems.AdultDecides] = "givenBy",
    };

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapPost(Root, static async (HttpContext context, Guid id, RecordConsent record, CancellationToken cancellationToken) =>
        {
            var seen = await record.AdmitAsync(id, context.Actor(), cancellationToken);
            var (said, wrong) = await SentJson.ReadAsync<SentConsent>(context.Request, cancellationToken);
            SentJson.RefuseIf(wrong);
            return Results.Json(await record.RunAsync(seen, said, context.Actor(), cancellationToken), CaseJson.Options, statusCode: StatusCodes.Status201Created);
        })
        .Needs(CasesRights.Register).DoneOnce().DisableAntiforgery().TakesAtMost(SentJson.LargestBody)
        .WithSummary("Records a consent: {givenBy: {kind, who, whyNoGuardian, bestInterestsBy}, capacityNoted, capacityNote, form: verbal | signature | other, language, explained, freeToRefuse, purpose, scopes: [{category, recipient: {kind, code}, action}], exclusions: [{kind, code}], expiresAt, leftConfirmed}; without scopes it is a refusal, and says to whom never");

    /// <summary>The person, for somebody who may write down what they agree to.</summary>
    /// <exception cref="Problem">Out of reach, which is as if there were none; or seen, and not theirs to register.</exception>
    public async Task<SeenPerson> AdmitAsync(Guid id, Actor actor, CancellationToken cancellationToken)
    {
        var scope = CaseScope.For(actor);
        await using var connection = await db.ReadAsync(cancellationToken);
        var seen = await files.FindAsync(connection, scope, id) ?? throw PlatformProblems.NotFound.With();
        return seen.Allows(scope, CasesRights.Register) ? seen : throw PlatformProblems.Forbidden.With();
    }

    /// <summary>Keeps the consent, and with it what <paramref name="also"/> writes.</summary>
    /// <param name="seen">Whose it is.</param>
    /// <param name="said">What was agreed to.</param>
    /// <param name="actor">Who writes it down.</param>
    /// <param name="cancellationToken">Stops the waiting.</param>
    /// <param name="also">Written in the same transaction.</param>
    /// <param name="givenAt">When it was given, never later than now; now when null.</param>
    /// <exception cref="Problem">It is none; the fields say why.</exception>
    public async Task<KeptConsent> RunAsync(
        SeenPerson seen, SentConsent said, Actor actor, CancellationToken cancellationToken, Func<Change, KeptConsent, Task>? also = null, DateTimeOffset? givenAt = null)
    {
        var (row, now) = (seen.Row, db.Time.GetUtcNow());
        var granted = givenAt < now ? givenAt.Value : now;
        if (row.Status != PersonRow.Active || await keys.FindAsync(row.Id, cancellationToken) is not { } key)
            throw CasesProblems.PersonInactive.With();
        if (said.Scopes.Count > MostScopes || said.Exclusions.Count > MostExclusions)
            throw FormProblems.With((said.Scopes.Count > MostScopes ? "scopes" : "exclusions", CasesProblems.TooManyItems));
        var unknown = new List<(string Field, ProblemKind Kind)>();
        said = await recipients.MendedAsync(said, unknown, cancellationToken);
        SentJson.RefuseIf(unknown);
        var purpose = Vocabulary.Shipped.FindPurpose(said.Purpose);
        var consent = new GivenConsent
        {
            Id = Guid.CreateVersion7(now),
            PersonId = row.Id,
            GivenBy = said.GivenBy,
            CapacityNoted = said.CapacityNoted,
            CapacityNote = said.CapacityNote,
            // Whoever sends it heard it: nobody else can be named as the witness.
            Form = new ConsentForm(said.Form, actor.UserId is { } user ? $"user:{user:D}" : actor.AuditName),
            Language = said.Language,
            Interpreter = said.Interpreter,
            NoticeVersion = said.NoticeVersion ?? (texts.Knows(said.Language) ? NoticeWording.VersionOf(texts.In(said.Language)) : null) ?? "",
            Explained = said.Explained,
            FreeToRefuse = said.FreeToRefuse,
            Purpose = said.Purpose,
            AskedApart = said.AskedApart,
            Scopes = said.Scopes,
            Exclusions = [.. said.Exclusions.Select(recipient => new Exclusion(recipient))],
            Refuses = said.Scopes.Count == 0 && said.Exclusions.Count > 0,
            LegalBasis = said.LegalBasis,
            GrantedAt = granted,
            ExpiresAt = said.ExpiresAt ?? granted.AddDays(purpose?.LongestDays ?? 1),
        };
        var faults = ConsentChecks.Look(consent, await IsChildAsync(row.Id, now, cancellationToken), Vocabulary.Shipped, NoticeWording.Versions).ToList();
        if (!ConsentChecks.KnowsCountries(consent))
            faults.Add(ConsentProblems.ExclusionUnfit.With());
        if (faults.Count > 0)
        {
            throw new Problem(FormProblems.Refused, [.. faults.SelectMany(fault => fault.Values)])
            {
                Fields = faults.DistinctBy(fault => Fields[fault.Kind]).ToDictionary(fault => Fields[fault.Kind], fault => fault.Kind, StringComparer.Ordinal),
            };
        }

        var read = await left.RequireAsync(seen, consent, said.LeftConfirmed, cancellationToken);
        await using var change = await db.BeginAsync(actor, "cases.consent.recorded", KeptConsents.SubjectOf(consent.Id), cancellationToken);
        if (read is not null)
        {
            // Who makes this file one with another's, or gives somebody a case of theirs, comes before or after.
            await HeldPersons.HoldAsync(db, change, [row.Id]);
            if (await change.QuerySingleOrDefaultAsync<string>("select status from cases_persons where id = @Id", new { row.Id }) != PersonRow.Active)
                throw CasesProblems.PersonInactive.With();
            await read.RequireSameAsync(change);
            await OwnersToLook.NotePersonAsync(change, row.Id);
        }

        await change.ExecuteAsync(
            """
            insert into cases_consents (id, person_id, granted_at, expires_at, created_at, created_by, version)
            values (@Id, @PersonId, @GrantedAt, @ExpiresAt, @now, @By, 1)
            """,
            new { consent.Id, consent.PersonId, consent.GrantedAt, consent.ExpiresAt, now, By = actor.AuditName });
        await consents.WriteAsync(change, key, 1, new ConsentContent(consent));
        var kept = new KeptConsent(consent.Id, consent.GrantedAt, consent.ExpiresAt, 1);
        if (also is not null)
            await also(change, kept);
        await change.CommitAsync(cancellationToken);
        return kept;
    }

    /// <summary>True when the person is a child, or may be. Whoever asks learns no more than that a child needs somebody beside them.</summary>
    public async Task<bool> IsChildAsync(Guid person, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using var connection = await db.ReadAsync(cancellationToken);
        var opened = await seals.OpenAsync(connection, [new Wanted(person, person, [Compartments.Identity])], cancellationToken);
        var identity = opened.TryGetValue((person, Compartments.Identity), out var content) ? content.Deserialize<PersonIdentity>(CaseJson.Options) : null;
        return Childhood.IsAssumed(identity?.Birth, db.Time.DayOf(now));
    }
}
