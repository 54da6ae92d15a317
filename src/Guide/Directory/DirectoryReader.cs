using System.Data.Common;
using Dapper;
using Tambo.Platform.Database;

namespace Tambo.Guide.Directory;

/// <summary>
/// Reads the records of the directory with their parts, in one pass over each table, sorted here: all of them, or those
/// that changed since they were read before.
/// </summary>
internal static class DirectoryReader
{
    static DirectoryReader() => RecordColumns.Register();

    /// <summary>All records that are in the directory; retired ones are not.</summary>
    public static Task<DirectoryRecords> ReadAsync(NodeDb db, CancellationToken cancellationToken) => ReadAsync(db, null, cancellationToken);

    /// <summary>All records that are in the directory, most of them as they are known already where few have changed.</summary>
    public static async Task<DirectoryRecords> ReadAsync(NodeDb db, DirectoryRecords? known, CancellationToken cancellationToken)
    {
        await using var connection = await db.ReadAsync(cancellationToken);
        await using var moment = await connection.BeginTransactionAsync(db.Dialect.OneMoment, cancellationToken);
        if (known is null)
            return await ReadAsync(new Pass(db.Dialect, connection, moment, null));
        var renewal = new DirectoryRenewal(known, await connection.QueryAsync<RecordState>(
            "select kind, id, version, changed_at from guide_records where retired_at is null", transaction: moment));
        return renewal.IsSmall
            ? renewal.With(await ReadAsync(new Pass(db.Dialect, connection, moment, renewal.Stale)))
            : await ReadAsync(new Pass(db.Dialect, connection, moment, null));
    }

    private static async Task<DirectoryRecords> ReadAsync(Pass read)
    {
        var phones = await read.PartsAsync(PartTables.Phones);
        var contacts = await read.PartsAsync(PartTables.Contacts);
        var schedules = await read.PartsAsync(PartTables.Schedules);
        var holidays = await read.PartsAsync(PartTables.HolidaySchedules);
        var languages = await read.PartsAsync(PartTables.Languages);
        var programs = await read.PartsAsync(PartTables.Programs);
        var funding = await read.PartsAsync(PartTables.Funding);
        var urls = await read.PartsAsync(PartTables.Urls);
        var attributes = await read.PartsAsync(PartTables.Attributes);
        var metadata = await read.PartsAsync(PartTables.Metadata);
        var areas = await read.PartsAsync(PartTables.ServiceAreas);
        var translations = (await read.OwnedAsync<Translation>("select * from guide_translations"))
            .OrderBy(t => t.Field, StringComparer.Ordinal).ThenBy(t => t.Language, StringComparer.Ordinal).ToLookup(t => (t.OwnerKind, t.OwnerId));
        T Common<T>(T record)
            where T : DirectoryRecord =>
            record with
            {
                Attributes = attributes.Of(record),
                Metadata = metadata.Of(record),
                Translations = [.. translations[(record.Kind, record.Id)]],
            };

        var identifiers = await read.PartsAsync(PartTables.OrganizationIdentifiers);
        var organizations = await read.RecordsAsync(RecordTables.Organizations, r => Common(r) with
        {
            Phones = phones.Of(r),
            Contacts = contacts.Of(r),
            Programs = programs.Of(r),
            Funding = funding.Of(r),
            AdditionalWebsites = urls.Of(r),
            OrganizationIdentifiers = identifiers.Of(r),
        });
        var documents = await read.PartsAsync(PartTables.RequiredDocuments);
        var costs = await read.PartsAsync(PartTables.CostOptions);
        var capacities = await read.PartsAsync(PartTables.Capacities);
        var eligibility = await read.PartsAsync(PartTables.Eligibility);
        var services = await read.RecordsAsync(RecordTables.Services, r => Common(r) with
        {
            Phones = phones.Of(r),
            Contacts = contacts.Of(r),
            Schedules = schedules.Of(r),
            HolidaySchedules = holidays.Of(r),
            Languages = languages.Of(r),
            Program = programs.Of(r) is [var program, ..] ? program : null,
            Funding = funding.Of(r),
            AdditionalUrls = urls.Of(r),
            ServiceAreas = areas.Of(r),
            RequiredDocuments = documents.Of(r),
            CostOptions = costs.Of(r),
            Capacities = capacities.Of(r),
            Eligibility = eligibility.Of(r),
        });
        var addresses = await read.PartsAsync(PartTables.Addresses);
        var accessibility = await read.PartsAsync(PartTables.Accessibility);
        var locations = await read.RecordsAsync(RecordTables.Locations, r => Common(r) with
        {
            Phones = phones.Of(r),
            Contacts = contacts.Of(r),
            Schedules = schedules.Of(r),
            HolidaySchedules = holidays.Of(r),
            Languages = languages.Of(r),
            Addresses = addresses.Of(r),
            Accessibility = accessibility.Of(r),
        });
        return new DirectoryRecords
        {
            Sources = [.. await read.AllAsync<SourceSet>("select name, title, url, licence from guide_source_sets")],
            Organizations = organizations,
            Services = services,
            Locations = locations,
            ServicesAtLocations = await read.RecordsAsync(RecordTables.ServicesAtLocations, r => Common(r) with
            {
                Phones = phones.Of(r),
                Contacts = contacts.Of(r),
                Schedules = schedules.Of(r),
                HolidaySchedules = holidays.Of(r),
                ServiceAreas = areas.Of(r),
            }),
            Taxonomies = await read.RecordsAsync(RecordTables.Taxonomies, Common),
            TaxonomyTerms = await read.RecordsAsync(RecordTables.TaxonomyTerms, Common),
        };
    }

    /// <summary>One reading.</summary>
    /// <param name="dialect">How this engine is asked for one of many.</param>
    /// <param name="connection">An open connection.</param>
    /// <param name="moment">What makes all of it one moment.</param>
    /// <param name="only">The records to read; null for all.</param>
    private sealed class Pass(Dialect dialect, DbConnection connection, DbTransaction moment, IReadOnlyList<Guid>? only)
    {
        // The kinds are named so that the keys of the tables of parts, which begin with them, are of use.
        private const string OfThese =
            " where owner_kind in ('organization', 'service', 'location', 'service_at_location', 'taxonomy', 'taxonomy_term') and owner_id";

        public Task<IEnumerable<T>> AllAsync<T>(string select) => connection.QueryAsync<T>(select, transaction: moment);

        public Task<IEnumerable<T>> OwnedAsync<T>(string select) => ReadAsync<T>(select, OfThese);

        public async Task<PartsByOwner<T>> PartsAsync<T>(PartTable<T> table)
            where T : RecordPart => new(await ReadAsync<T>(table.Select, OfThese));

        public async Task<IReadOnlyList<T>> RecordsAsync<T>(RecordTable<T> table, Func<T, T> complete)
            where T : DirectoryRecord => DirectoryOrder.Of((await ReadAsync<T>(table.Select, " and t.id")).Select(complete));

        private async Task<IEnumerable<T>> ReadAsync<T>(string select, string ofThese) => only switch
        {
            null => await connection.QueryAsync<T>(select, transaction: moment),
            [] => [],
            _ => await connection.QueryAsync<T>(
                select + ofThese + dialect.IsAmong, new { Among = dialect.Among(only.Select(id => id.ToString("D"))) }, moment),
        };
    }

    private sealed class PartsByOwner<T>
        where T : RecordPart
    {
        private readonly Dictionary<(string, Guid), List<T>> parts = [];

        public PartsByOwner(IEnumerable<T> rows)
        {
            foreach (var row in rows)
            {
                if (!parts.TryGetValue((row.OwnerKind, row.OwnerId), out var list))
                    parts[(row.OwnerKind, row.OwnerId)] = list = [];
                list.Add(row);
            }

            // Rows mostly come as they were written; sorting is for the few that do not.
            foreach (var list in parts.Values)
            {
                for (var i = 1; i < list.Count; i++)
                {
                    if (list[i].Ordinal < list[i - 1].Ordinal)
                    {
                        list.Sort(static (one, other) => one.Ordinal.CompareTo(other.Ordinal));
                        break;
                    }
                }
            }
        }

        public List<T> Of(DirectoryRecord owner) => parts.TryGetValue((owner.Kind, owner.Id), out var list) ? list : [];
    }
}
