using Tambo.Cases.Disclosure;
using Tambo.Guide.Directory;

namespace Tambo.Cases.Referrals;

/// <summary>A service of the directory as somebody who may receive a referral: what it is, and where it stands.</summary>
/// <param name="Service">The service.</param>
/// <param name="To">The organisation that answers for it.</param>
/// <param name="Agency">The agency of this node that works for it, where there is one.</param>
/// <param name="Needs">What help it gives, as the directory says.</param>
/// <param name="Country">The country it belongs to; null when the directory does not say, or when it speaks for another state.</param>
internal sealed record Receiver(Service Service, string To, Guid? Agency, IReadOnlyList<string> Needs, string? Country)
{
    private const string Consulate = "consulate";

    // Which kinds of recipient a service is, by what it gives. An office is taken for one that controls: it receives the least.
    private static readonly (string Need, string Class)[] ClassOfNeed =
    [
        ("health", "health_provider"), ("mind", "health_provider"), ("legal", "legal_aid"), ("family", "child_protection"),
        (Consulate, "consulate"), ("office", "migration_control"),
    ];

    /// <summary>What kinds of recipient it is, for consents and exclusions.</summary>
    public IReadOnlyList<string> Classes { get; } =
    [
        .. ClassOfNeed.Where(pair => Needs.Contains(pair.Need)).Select(pair => pair.Class).Distinct(),
        .. Needs.Any(need => need is Consulate or "office") ? Array.Empty<string>() : ["service_provider"],
    ];

    /// <summary>It as a reader of data.</summary>
    public Reader Reader => new() { Id = To, IsUser = false, Node = "", Classes = Classes, Country = Country };

    /// <summary>A service that gives help now; null when there is none that the asker may know.</summary>
    public static Receiver? Find(DirectoryMoment moment, Guid id, bool confidentialToo)
    {
        var service = confidentialToo ? moment.Staff.Service(id) : moment.Public.Service(id) is null ? null : moment.Staff.Service(id);
        if (service is not { RetiredAt: null })
            return null;
        var organization = moment.Staff.Organization(service.OrganizationId);
        var needs = moment.Staff.NeedsOf(service);
        var countries = moment.Staff.PlacesOf(service).Select(place => moment.Staff.Location(place.LocationId)?.Country ?? "").Where(country => country.Length > 0).Distinct(StringComparer.Ordinal).ToList();
        return new Receiver(
            service, (organization?.Id ?? service.Id).ToString("D"), organization?.AgencyId, needs, needs.Contains(Consulate) || countries.Count != 1 ? null : countries[0]);
    }
}
