using Tambo.Guide.Directory;
using Tambo.Platform.Places;

namespace Tambo.Cases.Referrals;

/// <summary>A service that may be asked.</summary>
/// <param name="Service">The service.</param>
/// <param name="By">The organisation that answers for it; empty when the directory names none.</param>
/// <param name="Metres">How far it is; null when that is not known.</param>
/// <param name="HasAccounts">True when an agency of this node answers for it.</param>
/// <param name="HasMail">True when it publishes a mail address.</param>
internal sealed record FoundReceiver(Service Service, string By, double? Metres, bool HasAccounts, bool HasMail);

/// <summary>Finds services of the directory that give a kind of help, the nearest first.</summary>
internal static class FindReceivers
{
    /// <summary>Services that give the help and are open to referrals.</summary>
    /// <param name="moment">The directory.</param>
    /// <param name="need">The need of the directory.</param>
    /// <param name="from">From where; by name when it is null.</param>
    /// <param name="confidentialToo">True for those who may know of services that readers are not shown.</param>
    /// <param name="without">Services that were asked before.</param>
    /// <param name="take">At most this many.</param>
    public static IReadOnlyList<FoundReceiver> Near(DirectoryMoment moment, string need, GeoPoint? from, bool confidentialToo, IReadOnlyCollection<Guid> without, int take)
    {
        ServiceDirectory directory = confidentialToo ? moment.Staff : moment.Public;
        return
        [
            .. directory.Records.Services
                .Where(service => service is { RetiredAt: null, Status: "active" } && !without.Contains(service.Id) && directory.NeedsOf(service).Contains(need))
                .Select(service => (Service: service, Metres: from is { } point ? Metres(directory, service, point) : null))
                .OrderBy(one => one.Metres ?? double.MaxValue).ThenBy(one => one.Service.Name, StringComparer.Ordinal).ThenBy(one => one.Service.Id)
                .Take(take)
                .Select(one => new FoundReceiver(
                    one.Service,
                    directory.Organization(one.Service.OrganizationId)?.Name ?? "",
                    one.Metres,
                    moment.Staff.Organization(one.Service.OrganizationId)?.AgencyId is not null,
                    Receiver.Find(moment, one.Service.Id, confidentialToo)?.Mail.Length > 0)),
        ];
    }

    private static double? Metres(ServiceDirectory directory, Service service, GeoPoint from)
    {
        var near = directory.PlacesOf(service).Select(place => directory.Location(place.LocationId)).OfType<Location>()
            .Select(place => GeoPoint.From(place.Latitude, place.Longitude)).OfType<GeoPoint>().Select(from.MetresTo).ToList();
        return near.Count > 0 ? near.Min() : null;
    }
}
