using Tambo.Platform.Places;
using Tambo.Platform.Problems;
using Tambo.Platform.Shell;

namespace Tambo.Cases.Persons;

/// <summary>What may be wrong with what is said of a person, field by field. Nothing has to be said: help never asks who somebody is.</summary>
internal static class PersonChecks
{
    private static readonly string[] Sexes = ["female", "male", "other", "unknown", "declined"];
    private static readonly string[] BirthBases = ["document", "declared", "assessed"];
    private static readonly string[] ContactKinds = ["phone", "messaging", "email", "address", "other"];
    private const int MostOfAKind = 20;

    // The codes that passports of persons without a nationality carry (ICAO Doc 9303-3, section 5): none is a nationality.
    private static readonly string[] NoNationality = ["XXA", "XXB", "XXC", "XXX", "STATELESS"];

    /// <summary>Kinds of names; the texts <c>cases.name.{code}</c>.</summary>
    public static IReadOnlyList<string> NameKinds { get; } = ["legal", "birth", "alias", "nickname", "religious"];

    /// <summary>How sure a name is.</summary>
    public static IReadOnlyList<string> Certainties { get; } = ["sure", "likely", "unsure"];

    /// <summary>On what a nationality rests.</summary>
    public static IReadOnlyList<string> NationalityBases { get; } = ["document", "declared", "authority"];

    /// <summary>Kinds of documents; the texts <c>cases.document.{code}</c>.</summary>
    public static IReadOnlyList<string> DocumentTypes { get; } = ["passport", "identity_card", "birth_certificate", "travel_document", "residence_permit", "consular_card", "driving_licence", "other"];

    /// <summary>How sure an identity is: what was said, a document, verified, or elsewhere by another authority's biometrics.</summary>
    public static IReadOnlyList<string> Confidences { get; } = ["declared", "document", "verified", "elsewhere"];

    /// <summary>What is wrong with an identity, by field.</summary>
    public static void Of(PersonIdentity said, DateOnly today, List<(string, ProblemKind)> wrong)
    {
        Few("identity.names", said.Names.Count);
        Few("identity.documents", said.Documents.Count);
        Few("identity.contact", said.Contact.Count);
        Few("identity.nationalities", said.Nationalities.Count);
        Among("identity.sexRecorded", said.SexRecorded, Sexes);
        Among("identity.confidence", said.Confidence, Confidences);
        foreach (var (name, at) in said.Names.Select((name, i) => (name, $"identity.names[{i}]")))
        {
            Few(at + ".given", name.Given.Count);
            Among(at + ".kind", name.Kind, NameKinds);
            Among(at + ".certainty", name.Certainty, Certainties);
            if (name.Script is { } script && !IsScript(script))
                wrong.Add((at + ".script", CasesProblems.CodeUnknown));
            if (!name.Parts.Any())
                wrong.Add((at, FormProblems.Missing));
        }

        foreach (var (nationality, at) in said.Nationalities.Select((nationality, i) => (nationality, $"identity.nationalities[{i}]")))
        {
            if (NoNationality.Contains(nationality.Code.Trim(), StringComparer.OrdinalIgnoreCase))
                wrong.Add((at + ".code", CasesProblems.StatelessIsNone));
            else
                Country(at + ".code", nationality.Code);
            Among(at + ".basis", nationality.Basis, NationalityBases);
            Day(at + ".since", nationality.Since, past: true);
        }

        if (said.NoNationalityClaimed && said.Nationalities.Count > 0)
            wrong.Add(("identity.noNationalityClaimed", CasesProblems.NationalityContradicts));
        foreach (var (document, at) in said.Documents.Select((document, i) => (document, $"identity.documents[{i}]")))
        {
            Among(at + ".type", document.Type, DocumentTypes);
            Country(at + ".issuer", document.Issuer);
            Day(at + ".expires", document.Expires, past: false);
            if (PersonKeys.Plain(document.Number).Length == 0)
                wrong.Add((at + ".number", FormProblems.Missing));
        }

        foreach (var (contact, at) in said.Contact.Select((contact, i) => (contact, $"identity.contact[{i}]")))
        {
            Among(at + ".kind", contact.Kind, ContactKinds);
            if (string.IsNullOrWhiteSpace(contact.Value))
                wrong.Add((at + ".value", FormProblems.Missing));
            else if (contact.Kind == "phone" && PersonKeys.Digits(contact.Value).Length is < 5 or > 20)
                wrong.Add((at + ".value", CasesProblems.PhoneUnfit));
        }

        Country("identity.placeOfBirth.country", said.PlaceOfBirth?.Country);
        if (said.Birth is { } birth)
            OfBirth(birth);

        void OfBirth(Birth born)
        {
            Among("identity.birth.basis", born.Basis, BirthBases);
            if (born.Date is not null && Birth.ReadDay(born.Date) is null)
                wrong.Add(("identity.birth.date", CasesProblems.DateUnfit));
            else if (born.Days is not { } days)
                wrong.Add(("identity.birth", CasesProblems.BirthUnfit));
            else if (days.First > today)
                wrong.Add(("identity.birth", CasesProblems.BirthAhead));
            else if (born.AgeOn(today)!.Value.Least > Birth.OldestAge)
                wrong.Add(("identity.birth", CasesProblems.BirthUnfit));
        }

        void Few(string at, int count)
        {
            if (count > MostOfAKind)
                wrong.Add((at, CasesProblems.TooManyItems));
        }

        void Among(string at, string? code, IReadOnlyList<string> known)
        {
            if (code is not null && !known.Contains(code, StringComparer.Ordinal))
                wrong.Add((at, CasesProblems.CodeUnknown));
        }

        void Country(string at, string? code)
        {
            if (code is not null && Countries.Find(code) is null)
                wrong.Add((at, CasesProblems.CountryUnknown));
        }

        void Day(string at, string? day, bool past)
        {
            if (day is not null && (Birth.ReadDay(day) is not { } read || (past && read > today)))
                wrong.Add((at, CasesProblems.DateUnfit));
        }
    }

    /// <summary>What is wrong with the general compartment, by field.</summary>
    public static void Of(PersonGeneral said, List<(string, ProblemKind)> wrong)
    {
        if (said.Languages.Count > MostOfAKind)
            wrong.Add(("general.languages", CasesProblems.TooManyItems));
        for (var i = 0; i < said.Languages.Count; i++)
        {
            if (SpokenLanguages.Find(said.Languages[i].Code) is null)
                wrong.Add(($"general.languages[{i}].code", CasesProblems.LanguageUnknown));
        }
    }

    private static bool IsScript(string code) => code.Length == 4 && char.IsAsciiLetterUpper(code[0]) && code.Skip(1).All(char.IsAsciiLetterLower);
}
