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
    public string Confidentiality { get; init; } = "";

    /// <summary>The agency that looks after it, when it is an organisation.</summary>
    public Guid? AgencyId { get; init; }

    /// <summary>The import that took it out because its source no longer had it; null when people did.</summary>
    public Guid? RetiredBy { get; init; }

    /// <summary>The agency for which that import was run; null for the node.</summary>
    public Guid? RetiredFor { get; init; }
}

/// <summary>On what terms records come in.</summary>
/// <param name="Scope">How far the right of whoever imports reaches.</param>
/// <param name="Retrieved">When the source was retrieved.</param>
/// <param name="ReviewAfterDays">After how many days a service is to be confirmed again.</param>
/// <param name="Left">The fields of each record that stay because the source does not mention them.</param>
/// <param name="Moved">Places that lose their position because the source gives another address and no position.</param>
internal sealed record ImportTerms(
    ImportScope Scope, DateOnly Retrieved, int ReviewAfterDays, IReadOnlyDictionary<(string Kind, Guid Id), IReadOnlyList<string>> Left,
    IReadOnlySet<(string Kind, Guid Id)> Moved)
{
    /// <summary>When something is to be confirmed that was right on a day.</summary>
    public DateOnly DueAfter(DateOnly day) => day.AddDays(ReviewAfterDays);
}

/// <summary>
/// Compares what a source says with the directory: what to add, what to change, what to leave. Pure: decides, and
/// writes nothing.
/// </summary>
internal sealed class ImportPlan
{
    private readonly ImportTerms terms;
    private readonly IssueReport issues;
    private readonly List<DirectoryRecord> added = [];
    private readonly List<DirectoryRecord> changed = [];
    private readonly List<DirectoryRecord> vanished = [];
    private readonly List<ImportedRecord> listed = [];
    private readonly Dictionary<ImportOutcome, int> counts = [];

    private ImportPlan(ImportTerms terms, IssueReport issues) => (this.terms, this.issues) = (terms, issues);

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
    /// <param name="terms">How far the import reaches, and when what it brings is to be confirmed.</param>
    /// <param name="issues">Takes what is not in order.</param>
    /// <param name="steps">Is told of each record.</param>
    public static ImportPlan Of(
        DirectoryRecords incoming, ServiceDirectory existing, IReadOnlyCollection<KnownRecord> known, string sourceSet, bool retire,
        ImportTerms terms, IssueReport issues, ImportSteps steps)
    {
        var plan = new ImportPlan(terms, issues);
        var byKey = known.ToDictionary(k => (k.Kind, k.Id));
        var present = existing.Records.All.ToDictionary(r => (r.Kind, r.Id));
        var seen = new HashSet<(string, Guid)>();
        var (at, all) = (0, incoming.All.Count());
        foreach (var record in incoming.All)
        {
            steps.Comparing(at++, all);
            seen.Add((record.Kind, record.Id));
            plan.Place(record, byKey.GetValueOrDefault((record.Kind, record.Id)), present.GetValueOrDefault((record.Kind, record.Id)));
        }

        foreach (var record in present.Values.Where(r => r.SourceSet == sourceSet && !seen.Contains((r.Kind, r.Id)) && terms.Scope.MayChange(r)))
        {
            plan.List(retire ? ImportOutcome.Retired : ImportOutcome.Vanished, record, 0);
            plan.vanished.Add(record);
        }

        return plan;
    }

    private void Place(DirectoryRecord record, KnownRecord? known, DirectoryRecord? present)
    {
        var hash = RecordJson.HashOf(record);
        record = record with { SourceHash = hash };
        var presentHash = present is null ? "" : RecordJson.HashOf(present);
        if (known is null)
        {
            if (!terms.Scope.MayAdd(record))
            {
                Report(record, ImportIssues.OutsideScope, IssueSeverity.Error);
                return;
            }

            added.Add(Confirmed(terms.Scope.Owned(record)));
            List(ImportOutcome.Added, record, record.ImportLine);
        }
        else if (known.SourceSet != record.SourceSet)
        {
            List(ImportOutcome.Kept, terms.Scope.IsNodeWide ? present ?? record : record, record.ImportLine);
        }
        else if (known is { RetiredAt: not null, RetiredBy: null })
        {
            // People took it out: that a source still lists it is no reason to show it again.
            List(ImportOutcome.Kept, record, record.ImportLine);
        }
        else if (known.RetiredAt is null && (known.SourceHash == hash || presentHash == hash))
        {
            Unchanged++;
        }
        else if (!(present is null ? terms.Scope.MayBringBack(known) : terms.Scope.MayChange(present)) || !terms.Scope.MayAdd(record))
        {
            // By the name that the file has for it: what it is called here may not be the importer's to know.
            Report(record, ImportIssues.OutsideScope, IssueSeverity.Warning);
            List(ImportOutcome.Kept, record, record.ImportLine);
        }
        else if (present is not null && presentHash != known.SourceHash)
        {
            List(ImportOutcome.Kept, present, record.ImportLine);
        }
        else
        {
            changed.Add(Confirmed(Over(record, known, present)));
            if (terms.Left.TryGetValue((record.Kind, record.Id), out var left) && left.Count > 0)
                issues.Add(new RowIssue(record.ImportLine, null, ImportIssues.FieldsLeft, $"{NameOf(record)}: {string.Join(", ", left)}", IssueSeverity.Note, null));
            if (terms.Moved.Contains((record.Kind, record.Id)))
                Report(record, ImportIssues.PositionOutdated, IssueSeverity.Note);
            List(ImportOutcome.Changed, record, record.ImportLine);
        }
    }

    // What people here have added to a record stays when its source changes.
    private static DirectoryRecord Over(DirectoryRecord record, KnownRecord known, DirectoryRecord? present)
    {
        record = record with
        {
            Version = known.Version,
            CreatedAt = known.CreatedAt,
            Confidentiality = Confidentiality.Stricter(record.Confidentiality, known.Confidentiality),
        };
        if (record is Organization organization)
            record = organization with { AgencyId = known.AgencyId };
        if (present is null)
            return record;
        var said = record.Translations.Select(t => (t.Field, t.Language)).ToHashSet();
        return record with
        {
            ConfirmedAt = present.ConfirmedAt,
            ConfirmedBy = present.ConfirmedBy,
            ReviewDue = present.ReviewDue,
            Translations = [.. record.Translations, .. present.Translations.Where(t => t.Method != "source" && !said.Contains((t.Field, t.Language)))],
        };
    }

    // A source that says when it last assured itself of a service has confirmed it then, by its own word and not by that
    // of whoever confirmed it here before. What nobody has confirmed is due some time after it was retrieved.
    private DirectoryRecord Confirmed(DirectoryRecord record)
    {
        if (record is not Service service)
            return record;
        var assured = service.AssuredDate.Length >= 10
            && DateOnly.TryParseExact(service.AssuredDate.AsSpan(0, 10), "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) && day <= terms.Retrieved
            ? day
            : (DateOnly?)null;
        var at = assured is { } known ? new DateTimeOffset(known, TimeOnly.MinValue, TimeSpan.Zero) : (DateTimeOffset?)null;
        if (at is { } newer && (service.ConfirmedAt is null || service.ConfirmedAt < newer))
            return service with { ConfirmedAt = newer, ConfirmedBy = "", ReviewDue = terms.DueAfter(assured!.Value) };
        return service.ReviewDue is null ? service with { ReviewDue = terms.DueAfter(assured ?? terms.Retrieved) } : service;
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
