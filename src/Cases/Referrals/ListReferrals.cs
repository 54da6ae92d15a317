using System.Data.Common;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Tambo.Cases.Access;
using Tambo.Cases.Disclosure;
using Tambo.Cases.Reading;
using Tambo.Cases.Register;
using Tambo.Guide.Directory;
using Tambo.Platform.Access;
using Tambo.Platform.Database;
using Tambo.Platform.Http;
using Tambo.Platform.Languages;
using Tambo.Platform.Problems;

namespace Tambo.Cases.Referrals;

/// <summary>Shows referrals to those who refer: of a case, one by itself, and those that are late.</summary>
internal sealed class ListReferrals(NodeDb db, CaseFiles cases, ReferralFiles referrals, ReferralNotices notices, LiveDirectory directory, ClosedToReader closed, ReadTrail trail)
{
    private const int Most = 200;

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet(DraftReferral.OfCase, static async (HttpContext context, Guid id, ListReferrals list, CancellationToken cancellationToken) =>
                Results.Json(new { referrals = await list.OfCaseAsync(id, context.Actor(), cancellationToken) }, CaseJson.Options))
            .Needs(CasesRights.Refer).WithSummary("The referrals of a case");
        routes.MapGet(OpenCase.Root + "/referrals/overdue", static async (HttpContext context, ListReferrals list, CancellationToken cancellationToken) =>
                Results.Json(new { referrals = await list.OverdueAsync(context.Actor(), cancellationToken) }, CaseJson.Options))
            .Needs(CasesRights.Refer).WithSummary("The referrals within reach that are late, the most urgent first, at most 200");
        routes.MapGet(DraftReferral.One, static async (HttpContext context, Guid id, ListReferrals list, CancellationToken cancellationToken) =>
            {
                var shown = await list.OneAsync(id, context.Actor(), cancellationToken);
                context.Response.Headers.ETag = RecordVersions.Tag(shown.Version);
                return Results.Json(shown, CaseJson.Options);
            })
            .Needs(CasesRights.Refer).WithSummary("A referral and its steps");
    }

    /// <summary>The referrals of a case.</summary>
    /// <exception cref="Problem">The case is out of reach.</exception>
    public async Task<IReadOnlyList<ShownReferral>> OfCaseAsync(Guid id, Actor actor, CancellationToken cancellationToken)
    {
        await using var connection = await db.ReadAsync(cancellationToken);
        var seen = await cases.FindAsync(connection, CaseScope.For(actor), id) ?? throw PlatformProblems.NotFound.With();
        var found = await referrals.OfCaseAsync(connection, seen, cancellationToken);
        // The line is left whether or not there is any: its absence would tell.
        await trail.LeaveAsync(actor, "referral", "case", [new Shown(seen.Row.PersonId, seen.Open)], cancellationToken);
        return await ShownAsync(found, actor, cancellationToken);
    }

    /// <summary>Those that are late.</summary>
    public async Task<IReadOnlyList<ShownReferral>> OverdueAsync(Actor actor, CancellationToken cancellationToken)
    {
        await using var connection = await db.ReadAsync(cancellationToken);
        var late = await referrals.OverdueAsync(connection, CaseScope.For(actor), Most, cancellationToken);
        var unlisted = await UnlistedAsync(connection, late, actor, cancellationToken);
        return [.. (await ReadAsync(connection, late, actor, cancellationToken)).Select(one => unlisted.Contains(one.Id) ? one with { Kind = "", Service = Guid.Empty, ServiceName = null, IsHidden = true, Note = null, Arrangements = null, Basis = null, Consent = null, Follows = null, Steps = [] } : one)];
    }

    /// <summary>Recipients within reach who have not confirmed yet that they erased what they received.</summary>
    public async Task<IReadOnlyList<NoticeLine>> NoticesAsync(Actor actor, Texts texts, CancellationToken cancellationToken)
    {
        await using var connection = await db.ReadAsync(cancellationToken);
        var open = await Portions.FillAsync<NoticeRow>(
            Most,
            async skip => await notices.OpenAsync(connection, CaseScope.For(actor), Most, skip),
            async some =>
            {
                var listed = await cases.ListedAsync(connection, CaseScope.For(actor), some.Select(one => one.CaseId), cancellationToken);
                return some.Where(one => listed.Contains(one.CaseId));
            });
        var of = new Dictionary<Guid, StoredReferral>();
        foreach (var id in open.Select(one => one.ReferralId).Distinct())
        {
            if (await referrals.LoadAsync(connection, id, cancellationToken) is { } stored)
                of[id] = stored;
        }

        _ = await ReadAsync(connection, [.. of.Values], actor, cancellationToken);
        var unlisted = await UnlistedAsync(connection, [.. of.Values], actor, cancellationToken);
        var moment = await directory.GetAsync(cancellationToken);
        return [.. open.Select(one => ShowReferral.Of(one, NameOf(one), db.Time.GetUtcNow(), texts))];

        // Of an erased person the notice alone says who is to be called.
        string NameOf(NoticeRow one) => unlisted.Contains(one.ReferralId) ? texts["referral.service.confidential"] : (of.TryGetValue(one.ReferralId, out var stored) ? stored.Content.Service : notices.ServiceOf(one)) is { } service
            ? ReceiverNames.Of(moment, service, actor, texts)
            : texts["shell.unknown"];
    }

    // Those that would tell in a list what somebody said of their orientation, and whose person did not choose the reader for it: a list has
    // that something is late, and not what.
    private async Task<IReadOnlySet<Guid>> UnlistedAsync(DbConnection connection, IReadOnlyList<StoredReferral> found, Actor actor, CancellationToken cancellationToken)
    {
        var telling = found.Where(stored => stored.Home == Compartments.Lgbti).ToList();
        if (telling.Count == 0)
            return new HashSet<Guid>();
        var chosen = await closed.ChosenForListsAsync(connection, CaseScope.For(actor), telling.Select(stored => stored.Row.PersonId), cancellationToken);
        return telling.Where(stored => !chosen.Contains(stored.Row.PersonId)).Select(stored => stored.Row.Id).ToHashSet();
    }

    private async Task<ShownReferral> OneAsync(Guid id, Actor actor, CancellationToken cancellationToken) =>
        (await ShownAsync([await OpenAsync(id, actor, cancellationToken)], actor, cancellationToken))[0];

    /// <summary>One of a case within reach, once its reading is on the disk.</summary>
    /// <exception cref="Problem">There is none for this reader.</exception>
    public async Task<StoredReferral> OpenAsync(Guid id, Actor actor, CancellationToken cancellationToken)
    {
        await using var connection = await db.ReadAsync(cancellationToken);
        var stored = await referrals.FindAsync(connection, CaseScope.For(actor), id, cancellationToken) ?? throw PlatformProblems.NotFound.With();
        _ = await ReadAsync(connection, [stored], actor, cancellationToken);
        return stored;
    }

    // Where somebody is referred to tells of their need: it is read like any other part of their file. The line says what is open
    // to the reader where the case lies, and not which part of the file the help belongs to.
    private async Task<IReadOnlyList<ShownReferral>> ReadAsync(DbConnection connection, IReadOnlyList<StoredReferral> found, Actor actor, CancellationToken cancellationToken)
    {
        var (scope, lines) = (CaseScope.For(actor), new List<Shown>());
        foreach (var of in found.GroupBy(stored => stored.Row.CaseId))
        {
            if (await cases.FindAsync(connection, scope, of.Key) is { } seen)
                lines.AddRange(of.Select(stored => new Shown(stored.Row.PersonId, seen.Open)));
        }

        await trail.LeaveAsync(actor, "referral", "case", lines, cancellationToken);
        return await ShownAsync(found, actor, cancellationToken);
    }

    private async Task<IReadOnlyList<ShownReferral>> ShownAsync(IReadOnlyList<StoredReferral> found, Actor actor, CancellationToken cancellationToken)
    {
        var moment = await directory.GetAsync(cancellationToken);
        return [.. found.Select(stored => ShownReferral.Of(stored, moment, actor, db.Time.GetUtcNow()))];
    }
}
