using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Tambo.Cases.Access;
using Tambo.Cases.Persons;
using Tambo.Cases.Reading;
using Tambo.Platform.Access;
using Tambo.Platform.Database;
using Tambo.Platform.Http;
using Tambo.Platform.Problems;

namespace Tambo.Cases.Consent;

/// <summary>A consent as it is shown: since when, until when, how it stands; what it says as far as that is open to the reader.</summary>
internal sealed record ShownConsent
{
    public required Guid Id { get; init; }

    public required DateTimeOffset GrantedAt { get; init; }

    public required DateTimeOffset ExpiresAt { get; init; }

    public DateTimeOffset? WithdrawnAt { get; init; }

    /// <summary>notyet, inforce, expired, withdrawn.</summary>
    public required string Standing { get; init; }

    public required int Version { get; init; }

    /// <summary>Signed sheets and recordings that show it; none where they are closed.</summary>
    public IReadOnlyList<ShownEvidence> Evidence { get; set; } = [];

    /// <summary>What was agreed to; null where that is closed.</summary>
    public GivenConsent? Consent { get; init; }

    /// <summary>What follows from its end, once it was taken back or has run out.</summary>
    public ConsentEnding? Ending { get; init; }

    public override string ToString() => "•••";
}

/// <summary>Shows what a person has agreed to.</summary>
internal sealed class ListConsents(NodeDb db, SealedRecords seals, KeptConsents consents, PersonFiles files, ReadTrail trail)
{
    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapGet(RecordConsent.Root, static async (HttpContext context, Guid id, ListConsents list, CancellationToken cancellationToken) =>
            Results.Json(await list.RunAsync(id, context.Actor(), Purposes.Of(context, Purposes.Assistance), cancellationToken), CaseJson.Options))
        .Needs(CasesRights.Read)
        .WithSummary("The consents of a person, the oldest first; what they say of compartments that are closed to the reader is left out");

    /// <summary>The consents, once the audit has the line of this reading.</summary>
    /// <exception cref="Problem">There is no such person for this reader.</exception>
    public async Task<IReadOnlyList<ShownConsent>> RunAsync(Guid person, Actor actor, string purpose, CancellationToken cancellationToken)
    {
        var now = db.Time.GetUtcNow();
        SeenPerson seen;
        List<ShownConsent> shown = [];
        await using (var connection = await db.ReadAsync(cancellationToken))
        {
            seen = await files.FindAsync(connection, CaseScope.For(actor), person) ?? throw PlatformProblems.NotFound.With();
            // Whoever may not know what help somebody needs does not learn either that they agreed to any.
            if (seen.Open.Contains(Compartments.General))
            {
                var rows = await KeptConsents.RowsAsync(connection, person);
                var opened = await consents.OpenAsync(connection, rows, seen.Open, cancellationToken);
                var evidence = await ConsentEvidence.OfAsync(seals, db, connection, [.. rows.Where(row => opened.ContainsKey(row.Id))], seen.Open, cancellationToken);
                shown = [.. rows.Select(row => Of(row, opened.GetValueOrDefault(row.Id), seen.Open, now) with { Evidence = [.. evidence[row.Id]] })];
            }
        }

        await trail.LeaveAsync(actor, purpose, "file", [new Shown(person, [.. seen.Open.Where(one => one is Compartments.General or Compartments.Asylum)])], cancellationToken);
        return shown;
    }

    /// <summary>A consent for a reader to whom some compartments are open.</summary>
    public static ShownConsent Of(ConsentRow row, ConsentContent? content, IReadOnlyList<string> open, DateTimeOffset now) => new()
    {
        Id = row.Id,
        GrantedAt = row.GrantedAt,
        ExpiresAt = row.ExpiresAt,
        WithdrawnAt = row.WithdrawnAt,
        Standing = row.StandingAt(now).ToString().ToLowerInvariant(),
        Version = row.Version,
        Consent = content is null ? null : content.Consent with { Scopes = [.. content.Consent.Scopes.Where(scope => open.Contains(scope.Category))] },
        Ending = content?.Ending is not { } ending ? null : ending with
        {
            // To whom something went tells of a need, even where only a name did.
            Tell = [.. ending.Tell.Where(told => told.Homes.Any(open.Contains)).Select(told => told with { Categories = [.. told.Categories.Where(open.Contains)], Homes = [.. told.Homes.Where(open.Contains)] }).Where(told => told.Categories.Count > 0)],
            WithdrawOffers = [.. ending.WithdrawOffers.Where((_, at) => at >= ending.OfferHomes.Count || open.Contains(ending.OfferHomes[at]))],
            OfferHomes = [.. ending.OfferHomes.Where(open.Contains)],
        },
    };
}
