using System.Globalization;
using System.Text.Json;
using Tambo.Cases.Access;
using Tambo.Cases.Consent;
using Tambo.Cases.Persons;
using Tambo.Cases.Reading;
using Tambo.Cases.Register;
using Tambo.Cases.Screening;
using Tambo.Cases.Tracing;
using Tambo.Platform.Languages;
using Tambo.Platform.Places;
using Tambo.Platform.Shell;

namespace Tambo.Cases.Desk;

/// <summary>A line of the list of work.</summary>
/// <param name="Address">Where the case is.</param>
/// <param name="Who">The person's name; their reference where the name is not open to the reader.</param>
/// <param name="Ref">The reference of the case.</param>
/// <param name="Kind">What it is about, in words; empty where that is not open.</param>
/// <param name="State">How far it is, in words.</param>
/// <param name="Urgency">Its code.</param>
/// <param name="Due">By when, in words.</param>
/// <param name="Late">True when that is past.</param>
public sealed record DeskCase(string Address, string Who, string Ref, string Kind, string State, string Urgency, string Due, bool Late);

/// <summary>A person in a list.</summary>
/// <param name="Address">Where their file is.</param>
/// <param name="Who">Their names, or their reference.</param>
/// <param name="Ref">Their reference.</param>
/// <param name="About">Sex and age in words, as far as they are known and open.</param>
public sealed record DeskPerson(string Address, string Who, string Ref, string About);

/// <summary>A person's file as the page shows it.</summary>
public sealed record DeskFile
{
    /// <summary>Whose it is.</summary>
    public required Guid Id { get; init; }

    /// <summary>The reference that the person carries.</summary>
    public required string Ref { get; init; }

    /// <summary>What stands above the page.</summary>
    public required string Who { get; init; }

    /// <summary>What is known, each with its name; nothing of what is not open to the reader.</summary>
    public IReadOnlyList<(string Name, string Value)> Facts { get; init; } = [];

    /// <summary>Cases within reach.</summary>
    public IReadOnlyList<(string Address, string Ref, string State)> Cases { get; init; } = [];

    /// <summary>True when the reader may open a case for them.</summary>
    public bool MayOpen { get; init; }

    /// <summary>What the reader may do next with this person.</summary>
    public IReadOnlyList<(string Address, string Text)> NextSteps { get; init; } = [];

    /// <summary>Their family and groups, and where one is made.</summary>
    public IReadOnlyList<(string Address, string Text)> Groups { get; init; } = [];

    /// <summary>Where its sheet to print is; null for whoever does not reach it by their own rights.</summary>
    public string? Sheet { get; init; }

    /// <summary>True when the reader may be told who has seen the file.</summary>
    public bool MayAudit { get; init; }

    /// <summary>Not null while the file is open to the reader in an emergency.</summary>
    public DeskEmergency? Emergency { get; init; }

    /// <summary>The references of files that were merged into this one.</summary>
    public IReadOnlyList<string> MergedFrom { get; init; } = [];
}

/// <summary>A file that is open in an emergency.</summary>
/// <param name="End">Where it is ended early.</param>
/// <param name="Until">Until when, in words.</param>
/// <param name="NobodyToJudge">True when nobody else may judge it yet.</param>
public sealed record DeskEmergency(string End, string Until, bool NobodyToJudge);

/// <summary>The group of which somebody becomes a member who is being registered.</summary>
public sealed record DeskGroup
{
    /// <summary>Which one.</summary>
    public required Guid Id { get; init; }

    /// <summary>Which version of it is shown.</summary>
    public required int Version { get; init; }

    /// <summary>What it is, in words.</summary>
    public required string Kind { get; init; }

    /// <summary>Where its page is.</summary>
    public required string Address { get; init; }

    /// <summary>Who is in it, with their ages.</summary>
    public IReadOnlyList<string> Members { get; init; } = [];

    /// <summary>The questions how the new person is related to one of them.</summary>
    public IReadOnlyList<AskedField> Fields { get; init; } = [];

    /// <summary>Where all of them are, as far as that is one place.</summary>
    public Choice? Area { get; init; }

    /// <summary>What they have in common.</summary>
    public DeskProposal? Proposed { get; init; }
}

/// <summary>Answers that are proposed for somebody who is being registered; null for none.</summary>
/// <param name="Nationality">A country's code.</param>
/// <param name="Language">A language's code.</param>
/// <param name="Interpreter">True when an interpreter is needed.</param>
/// <param name="Phone">The number.</param>
/// <param name="PhoneSafe"><c>yes</c> or <c>no</c>, as it was said.</param>
public sealed record DeskProposal(string? Nationality, string? Language, bool Interpreter, string? Phone, string? PhoneSafe);

/// <summary>A line of who has seen a file: everything in words.</summary>
/// <param name="Day">When.</param>
/// <param name="Who">By whom.</param>
/// <param name="Purpose">What for.</param>
/// <param name="What">What they saw or were given.</param>
/// <param name="To">To whom it went.</param>
/// <param name="Times">How often.</param>
public sealed record SeenByLine(string Day, string Who, string Purpose, string What, string To, string Times);

/// <summary>Makes of records what pages show.</summary>
internal static class DeskViews
{
    /// <summary>A name as people say it.</summary>
    public static string Said(PersonName name) => !string.IsNullOrWhiteSpace(name.Full)
        ? name.Full
        : string.Join(' ', name.Given.Concat([name.Patronymic, name.Grandfather, name.Particle, name.Family1, name.Family2]).Where(part => !string.IsNullOrWhiteSpace(part)));

    /// <summary>The first name that says anything; the reference when none is open.</summary>
    public static string Who(JsonElement? names, string reference) =>
        names?.Deserialize<IReadOnlyList<PersonName>>(CaseJson.Options)?.Select(Said).FirstOrDefault(said => said.Length > 0) ?? reference;

    /// <summary>A line of the list of work.</summary>
    public static DeskCase Of(WorkItem item, DateTimeOffset now, Texts texts) => Of(item.Case, Who(item.Names, item.Case.Ref), now, texts);

    /// <summary>The line of a case that is shown by itself.</summary>
    public static DeskCase Of(ShownCase shown, string who, DateTimeOffset now, Texts texts) => new(
        $"{CasesDesk.Root}/{shown.Id:D}", who, shown.Ref, shown.Type is { } kind ? texts["cases.kind." + kind] : "", texts["cases.state." + shown.State], shown.Urgency, shown.ClosedAt is null ? texts.Due(shown.DueAt, now) : At(shown.DueAt, texts),
        shown.ClosedAt is null && shown.DueAt < now);

    /// <summary>A person in a list.</summary>
    public static DeskPerson Of(ListedPerson person, DateOnly today, Texts texts) => new(
        CasesDesk.PersonAddress(person.Id),
        Who(person.Names, person.Ref),
        person.Ref,
        string.Join(texts.Comma, new[] { person.SexRecorded?.GetString() is { } sex ? texts["cases.sex." + sex] : null, person.Birth?.Deserialize<Birth>(CaseJson.Options) is { } birth ? Age(birth, today, texts) : null }.OfType<string>()));

    /// <summary>A person's file.</summary>
    public static DeskFile Of(SeenPerson seen, IReadOnlyDictionary<string, object?> file, CaseScope scope, DateOnly today, Texts texts) => new()
    {
        Id = seen.Row.Id,
        Ref = seen.Row.PublicRef,
        Who = Who(file.GetValueOrDefault(Compartments.Identity) is JsonElement identity && identity.TryGetProperty("names", out var names) ? names : null, seen.Row.PublicRef),
        Facts = Facts(file, today, texts),
        Cases = [.. ((IEnumerable<SeenCaseLine>)file["cases"]!).Select(one => ($"{CasesDesk.Root}/{one.Id:D}", one.Ref, texts["cases.state." + one.State]))],
        MayOpen = seen.Row.Status == PersonRow.Active && seen.Allows(scope, CasesRights.Register),
        NextSteps = seen.Row.Status != PersonRow.Active ? [] :
        [
            .. seen.Allows(scope, CasesRights.Register) ? [(ConsentDesk.AddressOf(seen.Row.Id), texts["consent.page"])] : Array.Empty<(string, string)>(),
            .. seen.Open.Contains(Compartments.General, StringComparer.Ordinal) ? [(ExclusionDesk.AddressOf(seen.Row.Id), texts["consent.never"])] : Array.Empty<(string, string)>(),
            .. seen.Allows(scope, CasesRights.Screen) ? [(ScreenDesk.AddressOf(seen.Row.Id), texts["screening.page"])] : Array.Empty<(string, string)>(),
            .. ScreeningFiles.MaySee(seen, scope) ? [(ScreeningsDesk.AddressOf(seen.Row.Id), texts["screening.list"])] : Array.Empty<(string, string)>(),
            .. seen.Open.Contains(Compartments.Identity, StringComparer.Ordinal) && seen.Allows(scope, CasesRights.Edit) ? [(IdentityDesk.AddressOf(seen.Row.Id), texts["cases.identity"])] : Array.Empty<(string, string)>(),
            .. KeepPhoto.MaySee(seen, scope) || (seen.Open.Contains(Compartments.Identity, StringComparer.Ordinal) && seen.Allows(scope, CasesRights.Edit)) ? [(PhotoDesk.AddressOf(seen.Row.Id), texts["cases.photo"])] : Array.Empty<(string, string)>(),
            .. DataDesk.IsFor(seen, scope) ? [(DataDesk.AddressOf(seen.Row.Id), texts["cases.data"])] : Array.Empty<(string, string)>(),
            .. seen.Open.Contains(Compartments.Tracing, StringComparer.Ordinal) ? [(PublicationDesk.AddressOf(seen.Row.Id), texts["tracing.page"])] : Array.Empty<(string, string)>(),
        ],
        Groups =
        [
            .. ((IEnumerable<Guid>)file["households"]!).Select((household, at) => (HouseholdDesk.AddressOf(household), at == 0 ? texts["cases.household.open"] : $"{texts["cases.household.open"]} ({at + 1})")),
            .. seen.Places.Count > 0 ? [(GroupDesk.AddressOf(seen.Row.Id), texts[seen.Row.Status == PersonRow.Active && seen.Allows(scope, CasesRights.Register) && seen.Allows(scope, CasesRights.Edit) ? "cases.household.of.make" : "cases.household.of"])] : Array.Empty<(string, string)>(),
        ],
        MergedFrom = file.GetValueOrDefault("mergedFrom") as IReadOnlyList<string> ?? [],
        Sheet = seen.Places.Count > 0 && seen.Row.Status == PersonRow.Active ? Printing.SheetDesk.OfPerson(seen.Row.Id) : null,
        MayAudit = seen.Allows(scope, CasesRights.Audit) || seen.Allows(scope, CasesRights.Supervise),
    };

    /// <summary>An age, as exactly as is known; null when nothing is.</summary>
    public static string? Age(Birth birth, DateOnly today, Texts texts) => birth.AgeOn(today) switch
    {
        null => null,
        var (least, greatest) when least == greatest => texts.Count("cases.age", least),
        var (least, greatest) => texts.Format("cases.age.between", ("least", least), ("greatest", greatest)),
    };

    /// <summary>A moment in words, by the clocks of the node; its offices may lie in several zones, so it says how far those are from UTC.</summary>
    public static string At(DateTimeOffset moment, Texts texts) => texts.Moment(moment);

    /// <summary>Since when somebody waits, or by when somebody was to come back to them.</summary>
    internal static string Waiting(WaitingPerson one, DateTimeOffset now, Texts texts) =>
        one.FollowUp ? texts.Format("screening.waiting.follow", ("at", texts.Due(one.At, now))) : At(one.At, texts);

    /// <summary>A day of a table (year-month-day) in words.</summary>
    public static string Day(string day, Texts texts) => DateOnly.ParseExact(day, "yyyy-MM-dd", CultureInfo.InvariantCulture).ToString("d MMM yyyy", texts.Culture);

    /// <summary>Everything that is open of a person, as names and values.</summary>
    public static IReadOnlyList<(string Name, string Value)> Facts(IReadOnlyDictionary<string, object?> file, DateOnly today, Texts texts)
    {
        var facts = new List<(string Name, string Value)>();
        if (file.GetValueOrDefault(Compartments.Identity) is JsonElement identity)
            Identity(identity.Deserialize<PersonIdentity>(CaseJson.Options)!, facts, today, texts);
        if (file.GetValueOrDefault(Compartments.General) is JsonElement general)
            General(general.Deserialize<PersonGeneral>(CaseJson.Options)!, facts, texts);
        foreach (var compartment in Compartments.All.Where(one => one is not (Compartments.Identity or Compartments.General)))
        {
            if (file.GetValueOrDefault(compartment) is JsonElement notes && notes.Deserialize<CompartmentNotes>(CaseJson.Options)!.Notes is { Length: > 0 } said)
                facts.Add((texts["cases.compartment." + compartment], said));
        }

        return facts;
    }

    private static void Identity(PersonIdentity identity, List<(string Name, string Value)> facts, DateOnly today, Texts texts)
    {
        foreach (var name in identity.Names)
            facts.Add((texts["cases.name." + name.Kind], With(Said(name), About(name, texts))));
        if (identity.SexRecorded is { } sex)
            facts.Add((texts["cases.field.sex"], texts["cases.sex." + sex]));
        if (identity.Birth is { } birth && Age(birth, today, texts) is { } age)
            facts.Add((texts["cases.field.age"], birth.Disputed ? $"{age}{texts.Comma}{texts["cases.age.disputed"]}" : age));
        if (identity.PlaceOfBirth is { } born && string.Join(texts.Comma, new[] { born.Text, born.Country is { } country ? Countries.Name(country, texts) : null }.OfType<string>()) is { Length: > 0 } place)
            facts.Add((texts["cases.field.birth_place"], place));
        if (identity.NoNationalityClaimed)
            facts.Add((texts["cases.field.nationality"], texts["cases.nationality.none"]));
        if (identity.Nationalities.Count > 0)
            facts.Add((texts["cases.field.nationality"], string.Join(texts.Comma, identity.Nationalities.Select(nationality => With(Countries.Name(nationality.Code, texts), About(nationality, texts))))));
        foreach (var document in identity.Documents)
            facts.Add((texts["cases.document." + document.Type], With(document.Number, About(document, texts))));
        if (identity.Confidence != "declared")
            facts.Add((texts["cases.field.confidence"], texts["cases.confidence." + identity.Confidence]));
        foreach (var contact in identity.Contact)
            facts.Add((texts["cases.contact." + contact.Kind], contact.Safe switch { true => $"{contact.Value} ({texts["cases.contact.safe"]})", false => $"{contact.Value} ({texts["cases.contact.unsafe"]})", _ => contact.Value }));
    }

    /// <summary>What is known of a name beside its words: that it is unsure, its script, and how it came into Latin letters.</summary>
    internal static string About(PersonName name, Texts texts) => string.Join(texts.Comma, new[]
    {
        name.Certainty == "unsure" ? texts["cases.certainty.unsure"] : null,
        name.Script is { Length: > 0 } script && script != "Latn" ? script : null,
        name.Romanisation is { Length: > 0 } scheme ? texts.Format("cases.name.romanised", ("scheme", scheme)) : null,
    }.OfType<string>());

    /// <summary>On what a nationality rests, where it is more than somebody's word, and since when they have it.</summary>
    internal static string About(Nationality nationality, Texts texts) => string.Join(texts.Comma, new[]
    {
        nationality.Basis == "declared" ? null : texts["cases.nationality.basis." + nationality.Basis],
        nationality.Since is { } since ? texts.Format("cases.child.since", ("day", Day(since, texts))) : null,
    }.OfType<string>());

    /// <summary>Who issued a document, whether the original was seen, and until when it is valid.</summary>
    internal static string About(IdentityDocument document, Texts texts) => string.Join(texts.Comma, new[]
    {
        document.Issuer is { } issuer ? Countries.Name(issuer, texts) : null,
        document.SeenOriginal ? texts["cases.document.seen"] : null,
        document.Expires is { } until ? texts.Format("cases.document.until", ("day", Day(until, texts))) : null,
    }.OfType<string>());

    private static string With(string said, string about) => about.Length > 0 ? $"{said} ({about})" : said;

    private static void General(PersonGeneral general, List<(string Name, string Value)> facts, Texts texts)
    {
        foreach (var language in general.Languages)
            facts.Add((texts["cases.field.language"], language.Interpreter ? $"{SpokenLanguages.Name(language.Code, texts)} ({texts["cases.language.interpreter"]})" : SpokenLanguages.Name(language.Code, texts)));
        if (general.Notes is { Length: > 0 } notes)
            facts.Add((texts["cases.compartment.general"], notes));
    }
}
