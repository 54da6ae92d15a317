using System.Globalization;
using Tambo.Guide.Directory;
using Tambo.Platform.Files;

namespace Tambo.Guide.Imports;

/// <summary>What is known of a record already in the tables, retired ones too.</summary>
internal sealed record KnownRecord
{
    public string Kind { get; init; } = "";
    public Guid Id { get; init; }
    public int Version { get; init; }
    public string SourceSet { get; init; } = "";
    public string SourceHash { get; init; } = "";
    public DateTimeOffset? RetiredAt { get; init; }
    public DateTimeOffset CreatedAt { get; init; }
}

/// <summary>
/// Compares what a source says with the directory: what to add, what to change, what to leave. Pure: decides, and
/// writes nothing.
/// </summary>
internal sealed class ImportPlan
{
    private readonly ImportScope importer;
    private readonly IssueReport issues;
    private readonly List<DirectoryRecord> added = [];
    private readonly List<DirectoryRecord> changed = [];
    private readonly List<DirectoryRecord> vanished = [];
    private readonly List<ImportedRecord> listed = [];
    private readonly Dictionary<ImportOutcome, int> counts = [];

    private ImportPlan(ImportScope importer, IssueReport issues) => (this.importer, this.issues) = (importer, issues);

    public DirectoryRecords Added => DirectoryRecords.Of(added);

    public DirectoryRecords Changed => DirectoryRecords.Of(changed);

    /// <summary>Records of the set that the source no longer has.</summary>
    public DirectoryRecords Vanished => DirectoryRecords.Of(vanished);

    public int Unchanged { get; private set; }

    public IReadOnlyList<ImportedRecord> Listed => listed;

    public int Count(ImportOutcome outcome) => counts.GetValueOrDefault(outcome);

    /// <param name="incoming">What the source says.</param>
    /// <param name="existing">The directory as it stands.</param>
    /// <param name="known">Every record of the tables.</param>
    /// <param name="sourceSet">The source.</param>
    /// <param name="retire">True when what has vanished is to be taken out.</param>
    /// <param name="importer">How far the right of whoever imports reaches.</param>
    /// <param name="issues">Takes what is not in order.</param>
    public static ImportPlan Of(
        DirectoryRecords incoming, ServiceDirectory existing, IReadOnlyCollection<KnownRecord> known, string sourceSet, bool retire,
        ImportScope importer, IssueReport issues)
    {
        var plan = new ImportPlan(importer, issues);
        var byKey = known.ToDictionary(k => (k.Kind, k.Id));
        var present = existing.Records.All.ToDictionary(r => (r.Kind, r.Id));
        var seen = new HashSet<(string, Guid)>();
        foreach (var record in incoming.All)
        {
            seen.Add((record.Kind, record.Id));
            plan.Place(record, byKey.GetValueOrDefault((record.Kind, record.Id)), present.GetValueOrDefault((record.Kind, record.Id)));
        }

        foreach (var record in present.Values.Where(r => r.SourceSet == sourceSet && !seen.Contains((r.Kind, r.Id)) && importer.MayChange(r)))
        {
            plan.List(retire ? ImportOutcome.Retired : ImportOutcome.Vanished, record, 0);
            plan.vanished.Add(record);
        }

        return plan;
    }

    private void Place(DirectoryRecord record, KnownRecord? known, DirectoryRecord? present)
    {
        record = record with { SourceHash = RecordJson.HashOf(record) };
        if (known is null)
        {
            if (!importer.MayAdd(record))
            {
                Report(record, ImportIssues.OutsideScope, IssueSeverity.Error);
                return;
            }

            added.Add(Confirmed(importer.Owned(record)));
            List(ImportOutcome.Added, record, record.ImportLine);
        }
        else if (known.SourceSet != record.SourceSet)
        {
            List(ImportOutcome.Kept, present ?? record, record.ImportLine);
        }
        else if (known.SourceHash == record.SourceHash && known.RetiredAt is null)
        {
            Unchanged++;
        }
        else if (present is null ? !importer.IsNodeWide : !importer.MayChange(present) || !importer.MayAdd(record))
        {
            Report(record, ImportIssues.OutsideScope, IssueSeverity.Warning);
            List(ImportOutcome.Kept, present ?? record, record.ImportLine);
        }
        else if (present is not null && RecordJson.HashOf(present) != known.SourceHash)
        {
            List(ImportOutcome.Kept, present, record.ImportLine);
        }
        else
        {
            changed.Add(Confirmed(Over(record, known, present)));
            List(ImportOutcome.Changed, record, record.ImportLine);
        }
    }

    // What people here have added to a record stays when its source changes.
    private static DirectoryRecord Over(DirectoryRecord record, KnownRecord known, DirectoryRecord? present)
    {
        record = record with { Version = known.Version, CreatedAt = known.CreatedAt };
        if (present is null)
            return record;
        if (record is Organization organization)
            record = organization with { AgencyId = (present as Organization)?.AgencyId };
        var said = record.Translations.Select(t => (t.Field, t.Language)).ToHashSet();
        return record with
        {
            Confidentiality = Confidentiality.Stricter(record.Confidentiality, present.Confidentiality),
            ConfirmedAt = present.ConfirmedAt,
            ConfirmedBy = present.ConfirmedBy,
            ReviewDue = present.ReviewDue,
            Translations = [.. record.Translations, .. present.Translations.Where(t => t.Method != "source" && !said.Contains((t.Field, t.Language)))],
        };
    }

    // A source that says when it last assured itself of a service has confirmed it then.
    private static DirectoryRecord Confirmed(DirectoryRecord record)
    {
        if (record is not Service { AssuredDate.Length: >= 10 } service
            || !DateOnly.TryParseExact(service.AssuredDate.AsSpan(0, 10), "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var assured))
            return record;
        var at = new DateTimeOffset(assured, TimeOnly.MinValue, TimeSpan.Zero);
        return record.ConfirmedAt is null || record.ConfirmedAt < at ? record with { ConfirmedAt = at } : record;
    }

    private void Report(DirectoryRecord record, string code, IssueSeverity severity) =>
        issues.Add(new RowIssue(record.ImportLine, null, code, NameOf(record) is { Length: > 0 } name ? name : record.SourceId, severity, null));

    private void List(ImportOutcome outcome, DirectoryRecord record, int line)
    {
        var count = counts[outcome] = Count(outcome) + 1;
        if (count <= ImportReport.NamedPerOutcome)
            listed.Add(new ImportedRecord(outcome, record.Kind, record.Id, NameOf(record), line));
    }

    private static string NameOf(DirectoryRecord record) => record switch
    {
        Organization o => o.Name,
        Service s => s.Name,
        Location l => l.Name,
        Taxonomy t => t.Name,
        TaxonomyTerm t => t.Name,
        _ => "",
    };
}
