using Tambo.Cases.Referrals;
using Tambo.Guide.Directory;
using Tambo.Platform.Access;
using Tambo.Platform.Places;
using Tambo.Platform.Problems;
using Tambo.Platform.Shell;

namespace Tambo.Cases.Disclosure;

/// <summary>Who is given records: an organisation of the directory, or one that the directory does not have.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Key">The organisation's key; null when there is none of that name, or several.</param>
/// <param name="Reader">It as a reader of data.</param>
internal sealed record NamedReceiver(string Name, string? Key, Reader Reader);

/// <summary>
/// Knows those to whom something goes, as readers of data: the one place where such a reader is made. Most registers and places of research are no
/// services of a directory and are named in words; then whoever gives says what they are, so that an exclusion of their kind counts, and
/// names are compared without accents, case or punctuation. A name that an organisation of the directory has is that organisation, with
/// its kinds, its key, its services and the agency that works for it.
/// </summary>
internal sealed class Receivers(LiveDirectory directory, PartyNames names)
{
    private const int LongestName = 200;
    private const string Consulate = "consulate";

    /// <summary>A consulate of which nothing is known but that: it may act for any state (VCCR art. 8).</summary>
    public static Reader AnyConsulate { get; } = new() { Id = "", IsUser = false, Node = "", Classes = [Consulate] };

    /// <summary>What is wrong with what was said of a receiver, field by field, as far as the directory need not be asked.</summary>
    /// <param name="to">Its name, or the key of an organisation of the directory.</param>
    /// <param name="kind">What kind of recipient it is, as whoever gives says.</param>
    /// <param name="kinds">The kinds that it can be.</param>
    /// <param name="country">Its country, 001 of one that belongs to no state, or null when nobody knows.</param>
    public static IEnumerable<(string Field, ProblemKind Kind)> Faults(string to, string kind, IReadOnlyList<string> kinds, string? country)
    {
        // What is nothing but punctuation would be nobody, and anybody.
        if (Spelling.Fold(to).Length == 0)
            yield return ("to", FormProblems.Missing);
        else if (to.Trim().Length > LongestName)
            yield return ("to", CasesProblems.TextTooLong);
        if (!kinds.Contains(kind, StringComparer.Ordinal))
            yield return ("kind", kind.Length == 0 ? FormProblems.Missing : CasesProblems.CodeUnknown);
        if (country is not null && country != Reader.NoState && Countries.Find(country) is null)
            yield return ("country", CasesProblems.CountryUnknown);
    }

    /// <summary>The receiver of an export.</summary>
    /// <param name="to">Its name, or the key of an organisation of the directory.</param>
    /// <param name="kind">What kind of recipient it is, as whoever gives says.</param>
    /// <param name="kinds">The kinds that it can be.</param>
    /// <param name="also">What each receiver of such an export is beside it.</param>
    /// <param name="country">Its country, 001 of one that belongs to no state, or null when nobody knows.</param>
    /// <param name="actor">Who gives: a key of an organisation that readers are not shown is one to those alone who may know of it.</param>
    /// <param name="cancellationToken">Stops the waiting.</param>
    /// <exception cref="Problem">It is not named or not known, nobody says what it is, or there is no such country.</exception>
    public async Task<NamedReceiver> FindAsync(string to, string kind, IReadOnlyList<string> kinds, string also, string? country, Actor actor, CancellationToken cancellationToken)
    {
        var (said, wrong) = (to.Trim(), Faults(to, kind, kinds, country).ToList());
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
        return new NamedReceiver(name, id, new Reader
        {
            Id = id ?? name,
            IsUser = false,
            Node = "",
            Classes = [.. ReceiverClasses.Shipped.Needs.Where(pair => pair.Sure && pair.Class != ReceiverClasses.Service && needs.Contains(pair.Need)).Select(pair => pair.Class).Append(kind).Append(also).Distinct(StringComparer.Ordinal)],
            AlsoKnownAs = await names.OfReceiverAsync(known, [name], cancellationToken),
            Country = country,
        });
    }

    /// <summary>A service of the directory that is to receive a referral.</summary>
    public async Task<Reader> OfAsync(Receiver service, CancellationToken cancellationToken)
    {
        var (classes, mayBe) = ReceiverClasses.Shipped.Of(service.Needs, service.Stated);
        return new Reader
        {
            Id = service.To,
            IsUser = false,
            Node = "",
            // What goes to the organisation is read by the people of the agency that works for it now.
            Agency = service.Agency?.ToString("D"),
            AlsoKnownAs = await names.OfReceiverAsync(
                service.Organization is { } organization ? [organization] : [], [service.Service.Id.ToString("D"), service.Service.Name, service.Service.AlternateName], cancellationToken),
            Classes = classes,
            MayBe = mayBe,
            Country = classes.Contains(Consulate) ? null : service.Country,
        };
    }
}
