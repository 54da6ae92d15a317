using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Tambo.Cases.Access;
using Tambo.Cases.Desk;
using Tambo.Cases.Disclosure;
using Tambo.Cases.Persons;
using Tambo.Cases.Reading;
using Tambo.Platform.Access;
using Tambo.Platform.Access.Users;
using Tambo.Platform.Clocks;
using Tambo.Platform.Database;
using Tambo.Platform.Http;
using Tambo.Platform.Idempotency;
using Tambo.Platform.Languages;
using Tambo.Platform.Problems;
using Tambo.Platform.Shell;

namespace Tambo.Cases.Consent;

/// <summary>A consent in the list of the page.</summary>
/// <param name="What">What it is for, in words; its day where that is closed.</param>
/// <param name="Standing">How it stands, in words.</param>
/// <param name="Until">Until when it holds.</param>
/// <param name="Withdraw">Where it is taken back; null when it has ended.</param>
/// <param name="Ended">Where stands what followed from its end; null while it holds.</param>
/// <param name="Evidence">Where its signed sheets and recordings are; null where it is closed.</param>
/// <param name="Files">How many there are.</param>
public sealed record ConsentLine(string What, string Standing, string Until, string? Withdraw, string? Ended, string? Evidence, int Files);

/// <summary>What the page of consent shows.</summary>
public sealed record ConsentView
{
    /// <summary>Where the form is sent.</summary>
    public required string Address { get; init; }

    /// <summary>The person's file.</summary>
    public required string Back { get; init; }

    /// <summary>The page of those whom the person has shut out.</summary>
    public required string Never { get; init; }

    /// <summary>The person's reference.</summary>
    public required string Ref { get; init; }

    /// <summary>True when the person is a child, or may be.</summary>
    public required bool IsChild { get; init; }

    /// <summary>The language that is read aloud.</summary>
    public required string Language { get; init; }

    /// <summary>What it is for.</summary>
    public required string Purpose { get; init; }

    /// <summary>Until which day.</summary>
    public required string Until { get; init; }

    /// <summary>The first day that may be chosen.</summary>
    public required string FirstDay { get; init; }

    /// <summary>The last day that may be chosen.</summary>
    public required string LastDay { get; init; }

    /// <summary>True when the purpose is asked for alone.</summary>
    public bool AskedApart { get; init; }

    /// <summary>Each point: the name of its box, what the box says, and what is read aloud.</summary>
    public required IReadOnlyList<(string Field, string Label, string Words)> Points { get; init; }

    /// <summary>The languages that have the text.</summary>
    public required IReadOnlyList<Choice> Languages { get; init; }

    /// <summary>The purposes.</summary>
    public required IReadOnlyList<Choice> Purposes { get; init; }

    /// <summary>The parts of a file.</summary>
    public required IReadOnlyList<Choice> Data { get; init; }

    /// <summary>The kinds of recipients.</summary>
    public required IReadOnlyList<Choice> Recipients { get; init; }

    /// <summary>Offices of the node, and who of its staff may read this file.</summary>
    public required IReadOnlyList<Choice> Named { get; init; }

    /// <summary>What they may do.</summary>
    public required IReadOnlyList<Choice> Actions { get; init; }

    /// <summary>Who gives it.</summary>
    public required IReadOnlyList<Choice> Givers { get; init; }

    /// <summary>Why no guardian is asked.</summary>
    public required IReadOnlyList<Choice> NoGuardian { get; init; }

    /// <summary>How it is given.</summary>
    public required IReadOnlyList<Choice> Forms { get; init; }

    /// <summary>What was chosen, when the form is shown again.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> Picked { get; init; } = new Dictionary<string, IReadOnlyList<string>>();

    /// <summary>What was agreed to before.</summary>
    public IReadOnlyList<ConsentLine> Given { get; init; } = [];
}

/// <summary>The page on which an officer reads the points aloud and writes down what the person agrees to.</summary>
internal sealed class ConsentDesk(NodeDb db, RecordConsent record, ListConsents list, WithdrawConsent withdraw, TextCatalog catalog)
{
    private const int UsualDays = 180;
    private const int LongestNames = 2000;
    private const string Address = CasesDesk.Persons + "/{id:guid}/consent";
    private static readonly IReadOnlyList<string> Lists = ["scopes", "to", "how", "never", "neverCountry", "neverOne"];

    // Where the form asks for what a consent has.
    private static readonly Dictionary<string, string> Fields = new(StringComparer.Ordinal)
    {
        ["exclusions"] = "never",
        ["explained"] = "p_interview",
        ["freeToRefuse"] = "p_free_to_refuse",
        ["askedApart"] = "apart",
        ["expiresAt"] = "until",
        ["noticeVersion"] = "lang",
        ["language"] = "lang",
    };

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet(Address, (HttpContext context, Guid id, ConsentDesk desk, string? lang, string? purpose, string? until, CancellationToken cancellationToken) =>
            desk.ShowAsync(context, id, lang, purpose, until, null, null, cancellationToken)).Needs(CasesRights.Register).ExcludeFromDescription();
        routes.MapPost(Address + "/record", (HttpContext context, Guid id, ConsentDesk desk, CancellationToken cancellationToken) =>
            desk.RecordAsync(context, id, cancellationToken)).Needs(CasesRights.Register).ExcludeFromDescription().DisableAntiforgery().DoneOnceInSecret();
        routes.MapPost(Address + "/{consent:guid}/withdraw", (HttpContext context, Guid id, Guid consent, ConsentDesk desk, CancellationToken cancellationToken) =>
            desk.WithdrawAsync(context, id, consent, cancellationToken)).Needs(CasesRights.Read).ExcludeFromDescription().DisableAntiforgery().DoneOnceInSecret();
    }

    /// <summary>Where the page of a person is.</summary>
    public static string AddressOf(Guid person) => CasesDesk.PersonAddress(person) + "/consent";

    /// <summary>Where the page is that says what followed from the end of a consent.</summary>
    public static string EndedAddressOf(Guid person, Guid consent) => $"{AddressOf(person)}/{consent:D}/ended";

    private async Task<IResult> ShowAsync(HttpContext context, Guid id, string? lang, string? purpose, string? until, StaffForm? form, Problem? problem, CancellationToken cancellationToken)
    {
        var (actor, texts) = (context.Actor(), context.PageTexts());
        var seen = await record.AdmitAsync(id, actor, cancellationToken);
        var today = db.Time.Today;
        var chosen = Vocabulary.Shipped.FindPurpose(purpose ?? "") ?? Vocabulary.Shipped.Purposes[0];
        var spoken = lang is not null && catalog.Knows(lang) ? catalog.In(lang) : context.Texts();
        var last = today.AddDays(chosen.LongestDays);
        var end = Birth.ReadDay(until) is { } day && day > today && day <= last ? day : today.AddDays(Math.Min(UsualDays, chosen.LongestDays));
        var child = await record.IsChildAsync(id, db.Time.GetUtcNow(), cancellationToken);
        return StaffForm.Page<ConsentPage>(context, problem, ("View", new ConsentView
        {
            Address = AddressOf(id),
            Back = CasesDesk.PersonAddress(id),
            Never = ExclusionDesk.AddressOf(id),
            Ref = texts.Format("cases.person.ref", ("ref", seen.Row.PublicRef)),
            IsChild = child,
            Language = spoken.Code,
            Purpose = chosen.Code,
            Until = Iso(end),
            FirstDay = Iso(today.AddDays(1)),
            LastDay = Iso(last),
            AskedApart = chosen.AskedApart,
            Points = PointsOf(texts, spoken, chosen.Code, end),
            Languages = LanguagesOf(catalog),
            Purposes = Of("consent.purpose.", Vocabulary.Shipped.Purposes.Select(one => one.Code)),
            Data = [.. Compartments.All.Select(compartment => new Choice(compartment, texts[compartment == Compartments.Identity ? "consent.data.identity" : "cases.compartment." + compartment]))],
            Recipients = Of("consent.recipient.", Vocabulary.Shipped.RecipientClasses.Select(one => one.Code)),
            Named = await NamedAsync(seen, cancellationToken),
            Actions = Of("consent.action.", Vocabulary.Actions),
            Givers = Of("consent.given_by.", ConsentGiver.Kinds),
            NoGuardian = [new Choice("", texts["cases.not_said"]), .. Of("consent.no_guardian.", ConsentGiver.ReasonsForNoGuardian)],
            Forms = Of("consent.form.", ConsentForm.Kinds),
            Picked = form is null ? new Dictionary<string, IReadOnlyList<string>>() : Lists.ToDictionary(one => one, form.Texts, StringComparer.Ordinal),
            Given = [.. (await list.RunAsync(id, actor, Purposes.Registration, cancellationToken)).Select(one => Line(id, one, texts))],
        }));

        IReadOnlyList<Choice> Of(string keys, IEnumerable<string> codes) => [.. codes.Select(code => new Choice(code, texts[keys + code]))];
    }

    private async Task<IReadOnlyList<Choice>> NamedAsync(SeenPerson seen, CancellationToken cancellationToken) =>
    [
        .. (await Agencies.AllAsync(db, cancellationToken)).Select(agency => new Choice(agency.Id.ToString("D"), agency.Name)),
        .. (await Colleagues.HoldingAsync(db, CasesRights.Read, cancellationToken)).Where(colleague => seen.Allows(CaseScope.For(colleague), CasesRights.Read))
            .Select(colleague => new Choice(colleague.UserId!.Value.ToString("D"), colleague.DisplayName)),
    ];

    private async Task<IResult> RecordAsync(HttpContext context, Guid id, CancellationToken cancellationToken)
    {
        var form = await StaffForm.ReadAsync(context, cancellationToken);
        var (purpose, until) = (form.Text("purpose"), form.Text("until"));
        var said = Told(form, db.Time) with
        {
            Purpose = purpose,
            AskedApart = form.Ticked("apart"),
            Scopes =
            [
                .. from data in form.Texts("scopes") from to in form.Texts("to") from how in form.Texts("how")
                   select new ConsentScope(data, new RecipientName(RecipientName.OfClass, to), how),
            ],
            Exclusions =
            [
                .. form.Texts("never").Select(code => new RecipientName(RecipientName.OfClass, code)),
                .. form.Texts("neverCountry").Select(country => new RecipientName(RecipientName.OfCountry, country)),
                .. form.Texts("neverOne").Select(one => new RecipientName(RecipientName.One, one)),
                .. form.Words("neverNamed", LongestNames, CasesProblems.TextTooLong).Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(name => new RecipientName(RecipientName.Named, name)),
            ],
            LeftConfirmed = form.Ticked("leftConfirmed"),
        };
        try
        {
            var seen = await record.AdmitAsync(id, context.Actor(), cancellationToken);
            if (form.Refusal is { } unfit)
                throw unfit;
            await record.RunAsync(seen, said, context.Actor(), cancellationToken);
            // Whoever has just written down that they are shut out has no page of this person any more.
            if (await IsShutOutAsync(seen, context.Actor(), cancellationToken))
                return Results.Redirect(CasesDesk.Root);
        }
        catch (Problem problem) when (problem.Kind.Status is 409 or 422)
        {
            return await ShowAsync(context, id, said.Language, purpose, until, form, AtFields(problem, said), cancellationToken);
        }

        return Results.Redirect(AddressOf(id));
    }

    private async Task<bool> IsShutOutAsync(SeenPerson before, Actor actor, CancellationToken cancellationToken)
    {
        try
        {
            return before.Open.Count > 0 && (await record.AdmitAsync(before.Row.Id, actor, cancellationToken)).Open.Count == 0;
        }
        catch (Problem gone) when (gone.Kind == PlatformProblems.NotFound)
        {
            return true;
        }
    }

    private async Task<IResult> WithdrawAsync(HttpContext context, Guid id, Guid consent, CancellationToken cancellationToken)
    {
        await StaffForm.ReadAsync(context, cancellationToken);
        var ended = await withdraw.RunAsync(id, consent, context.Actor(), cancellationToken);
        // To stop is not to see: whoever may not know what it was for is not told what followed either.
        return Results.Redirect(ended.Consent is null ? CasesDesk.PersonAddress(id) : EndedAddressOf(id, consent));
    }

    /// <summary>What a form says of how the person was told, who gave the consent and until when.</summary>
    internal static SentConsent Told(StaffForm form, NodeClock clock) => new()
    {
        GivenBy = new ConsentGiver(form.Text("givenBy"), form.Text("who"), form.Text("whyNoGuardian"), form.Text("bestInterestsBy")),
        CapacityNoted = form.Ticked("capacity"),
        CapacityNote = form.Text("capacityNote"),
        Form = form.Text("form"),
        Language = form.Text("lang"),
        Interpreter = form.Text("interpreter"),
        Explained = [.. NoticeWording.Points.Where(point => form.Ticked("p_" + point))],
        FreeToRefuse = form.Ticked("p_free_to_refuse"),
        // It ends when the day that was read aloud begins.
        ExpiresAt = Birth.ReadDay(form.Text("until")) is { } day ? clock.StartOf(day) : null,
    };

    /// <summary>Each point: the name of its box, what the box says, and what is read aloud.</summary>
    internal static IReadOnlyList<(string Field, string Label, string Words)> PointsOf(Texts texts, Texts spoken, string purpose, DateOnly until)
    {
        var aloud = NoticeWording.ReadAloud(spoken, purpose, until.ToString("d MMMM yyyy", spoken.Culture));
        return
        [
            .. NoticeWording.Points.Append("free_to_refuse").Select((point, at) => (
                "p_" + point, texts.Format("consent.field.explained", ("point", texts[point == "free_to_refuse" ? "consent.field.free_to_refuse" : "consent.point." + point])), aloud[at])),
        ];
    }

    /// <summary>The languages that have the text that is read aloud.</summary>
    internal static IReadOnlyList<Choice> LanguagesOf(TextCatalog catalog) =>
        [.. catalog.Languages.Where(language => NoticeWording.VersionOf(catalog.In(language.Code)) is not null).Select(language => new Choice(language.Code, language.Name))];

    /// <summary>The refusal of a consent, beside the questions of the form.</summary>
    internal static Problem AtFields(Problem refused, SentConsent said)
    {
        var fields = new Dictionary<string, ProblemKind>(StringComparer.Ordinal);
        foreach (var (field, kind) in refused.Fields)
        {
            // What is missing there is a yes.
            if (kind == ConsentProblems.ShutsOutOwn)
            {
                fields.TryAdd("leftConfirmed", kind);
                continue;
            }

            var missing = PlaceOf(field, said) is { } place ? place : field == "explained" ? "p_" + NoticeWording.Points.First(point => !said.Explained.Contains(point)) : Fields.GetValueOrDefault(field, field);
            fields.TryAdd(kind == ConsentProblems.GuardianMissing ? "whyNoGuardian" : missing, kind);
        }

        return new Problem(refused.Kind, [.. refused.Values]) { Fields = fields };
    }

    // Of several that are named, each group has its own question.
    private static string? PlaceOf(string field, SentConsent said) =>
        field.Split('[', ']') is ["exclusions", var number, ""] && int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var at) && at < said.Exclusions.Count
            ? said.Exclusions[at].Kind switch { RecipientName.OfCountry => "neverCountry", RecipientName.One => "neverOne", RecipientName.Named => "neverNamed", _ => "never" }
            : null;

    private static ConsentLine Line(Guid person, ShownConsent one, Texts texts) => new(
        one.Consent is not { } consent ? texts["consent.page.closed"]
            : consent.Refuses ? $"{texts["consent.refuses"]} ({texts["consent.purpose." + consent.Purpose]})"
            : texts["consent.purpose." + consent.Purpose],
        texts["consent.standing." + one.Standing],
        DeskViews.At(one.WithdrawnAt ?? one.ExpiresAt, texts),
        // Whoever agreed to nothing has nothing to take back but whom they shut out.
        one.WithdrawnAt is null && one.Consent?.Refuses != true ? $"{AddressOf(person)}/{one.Id:D}/withdraw" : null,
        one.WithdrawnAt is null && one.Ending is null ? null : EndedAddressOf(person, one.Id),
        one.Consent is null ? null : EvidenceDesk.AddressOf(person, one.Id),
        one.Evidence.Count);

    /// <summary>A day as forms write it.</summary>
    internal static string Iso(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
