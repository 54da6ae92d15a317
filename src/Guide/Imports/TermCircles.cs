using Tambo.Guide.Directory;
using Tambo.Platform.Files;

namespace Tambo.Guide.Imports;

/// <summary>Terms that are, by way of their parents, above themselves.</summary>
internal static class TermCircles
{
    /// <summary>The terms with each circle opened where it would close: that term loses its parent, with an error.</summary>
    public static IReadOnlyList<TaxonomyTerm> Broken(IReadOnlyList<TaxonomyTerm> terms, ServiceDirectory existing, IssueReport issues)
    {
        var parents = terms.ToDictionary(term => term.Id, term => term.ParentId);
        var broken = new List<TaxonomyTerm>(terms.Count);
        foreach (var term in terms)
        {
            if (!IsAboveItself(term.Id, parents, existing))
            {
                broken.Add(term);
                continue;
            }

            parents[term.Id] = null;
            issues.Add(new RowIssue(term.ImportLine, null, ImportIssues.TaxonomyCycle, term.Name, IssueSeverity.Error));
            broken.Add(term with { ParentId = null });
        }

        return broken;
    }

    private static bool IsAboveItself(Guid id, Dictionary<Guid, Guid?> parents, ServiceDirectory existing)
    {
        var seen = new HashSet<Guid>();
        for (var above = parents[id]; above is { } parent; above = parents.TryGetValue(parent, out var next) ? next : existing.Term(parent)?.ParentId)
        {
            if (parent == id)
                return true;
            if (!seen.Add(parent))
                return false;
        }

        return false;
    }
}
