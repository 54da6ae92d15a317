using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Tambo.Cases.Access;
using Tambo.Cases.Desk;
using Tambo.Cases.Reading;
using Tambo.Platform.Access;
using Tambo.Platform.Audit;
using Tambo.Platform.Database;
using Tambo.Platform.Http;
using Tambo.Platform.Idempotency;
using Tambo.Platform.Languages;
using Tambo.Platform.Problems;
using Tambo.Platform.Shell;

namespace Tambo.Cases.Consent;

/// <summary>Somebody whom the person has shut out, in the list of the page.</summary>
/// <param name="Who">Who.</param>
/// <param name="Standing">How it stands, in words.</param>
/// <param name="Stands">True while it holds.</param>
/// <param name="Since">Since when, in words.</param>
/// <param name="Lifts">What was asked since, in words.</param>
/// <param name="Confirm">Where it is looked at by whoever confirms it; null when nothing waits.</param>
public sealed record DeskShutOut(string Who, string Standing, bool Stands, string Since, IReadOnlyList<string> Lifts, string? Confirm);

/// <summary>What waits for a second member of staff.</summary>
/// <param name="Id">Its key.</param>
/// <param name="Who">Who would be let back in.</param>
/// <param name="Facts">How the person asked, as names and values.</param>
/// <param name="Own">True when the reader wrote it down, and can only take it back.</param>
public sealed record DeskLift(Guid Id, string Who, IReadOnlyList<(string Name, string Value)> Facts, bool Own);

/// <summary>What the page of those who are shut out shows.</summary>
public sealed record ExclusionsView
{
    /// <summary>Where the page is.</summary>
    public required string Address { get; init; }

    /// <summary>The person's file.</summary>
    public required string Back { get; init; }

    /// <summary>The page on which somebody is shut out; null for those who may not write it down.</summary>
    public required string? Consent { get; init; }

    /// <summary>The person's reference.</summary>
    public required string Ref { get; init; }

    /// <summary>Whom they have shut out.</summary>
    public required IReadOnlyList<DeskShutOut> All { get; init; }

    /// <summary>What is to be confirmed; null when the page is for nothing of it.</summary>
    public required DeskLift? Lift { get; init; }

    /// <summary>Whom they may ask to let back in; none for whoever may not write it down.</summary>
    public required IReadOnlyList<Choice> MayAsk { get; init; }

    /// <summary>Who asks.</summary>
    public required IReadOnlyList<Choice> Givers { get; init; }

    /// <summary>How they ask.</summary>
    public required IReadOnlyList<Choice> Forms { get; init; }
}

/// <summary>The page of those whom a person has shut out: who they are, and how the person lets one of them back in.</summary>
internal sealed class ExclusionDesk(NodeDb db, LiftExclusion lift, KnownRecipients recipients)
{
    private const string Address = CasesDesk.Persons + "/{id:guid}/never";

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet(Address, (HttpContext context, Guid id, ExclusionDesk desk, Guid? asked, CancellationToken cancellationToken) =>
            desk.ShowAsync(context, id, asked, null, cancellationToken)).Needs(CasesRights.Read).ExcludeFromDescription();
        routes.MapPost(Address + "/ask", (HttpContext context, Guid id, ExclusionDesk desk, CancellationToken cancellationToken) =>
            desk.AskAsync(context, id, cancellationToken)).Needs(CasesRights.Read).ExcludeFromDescription().DisableAntiforgery().DoneOnceInSecret();
        routes.MapPost(Address + "/confirm", (HttpContext context, Guid id, ExclusionDesk desk, CancellationToken cancellationToken) =>
            desk.ConfirmAsync(context, id, cancellationToken)).Needs(CasesRights.Read).ExcludeFromDescription().DisableAntiforgery().DoneOnceInSecret();
    }

    /// <summary>Where the page of a person is.</summary>
    public static string AddressOf(Guid person) => CasesDesk.PersonAddress(person) + "/never";

    /// <summary>Where it is confirmed that a person asked to let somebody back in.</summary>
    public static string AddressOf(Guid person, Guid asked) => $"{AddressOf(person)}?asked={asked:D}";

    private async Task<IResult> ShowAsync(HttpContext context, Guid id, Guid? asked, Problem? problem, CancellationToken cancellationToken)
    {
        var (actor, texts) = (context.Actor(), context.PageTexts());
        var (seen, all) = await lift.ListAsync(id, actor, Purposes.Assistance, cancellationToken);
        var scope = CaseScope.For(actor);
        var mayWrite = seen.Open.Contains(Compartments.General) && (seen.Allows(scope, CasesRights.Edit) || seen.Allows(scope, CasesRights.Register));
        var words = await recipients.WordsAsync(all.Select(one => one.Recipient), actor, cancellationToken);
        var names = await ActorNames.OfAsync(db, all.SelectMany(one => one.Lifts).SelectMany(one => new[] { one.By, one.DecidedBy }).OfType<string>(), cancellationToken);
        var waiting = all.FirstOrDefault(one => mayWrite && one.Waiting is { } found && found.Id == asked);
        return StaffForm.Page<ExclusionsPage>(context, problem, ("View", new ExclusionsView
        {
            Address = AddressOf(id),
            Back = CasesDesk.PersonAddress(id),
            Consent = seen.Allows(scope, CasesRights.Register) ? ConsentDesk.AddressOf(id) : null,
            Ref = texts.Format("cases.person.ref", ("ref", seen.Row.PublicRef)),
            All = [.. all.Select(one => new DeskShutOut(
                words.Say(one.Recipient, texts),
                texts[one.Stands ? "consent.never.stands" : "consent.never.lifted"],
                one.Stands,
                DeskViews.At(one.LiftedAt ?? one.SaidAt, texts),
                [.. one.Lifts.Select(asking => Line(asking, names, texts))],
                mayWrite && one.Waiting is { } open ? AddressOf(id, open.Id) : null))],
            Lift = waiting?.Waiting is { } meant ? new DeskLift(meant.Id, words.Say(waiting.Recipient, texts), Facts(meant, names, texts), meant.By == LiftExclusion.NameOf(actor)) : null,
            MayAsk = mayWrite ? [.. all.Where(one => one is { Stands: true, Waiting: null }).Select(one => new Choice(ValueOf(one.Recipient), words.Say(one.Recipient, texts)))] : [],
            Givers = Of("consent.given_by.", ConsentGiver.Kinds),
            Forms = Of("consent.form.", ConsentForm.Kinds),
        }));

        IReadOnlyList<Choice> Of(string keys, IEnumerable<string> codes) => [.. codes.Select(code => new Choice(code, texts[keys + code]))];
    }

    private async Task<IResult> AskAsync(HttpContext context, Guid id, CancellationToken cancellationToken)
    {
        var form = await StaffForm.ReadAsync(context, cancellationToken);
        await lift.AdmitAsync(id, context.Actor(), cancellationToken);
        var said = new SentLiftOfExclusion
        {
            Recipient = form.Text("recipient", required: true).Split(' ', 2) is [var kind, var code] ? new RecipientName(kind, code) : new RecipientName("", ""),
            GivenBy = new ConsentGiver(form.Text("givenBy", required: true), form.Text("who")),
            Form = form.Text("form", required: true),
            Note = form.Words("note", LiftExclusion.LongestNote, CasesProblems.TextTooLong),
        };
        return await DoAsync(context, id, null, form, () => lift.AskAsync(id, said, [], context.Actor(), cancellationToken), cancellationToken);
    }

    private async Task<IResult> ConfirmAsync(HttpContext context, Guid id, CancellationToken cancellationToken)
    {
        var form = await StaffForm.ReadAsync(context, cancellationToken);
        await lift.AdmitAsync(id, context.Actor(), cancellationToken);
        if (!Guid.TryParseExact(form.Text("asked"), "D", out var asked))
            throw PlatformProblems.Malformed.With();
        var said = new SentConfirmation
        {
            Approve = form.Text("approve", required: true) switch { "yes" => true, "no" => false, _ => null },
            Note = form.Words("reply", LiftExclusion.LongestNote, CasesProblems.TextTooLong),
        };
        return await DoAsync(context, id, asked, form, () => lift.ConfirmAsync(id, asked, said, [], context.Actor(), cancellationToken), cancellationToken);
    }

    private async Task<IResult> DoAsync(HttpContext context, Guid id, Guid? asked, StaffForm form, Func<Task> act, CancellationToken cancellationToken)
    {
        try
        {
            if (form.Refusal is { } unfit)
                throw unfit;
            await act();
        }
        catch (Problem refused) when (refused.Kind.Status is 409 or 412 or 422)
        {
            return await ShowAsync(context, id, asked, refused, cancellationToken);
        }

        return Results.Redirect(AddressOf(id));
    }

    private static string ValueOf(RecipientName recipient) => $"{recipient.Kind} {recipient.Code}";

    private static string Line(ExclusionLift one, IReadOnlyDictionary<string, string> names, Texts texts) => string.Join(texts.Comma, [
        texts.Format("consent.lift.asked", ("at", DeskViews.At(one.At, texts)), ("who", ActorNames.Said(one.By, names, texts))),
        texts["consent.lift.state." + one.State],
        .. one is { DecidedAt: { } at, DecidedBy: { } by } ? [DeskViews.At(at, texts), ActorNames.Said(by, names, texts)] : Array.Empty<string>(),
    ]);

    private static List<(string, string)> Facts(ExclusionLift one, IReadOnlyDictionary<string, string> names, Texts texts) =>
    [
        (texts["consent.lift.field.given_by"], one.GivenBy.Who.Length > 0 ? $"{texts["consent.given_by." + one.GivenBy.Kind]} ({one.GivenBy.Who})" : texts["consent.given_by." + one.GivenBy.Kind]),
        (texts["consent.lift.field.form"], texts["consent.form." + one.Form]),
        (texts["consent.lift.field.note"], one.Words),
        (texts["consent.lift.written"], $"{DeskViews.At(one.At, texts)}{texts.Comma}{ActorNames.Said(one.By, names, texts)}"),
    ];
}
