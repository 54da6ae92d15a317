using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Tambo.Cases.Access;
using Tambo.Cases.Consent;
using Tambo.Cases.Desk;
using Tambo.Cases.Disclosure;
using Tambo.Cases.Persons;
using Tambo.Platform.Access;
using Tambo.Platform.Database;
using Tambo.Platform.Http;
using Tambo.Platform.Idempotency;
using Tambo.Platform.Languages;
using Tambo.Platform.Problems;
using Tambo.Platform.Shell;

namespace Tambo.Cases.Tracing;

/// <summary>What the page of the choice for tracing shows.</summary>
public sealed record PublicationView
{
    /// <summary>Where the page is; the choice goes to <c>choose</c> below it, and taking it back to <c>stop</c>.</summary>
    public required string Address { get; init; }

    /// <summary>The person's file.</summary>
    public required string Back { get; init; }

    /// <summary>The person's reference.</summary>
    public required string Ref { get; init; }

    /// <summary>What stands now, each with its name.</summary>
    public required IReadOnlyList<(string Name, string Value)> Standing { get; init; }

    /// <summary>To whom a record went, and how it stands there.</summary>
    public required IReadOnlyList<(string To, string About)> Given { get; init; }

    /// <summary>The version of the choice that is shown.</summary>
    public required int Version { get; init; }

    /// <summary>True when something may be published, which can be taken back.</summary>
    public required bool MayStop { get; init; }

    /// <summary>True when the reader may write a new choice down.</summary>
    public required bool MayChoose { get; init; }

    /// <summary>Where the picture is that staff may show; null where it may not be shown, or not by the reader.</summary>
    public string? Picture { get; init; }

    /// <summary>True when the person is a child, or may be.</summary>
    public required bool IsChild { get; init; }

    /// <summary>The language that is read aloud.</summary>
    public required string Language { get; init; }

    /// <summary>Until which day.</summary>
    public required string Until { get; init; }

    /// <summary>The first day that may be chosen.</summary>
    public required string FirstDay { get; init; }

    /// <summary>The last day that may be chosen.</summary>
    public required string LastDay { get; init; }

    /// <summary>Each point: the name of its box, what the box says, and what is read aloud.</summary>
    public required IReadOnlyList<(string Field, string Label, string Words)> Points { get; init; }

    /// <summary>The languages that have the text.</summary>
    public required IReadOnlyList<Choice> Languages { get; init; }

    /// <summary>What may be published.</summary>
    public required IReadOnlyList<Choice> Publications { get; init; }

    /// <summary>What of a record may go beside the name.</summary>
    public required IReadOnlyList<Choice> Fields { get; init; }

    /// <summary>Who gives it.</summary>
    public required IReadOnlyList<Choice> Givers { get; init; }

    /// <summary>Why no guardian is asked.</summary>
    public required IReadOnlyList<Choice> NoGuardian { get; init; }

    /// <summary>How it is given.</summary>
    public required IReadOnlyList<Choice> Forms { get; init; }

    /// <summary>The fields that were ticked, when the form is shown again.</summary>
    public IReadOnlyList<string> Picked { get; init; } = [];
}

/// <summary>
/// The page on which an officer reads the points aloud and writes down what of a person registers for tracing may have. The choice
/// and the consent that carries it are kept together; taking it back ends both.
/// </summary>
internal sealed class PublicationDesk(NodeDb db, ChoosePublication choose, RecordConsent record, KeptConsents consents, WithdrawConsent withdraw, TextCatalog catalog)
{
    private const int UsualDays = 180;
    private const string Address = CasesDesk.Persons + "/{id:guid}/tracing";

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet(Address, (HttpContext context, Guid id, PublicationDesk desk, string? lang, string? until, CancellationToken cancellationToken) =>
            desk.ShowAsync(context, id, lang, until, null, null, cancellationToken)).Needs(CasesRights.Read).ExcludeFromDescription();
        routes.MapPost(Address + "/choose", (HttpContext context, Guid id, PublicationDesk desk, CancellationToken cancellationToken) =>
            desk.ChooseAsync(context, id, stops: false, cancellationToken)).Needs(CasesRights.Read).ExcludeFromDescription().DisableAntiforgery().DoneOnceInSecret();
        routes.MapPost(Address + "/stop", (HttpContext context, Guid id, PublicationDesk desk, CancellationToken cancellationToken) =>
            desk.ChooseAsync(context, id, stops: true, cancellationToken)).Needs(CasesRights.Read).ExcludeFromDescription().DisableAntiforgery().DoneOnceInSecret();
    }

    /// <summary>Where the page of a person is.</summary>
    public static string AddressOf(Guid person) => CasesDesk.PersonAddress(person) + "/tracing";

    /// <summary>A choice in words.</summary>
    public static string Said(string publication, IReadOnlyList<string>? fields, Texts texts) => fields is null
        ? texts["tracing.publication." + publication]
        : texts.Format("tracing.publication.fields", ("fields", string.Join(texts.Comma, fields.Select(field => texts["tracing.field." + field]))));

    private async Task<IResult> ShowAsync(HttpContext context, Guid id, string? lang, string? until, StaffForm? form, Problem? problem, CancellationToken cancellationToken)
    {
        var (actor, texts, now) = (context.Actor(), context.PageTexts(), db.Time.GetUtcNow());
        var seen = await choose.AdmitAsync(id, actor, CasesRights.Read, cancellationToken);
        var shown = await choose.ShowAsync(id, actor, "tracing", cancellationToken);
        var scope = CaseScope.For(actor);
        var (today, purpose) = (db.Time.DayOf(now), Vocabulary.Shipped.FindPurpose(ExportTraced.Purpose)!);
        var spoken = lang is not null && catalog.Knows(lang) ? catalog.In(lang) : context.Texts();
        var last = today.AddDays(purpose.LongestDays);
        var end = Birth.ReadDay(until) is { } day && day > today && day <= last ? day : today.AddDays(UsualDays);
        var isActive = seen.Row.Status == PersonRow.Active;
        return StaffForm.Page<PublicationPage>(context, problem, ("View", new PublicationView
        {
            Address = AddressOf(id),
            Back = CasesDesk.PersonAddress(id),
            Ref = texts.Format("cases.person.ref", ("ref", seen.Row.PublicRef)),
            Standing = Standing(shown, texts),
            Given = [.. shown.Given.Select(given => (given.To, given.ForgottenAt is { } at
                ? texts.Format("tracing.page.forgotten", ("at", DeskViews.At(at, texts)))
                : texts.Format("tracing.page.has", ("since", DeskViews.At(given.At, texts)), ("until", DeskViews.At(given.Until, texts)))))],
            Version = shown.Version,
            MayStop = isActive && seen.Allows(scope, CasesRights.Edit) && (shown.Publication != Publication.None || (await StandingAsync(id, cancellationToken)).Count > 0),
            MayChoose = isActive && seen.Allows(scope, CasesRights.Edit) && seen.Allows(scope, CasesRights.Register),
            Picture = shown.Publication is Publication.Picture or Publication.PictureAndRelation && KeepPhoto.MaySee(seen, scope) ? PhotoDesk.AddressOf(id) : null,
            IsChild = await record.IsChildAsync(id, now, cancellationToken),
            Language = spoken.Code,
            Until = ConsentDesk.Iso(end),
            FirstDay = ConsentDesk.Iso(today.AddDays(1)),
            LastDay = ConsentDesk.Iso(last),
            Points = ConsentDesk.PointsOf(texts, spoken, purpose.Code, end),
            Languages = ConsentDesk.LanguagesOf(catalog),
            Publications = Of("tracing.page.choice.", Publication.All),
            Fields = Of("tracing.field.", TracedRecord.Fields.Where(field => field != TracedRecord.Name)),
            Givers = Of("consent.given_by.", ConsentGiver.Kinds),
            NoGuardian = [new Choice("", texts["cases.not_said"]), .. Of("consent.no_guardian.", ConsentGiver.ReasonsForNoGuardian)],
            Forms = Of("consent.form.", ConsentForm.Kinds),
            Picked = form?.Texts("fields") ?? [],
        }));

        IReadOnlyList<Choice> Of(string keys, IEnumerable<string> codes) => [.. codes.Select(code => new Choice(code, texts[keys + code]))];
    }

    private async Task<IResult> ChooseAsync(HttpContext context, Guid id, bool stops, CancellationToken cancellationToken)
    {
        var form = await StaffForm.ReadAsync(context, cancellationToken);
        var seen = await choose.AdmitAsync(id, context.Actor(), CasesRights.Edit, cancellationToken);
        try
        {
            var (publication, meant) = (stops ? Publication.None : form.Text("publication", required: true), form.Whole("version", CasesProblems.ValueUnfit) ?? 0);
            if (form.Refusal is { } unfit)
                throw unfit;
            if (publication == Publication.None)
                await StopAsync(seen, meant, context.Actor(), cancellationToken);
            else
                await RecordAsync(seen, form, publication, meant, context.Actor(), cancellationToken);
        }
        catch (Problem refused) when (refused.Kind.Status is 409 or 412 or 422)
        {
            return await ShowAsync(context, id, form.Text("lang"), form.Text("until"), form, ConsentDesk.AtFields(refused, ConsentDesk.Told(form, db.Time)), cancellationToken);
        }

        return Results.Redirect(AddressOf(id));
    }

    // What the person says and the consent that it is, or neither.
    private async Task RecordAsync(SeenPerson seen, StaffForm form, string publication, int meant, Actor actor, CancellationToken cancellationToken)
    {
        await record.AdmitAsync(seen.Row.Id, actor, cancellationToken);
        IReadOnlyList<string>? fields = publication == Publication.Consented ? [TracedRecord.Name, .. TracedRecord.Fields.Where(field => field != TracedRecord.Name && form.Texts("fields").Contains(field, StringComparer.Ordinal))] : null;
        var write = await choose.WithConsentAsync(seen, new SentPublication { Publication = publication, Fields = fields }, meant, cancellationToken);
        var said = ConsentDesk.Told(form, db.Time) with
        {
            Purpose = ExportTraced.Purpose,
            Scopes =
            [
                new ConsentScope(Compartments.Identity, new RecipientName(RecipientName.OfClass, ExportTraced.Network), Vocabulary.Share)
                {
                    Fields = fields ?? (publication == Publication.Picture ? ["picture"] : ["picture", "relation"]),
                },
            ],
        };
        await record.RunAsync(seen, said, actor, cancellationToken, (change, kept) => write(change, kept.Id));
    }

    // Nothing goes any more from the first step on; then whoever was given something is among those to be told.
    private async Task StopAsync(SeenPerson seen, int meant, Actor actor, CancellationToken cancellationToken)
    {
        var person = seen.Row.Id;
        await choose.RunAsync(seen, new SentPublication { Publication = Publication.None }, meant, actor, cancellationToken);
        foreach (var consent in await StandingAsync(person, cancellationToken))
            await withdraw.RunAsync(person, consent, actor, cancellationToken);
    }

    // What still carries tracing and nothing else. When a stop was cut off between its steps it is there without a choice, and can be stopped.
    private async Task<IReadOnlyList<Guid>> StandingAsync(Guid person, CancellationToken cancellationToken)
    {
        await using var connection = await db.ReadAsync(cancellationToken);
        var rows = (await KeptConsents.RowsAsync(connection, person)).Where(row => row.StandingAt(db.Time.GetUtcNow()) == ConsentStanding.InForce).ToList();
        return [.. (await consents.OpenAsync(connection, rows, Compartments.All, cancellationToken)).Where(one => IsForThisAlone(one.Value.Consent)).Select(one => one.Key)];
    }

    // A consent that says more than this page asks for is taken back on the page of consents, by whoever reads what else it says.
    private static bool IsForThisAlone(GivenConsent consent) => consent is { Purpose: ExportTraced.Purpose, LegalBasis: GivenConsent.ConsentItself, Refuses: false }
        && consent.Scopes.All(scope => scope is { Category: Compartments.Identity, Action: Vocabulary.Share } && scope.Recipient == new RecipientName(RecipientName.OfClass, ExportTraced.Network));

    private static List<(string, string)> Standing(ShownPublication shown, Texts texts)
    {
        var facts = new List<(string, string)> { (texts["tracing.fact"], Said(shown.Publication, shown.Fields, texts)) };
        if (shown.GivenBy is { } giver)
            facts.Add((texts["consent.field.given_by"], giver.Who.Length > 0 ? $"{texts["consent.given_by." + giver.Kind]} ({giver.Who})" : texts["consent.given_by." + giver.Kind]));
        if (shown.ChosenAt is { } at)
            facts.Add((texts["tracing.page.written"], DeskViews.At(at, texts)));
        if (shown.Until is { } until)
            facts.Add((texts["consent.field.until"], DeskViews.At(until, texts)));
        return facts;
    }
}
