using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Tambo.Cases.Access;
using Tambo.Cases.Desk;
using Tambo.Cases.Persons;
using Tambo.Platform.Access;
using Tambo.Platform.Database;
using Tambo.Platform.Http;
using Tambo.Platform.Idempotency;
using Tambo.Platform.Languages;
using Tambo.Platform.Problems;
using Tambo.Platform.Shell;

namespace Tambo.Cases.Merging;

/// <summary>A line of the list of merges.</summary>
/// <param name="Address">Where it is looked at.</param>
/// <param name="Title">Which two files.</param>
/// <param name="State">How it stands, in words.</param>
/// <param name="Tone">How that is marked.</param>
/// <param name="When">Since when, in words.</param>
public sealed record DeskMerge(string Address, string Title, string State, NoticeTone Tone, string When);

/// <summary>A field of both files, in words.</summary>
/// <param name="Name">The name of its radio buttons.</param>
/// <param name="Label">What it is.</param>
/// <param name="Survivor">What the file says that stays.</param>
/// <param name="Absorbed">What the other says.</param>
/// <param name="Choices">What may be picked; none where both say the same.</param>
/// <param name="Picked">What is picked.</param>
public sealed record DeskField(string Name, string Label, string Survivor, string Absorbed, IReadOnlyList<Choice> Choices, string Picked);

/// <summary>Two files beside each other.</summary>
public sealed record DeskCompare
{
    /// <summary>Where what is done about it is sent; the list for a new one.</summary>
    public required string Address { get; init; }

    /// <summary>The file that stays: where it is and its reference.</summary>
    public required (string Address, string Ref) Survivor { get; init; }

    /// <summary>The other.</summary>
    public required (string Address, string Ref) Absorbed { get; init; }

    /// <summary>Their keys, for the form.</summary>
    public required (Guid Survivor, Guid Absorbed) Keys { get; init; }

    /// <summary>The fields; none once it was decided.</summary>
    public required IReadOnlyList<DeskField> Fields { get; init; }

    /// <summary>How it stands; empty for a new one.</summary>
    public string State { get; init; } = "";

    /// <summary>The same in words, and how it is marked.</summary>
    public (string Words, NoticeTone Tone) Said { get; init; } = ("", NoticeTone.Neutral);

    /// <summary>True when somebody else has to decide.</summary>
    public bool Own { get; init; }

    /// <summary>Why they are one person, as whoever proposed it says.</summary>
    public string? Note { get; init; }

    /// <summary>What was done since, and stayed.</summary>
    public IReadOnlyList<string> Stayed { get; init; } = [];
}

/// <summary>The pages of merges: two files side by side, a proposal, the decision of a second person, and taking it back.</summary>
internal sealed class MergeDesk(NodeDb db, MergePersons merge, FindPersons find)
{
    public const string Root = CasesDesk.Root + "/merges";
    private const string Field = "d_";

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet(Root, (HttpContext context, MergeDesk desk, CancellationToken cancellationToken) => desk.ListAsync(context, null, cancellationToken))
            .Needs(CasesRights.Merge).ExcludeFromDescription();
        routes.MapPost(Root + "/find", (HttpContext context, MergeDesk desk, CancellationToken cancellationToken) => desk.FindAsync(context, cancellationToken))
            .Needs(CasesRights.Merge).ExcludeFromDescription().DisableAntiforgery().OnlyReads();
        routes.MapGet(Root + "/new", (HttpContext context, MergeDesk desk, Guid survivor, Guid absorbed, CancellationToken cancellationToken) =>
            desk.CompareAsync(context, survivor, absorbed, null, cancellationToken)).Needs(CasesRights.Merge).ExcludeFromDescription();
        routes.MapPost(Root + "/propose", (HttpContext context, MergeDesk desk, CancellationToken cancellationToken) => desk.ProposeAsync(context, cancellationToken))
            .Needs(CasesRights.Merge).ExcludeFromDescription().DisableAntiforgery().DoneOnceInSecret();
        routes.MapGet(Root + "/{id:guid}", (HttpContext context, Guid id, MergeDesk desk, CancellationToken cancellationToken) => desk.ShowAsync(context, id, null, cancellationToken))
            .Needs(CasesRights.Merge).ExcludeFromDescription();
        routes.MapPost(Root + "/{id:guid}/step", (HttpContext context, Guid id, MergeDesk desk, CancellationToken cancellationToken) => desk.StepAsync(context, id, cancellationToken))
            .Needs(CasesRights.Merge).ExcludeFromDescription().DisableAntiforgery().DoneOnceInSecret();
    }

    private async Task<IResult> ListAsync(HttpContext context, Problem? problem, CancellationToken cancellationToken)
    {
        var texts = context.PageTexts();
        return StaffForm.Page<MergesPage>(context, problem, ("Merges", (await merge.ListAsync(context.Actor(), cancellationToken)).Select(one => new DeskMerge(
            $"{Root}/{one.Id:D}", texts.Format("merge.of", ("absorbed", one.AbsorbedRef), ("survivor", one.SurvivorRef)), texts["merge.state." + one.State], ToneOf(one.State!),
            DeskViews.At(one.UndoneAt ?? one.DecidedAt ?? one.ProposedAt!.Value, texts))).ToList()));
    }

    // By the references that persons carry; two that are not found are not told from two that are out of reach.
    private async Task<IResult> FindAsync(HttpContext context, CancellationToken cancellationToken)
    {
        var form = await StaffForm.ReadAsync(context, cancellationToken);
        var found = new List<Guid>();
        foreach (var name in new[] { "survivor", "absorbed" })
        {
            var reference = form.Text(name, required: true);
            if (reference.Length == 0)
                continue;
            var persons = (await find.RunAsync(new PersonQuery { Ref = reference }, context.Actor(), "correction", cancellationToken)).Persons;
            if (persons.Count == 1)
                found.Add(persons[0].Id);
            else
                form.Refuse(name, CasesProblems.PersonUnknown);
        }

        return form.Refusal is { } unfit ? await ListAsync(context, unfit, cancellationToken) : await CompareAsync(context, found[0], found[1], null, cancellationToken);
    }

    private async Task<IResult> CompareAsync(HttpContext context, Guid survivor, Guid absorbed, Problem? problem, CancellationToken cancellationToken)
    {
        try
        {
            return Page(context, Of(await merge.CompareAsync(survivor, absorbed, context.Actor(), cancellationToken), context.PageTexts()), problem);
        }
        catch (Problem refused) when (refused.Kind.Status is 409 or 422)
        {
            return await ListAsync(context, refused, cancellationToken);
        }
    }

    private async Task<IResult> ProposeAsync(HttpContext context, CancellationToken cancellationToken)
    {
        var form = await StaffForm.ReadAsync(context, cancellationToken);
        if (!Guid.TryParseExact(form.Text("survivor"), "D", out var survivor) || !Guid.TryParseExact(form.Text("absorbed"), "D", out var absorbed))
            throw PlatformProblems.Malformed.With();
        var note = form.Words("note", MergePersons.LongestNote, CasesProblems.TextTooLong);
        if (form.Refusal is { } unfit)
            return await CompareAsync(context, survivor, absorbed, unfit, cancellationToken);
        try
        {
            var decisions = (await merge.CompareAsync(survivor, absorbed, context.Actor(), cancellationToken)).Fields!
                .Where(field => field.Choices.Count > 0 && form.Text(Field + field.Name).Length > 0).ToDictionary(field => field.Name, field => form.Text(Field + field.Name), StringComparer.Ordinal);
            var id = await merge.ProposeAsync(new SentMerge { Survivor = survivor, Absorbed = absorbed, Decisions = decisions, Note = note }, [], context.Actor(), cancellationToken);
            return Results.Redirect($"{Root}/{id:D}");
        }
        catch (Problem refused) when (refused.Kind.Status is 409 or 422)
        {
            return await CompareAsync(context, survivor, absorbed, refused.Fields.Count == 0 ? refused : FormProblems.With([.. refused.Fields.Select(one => (one.Key.Replace("decisions.", Field, StringComparison.Ordinal), one.Value))]), cancellationToken);
        }
    }

    private async Task<IResult> ShowAsync(HttpContext context, Guid id, Problem? problem, CancellationToken cancellationToken)
    {
        try
        {
            return Page(context, Of(await merge.ShowAsync(id, context.Actor(), cancellationToken), context.PageTexts()), problem);
        }
        catch (Problem refused) when (refused.Kind.Status is 409)
        {
            return await ListAsync(context, refused, cancellationToken);
        }
    }

    private async Task<IResult> StepAsync(HttpContext context, Guid id, CancellationToken cancellationToken)
    {
        var (form, actor) = (await StaffForm.ReadAsync(context, cancellationToken), context.Actor());
        var step = form.Text("step");
        try
        {
            switch (step)
            {
                case "approve" or "decline":
                    await merge.DecideAsync(id, step == "approve", actor, cancellationToken);
                    break;
                case "undo":
                    await merge.AskUndoAsync(id, actor, cancellationToken);
                    break;
                case "undo_approve" or "undo_decline":
                    await merge.DecideUndoAsync(id, step == "undo_approve", actor, cancellationToken);
                    break;
                default:
                    throw PlatformProblems.Malformed.With();
            }
        }
        catch (Problem refused) when (refused.Kind.Status is 409 or 412)
        {
            return await ShowAsync(context, id, refused, cancellationToken);
        }

        return Results.Redirect($"{Root}/{id:D}");
    }

    private static PageResult<MergePage> Page(HttpContext context, DeskCompare compare, Problem? problem) => StaffForm.Page<MergePage>(context, problem, ("One", compare));

    private DeskCompare Of(ShownMerge shown, Texts texts) => new()
    {
        Address = shown.Id is { } id ? $"{Root}/{id:D}" : Root + "/propose",
        Survivor = (CasesDesk.PersonAddress(shown.Survivor), shown.SurvivorRef),
        Absorbed = (CasesDesk.PersonAddress(shown.Absorbed), shown.AbsorbedRef),
        Keys = (shown.Survivor, shown.Absorbed),
        // Of what neither file says anything, nothing is said.
        Fields = [.. (shown.Fields ?? []).Select(field => Of(field, texts)).Where(field => field.Survivor != texts["merge.nothing"] || field.Absorbed != texts["merge.nothing"])],
        State = shown.State ?? "",
        Said = shown.State is { } state ? (texts["merge.state." + state], ToneOf(state)) : ("", NoticeTone.Neutral),
        Own = shown.Own,
        Note = shown.Note,
        Stayed = [.. (shown.Stayed ?? []).Select(one => texts.Format("merge.stayed." + one.Kind, ("what", one.Kind == "field" ? LabelOf(one.What, texts) : one.What)))],
    };

    private DeskField Of(ShownField field, Texts texts)
    {
        var never = MergeFields.IsNeverLost(field.Name);
        return new DeskField(
            Field + field.Name, LabelOf(field.Name, texts), Say(field.Name, field.Survivor, texts), Say(field.Name, field.Absorbed, texts),
            field.Choices.Count < 2 ? [] : [.. field.Choices.Select(choice => new Choice(choice, texts[(never ? "merge.first." : "merge.pick.") + choice]))],
            field.Decision ?? (field.Choices is [var usual, ..] ? usual : ""));
    }

    private static string LabelOf(string name, Texts texts) =>
        name.Split('.') is [var compartment, "notes"] ? texts["cases.compartment." + compartment] : texts["merge.field." + name.Split('.')[^1]];

    private string Say(string name, JsonElement? value, Texts texts)
    {
        if (value is not { } said)
            return texts["merge.nothing"];
        var (compartment, field) = (name.Split('.')[0], name.Split('.')[1]);
        switch (field)
        {
            case "birth":
                var birth = said.Deserialize<Birth>(CaseJson.Options)!;
                return string.Join(" · ", new[] { birth.Date ?? birth.InYear?.ToString(texts.Culture) ?? (birth.EarliestYear ?? null)?.ToString(texts.Culture), DeskViews.Age(birth, Today, texts), birth.Disputed ? texts["cases.age.disputed"] : null }.OfType<string>());
            case "placeOfBirth":
                var place = said.Deserialize<BirthPlace>(CaseJson.Options)!;
                return string.Join(texts.Comma, new[] { place.Text, place.Country is { } country ? Platform.Places.Countries.Name(country, texts) : null }.OfType<string>());
            case "confidence":
                return texts["merge.confidence." + said.GetString()];
        }

        var facts = DeskViews.Facts(new Dictionary<string, object?> { [compartment] = JsonSerializer.SerializeToElement(new Dictionary<string, JsonElement> { [field] = said }, CaseJson.Options) }, Today, texts);
        return facts.Count > 0 ? string.Join("; ", facts.Select(fact => fact.Value)) : texts["merge.nothing"];
    }

    private DateOnly Today => db.Time.Today;

    private static NoticeTone ToneOf(string state) => state switch
    {
        MergeRow.Proposed or MergeRow.UndoAsked => NoticeTone.Warning,
        MergeRow.Done => NoticeTone.Success,
        _ => NoticeTone.Neutral,
    };
}
