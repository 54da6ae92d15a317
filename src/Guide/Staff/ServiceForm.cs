using System.Globalization;
using Tambo.Guide.Directory;
using Tambo.Platform.Places;

namespace Tambo.Guide.Staff;

/// <summary>A service as the answers of a form, and back. What no question asks about stays as it was.</summary>
internal static class ServiceForm
{
    /// <summary>The languages a record may be written in; empty when nobody knows.</summary>
    public static IReadOnlyList<string> TextLanguages { get; } = ["", .. SpokenLanguages.All.Select(spoken => spoken.Code)];

    public static IReadOnlyList<string> Statuses { get; } = ["active", "inactive", "temporarily closed", "defunct"];

    /// <summary>Fills the form.</summary>
    /// <param name="service">The service.</param>
    /// <param name="organization">The name of its organisation.</param>
    /// <param name="language">The reader's language, in which spoken languages are named.</param>
    public static FormValues Of(Service service, string organization, string language)
    {
        var values = new FormValues
        {
            ["version"] = service.Version.ToString(CultureInfo.InvariantCulture),
            ["name"] = service.Name,
            ["alternate_name"] = service.AlternateName,
            ["organization"] = organization,
            ["description"] = service.Description,
            ["status"] = service.Status,
            ["alert"] = service.Alert,
            ["application_process"] = service.ApplicationProcess,
            ["wait_time"] = service.WaitTime,
            ["eligibility_description"] = service.EligibilityDescription,
            ["minimum_age"] = Number(service.MinimumAge),
            ["maximum_age"] = Number(service.MaximumAge),
            ["free"] = service.Free switch { true => "yes", false => "no", null => "unknown" },
            ["fees_description"] = service.FeesDescription,
            ["languages"] = string.Join(", ", service.Languages.Select(spoken => NameOf(spoken, language))),
            ["interpretation_services"] = service.InterpretationServices,
            ["eligibility"] = string.Join('\n', service.Eligibility.Select(e => e.Criterion)),
            ["accreditations"] = service.Accreditations,
            ["licenses"] = service.Licenses,
            ["required_documents"] = string.Join('\n', service.RequiredDocuments.Select(d => d.Document)),
            ["email"] = service.Email,
            ["url"] = service.Url,
            ["confidentiality"] = service.Confidentiality,
            ["text_language"] = service.TextLanguage,
        };
        values.Set("categories", [.. service.Attributes.Select(a => a.TaxonomyTermId?.ToString("D")).OfType<string>()]);
        RecordRows.Phones.Write(values, service.Phones);
        RecordRows.Contacts.Write(values, service.Contacts);
        RecordRows.Exceptions.Write(values, service.HolidaySchedules);
        RecordRows.Costs.Write(values, service.CostOptions);
        RecordRows.Capacities(default).Write(values, service.Capacities);
        RecordRows.Links.Write(values, service.AdditionalUrls);
        RecordRows.Areas.Write(values, service.ServiceAreas);
        HoursRows.Write(values, service.Schedules);
        return values;
    }

    /// <summary>The service that a form means.</summary>
    /// <param name="form">The answers; what is wrong is noted there.</param>
    /// <param name="before">The service as it stands.</param>
    /// <param name="directory">The directory, whose categories may be chosen.</param>
    /// <param name="language">The reader's language.</param>
    /// <param name="mayHide">True when the reader may decide about confidentiality.</param>
    /// <param name="now">The moment of the change.</param>
    public static Service Read(
        FormReading form, Service before, ServiceDirectory directory, string language, bool mayHide, DateTimeOffset now)
    {
        var read = before with
        {
            Name = form.Text("name", required: true),
            AlternateName = form.Text("alternate_name"),
            Description = form.Text("description", FormReading.LongText),
            Status = form.OneOf("status", Statuses, before.Status),
            Alert = form.Text("alert", FormReading.LongText),
            ApplicationProcess = form.Text("application_process", FormReading.LongText),
            WaitTime = form.Text("wait_time"),
            EligibilityDescription = form.Text("eligibility_description", FormReading.LongText),
            MinimumAge = form.Number("minimum_age", 0, 130, GuideProblems.AgeUnfit),
            MaximumAge = form.Number("maximum_age", 0, 130, GuideProblems.AgeUnfit),
            Free = form.Values["free"] switch { "yes" => true, "no" => false, _ => null },
            FeesDescription = form.Text("fees_description", FormReading.LongText),
            InterpretationServices = form.Text("interpretation_services"),
            Email = form.Email("email", before.Email),
            Url = form.Web("url", before.Url),
            Languages = ReadLanguages(form, before.Languages, language, now),
            RequiredDocuments = ReadLines(
                form, "required_documents", before.RequiredDocuments, d => d.Document, line => new RequiredDocument { Id = Guid.CreateVersion7(now), Document = line }),
            Eligibility = ReadLines(form, "eligibility", before.Eligibility, e => e.Criterion, line => new Eligibility { Id = Guid.CreateVersion7(now), Criterion = line }),
            Accreditations = form.Text("accreditations", FormReading.LongText),
            Licenses = form.Text("licenses", FormReading.LongText),
            TextLanguage = form.OneOf("text_language", TextLanguages, before.TextLanguage),
            Phones = RecordRows.Phones.Read(form, before.Phones, now),
            Contacts = RecordRows.Contacts.Read(form, before.Contacts, now),
            HolidaySchedules = RecordRows.Exceptions.Read(form, before.HolidaySchedules, now),
            CostOptions = RecordRows.Costs.Read(form, before.CostOptions, now),
            Capacities = RecordRows.Capacities(now).Read(form, before.Capacities, now),
            AdditionalUrls = RecordRows.Links.Read(form, before.AdditionalUrls, now),
            ServiceAreas = RecordRows.Areas.Read(form, before.ServiceAreas, now),
            Attributes = ReadCategories(form, before.Attributes, directory, now),
            Schedules = HoursRows.Read(form, before.Schedules, now),
        };
        if (read.MaximumAge < read.MinimumAge)
            form.Refuse("maximum_age", GuideProblems.AgesReversed);
        return mayHide ? read with { Confidentiality = form.OneOf("confidentiality", Confidentiality.Levels, before.Confidentiality) } : read;
    }

    private static List<LanguageSpoken> ReadLanguages(
        FormReading form, IReadOnlyList<LanguageSpoken> before, string language, DateTimeOffset now)
    {
        var read = new List<LanguageSpoken>();
        foreach (var word in form.Text("languages", FormReading.LongText).Split([',', ';', '\n'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            if (before.FirstOrDefault(known => Same(NameOf(known, language), word)) is { } kept)
                read.Add(kept);
            else if (Spoken(word, language) is { } found)
                read.Add(new LanguageSpoken { Id = Guid.CreateVersion7(now), Code = found.Code, Name = found.Name("en") });
            else
                form.Refuse("languages", GuideProblems.LanguageUnknown);
        }

        return read;
    }

    // A line as it stood keeps its part, with what else is known of it; so do lines that the form cannot tell apart.
    private static IReadOnlyList<T> ReadLines<T>(FormReading form, string name, IReadOnlyList<T> before, Func<T, string> say, Func<string, T> make)
        where T : RecordPart
    {
        var text = form.Text(name, FormReading.LongText);
        return text == string.Join('\n', before.Select(say)).ReplaceLineEndings("\n").Trim()
            ? before
            : [.. text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(line => before.FirstOrDefault(known => say(known) == line) ?? make(line))];
    }

    private static List<RecordAttribute> ReadCategories(
        FormReading form, IReadOnlyList<RecordAttribute> before, ServiceDirectory directory, DateTimeOffset now)
    {
        var chosen = form.Values.All("categories").Select(id => Guid.TryParse(id, out var term) ? directory.Term(term) : null)
            .OfType<TaxonomyTerm>().DistinctBy(term => term.Id).ToList();
        // A term that is not in the directory was no question of the form, and stays.
        return
        [
            .. before.Where(a => directory.Term(a.TaxonomyTermId) is not { } term || chosen.Exists(c => c.Id == term.Id)),
            .. chosen.Where(c => before.All(a => a.TaxonomyTermId != c.Id)).Select(c => new RecordAttribute
            {
                Id = Guid.CreateVersion7(now), TaxonomyTermId = c.Id, LinkEntity = RecordKinds.Service,
            }),
        ];
    }

    private static SpokenLanguage? Spoken(string word, string language) => SpokenLanguages.Find(word) ?? SpokenLanguages.All.FirstOrDefault(
        spoken => Same(spoken.Name(language), word) || Same(spoken.OwnName ?? "", word) || Same(spoken.Name("en"), word));

    private static string NameOf(LanguageSpoken spoken, string language) =>
        spoken.Code.Length > 0 ? SpokenLanguages.Name(spoken.Code, language) : spoken.Name;

    private static bool Same(string one, string other) => string.Equals(one, other, StringComparison.OrdinalIgnoreCase);

    private static string Number(double? number) => number?.ToString(CultureInfo.InvariantCulture) ?? "";
}
