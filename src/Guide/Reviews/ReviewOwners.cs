using Dapper;
using Tambo.Guide.Directory;
using Tambo.Guide.Staff;
using Tambo.Platform.Access.Users;
using Tambo.Platform.Database;

namespace Tambo.Guide.Reviews;

/// <summary>An address that staff have set, to be asked whether an organisation's services, or one of them, are still right.</summary>
internal sealed record ReviewContact
{
    public string OwnerKind { get; init; } = "";

    public Guid OwnerId { get; init; }

    public string AddressHash { get; init; } = "";

    public string Sealed { get; init; } = "";

    public string Language { get; init; } = "";

    public DateTimeOffset SetAt { get; init; }

    /// <summary>The row for which the address is sealed.</summary>
    public string Row => $"contact {OwnerKind} {OwnerId:D}";
}

/// <summary>Who is asked about a service: the staff who look after it, and the address set for it or its organisation.</summary>
internal sealed class ReviewOwners
{
    private readonly ReviewSeals seals;
    private readonly IReadOnlyList<ReachablePerson> people;
    private readonly Dictionary<(string, Guid), ReviewContact> contacts;
    private readonly HashSet<string> stopped;

    private ReviewOwners(ReviewSeals seals, IReadOnlyList<ReachablePerson> people, IEnumerable<ReviewContact> contacts, IEnumerable<string> stopped)
    {
        (this.seals, this.people) = (seals, people);
        this.contacts = contacts.ToDictionary(contact => (contact.OwnerKind, contact.OwnerId));
        this.stopped = stopped.ToHashSet(StringComparer.Ordinal);
    }

    public static async Task<ReviewOwners> ReadAsync(NodeDb db, ReviewSeals seals, CancellationToken cancellationToken)
    {
        var people = await ReachableStaff.HoldingAsync(db, GuideScope.Edit, cancellationToken);
        await using var connection = await db.ReadAsync(cancellationToken);
        return new ReviewOwners(
            seals,
            people,
            await connection.QueryAsync<ReviewContact>("select owner_kind, owner_id, address_hash, sealed, language, set_at from guide_review_contacts"),
            await connection.QueryAsync<string>("select address_hash from guide_review_stops"));
    }

    /// <summary>
    /// Everybody who is asked about a service, each once. Staff of its agency or area; those of the whole node where it
    /// has none, or where none of them can be written to.
    /// </summary>
    public IEnumerable<Recipient> Of(ServiceDirectory full, Service service, bool isPublic)
    {
        var staff = people.Where(person => GuideScope.LooksAfter(person.Actor, full, service)).ToList();
        if (staff.Count == 0)
            staff = [.. people.Where(person => GuideScope.LooksAfterNode(person.Actor))];
        var all = staff.Select(person => new Recipient(seals.HashOfAddress(person.Email), person.Email, person.Language, IsStaff: true));
        // Nobody outside is told of what readers may not see.
        if (isPublic && ContactOf(full, service) is { } contact)
            all = all.Append(RecipientOf(contact, full.Organization(service.OrganizationId)?.TextLanguage ?? ""));
        return all.Where(recipient => !stopped.Contains(recipient.Hash)).DistinctBy(recipient => recipient.Hash);
    }

    /// <summary>The address set for the service itself, else for its organisation.</summary>
    public ReviewContact? ContactOf(ServiceDirectory full, Service service) =>
        contacts.GetValueOrDefault((RecordKinds.Service, service.Id))
        ?? (full.Organization(service.OrganizationId) is { } organization ? contacts.GetValueOrDefault((RecordKinds.Organization, organization.Id)) : null);

    /// <summary>The address set for a record, or null.</summary>
    public ReviewContact? ContactOf(string kind, Guid id) => contacts.GetValueOrDefault((kind, id));

    public bool HasStopped(ReviewContact contact) => stopped.Contains(contact.AddressHash);

    public Recipient RecipientOf(ReviewContact contact, string otherwise) =>
        new(contact.AddressHash, seals.Open(contact.Row, contact.Sealed), contact.Language.Length > 0 ? contact.Language : otherwise, IsStaff: false);
}
