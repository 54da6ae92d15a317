using Tambo.Guide.Directory;
using Tambo.Platform.Sending;

namespace Tambo.Cases.Referrals;

/// <summary>A service of the directory as somebody who may receive a referral: what it is, and where it stands.</summary>
/// <param name="Service">The service.</param>
/// <param name="To">The organisation that answers for it.</param>
/// <param name="Agency">The agency of this node that works for it, where there is one.</param>
/// <param name="Needs">What help it gives, as the directory says.</param>
/// <param name="Country">The country it belongs to; null when the directory does not say, or when it speaks for another state.</param>
/// <param name="Mail">Its mail address as readers see it; empty when it publishes none.</param>
/// <param name="Stated">What somebody said that it is; empty when nobody did.</param>
/// <param name="Organization">The organisation, where the directory has it.</param>
internal sealed record Receiver(Service Service, string To, Guid? Agency, IReadOnlyList<string> Needs, string? Country, string Mail, string Stated, Organization? Organization)
{
    private const string Consulate = "consulate";

    /// <summary>What kinds of recipient it is, for consents and exclusions.</summary>
    public IReadOnlyList<string> Classes => ReceiverClasses.Shipped.Of(Needs, Stated).Classes;

    /// <summary>A service that gives help now; null when there is none that the asker may know.</summary>
    /// <param name="moment">The directory.</param>
    /// <param name="id">The service.</param>
    /// <param name="confidentialToo">True for those who may know of services that readers are not shown.</param>
    /// <param name="stated">What somebody said that it is.</param>
    public static Receiver? Find(DirectoryMoment moment, Guid id, bool confidentialToo, string stated = "")
    {
        var service = confidentialToo ? moment.Staff.Service(id) : moment.Public.Service(id) is null ? null : moment.Staff.Service(id);
        if (service is not { RetiredAt: null })
            return null;
        var organization = moment.Staff.Organization(service.OrganizationId);
        var needs = moment.Staff.NeedsOf(service);
        var countries = moment.Staff.PlacesOf(service).Select(place => moment.Staff.Location(place.LocationId)?.Country ?? "").Where(country => country.Length > 0).Distinct(StringComparer.Ordinal).ToList();
        return new Receiver(
            service, (organization?.Id ?? service.Id).ToString("D"), organization?.AgencyId, needs, needs.Contains(Consulate) || countries.Count != 1 ? null : countries[0], MailOf(moment, id), stated, organization);
    }

    // Only what readers see: an address that staff keep for themselves is not for this.
    private static string MailOf(DirectoryMoment moment, Guid id) => moment.Public.Service(id) is not { } service ? ""
        : new[] { service.Email, moment.Public.Organization(service.OrganizationId)?.Email ?? "" }.Select(address => address.Trim()).FirstOrDefault(Outbox.IsAddress) ?? "";
}
