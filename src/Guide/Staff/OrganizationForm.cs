using System.Globalization;
using Tambo.Guide.Directory;

namespace Tambo.Guide.Staff;

/// <summary>An organisation as the answers of a form, and back. What no question asks about stays as it was.</summary>
internal static class OrganizationForm
{
    /// <summary>Fills the form.</summary>
    public static FormValues Of(Organization organization, Guid? agency)
    {
        var values = new FormValues
        {
            ["version"] = organization.Version.ToString(CultureInfo.InvariantCulture),
            ["name"] = organization.Name,
            ["alternate_name"] = organization.AlternateName,
            ["description"] = organization.Description,
            ["email"] = organization.Email,
            ["website"] = organization.Website,
            ["text_language"] = organization.TextLanguage,
            ["confidentiality"] = organization.Confidentiality,
            ["agency"] = agency?.ToString("D") ?? "",
        };
        RecordRows.Phones.Write(values, organization.Phones);
        RecordRows.Contacts.Write(values, organization.Contacts);
        RecordRows.Links.Write(values, organization.AdditionalWebsites);
        return values;
    }

    /// <summary>The organisation that a form means.</summary>
    public static Organization Read(FormReading form, Organization before, bool mayHide, DateTimeOffset now)
    {
        var read = before with
        {
            Name = form.Text("name", required: true),
            AlternateName = form.Text("alternate_name"),
            Description = form.Text("description", FormReading.LongText),
            Email = form.Email("email", before.Email),
            Website = form.Web("website", before.Website),
            TextLanguage = form.OneOf("text_language", ServiceForm.TextLanguages, before.TextLanguage),
            Phones = RecordRows.Phones.Read(form, before.Phones, now),
            Contacts = RecordRows.Contacts.Read(form, before.Contacts, now),
            AdditionalWebsites = RecordRows.Links.Read(form, before.AdditionalWebsites, now),
        };
        return mayHide ? read with { Confidentiality = form.OneOf("confidentiality", Confidentiality.Levels, before.Confidentiality) } : read;
    }
}
