using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text.Json;
using Tambo.Cases.Access;
using Tambo.Cases.Persons;
using Tambo.Cases.Referrals;
using Tambo.Cases.Register;
using Tambo.Guide.Directory;
using Tambo.Guide.Sheets;
using Tambo.Platform.Access;
using Tambo.Platform.Languages;
using Tambo.Platform.Places;
using Tambo.Platform.Settings;

namespace Tambo.Cases.Devices;

/// <summary>Where a service is, and when it is open.</summary>
internal sealed record KeptPlace(string Address, IReadOnlyList<string> Hours);

/// <summary>A service as a device keeps it: what somebody is told of it, and what it counts as for consents and exclusions.</summary>
/// <param name="Id">Its key.</param>
/// <param name="To">The organisation that answers for it.</param>
/// <param name="Agency">The agency of the node that works for that organisation.</param>
/// <param name="Name">What it is called.</param>
/// <param name="By">What the organisation is called.</param>
/// <param name="Needs">What help it gives.</param>
/// <param name="Country">The country that it belongs to, in every way to write its code; null when that is not known.</param>
/// <param name="Names">Every name that it goes by.</param>
/// <param name="Places">Where it is.</param>
/// <param name="Phones">Numbers to call.</param>
/// <param name="Km">How far it is from the area, in kilometres; null when that is not known.</param>
/// <param name="Hidden">True for one that is not shown to everybody: where it is stands on no screen that is turned to somebody.</param>
internal sealed record KeptHelp(
    Guid Id, string To, string? Agency, string Name, string By, IReadOnlyList<string> Needs, IReadOnlyList<string>? Country, IReadOnlyList<string> Names,
    IReadOnlyList<KeptPlace> Places, IReadOnlyList<string> Phones, double? Km, bool Hidden);

/// <summary>The services, with the tag by which a device asks whether there are others; none where the device has these.</summary>
internal sealed record KeptHelpList(string Tag, IReadOnlyList<KeptHelp>? List);

/// <summary>What a device needs so that its user refers where there is no internet.</summary>
/// <param name="Open">The compartments that are open to the user of whom they register themselves.</param>
/// <param name="Services">The services, when they were asked for.</param>
internal sealed record Referring(IReadOnlyList<string> Open, KeptHelpList? Services);

/// <summary>
/// Chooses the services that a device keeps: for each kind of help that may lie on one the nearest to where its user works, no
/// confidential ones for whoever may not know of them, and never more than fit a weak network.
/// </summary>
internal sealed class KeptServices(LiveDirectory directory, NodeSettings settings, KeptDevices devices)
{
    /// <summary>Services at most.</summary>
    public const int Most = 100;

    /// <summary>Bytes at most, as JSON.</summary>
    public const int MostBytes = 96 * 1024;

    private const int EachKind = 8;
    private const int MostKnown = 64;
    private const int MostAreas = 3;

    // How far somebody is sent who stands in an area that is known.
    private const double FarthestMetres = 150_000;

    // Officers of one office ask for the same on the same morning.
    private readonly ConcurrentDictionary<string, KeptHelpList> chosen = new(StringComparer.Ordinal);

    /// <summary>What somebody needs to refer; null for whoever may not refer anybody.</summary>
    /// <param name="asked">The tag of what the device has; empty when it has nothing, null when it does not ask.</param>
    /// <param name="kept">The cases that it keeps.</param>
    /// <param name="actor">Whose device it is.</param>
    /// <param name="agency">The agency that they work for.</param>
    /// <param name="texts">The language of the page.</param>
    /// <param name="now">The moment.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public async Task<Referring?> ForAsync(
        string? asked, IReadOnlyList<CaseRow> kept, Actor actor, Guid? agency, Texts texts, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (!actor.May(CasesRights.Refer))
            return null;
        var (scope, place) = (CaseScope.For(actor), CaseAreas.Place(actor.UserId, null, RegisterPerson.AgencyOf(actor, agency), "/"));
        var open = scope.May(CasesRights.Refer, place) ? devices.Rules.Of(scope.CompartmentsAt([place])) : [];
        if (asked is null)
            return new Referring(open, null);
        var (moment, points, confidentialToo) = (await directory.GetAsync(cancellationToken), PointsOf(kept, actor), actor.May("guide.confidential"));
        var key = FormattableString.Invariant($"{moment.Staff.Version} {texts.Code} {confidentialToo} {texts.DayOf(now):O} {string.Join(' ', points)}");
        if (!chosen.TryGetValue(key, out var list))
        {
            if (chosen.Count >= MostKnown)
                chosen.Clear();
            var services = Choose(moment, points, confidentialToo, texts, now);
            chosen[key] = list = new KeptHelpList(Convert.ToHexStringLower(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(services, CaseJson.Options)).AsSpan(0, 8)), services);
        }

        return new Referring(open, list.Tag == asked ? list with { List = null } : list);
    }

    /// <summary>A service as a device keeps it.</summary>
    /// <param name="moment">The directory.</param>
    /// <param name="receiver">The service.</param>
    /// <param name="metres">How far it is.</param>
    /// <param name="texts">The language of the page.</param>
    /// <param name="now">The moment.</param>
    public static KeptHelp Of(DirectoryMoment moment, Receiver receiver, double? metres, Texts texts, DateTimeOffset now)
    {
        // As on the slip: what is not shown to everybody is named to staff, and stands on nothing that is turned to others.
        var shown = ServiceOnPaper.Of(moment, receiver.Service.Id, texts, now);
        return new KeptHelp(
            receiver.Service.Id,
            receiver.To,
            receiver.Agency?.ToString("D"),
            shown?.Name ?? receiver.Service.Name,
            moment.Staff.Organization(receiver.Service.OrganizationId)?.Name ?? "",
            receiver.Needs,
            CodesOf(receiver.Country),
            [.. new[] { receiver.Service.Name, receiver.Service.AlternateName, receiver.Organization?.Name ?? "", receiver.Organization?.AlternateName ?? "" }.Where(name => name.Length > 0).Distinct(StringComparer.Ordinal)],
            [.. (shown?.Places ?? []).Select(place => new KeptPlace(place.Address, place.Hours))],
            shown?.Phones ?? [],
            metres is { } far ? Math.Round(far / 1000, 1) : null,
            moment.Public.Service(receiver.Service.Id) is null);
    }

    /// <summary>A country in every way to write its code; null for none.</summary>
    public static IReadOnlyList<string>? CodesOf(string? country) =>
        string.IsNullOrEmpty(country) ? null : Countries.Find(country) is { } known ? [known.Alpha2, known.Alpha3] : [country];

    private List<KeptHelp> Choose(DirectoryMoment moment, IReadOnlyList<(GeoPoint? From, double Farthest)> points, bool confidentialToo, Texts texts, DateTimeOffset now)
    {
        var nearest = ReferralRules.Shipped.KindsOfHelp.Where(kind => devices.Rules.Compartments.Contains(StoredReferral.HomeOf(kind))).Select(kind => kind.ShownAs).Distinct(StringComparer.Ordinal)
            .Select(need => points.SelectMany(point => FindReceivers.Near(moment, need, point.From, confidentialToo, [], EachKind).Where(one => !(one.Metres > point.Farthest)))
                .GroupBy(one => one.Service.Id).Select(same => same.MinBy(one => one.Metres ?? double.MaxValue)!).OrderBy(one => one.Metres ?? double.MaxValue).ThenBy(one => one.Service.Id).Take(EachKind).ToList()).ToList();
        var (taken, bytes) = (new Dictionary<Guid, KeptHelp>(), 2);
        // In turn, so that where there are too many each kind of help keeps its nearest.
        for (var turn = 0; turn < EachKind; turn++)
        {
            foreach (var one in nearest.Where(of => of.Count > turn).Select(of => of[turn]))
            {
                if (taken.ContainsKey(one.Service.Id) || taken.Count == Most || Receiver.Find(moment, one.Service.Id, confidentialToo) is not { } receiver)
                    continue;
                var kept = Of(moment, receiver, one.Metres, texts, now);
                var length = JsonSerializer.SerializeToUtf8Bytes(kept, CaseJson.Options).Length + 1;
                if (bytes + length > MostBytes)
                    continue;
                bytes += length;
                taken[one.Service.Id] = kept;
            }
        }

        return [.. taken.Values];
    }

    // Where somebody works: the areas of their cases and of their rights, the most frequent before; else the country of the node.
    private List<(GeoPoint? From, double Farthest)> PointsOf(IReadOnlyList<CaseRow> kept, Actor actor)
    {
        var areas = kept.Select(row => row.Area).Concat(actor.Grants.Where(grant => grant is { Permission: CasesRights.Refer, Scope.Kind: "place" }).Select(grant => grant.Scope.Id))
            .Where(area => area.Length > 0).GroupBy(area => area, StringComparer.Ordinal).OrderByDescending(same => same.Count()).ThenBy(same => same.Key, StringComparer.Ordinal).Select(same => same.Key);
        List<(GeoPoint? From, double Farthest)> points = [.. areas.Select(PointOf).Where(point => point.From is not null).Take(MostAreas)];
        return points.Count > 0 ? points : [PointOf(settings.File.Country ?? "")];
    }

    private static (GeoPoint? From, double Farthest) PointOf(string area) => AdminAreas.Find(area) is { } known
        ? (Gazetteer.Find(known.Name, 1, known.Country) is [var place, ..] ? place.Point : (GeoPoint?)null, FarthestMetres)
        : (Countries.Find(area) is { } country ? Gazetteer.LargestOf(country.Alpha2)?.Point : null, double.MaxValue);
}
