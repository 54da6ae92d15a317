using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Tambo.Cases.Access;
using Tambo.Cases.Persons;
using Tambo.Platform.Access;
using Tambo.Platform.Database;
using Tambo.Platform.Http;
using Tambo.Platform.Idempotency;
using Tambo.Platform.Problems;

namespace Tambo.Cases.Register;

/// <summary>What may be changed of an open case. What is left out stays.</summary>
internal sealed record SentChange
{
    public string? Urgency { get; init; }

    public DateTimeOffset? DueAt { get; init; }

    /// <summary>All profiles of the compartments that are open to the sender; those of others stay.</summary>
    public IReadOnlyList<string>? Profiles { get; init; }

    public string? Note { get; init; }

    /// <summary>One of <see cref="Register.Confidentiality.All"/>; only those who supervise it open a restricted case to others again.</summary>
    public string? Confidentiality { get; init; }

    public override string ToString() => "•••";
}

/// <summary>Changes how urgent a case is, when it is due, its profiles, its note, and who sees it.</summary>
internal sealed class ChangeCase(NodeDb db, CaseAdmission admission, SealedRecords seals)
{
    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapPut(OpenCase.Root + "/{id:guid}", static async (HttpContext context, Guid id, ChangeCase change, CancellationToken cancellationToken) =>
        {
            var admitted = await change.AdmitAsync(id, context, cancellationToken);
            var (said, wrong) = await SentJson.ReadAsync<SentChange>(context.Request, cancellationToken);
            return context.KeptAs(await change.RunAsync(admitted, said, wrong, context.Actor(), cancellationToken));
        })
        .Needs(CasesRights.Read).DoneOnce().DisableAntiforgery().TakesAtMost(SentJson.LargestBody)
        .WithSummary("Changes a case: {urgency, dueAt, profiles, note, confidentiality: standard | restricted}; If-Match names the version that was read");

    /// <summary>The case, for somebody who may change it.</summary>
    /// <exception cref="Problem">Out of reach, not theirs to change, or changed meanwhile.</exception>
    public Task<AdmittedCase> AdmitAsync(Guid id, int version, Actor actor, CancellationToken cancellationToken) =>
        admission.AdmitAsync(id, () => version, actor, cancellationToken, CasesRights.Edit);

    private Task<AdmittedCase> AdmitAsync(Guid id, HttpContext context, CancellationToken cancellationToken) =>
        admission.AdmitAsync(id, () => RecordVersions.Meant(context), context.Actor(), cancellationToken, CasesRights.Edit);

    /// <summary>Keeps the change, and with it what <paramref name="also"/> writes.</summary>
    /// <exception cref="Problem">Somebody else has changed the case meanwhile, it is closed, or something is wrong with what was said.</exception>
    public async Task<Kept> RunAsync(
        AdmittedCase admitted, SentChange said, List<(string Field, ProblemKind Kind)> wrong, Actor actor, CancellationToken cancellationToken,
        Func<Change, Kept, Task>? also = null)
    {
        var (seen, now) = (admitted.Seen, db.Time.GetUtcNow());
        var row = seen.Row;
        if (row.ClosedAt is not null)
            throw CasesProblems.StateUnfit.With();
        var rank = said.Urgency is null ? row.Urgency : Urgency.RankOf(said.Urgency);
        if (rank < 0)
            wrong.Add(("urgency", CasesProblems.CodeUnknown));
        if (said.Profiles?.Any(code => !CaseKinds.Profiles.ContainsKey(code)) == true)
            wrong.Add(("profiles", CasesProblems.CodeUnknown));
        if (said.Confidentiality is { } level && !Confidentiality.All.Contains(level, StringComparer.Ordinal))
            wrong.Add(("confidentiality", CasesProblems.CodeUnknown));
        SentJson.RefuseIf(wrong);
        var restricted = said.Confidentiality is null ? row.Restricted : said.Confidentiality == Confidentiality.Restricted;
        if (row.Restricted && !restricted && !CaseScope.For(actor).May(CasesRights.Supervise, row.Place))
            throw PlatformProblems.Forbidden.With();
        if (said.Profiles?.Any(code => !seen.Open.Contains(CaseKinds.Profiles[code])) == true)
            throw CasesProblems.CompartmentClosed.With();
        row = row with { Urgency = rank, Restricted = restricted, DueAt = said.DueAt ?? (rank == row.Urgency ? row.DueAt : Urgency.Due(rank, now)) };
        await using var change = await db.BeginAsync(actor, "cases.case.changed", OpenCase.SubjectOf(row.Id), cancellationToken);
        if (restricted != seen.Row.Restricted)
            change.Describe(new { confidentiality = Confidentiality.Of(restricted) });
        await CaseAdmission.WriteAsync(change, row, admitted.Version, now);
        var profiles = said.Profiles ?? [.. admitted.Contents.Values.SelectMany(content => content.Profiles)];
        foreach (var (compartment, codes) in OpenCase.ByCompartment(profiles, admitted.Contents.Keys.Append(seen.Home)))
        {
            var content = admitted.Contents.GetValueOrDefault(compartment) ?? new CaseContent();
            await seals.WriteAsync(change, admitted.Key, row.Id, compartment, admitted.Following, content with
            {
                Profiles = codes,
                Note = compartment == seen.Home ? said.Note ?? content.Note : null,
            });
        }

        var kept = new Kept(row.Id, row.PublicRef, admitted.Following);
        if (also is not null)
            await also(change, kept);
        await change.CommitAsync(cancellationToken);
        return kept;
    }
}

/// <summary>How a change of a record is answered: with its new version.</summary>
internal static class KeptAnswers
{
    /// <summary>The answer, with the entity tag of the new version.</summary>
    public static IResult KeptAs(this HttpContext context, Kept kept)
    {
        context.Response.Headers.ETag = RecordVersions.Tag(kept.Version);
        return Results.Json(kept, CaseJson.Options);
    }
}
