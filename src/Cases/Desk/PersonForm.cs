using Tambo.Cases.Persons;
using Tambo.Platform.Access;
using Tambo.Platform.Problems;

namespace Tambo.Cases.Desk;

/// <summary>Reads the form by which an officer registers a person. No question has to be answered.</summary>
internal static class PersonForm
{
    private const int LongestNotes = 5000;

    // What a rule says of a record, beside the question that the form has for it.
    private static readonly (string Path, string Field)[] Fields =
    [
        ("identity.names", "given"), ("identity.birth", "birthDay"), ("identity.nationalities", "nationality"), ("identity.noNationalityClaimed", "nationality"),
        ("identity.documents", "document"), ("identity.contact", "phone"), ("identity.sexRecorded", "sex"), ("general.languages", "language"), ("general.notes", "notes"), ("area", "area"), ("agency", "area"),
    ];

    /// <summary>What the form says.</summary>
    public static SentPerson Read(StaffForm form, DateOnly today)
    {
        var notes = form.Words("notes", LongestNotes, CasesProblems.TextTooLong);
        var languages = form.Text("language") is { Length: > 0 } language ? [new PersonLanguage { Code = language, Interpreter = form.Ticked("interpreter") }] : Array.Empty<PersonLanguage>();
        return new SentPerson
        {
            Identity = new PersonIdentity
            {
                Names = [.. Names(form)],
                SexRecorded = form.Text("sex") is { Length: > 0 } sex ? sex : null,
                Birth = Birth(form, today),
                Nationalities = form.Text("nationality") is { Length: > 0 } nationality && nationality != "none" ? [new Nationality { Code = nationality }] : [],
                NoNationalityClaimed = form.Text("nationality") == "none",
                Documents = form.Text("document") is { Length: > 0 } number ? [new IdentityDocument { Type = form.Text("documentType") is { Length: > 0 } type ? type : "other", Number = number, SeenOriginal = form.Ticked("documentSeen") }] : [],
                Contact = form.Text("phone") is { Length: > 0 } phone ? [new Contact { Kind = "phone", Value = phone, Safe = form.Text("phoneSafe") switch { "yes" => true, "no" => false, _ => null } }] : [],
            },
            General = languages.Length > 0 || notes.Length > 0 ? new PersonGeneral { Languages = languages, Notes = notes.Length > 0 ? notes : null } : null,
            Area = form.Text("area") is { Length: > 0 } area ? area : null,
        };
    }

    /// <summary>The refusal of a record, beside the questions of the form.</summary>
    public static Problem AtFields(Problem refused) => new(refused.Kind, [.. refused.Values])
    {
        Fields = refused.Fields
            .Select(one => (Field: Fields.FirstOrDefault(known => one.Key.StartsWith(known.Path, StringComparison.Ordinal)).Field ?? one.Key, one.Value))
            .DistinctBy(one => one.Field, StringComparer.Ordinal).ToDictionary(one => one.Field, one => one.Value, StringComparer.Ordinal),
        RetryAfter = refused.RetryAfter,
    };

    private static IEnumerable<PersonName> Names(StaffForm form)
    {
        var (given, family) = (form.Text("given"), form.Text("family"));
        if (given.Length + family.Length > 0)
        {
            // One word or several: which is the first surname, traditions say differently, so the words stay together.
            var said = new PersonName { Given = given.Split(' ', StringSplitOptions.RemoveEmptyEntries), Family1 = family.Length > 0 ? family : null, Full = string.Join(' ', new[] { given, family }.Where(part => part.Length > 0)) };
            yield return said;
        }

        if (form.Text("otherName") is { Length: > 0 } other)
            yield return new PersonName { Kind = "alias", Full = other };
    }

    // A day of birth, a year, or an age that was said or seen; the most exact that is there counts.
    private static Birth? Birth(StaffForm form, DateOnly today)
    {
        var (day, year, least, greatest) = (form.Text("birthDay"), form.Whole("birthYear", CasesProblems.ValueUnfit), form.Whole("ageLeast", CasesProblems.ValueUnfit), form.Whole("ageMost", CasesProblems.ValueUnfit));
        var (basis, disputed) = (form.Text("birthBasis") is { Length: > 0 } said ? said : "declared", form.Ticked("ageDisputed"));
        if (day.Length > 0)
            return new Birth { Date = day, Basis = basis, Disputed = disputed };
        if (year is not null)
            return new Birth { InYear = year, Basis = basis, Disputed = disputed };
        if (least is null && greatest is null)
            return null;
        if (least is < 0 or > Persons.Birth.OldestAge || greatest is < 0 or > Persons.Birth.OldestAge || least > greatest)
        {
            form.Refuse("ageLeast", CasesProblems.BirthUnfit);
            return null;
        }

        var (earliest, latest) = Persons.Birth.OfAge((least ?? greatest)!.Value, (greatest ?? least)!.Value, today);
        return new Birth { Earliest = earliest, Latest = latest, Basis = basis, Disputed = disputed };
    }
}
