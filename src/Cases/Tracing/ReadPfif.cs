using System.Globalization;
using System.Text.RegularExpressions;
using System.Xml;
using System.Xml.Linq;
using Tambo.Platform.Files;
using Tambo.Platform.Languages;

namespace Tambo.Cases.Tracing;

/// <summary>
/// Reads PFIF 1.4. A record that cannot be used as it stands is told by its line and left out; of the others nothing is lost: a field
/// whose value the format does not know is told and left out alone.
/// </summary>
internal static partial class ReadPfif
{
    private const int LongestText = 20_000;
    private static readonly XNamespace Format = Pfif.Namespace;
    private static readonly string[] Known = ["person_record_id", "note_record_id", "entry_date", "expiry_date", "source_date", "note"];

    /// <summary>The persons of a document, with their notes.</summary>
    /// <param name="stream">The document.</param>
    /// <param name="report">Hears what is wrong, by line.</param>
    /// <exception cref="Platform.Problems.Problem">It is no XML that may be read, or no PFIF 1.4.</exception>
    public static IReadOnlyList<PfifPerson> From(Stream stream, IssueReport report)
    {
        var root = SafeXml.Load(stream).Root!;
        if (root.Name != Format + "pfif")
            throw TracingProblems.NoPfif.With();
        var persons = new List<PfifPerson>();
        foreach (var element in root.Elements(Format + "person"))
        {
            if (Person(element, report) is not { } person)
                continue;
            if (persons.Exists(known => known.RecordId == person.RecordId))
                report.Add(Issue(element, TracingIssues.RecordTwice, person.RecordId));
            else
                persons.Add(person);
        }

        return WithNotes(persons, [.. root.Descendants(Format + "note").Select(note => Note(note, report)).OfType<PfifNote>()]);
    }

    // Notes stand in their person or beside all; each counts once.
    private static List<PfifPerson> WithNotes(List<PfifPerson> persons, List<PfifNote> notes)
    {
        var byPerson = notes.DistinctBy(note => note.RecordId, StringComparer.Ordinal).ToLookup(note => note.PersonRecordId, StringComparer.Ordinal);
        return [.. persons.Select(person => person with { Notes = [.. byPerson[person.RecordId].OrderBy(note => note.SourceDate)] })];
    }

    private static PfifPerson? Person(XElement element, IssueReport report)
    {
        var id = Text(element, "person_record_id");
        if (!IsRecord(id))
        {
            report.Add(Issue(element, TracingIssues.RecordUnnamed, id));
            return null;
        }

        var person = new PfifPerson
        {
            RecordId = id,
            EntryDate = Instant(element, "entry_date", report),
            ExpiryDate = Instant(element, "expiry_date", report),
            SourceDate = Instant(element, "source_date", report),
            Fields = Fields(element, Pfif.OfPersons, report),
        };
        // Only what is left of a record that has run out may be without them (1.4, data expiry).
        if (person.IsPlaceholder || (person["full_name"].Length > 0 && person.SourceDate is not null))
            return person;
        report.Add(Issue(element, TracingIssues.FieldMissing, person["full_name"].Length == 0 ? "full_name" : "source_date"));
        return null;
    }

    private static PfifNote? Note(XElement element, IssueReport report)
    {
        var (id, about) = (Text(element, "note_record_id"), Text(element.Parent!, "person_record_id") is { Length: > 0 } around ? around : Text(element, "person_record_id"));
        if (!IsRecord(id) || !IsRecord(about))
        {
            report.Add(Issue(element, TracingIssues.RecordUnnamed, id));
            return null;
        }

        var fields = Fields(element, Pfif.OfNotes, report);
        var said = Instant(element, "source_date", report);
        if (said is not null && fields.ContainsKey("author_name") && fields.ContainsKey("text"))
            return new PfifNote { RecordId = id, PersonRecordId = about, EntryDate = Instant(element, "entry_date", report), SourceDate = said, Fields = fields };
        report.Add(Issue(element, TracingIssues.FieldMissing, said is null ? "source_date" : fields.ContainsKey("text") ? "author_name" : "text"));
        return null;
    }

    private static Dictionary<string, string> Fields(XElement record, IReadOnlyList<string> known, IssueReport report)
    {
        var fields = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var element in record.Elements())
        {
            var name = element.Name.Namespace == Format ? element.Name.LocalName : element.Name.ToString();
            if (!known.Contains(name, StringComparer.Ordinal))
            {
                if (!Known.Contains(name, StringComparer.Ordinal))
                    report.Add(Issue(element, TracingIssues.FieldUnknown, name, IssueSeverity.Note));
                continue;
            }

            var text = TextCharacters.Mended(element.Value).Trim();
            if (text.Length == 0)
                continue;
            if (!IsFit(name, text))
                report.Add(Issue(element, TracingIssues.ValueUnfit, text, IssueSeverity.Warning));
            else if (!fields.TryAdd(name, text))
                report.Add(Issue(element, TracingIssues.FieldTwice, name, IssueSeverity.Warning));
        }

        return fields;
    }

    private static bool IsFit(string field, string text) => text.Length <= LongestText && field switch
    {
        "sex" => Pfif.Sexes.Contains(text),
        "status" => Pfif.Statuses.Contains(text),
        "date_of_birth" => IsBirth(text),
        "age" => IsAge(text),
        "author_made_contact" => text is "true" or "false",
        "home_country" => text.Length == 2 && text.All(char.IsAsciiLetterUpper),
        // Shown as links: nothing that runs.
        "photo_url" or "source_url" => IsWeb(text),
        "profile_urls" => text.Split('\n').All(IsWeb),
        _ => true,
    };

    private static bool IsWeb(string text) => Uri.TryCreate(text.Trim(), UriKind.Absolute, out var address) && (address.Scheme == Uri.UriSchemeHttps || address.Scheme == Uri.UriSchemeHttp);

    private static bool IsBirth(string text) => DateOnly.TryParseExact(text, ["yyyy-MM-dd", "yyyy-MM", "yyyy"], CultureInfo.InvariantCulture, DateTimeStyles.None, out _);

    private static bool IsAge(string text) =>
        Age().Match(text) is { Success: true } age
        && (!age.Groups["to"].Success || int.Parse(age.Groups["from"].ValueSpan, CultureInfo.InvariantCulture) <= int.Parse(age.Groups["to"].ValueSpan, CultureInfo.InvariantCulture));

    private static bool IsRecord(string id) => id.Length is > 2 and <= 300 && id.IndexOf('/', StringComparison.Ordinal) is > 0 and var slash && slash < id.Length - 1;

    private static string Text(XElement record, string field) => TextCharacters.Mended(record.Element(Format + field)?.Value ?? "").Trim();

    private static DateTimeOffset? Instant(XElement record, string field, IssueReport report)
    {
        if (record.Element(Format + field) is not { } element || element.Value.Trim() is not { Length: > 0 } text)
            return null;
        // Always in UTC, with or without a part of a second (1.4, data model).
        if (DateTimeOffset.TryParseExact(text, ["yyyy-MM-dd'T'HH:mm:ss'Z'", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'"], CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at))
            return at;
        report.Add(Issue(element, TracingIssues.ValueUnfit, text, IssueSeverity.Warning));
        return null;
    }

    private static RowIssue Issue(XElement element, string code, string value, IssueSeverity severity = IssueSeverity.Error) =>
        new(((IXmlLineInfo)element).LineNumber, ((IXmlLineInfo)element).LinePosition, code, value, severity);

    [GeneratedRegex("^(?<from>[0-9]{1,3})(-(?<to>[0-9]{1,3}))?$", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Age();
}
