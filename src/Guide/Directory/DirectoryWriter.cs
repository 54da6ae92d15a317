using System.Text.Json;
using Tambo.Platform.Database;

namespace Tambo.Guide.Directory;

/// <summary>Puts records and their parts into a change; who calls it commits.</summary>
internal static class DirectoryWriter
{
    private const string InsertVersion =
        """
        insert into guide_record_versions (kind, id, version, at, actor, change, import_id, snapshot)
        values (@Kind, @Id, @Version, @At, @Actor, @Change, @ImportId, @Snapshot)
        """;

    private const string InsertTranslation =
        """
        insert into guide_translations
            (owner_kind, owner_id, field, language, value, source_hash, method, translator, translated_at, reviewer, reviewed_at)
        values
            (@OwnerKind, @OwnerId, @Field, @Language, @Value, @SourceHash, @Method, @Translator, @TranslatedAt, @Reviewer, @ReviewedAt)
        """;

    static DirectoryWriter() => RecordColumns.Register();

    /// <summary>Adds records that the directory does not have.</summary>
    /// <param name="change">The change they become part of.</param>
    /// <param name="records">The records, each with its head.</param>
    /// <param name="why">imported or edited.</param>
    public static async Task AddAsync(Change change, DirectoryRecords records, string why)
    {
        await AddAsync(change, RecordTables.Taxonomies, records.Taxonomies);
        await AddAsync(change, RecordTables.TaxonomyTerms, records.TaxonomyTerms);
        await AddAsync(change, RecordTables.Organizations, records.Organizations);
        await AddAsync(change, RecordTables.Services, records.Services);
        await AddAsync(change, RecordTables.Locations, records.Locations);
        await AddAsync(change, RecordTables.ServicesAtLocations, records.ServicesAtLocations);
        await AddPartsAsync(change, records);
        await AddVersionsAsync(change, records.All, why);
        if (records.All.Any())
            change.Touch("guide", onlyAdds: !Withdrawal.MayFollowAdding(records));
    }

    /// <summary>
    /// Replaces the content of records the directory has; each names the version it was read at. False when one of
    /// them has changed meanwhile: then nothing may be committed.
    /// </summary>
    /// <param name="change">The change they become part of.</param>
    /// <param name="records">The records with their new content.</param>
    /// <param name="why">imported, edited, confirmed, retired or restored.</param>
    /// <param name="before">The directory they were read from, by which harmless changes are told; null when it is not at hand.</param>
    public static async Task<bool> ReplaceAsync(Change change, DirectoryRecords records, string why, ServiceDirectory? before = null)
    {
        var fresh = true;
        fresh &= await ReplaceAsync(change, RecordTables.Taxonomies, records.Taxonomies);
        fresh &= await ReplaceAsync(change, RecordTables.TaxonomyTerms, records.TaxonomyTerms);
        fresh &= await ReplaceAsync(change, RecordTables.Organizations, records.Organizations);
        fresh &= await ReplaceAsync(change, RecordTables.Services, records.Services);
        fresh &= await ReplaceAsync(change, RecordTables.Locations, records.Locations);
        fresh &= await ReplaceAsync(change, RecordTables.ServicesAtLocations, records.ServicesAtLocations);
        if (!fresh)
            return false;
        await AddPartsAsync(change, records);
        await AddVersionsAsync(change, records.All.Select(record => record with { Version = record.Version + 1 }), why);
        change.Touch("guide", onlyAdds: !records.All.Any(record => Withdrawal.MayFollowReplacing(before?.Find(record.Kind, record.Id), record)));
        return true;
    }

    private static async Task AddAsync<T>(Change change, RecordTable<T> table, IReadOnlyList<T> records)
        where T : DirectoryRecord
    {
        if (records.Count == 0)
            return;
        await change.ExecuteAsync(RecordTables.InsertHead, records);
        await change.ExecuteAsync(table.Insert, records);
    }

    private static async Task<bool> ReplaceAsync<T>(Change change, RecordTable<T> table, IReadOnlyList<T> records)
        where T : DirectoryRecord
    {
        if (records.Count == 0)
            return true;
        if (await change.ExecuteAsync(RecordTables.UpdateHead, records) < records.Count)
            return false;
        await change.ExecuteAsync(table.Update, records);
        foreach (var delete in PartTables.Deletes)
            await change.ExecuteAsync(delete, records);
        await change.ExecuteAsync("delete from guide_translations where owner_kind = @Kind and owner_id = @Id", records);
        return true;
    }

    private static async Task AddPartsAsync(Change change, DirectoryRecords records)
    {
        var (o, s, l, p) = (records.Organizations, records.Services, records.Locations, records.ServicesAtLocations);
        await AddAsync(change, PartTables.Phones,
            [.. Owned(o, r => r.Phones), .. Owned(s, r => r.Phones), .. Owned(l, r => r.Phones), .. Owned(p, r => r.Phones)]);
        await AddAsync(change, PartTables.Contacts,
            [.. Owned(o, r => r.Contacts), .. Owned(s, r => r.Contacts), .. Owned(l, r => r.Contacts), .. Owned(p, r => r.Contacts)]);
        await AddAsync(change, PartTables.Schedules,
            [.. Owned(s, r => r.Schedules), .. Owned(l, r => r.Schedules), .. Owned(p, r => r.Schedules)]);
        await AddAsync(change, PartTables.HolidaySchedules,
            [.. Owned(s, r => r.HolidaySchedules), .. Owned(l, r => r.HolidaySchedules), .. Owned(p, r => r.HolidaySchedules)]);
        await AddAsync(change, PartTables.Languages, [.. Owned(s, r => r.Languages), .. Owned(l, r => r.Languages)]);
        await AddAsync(change, PartTables.Addresses, [.. Owned(l, r => r.Addresses)]);
        await AddAsync(change, PartTables.Accessibility, [.. Owned(l, r => r.Accessibility)]);
        await AddAsync(change, PartTables.Eligibility, [.. Owned(s, r => r.Eligibility)]);
        await AddAsync(change, PartTables.RequiredDocuments, [.. Owned(s, r => r.RequiredDocuments)]);
        await AddAsync(change, PartTables.CostOptions, [.. Owned(s, r => r.CostOptions)]);
        await AddAsync(change, PartTables.Capacities, [.. Owned(s, r => r.Capacities)]);
        await AddAsync(change, PartTables.ServiceAreas, [.. Owned(s, r => r.ServiceAreas), .. Owned(p, r => r.ServiceAreas)]);
        await AddAsync(change, PartTables.Programs,
            [.. Owned(o, r => r.Programs), .. Owned<Service, HelpProgram>(s, r => r.Program is { } program ? [program] : [])]);
        await AddAsync(change, PartTables.Funding, [.. Owned(o, r => r.Funding), .. Owned(s, r => r.Funding)]);
        await AddAsync(change, PartTables.OrganizationIdentifiers, [.. Owned(o, r => r.OrganizationIdentifiers)]);
        await AddAsync(change, PartTables.Urls, [.. Owned(o, r => r.AdditionalWebsites), .. Owned(s, r => r.AdditionalUrls)]);
        await AddAsync(change, PartTables.Attributes, [.. Owned(records.All, r => r.Attributes)]);
        await AddAsync(change, PartTables.Metadata, [.. Owned(records.All, r => r.Metadata)]);
        await change.ExecuteAsync(InsertTranslation, records.All.SelectMany(
            r => r.Translations.Select(t => t with { OwnerKind = r.Kind, OwnerId = r.Id })).ToList());
    }

    private static IEnumerable<T> Owned<TOwner, T>(IEnumerable<TOwner> owners, Func<TOwner, IReadOnlyList<T>> parts)
        where TOwner : DirectoryRecord
        where T : RecordPart =>
        owners.SelectMany(owner => parts(owner).Select(
            (part, ordinal) => part with { OwnerKind = owner.Kind, OwnerId = owner.Id, Ordinal = ordinal }));

    private static Task AddAsync<T>(Change change, PartTable<T> table, List<T> parts)
        where T : RecordPart => parts.Count == 0 ? Task.CompletedTask : change.ExecuteAsync(table.Insert, parts);

    private static async Task AddVersionsAsync(Change change, IEnumerable<DirectoryRecord> records, string why) =>
        await change.ExecuteAsync(InsertVersion, records.Select(record => new
        {
            record.Kind,
            record.Id,
            record.Version,
            At = record.ChangedAt,
            Actor = record.ChangedBy,
            Change = why,
            record.ImportId,
            Snapshot = RecordJson.SnapshotText(record),
        }).ToList());
}
