using System.Text.Json;
using System.Text.Json.Nodes;
using Tambo.Guide.Directory;
using Tambo.Guide.Finding;
using Tambo.Platform.Files;

namespace Tambo.Guide.Imports;

/// <summary>
/// Turns drafts into records: fields in their types, references resolved, what is impossible left out with an issue
/// that says so. Pure: the same drafts and the same directory always give the same records.
/// </summary>
/// <param name="sourceSet">The set whose identifiers the drafts use.</param>
/// <param name="existing">The directory as it stands, to which drafts may refer.</param>
/// <param name="issues">Takes what is not in order.</param>
/// <param name="steps">Is told of each draft.</param>
internal sealed class DraftCompiler(string sourceSet, ServiceDirectory existing, IssueReport issues, ImportSteps steps)
{
    private readonly HashSet<(string Kind, Guid Id)> coming = [];
    private readonly Dictionary<(string Kind, string SourceId), Guid> ids = [];
    private readonly Dictionary<(string Kind, Guid Id), IReadOnlyList<string>> left = [];
    private readonly HashSet<(string Kind, Guid Id)> moved = [];

    /// <summary>The fields of records that stayed as they were because the source does not mention them.</summary>
    public IReadOnlyDictionary<(string Kind, Guid Id), IReadOnlyList<string>> Left => left;

    /// <summary>Places whose address is another one now, and whose position is not known any more.</summary>
    public IReadOnlySet<(string Kind, Guid Id)> Moved => moved;

    /// <summary>The records; a draft that cannot be one is left out with an error.</summary>
    public DirectoryRecords Compile(DraftSet drafts)
    {
        var usable = drafts.All.Where(HasName).ToList();
        foreach (var draft in usable)
            coming.Add((draft.Kind, IdOf(draft)));
        var records = new List<DirectoryRecord>(usable.Count);
        for (var at = 0; at < usable.Count; at++)
        {
            steps.Making(at, usable.Count);
            if (Compile(usable[at]) is { } record)
                records.Add(record);
        }

        var compiled = DirectoryRecords.Of(records);
        return compiled with { TaxonomyTerms = TermCircles.Broken(compiled.TaxonomyTerms, existing, issues) };
    }

    private bool HasName(Draft draft)
    {
        var needed = draft.Kind is RecordKinds.Organization or RecordKinds.Service or RecordKinds.Taxonomy or RecordKinds.TaxonomyTerm;
        if (!needed || (draft.Content["name"] is JsonValue name && name.ToString().Trim().Length > 0))
            return true;
        Report(draft, ImportIssues.NameMissing, draft.SourceId, IssueSeverity.Error);
        return false;
    }

    private DirectoryRecord? Compile(Draft draft) => draft.Kind switch
    {
        RecordKinds.Organization => Organization(draft),
        RecordKinds.Service => Service(draft),
        RecordKinds.Location => Location(draft),
        RecordKinds.ServiceAtLocation => Offer(draft),
        RecordKinds.Taxonomy => Read<Taxonomy>(draft),
        RecordKinds.TaxonomyTerm => Term(draft),
        _ => throw new InvalidOperationException($"No record is a '{draft.Kind}'."),
    };

    private Organization Organization(Draft draft)
    {
        Reference(draft, "parent_organization_id", RecordKinds.Organization, mayBeOutside: true);
        return Read<Organization>(draft);
    }

    private Service Service(Draft draft)
    {
        Reference(draft, "organization_id", RecordKinds.Organization);
        OneOf(draft, "status", ["active", "inactive", "defunct", "temporarily closed"], ImportIssues.StatusUnknown);
        var service = Read<Service>(draft);
        if (service is { MinimumAge: { } least, MaximumAge: { } most } && least > most)
        {
            Report(draft, ImportIssues.AgesReversed, $"{least} > {most}");
            service = service with { MinimumAge = null, MaximumAge = null };
        }

        CheckHours(draft, service.Schedules, service.HolidaySchedules, zone: null);
        return service;
    }

    private Location Location(Draft draft)
    {
        Reference(draft, "organization_id", RecordKinds.Organization);
        OneOf(draft, "location_type", ["physical", "postal", "virtual"], ImportIssues.LocationTypeUnknown);
        OneOf(draft, "position_precision", ["exact", "approximate"], ImportIssues.WrongType);
        foreach (var address in (draft.Content["addresses"] as JsonArray ?? []).OfType<JsonObject>())
        {
            if (address["address_type"] is not JsonValue type || type.ToString() is not ("physical" or "postal" or "virtual"))
                address.Remove("address_type");
        }

        var position = new PositionCheck(draft, issues).Read();
        var location = PlaceCheck.Complete(Read<Location>(draft), draft, issues);
        if (position.Impossible.Count > 0)
        {
            // As published, for whoever takes the record over; nothing here reads it.
            var extra = location.Extra is { } known ? new Dictionary<string, JsonElement>(known) : [];
            foreach (var (name, value) in position.Impossible)
                extra[name] = value;
            location = location with { Extra = extra };
        }

        CheckHours(draft, location.Schedules, location.HolidaySchedules, location.TimeZone);
        return location;
    }

    private ServiceAtLocation? Offer(Draft draft)
    {
        if (!Reference(draft, "service_id", RecordKinds.Service))
        {
            Report(draft, ImportIssues.OwnerMissing, draft.SourceId, IssueSeverity.Error);
            return null;
        }

        Reference(draft, "location_id", RecordKinds.Location);
        var offer = Read<ServiceAtLocation>(draft);
        CheckHours(draft, offer.Schedules, offer.HolidaySchedules, zone: null);
        return offer;
    }

    private TaxonomyTerm Term(Draft draft)
    {
        Reference(draft, "taxonomy_id", RecordKinds.Taxonomy);
        Reference(draft, "parent_id", RecordKinds.TaxonomyTerm, mayBeOutside: true);
        return Read<TaxonomyTerm>(draft);
    }

    private T Read<T>(Draft draft)
        where T : DirectoryRecord
    {
        var content = draft.Content;
        var id = IdOf(draft);
        OneOf(draft, "confidentiality", Confidentiality.Levels, ImportIssues.ConfidentialityUnknown, orElse: Confidentiality.Withheld);
        var present = existing.Find(draft.Kind, id) is { } known && known.SourceSet == sourceSet ? known : null;
        if (IsComplete(content))
        {
            // What it lacks is gone, but for whose place it is: that may stand in another record.
            if (present is Location { OrganizationId: { } organization })
                content.TryAdd("organization_id", organization.ToString("D"));
            present = null;
        }

        var silent = (Language: !content.ContainsKey("text_language"), Translations: !content.ContainsKey("translations"));
        var head = (
            Level: Taken(content, "confidentiality"), Language: Taken(content, "text_language"),
            Translations: content["translations"] as JsonArray);
        content.Remove("translations");
        content["id"] = id.ToString("D");
        foreach (var attribute in (content["attributes"] as JsonArray ?? []).OfType<JsonObject>())
        {
            if (attribute["taxonomy_term_id"] is JsonValue term)
                attribute["taxonomy_term_id"] = SourceIds.Of(sourceSet, RecordKinds.TaxonomyTerm, term.ToString()).ToString("D");
        }

        var shapes = new FieldShapes(issues, draft.Source, draft.Line);
        shapes.Shape<T>(content, id);
        if (present is not null)
        {
            var before = new PresentContent(shapes.Unnamed);
            before.Complete(content, present);
            left[(draft.Kind, id)] = [.. before.Left.Distinct(StringComparer.Ordinal)];
            if (before.IsMoved)
                moved.Add((draft.Kind, id));
        }

        PresentContent.WithoutNulls(content);
        var record = content.Deserialize<T>(RecordJson.Options)!;
        return (T)(record with
        {
            SourceSet = sourceSet,
            SourceId = draft.SourceId,
            ImportLine = draft.Line,
            Confidentiality = head.Level.Length > 0 ? head.Level : Confidentiality.Public,
            TextLanguage = silent.Language && present is not null ? present.TextLanguage : head.Language,
            Translations = head.Translations is null
                ? silent.Translations && present is not null ? [.. present.Translations.Where(t => t.Method == "source")] : []
                : TranslationDrafts.Read(head.Translations, content, draft, issues),
        });
    }

    private static bool IsComplete(JsonObject content)
    {
        var said = content["complete"]?.GetValueKind();
        if (said is JsonValueKind.True or JsonValueKind.False)
            content.Remove("complete");
        return said is JsonValueKind.True;
    }

    private bool Reference(Draft draft, string field, string kind, bool mayBeOutside = false)
    {
        if (draft.Content[field] is not JsonValue value || value.ToString().Trim() is not { Length: > 0 } text)
        {
            // Null says that there is none; a record that says nothing keeps what it had.
            if (draft.Content.ContainsKey(field))
                draft.Content[field] = null;
            return false;
        }

        var id = IdOf(kind, text);
        if (coming.Contains((kind, id)) || Exists(kind, id))
        {
            draft.Content[field] = id.ToString("D");
            return true;
        }

        if (mayBeOutside && Guid.TryParse(text, out _))
        {
            Report(draft, ImportIssues.ReferenceOutside, $"{field}: {text}", IssueSeverity.Note);
            return true;
        }

        Report(draft, ImportIssues.ReferenceUnknown, $"{field}: {text}");
        draft.Content.Remove(field);
        return false;
    }

    private bool Exists(string kind, Guid id) => kind switch
    {
        RecordKinds.Organization => existing.Organization(id) is not null,
        RecordKinds.Service => existing.Service(id) is not null,
        RecordKinds.Location => existing.Location(id) is not null,
        RecordKinds.Taxonomy => existing.Taxonomy(id) is not null,
        RecordKinds.TaxonomyTerm => existing.Term(id) is not null,
        _ => false,
    };

    private void OneOf(Draft draft, string field, IReadOnlyList<string> values, string code, string? orElse = null)
    {
        if (draft.Content[field] is not { } value)
            return;
        var text = value.ToString().Trim();
        if (values.FirstOrDefault(v => string.Equals(v, text, StringComparison.OrdinalIgnoreCase)) is { } known)
        {
            draft.Content[field] = known;
            return;
        }

        if (text.Length > 0)
            Report(draft, code, text);
        draft.Content.Remove(field);
        if (orElse is not null && text.Length > 0)
            draft.Content[field] = orElse;
    }

    private void CheckHours(Draft draft, IReadOnlyList<PublishedSchedule> schedules, IReadOnlyList<HolidaySchedule> holidays, string? zone)
    {
        foreach (var issue in schedules.SelectMany(s => PlaceHours.Fields(s).Check(zone).Issues)
            .Concat(holidays.SelectMany(h => PlaceHours.Fields(h).Check().Issues)))
        {
            // Where the place has its zone elsewhere, the clock is not this record's to know.
            if (string.IsNullOrEmpty(zone) && issue.Code is Schedules.ScheduleIssue.ZoneMissing)
                continue;
            issues.Add(new RowIssue(
                draft.Line, null, ImportIssues.Hours + issue.Code, $"{issue.Field}: {issue.Value}",
                issue.Fatal ? IssueSeverity.Warning : IssueSeverity.Note, draft.Source));
        }
    }

    private Guid IdOf(Draft draft) => IdOf(draft.Kind, draft.SourceId);

    private Guid IdOf(string kind, string sourceId)
    {
        if (!ids.TryGetValue((kind, sourceId), out var id))
            ids[(kind, sourceId)] = id = SourceIds.Of(sourceSet, kind, sourceId);
        return id;
    }

    private static string Taken(JsonObject content, string field)
    {
        var text = content[field] is JsonValue value ? value.ToString().Trim() : "";
        content.Remove(field);
        return text;
    }

    private void Report(Draft draft, string code, string? value, IssueSeverity severity = IssueSeverity.Warning) =>
        issues.Add(new RowIssue(draft.Line, null, code, value, severity, draft.Source));
}
