using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Tambo.Cases.Access;
using Tambo.Cases.Family;
using Tambo.Platform.Access;
using Tambo.Platform.Database;
using Tambo.Platform.Http;
using Tambo.Platform.Idempotency;
using Tambo.Platform.Problems;
using Tambo.Platform.Shell;

namespace Tambo.Cases.Households;

/// <summary>Two members of whom it was wrong that they are related.</summary>
internal sealed record SentPair
{
    public Guid A { get; init; }

    public Guid B { get; init; }
}

/// <summary>What is to be said anew of a household; what is left out stays as it is.</summary>
internal sealed record SentHouseholdChange
{
    /// <summary>household, travelling_group.</summary>
    public string? Kind { get; init; }

    /// <summary>Who speaks for it.</summary>
    public Guid? Head { get; init; }

    /// <summary>True when nobody speaks for it any more.</summary>
    public bool NoHead { get; init; }

    /// <summary>Links, each in the place of what was said of the same two.</summary>
    public IReadOnlyList<FamilyLink> Links { get; set; } = [];

    /// <summary>Those who are not related as it was said.</summary>
    public IReadOnlyList<SentPair> Unlinked { get; set; } = [];

    public override string ToString() => "•••";
}

/// <summary>Says anew what kind a household is of, who speaks for it and how its members are related. Nobody leaves it by this.</summary>
internal sealed class ChangeHousehold(NodeDb db, HouseholdFiles households)
{
    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapPut(KeepHouseholds.Root + "/{id:guid}", static (HttpContext context, Guid id, KeepHouseholds keep, ChangeHousehold change, CancellationToken cancellationToken) =>
            keep.ChangeAsync<SentHouseholdChange>(context, id, (admitted, meant, said, wrong) => change.RunAsync(admitted, meant, said, wrong, context.Actor(), cancellationToken), cancellationToken))
        .Needs(CasesRights.Read).DoneOnce().DisableAntiforgery().TakesAtMost(SentJson.LargestBody)
        .WithSummary("Says anew of a household {kind, head, noHead, links: [{a, b, relation, verifiedBy, legalBasis}], unlinked: [{a, b}]}; a link stands in the place of what was said of the same two; If-Match names the version that was read");

    /// <summary>Keeps it.</summary>
    /// <returns>The household's next version.</returns>
    /// <exception cref="Problem">It was changed meanwhile, a relation is closed to the sender, or something is wrong with what was said.</exception>
    public async Task<int> RunAsync(
        AdmittedHousehold admitted, int version, SentHouseholdChange said, List<(string Field, ProblemKind Kind)> wrong, Actor actor, CancellationToken cancellationToken)
    {
        var (id, now) = (admitted.Row.Id, db.Time.GetUtcNow());
        if (said is { Head: not null, NoHead: true })
            wrong.Add(("head", CasesProblems.ValueUnfit));
        for (var i = 0; i < said.Unlinked.Count; i++)
        {
            if (!admitted.Editable.Contains(said.Unlinked[i].A) || !admitted.Editable.Contains(said.Unlinked[i].B))
                wrong.Add(($"unlinked[{i}]", CasesProblems.PersonUnknown));
        }

        // Of one pair one thing is said.
        if (said.Links.Select(link => Pair(link.A, link.B)).Concat(said.Unlinked.Select(pair => Pair(pair.A, pair.B))).GroupBy(pair => pair).Any(same => same.Count() > 1))
            wrong.Add(("links", CasesProblems.ValueUnfit));
        await households.LookOverAsync(
            new SentHousehold { Kind = said.Kind ?? admitted.Row.Kind, Links = said.Links, Head = said.Head }, admitted.Editable, CaseScope.For(actor), wrong, cancellationToken);
        IReadOnlyList<LinkRow> rows;
        await using (var connection = await db.ReadAsync(cancellationToken))
        {
            rows = await households.LinkRowsAsync(connection, id, admitted.Editable.Contains);
            if (said.Head is not null || said.NoHead)
                await households.RequireHeadOpenAsync(connection, id, admitted.Members);
        }

        await using var change = await db.BeginAsync(actor, "cases.household.changed", KeepHouseholds.SubjectOf(id), cancellationToken);
        await HeldPersons.HoldHouseholdAsync(db, change, id, []);
        // From here on the links are those that were read: none is written but with the next version.
        await KeepHouseholds.NextAsync(change, id, version, now);
        if (said.Kind is { } kind)
            await change.ExecuteAsync("update cases_households set kind = @kind where id = @id", new { kind, id });
        if (said.Head is not null || said.NoHead)
            await households.WriteHeadAsync(change, id, said.Head, version + 1, cancellationToken);
        foreach (var pair in said.Unlinked)
            await RemoveAsync(change, admitted, Of(rows, pair.A, pair.B));
        foreach (var link in said.Links)
        {
            var same = Of(rows, link.A, link.B);
            if (same.FirstOrDefault(row => row.LeadA == link.A) is not { } kept)
            {
                await RemoveAsync(change, admitted, same);
                await households.AddAsync(change, id, new SentHousehold { Links = [link] }, now, cancellationToken);
                continue;
            }

            await RemoveAsync(change, admitted, same.Where(row => row != kept));
            if (!IsOpen(admitted, kept, Compartments.General) || (link.LegalBasis is not null && !IsOpen(admitted, kept, Compartments.Child)))
                throw CasesProblems.CompartmentClosed.With();
            await households.WriteLinkAsync(change, kept, link, IsOpen(admitted, kept, Compartments.Child), version + 1, cancellationToken);
        }

        await change.CommitAsync(cancellationToken);
        return version + 1;
    }

    // Nobody takes away what they may not read.
    private async Task RemoveAsync(Change change, AdmittedHousehold admitted, IEnumerable<LinkRow> rows)
    {
        foreach (var row in rows)
        {
            if (!IsOpen(admitted, row, Compartments.General) || !IsOpen(admitted, row, Compartments.Child))
                throw CasesProblems.CompartmentClosed.With();
            await households.RemoveLinkAsync(change, row.Id);
        }
    }

    private static bool IsOpen(AdmittedHousehold admitted, LinkRow row, string compartment) => admitted.Members[row.LeadA].Open.Contains(compartment) && admitted.Members[row.LeadB].Open.Contains(compartment);

    private static (Guid, Guid) Pair(Guid one, Guid other) => one.CompareTo(other) < 0 ? (one, other) : (other, one);

    private static List<LinkRow> Of(IReadOnlyList<LinkRow> rows, Guid one, Guid other) =>
        [.. rows.Where(row => (row.LeadA == one && row.LeadB == other) || (row.LeadA == other && row.LeadB == one))];
}
