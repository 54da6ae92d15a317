using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Tambo.Cases.Access;
using Tambo.Cases.Consent;
using Tambo.Cases.Desk;
using Tambo.Cases.Persons;
using Tambo.Cases.Reading;
using Tambo.Guide.Directory;
using Tambo.Platform.Access;
using Tambo.Platform.Database;
using Tambo.Platform.Http;
using Tambo.Platform.Languages;
using Tambo.Platform.Problems;

namespace Tambo.Cases.Referrals;

/// <summary>What the page shows once a consent has ended.</summary>
public sealed record EndedConsentView
{
    /// <summary>The person's file.</summary>
    public required string Back { get; init; }

    /// <summary>The person's reference.</summary>
    public required string Ref { get; init; }

    /// <summary>Since when it does not hold.</summary>
    public required string At { get; init; }

    /// <summary>Who received something under it, and what happened.</summary>
    public IReadOnlyList<NoticeLine> Told { get; init; } = [];

    /// <summary>Services that were asked and are not any more.</summary>
    public IReadOnlyList<(string Address, string Service)> Stopped { get; init; } = [];

    /// <summary>By when the node erases what it holds for that purpose alone; empty while another consent for it holds.</summary>
    public string EraseOwnBy { get; init; } = "";

    /// <summary>True when the reader may write down who was told.</summary>
    public bool MayTell { get; init; }
}

/// <summary>The page that says what followed when a consent was taken back or ran out: who is told what, and what was stopped.</summary>
internal sealed class EndedConsentDesk(NodeDb db, PersonFiles files, KeptConsents consents, ReferralFiles referrals, ReferralNotices notices, LiveDirectory directory, ReadTrail trail)
{
    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapGet(CasesDesk.Persons + "/{id:guid}/consent/{consent:guid}/ended", (HttpContext context, Guid id, Guid consent, EndedConsentDesk desk, CancellationToken cancellationToken) =>
            desk.ShowAsync(context, id, consent, cancellationToken)).Needs(CasesRights.Read).ExcludeFromDescription();

    private async Task<IResult> ShowAsync(HttpContext context, Guid id, Guid consent, CancellationToken cancellationToken)
    {
        var (actor, texts) = (context.Actor(), context.PageTexts());
        var (view, open) = await ReadAsync(id, consent, actor, texts, cancellationToken);
        await trail.LeaveAsync(actor, Purposes.Assistance, "file", [new Shown(id, open)], cancellationToken);
        return StaffForm.Page<EndedConsentPage>(context, null, ("View", view));
    }

    private async Task<(EndedConsentView View, IReadOnlyList<string> Open)> ReadAsync(Guid id, Guid consent, Actor actor, Texts texts, CancellationToken cancellationToken)
    {
        var scope = CaseScope.For(actor);
        var moment = await directory.GetAsync(cancellationToken);
        await using var connection = await db.ReadAsync(cancellationToken);
        var seen = await files.FindAsync(connection, scope, id) ?? throw PlatformProblems.NotFound.With();
        if (!seen.Open.Contains(Compartments.General)
            || (await KeptConsents.RowsAsync(connection, id)).FirstOrDefault(row => row.Id == consent) is not { } kept
            || (kept.WithdrawnAt ?? (kept.EndedAt is null ? null : (DateTimeOffset?)kept.ExpiresAt)) is not { } at)
            throw PlatformProblems.NotFound.With();
        var ending = (await consents.OpenAsync(connection, [kept], seen.Open, cancellationToken)).GetValueOrDefault(consent)?.Ending;
        // To whom somebody was referred is shown where the case and the kind of help are seen; of all others no sign.
        var resting = new List<StoredReferral>();
        foreach (var one in await referrals.OfPersonAsync(connection, id, cancellationToken))
        {
            if (one.Content.Consent == consent && await referrals.FindAsync(connection, scope, one.Row.Id, cancellationToken) is not null)
                resting.Add(one);
        }

        var told = (await notices.OfAsync(connection, resting.Select(one => one.Row.Id))).Where(one => one.ConsentId == consent);
        return (new EndedConsentView
        {
            Back = CasesDesk.PersonAddress(id),
            Ref = texts.Format("cases.person.ref", ("ref", seen.Row.PublicRef)),
            At = DeskViews.At(at, texts),
            Told = [.. told.Select(one => ShowReferral.Of(one, NameOf(resting.First(stored => stored.Row.Id == one.ReferralId)), db.Time.GetUtcNow(), texts))],
            Stopped = [.. resting.Where(one => ending?.WithdrawOffers.Contains(one.Row.Id) == true).Select(one => (ReferralDesk.AddressOf(one.Row.Id), NameOf(one)))],
            EraseOwnBy = ending?.EraseOwnBy is { } own ? DeskViews.At(own, texts) : "",
            MayTell = seen.Allows(scope, CasesRights.Refer),
        }, seen.Open);

        string NameOf(StoredReferral stored) => ReceiverNames.Of(moment, stored.Content.Service, actor, texts);
    }
}
