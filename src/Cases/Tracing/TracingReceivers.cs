using Tambo.Cases.Disclosure;
using Tambo.Cases.Referrals;
using Tambo.Guide.Directory;
using Tambo.Platform.Access;
using Tambo.Platform.Places;
using Tambo.Platform.Problems;
using Tambo.Platform.Shell;

namespace Tambo.Cases.Tracing;

/// <summary>Who is given records: an organisation of the directory, or a register that the directory does not have.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Key">The organisation's key; null when there is none of that name, or several.</param>
/// <param name="Reader">It as a reader of data.</param>
internal sealed record TracingReceiver(string Name, string? Key, Reader Reader)
{
    /// <summary>True when it is the one that was given something: by its key, or by its name however that was spelt.</summary>
    public bool Is(GivenTo given) => (Key is not null && given.Key == Key) || Spelling.Fold(given.To) == Spelling.Fold(Name);
}

/// <summary>
/// Knows receivers. Most registers for tracing are no services of a directory and are named in words; then whoever gives says
/// what they are, so that an exclusion of their kind counts, and names are compared without accents, case or punctuation. A name that
/// an organisation of the directory has is that organisation, with its kinds, its key and the agency that works for it.
/// </summary>
internal sealed class TracingReceivers(LiveDirectory directory)
{
    private const int LongestName = 200;

    /// <summary>The receiver of an export.</summary>
    /// <param name="to">Its name, or the key of an organisation of the directory.</param>
    /// <param name="kind">What kind of recipient it is, as whoever gives says.</param>
    /// <param name="country">Its country, 001 of one that belongs to no state, or null when nobody knows.</param>
    /// <param name="actor">Who gives: a key of an organisation that readers are not shown is one to those alone who may know of it.</param>
    /// <param name="cancellationToken">Stops the waiting.</param>
    /// <exception cref="Problem">It is not named or not known, nobody says what it is, or there is no such country.</exception>
    public async Task<TracingReceiver> FindAsync(string to, string kind, string? country, Actor actor, CancellationToken cancellationToken)
    {
        var (said, wrong) = (to.Trim(), new List<(string, ProblemKind)>());
        // What is nothing but punctuation would be nobody, and anybody.
        if (Spelling.Fold(said).Length == 0)
            wrong.Add(("to", FormProblems.Missing));
        else if (said.Length > LongestName)
            wrong.Add(("to", CasesProblems.TextTooLong));
        if (!ReceiverClasses.Shipped.Stated.Contains(kind, StringComparer.Ordinal))
            wrong.Add(("kind", kind.Length == 0 ? FormProblems.Missing : CasesProblems.CodeUnknown));
        if (country is not null && country != Reader.NoState && Countries.Find(country) is null)
            wrong.Add(("country", CasesProblems.CountryUnknown));
        var moment = await directory.GetAsync(cancellationToken);
        var all = moment.Staff;
        var key = Guid.TryParseExact(said, "D", out var one) ? one : (Guid?)null;
        var folded = Spelling.Fold(said);
        var known = all.Records.Organizations.Where(organization => organization.RetiredAt is null
            && (key is null ? folded.Length > 0 && (Spelling.Fold(organization.Name) == folded || Spelling.Fold(organization.AlternateName) == folded) : organization.Id == key)).ToList();
        if (key is not null && (known.Count == 0 || (moment.Public.Organization(key) is null && !actor.May("guide.confidential"))))
            wrong.Add(("to", CasesProblems.ValueUnfit));
        if (wrong.Count > 0)
            throw FormProblems.With([.. wrong]);
        var (name, id) = (key is null ? said : known[0].Name, known is [var only] ? only.Id.ToString("D") : null);
        var needs = known.SelectMany(all.ServicesOf).SelectMany(all.NeedsOf).Distinct(StringComparer.Ordinal).ToList();
        return new TracingReceiver(name, id, new Reader
        {
            Id = id ?? name,
            IsUser = false,
            Node = "",
            Classes = [.. ReceiverClasses.Shipped.Needs.Where(pair => pair.Sure && pair.Class != ReceiverClasses.Service && needs.Contains(pair.Need)).Select(pair => pair.Class).Append(kind).Append(ExportTraced.Network).Distinct(StringComparer.Ordinal)],
            AlsoKnownAs =
            [
                name,
                .. known.SelectMany(organization => new[] { organization.Id.ToString("D"), organization.Name, organization.AlternateName, organization.AgencyId?.ToString("D") ?? "" }),
            ],
            Country = country,
        });
    }
}
