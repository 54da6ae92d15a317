using System.Globalization;
using Tambo.Guide.Directory;
using Tambo.Platform.Places;

namespace Tambo.Guide.Staff;

/// <summary>A service as the answers of a form, and back. What no question asks about stays as it was.</summary>
internal static class ServiceForm
{
    private const int SparePhones = 2;

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
            ["required_documents"] = string.Join('\n', service.RequiredDocuments.Select(d => d.Document)),
            ["email"] = service.Email,
            ["url"] = service.Url,
            ["confidentiality"] = service.Confidentiality,
            ["text_language"] = service.TextLanguage,
        };
        values.Set("categories", [.. service.Attributes.Select(a => a.TaxonomyTermId?.ToString("D")).OfType<string>()]);
        for (var row = 0; row < service.Phones.Count + SparePhones; row++)
        {
            var phone = row < service.Phones.Count ? service.Phones[row] : null;
            values[FormValues.Row("phone", row, "id")] = phone?.Id.ToString("D") ?? "";
            values[FormValues.Row("phone", row, "number")] = phone?.Number ?? "";
            values[FormValues.Row("phone", row, "extension")] = Number(phone?.Extension);
            values[FormValues.Row("phone", row, "description")] = phone?.Description ?? "";
        }

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
            RequiredDocuments = ReadDocuments(form, before.RequiredDocuments, now),
            Phones = ReadPhones(form, before.Phones, now),
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

    private static List<RequiredDocument> ReadDocuments(FormReading form, IReadOnlyList<RequiredDocument> before, DateTimeOffset now) =>
    [
        .. form.Text("required_documents", FormReading.LongText).Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Select(line => before.FirstOrDefault(known => known.Document == line) ?? new RequiredDocument { Id = Guid.CreateVersion7(now), Document = line }),
    ];

    private static List<Phone> ReadPhones(FormReading form, IReadOnlyList<Phone> before, DateTimeOffset now)
    {
        var read = new List<Phone>();
        for (var row = 0; row < form.Values.Rows("phone", "number"); row++)
        {
            string Name(string field) => FormValues.Row("phone", row, field);
            var number = form.Text(Name("number"));
            if (number.Length == 0)
                continue;
            var old = before.FirstOrDefault(phone => phone.Id.ToString("D") == form.Values[Name("id")]);
            if (number != old?.Number && number.Count(char.IsAsciiDigit) < 2)
                form.Refuse(Name("number"), GuideProblems.PhoneUnfit);
            read.Add((old ?? new Phone { Id = Guid.CreateVersion7(now) }) with
            {
                Number = number,
                Extension = form.Number(Name("extension"), 0, 999_999, GuideProblems.PhoneUnfit),
                Description = form.Text(Name("description")),
            });
        }

        return read;
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
