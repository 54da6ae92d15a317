using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Tambo.Cases.Access;
using Tambo.Cases.Detention;
using Tambo.Cases.Family;
using Tambo.Cases.Persons;
using Tambo.Cases.Plan;
using Tambo.Cases.Reading;
using Tambo.Cases.Register;
using Tambo.Platform.Access;
using Tambo.Platform.Database;
using Tambo.Platform.Http;
using Tambo.Platform.Idempotency;
using Tambo.Platform.Languages;
using Tambo.Platform.Problems;
using Tambo.Platform.Shell;

namespace Tambo.Cases.Desk;

/// <summary>The pages on which detention is noticed, and on which a second person is asked before a family is split.</summary>
internal sealed class CareDesk(NodeDb db, CaseEntries entries, CaseFiles cases, PersonNames names, NoticeDetention notice, SplitReviews splits, SplitWords words, FamilyUnity unity, PersonFiles files)
{
    private const string One = CasesDesk.Root + "/{id:guid}/";

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet(One + "detention", (HttpContext context, Guid id, CareDesk desk, CancellationToken cancellationToken) => desk.DetentionAsync(context, id, null, cancellationToken)).Needs(CasesRights.Read).ExcludeFromDescription();
        routes.MapPost(One + "detention", (HttpContext context, Guid id, CareDesk desk, CancellationToken cancellationToken) => desk.WriteDetentionAsync(context, id, cancellationToken)).Needs(CasesRights.Read).ExcludeFromDescription().DisableAntiforgery().DoneOnceInSecret();
        routes.MapGet(One + "family", (HttpContext context, Guid id, CareDesk desk, CancellationToken cancellationToken) => desk.FamilyAsync(context, id, null, cancellationToken)).Needs(CasesRights.Read).ExcludeFromDescription();
        routes.MapPost(One + "family", (HttpContext context, Guid id, CareDesk desk, CancellationToken cancellationToken) => desk.WriteFamilyAsync(context, id, cancellationToken)).Needs(CasesRights.Read).ExcludeFromDescription().DisableAntiforgery().DoneOnceInSecret();
    }

    private async Task<IResult> DetentionAsync(HttpContext context, Guid id, Problem? problem, CancellationToken cancellationToken)
    {
        var (actor, texts, address, now) = (context.Actor(), context.PageTexts(), Sections.AddressOf(id, "detention"), db.Time.GetUtcNow());
        var entered = await entries.EnterAsync(id, actor, cancellationToken);
        var shown = await notice.ListAsync(id, actor, Purposes.Assistance, cancellationToken);
        IReadOnlyList<Guid> persons;
        await using (var connection = await db.ReadAsync(cancellationToken))
            persons = [.. (await cases.PersonsAsync(connection, [id]))[id]];
        var people = await names.NamedAsync(persons, actor, Purposes.Assistance, cancellationToken);
        var may = entered.May(CasesRights.Edit) && entered.Row.ClosedAt is null;
        var held = shown.Where(one => one.State == "held").ToList();
        return Sections.Page(context, new SectionView(texts["cases.detention"])
        {
            Lead = entered.Row.PublicRef,
            Notices =
            [
                .. held.Exists(one => one.Detention?.IsChild == true) ? [(texts["cases.detention.child"], NoticeTone.Danger)] : Array.Empty<(string, NoticeTone)>(),
                (texts["cases.detention.consulate"], NoticeTone.Info),
            ],
            Blocks =
            [
                new SectionBlock("") { Empty = texts["cases.detention.none"], Cards = [.. shown.Select(Card)] },
                .. !may || held.Count == 0 ? Array.Empty<SectionBlock>() : [Step(held)],
                .. !may ? Array.Empty<SectionBlock>() : [Notice()],
                new SectionBlock(texts["cases.detention.rules"])
                {
                    Cards = [.. DetentionRules.Shipped.Rules.Select(rule => new SectionCard(texts["cases.detention.task." + rule.Code])
                    {
                        Soft = texts.Count("cases.detention.within", rule.Hours),
                        Sources = [rule.Source],
                        Lines = [texts[rule.Verified ? "cases.detention.checked" : "cases.detention.unchecked"]],
                    })],
                },
            ],
            Links = [(Sections.AddressOf(id, "tasks"), texts["cases.tasks"]), .. WritingDesk.Back(id, texts)],
        }, problem);

        string Who(Guid person) => people.GetValueOrDefault(person) is { Length: > 0 } name ? name : texts["cases.closed_part"];

        SectionCard Card(ShownDetention one) => new(Who(one.Person))
        {
            Tags =
            [
                (texts["cases.detention.state." + one.State], one.State == "held" ? NoticeTone.Warning : NoticeTone.Neutral),
                .. one.Detention?.IsChild == true ? [(texts["cases.detention.is_child"], NoticeTone.Danger)] : Array.Empty<(string, NoticeTone)>(),
                .. one.Late ? [(texts["cases.late"], NoticeTone.Danger)] : Array.Empty<(string, NoticeTone)>(),
            ],
            Soft = one.ReviewDueAt is { } review ? texts.Format("cases.detention.review_by", ("at", texts.Due(review, now))) : "",
            Lines = one.Detention is not { } said ? [] :
            [
                texts.Format("cases.detention.where", ("place", said.Place), ("at", DeskViews.At(said.Since, texts))),
                .. said.Authority.Length > 0 ? [texts.Format("cases.detention.by", ("authority", said.Authority))] : Array.Empty<string>(),
                texts["cases.detention.source." + said.Source],
                texts["cases.detention.consulate." + (said.ConsulateWanted ?? (said.ToldRight ? "told" : "untold"))],
                .. said.Note is { Length: > 0 } note ? [note] : Array.Empty<string>(),
                .. said.Steps.Select(step => string.Join(" · ", new[] { DeskViews.At(step.At, texts), texts["cases.detention.act." + step.Act], step.Note ?? "" }.Where(part => part.Length > 0))),
                .. said.Outcome is { } outcome ? [texts["cases.detention.outcome." + outcome]] : Array.Empty<string>(),
            ],
        };

        SectionBlock Step(List<ShownDetention> open) => new(texts["cases.detention.step"])
        {
            Forms =
            [
                new SectionForm(address, "step", texts["cases.detention.step.save"])
                {
                    Fields =
                    [
                        new AskedField("which", texts["cases.detention.which"], FieldKind.Radio)
                        {
                            Required = true,
                            Choices = [.. open.Select(one => new Choice($"{one.Id:D} {one.Version}", $"{Who(one.Person)}: {one.Detention?.Place}"))],
                            Value = open.Count == 1 ? $"{open[0].Id:D} {open[0].Version}" : null,
                        },
                        new AskedField("done", texts["cases.detention.done"], FieldKind.Radio) { Required = true, Choices = Sections.Of(texts, "cases.detention.act.", NoticeDetention.Acts) },
                        new AskedField("note", texts["cases.detention.note"], FieldKind.Textarea) { MaxLength = 5000, Hint = texts["cases.detention.note.hint"] },
                        new AskedField("nextReview", texts["cases.detention.next_review"], FieldKind.Date) { Hint = texts.Format("cases.detention.next_review.hint", ("child", DetentionRules.Shipped.ReviewDays.Child), ("adult", DetentionRules.Shipped.ReviewDays.Adult)) },
                        new AskedField("outcome", texts["cases.detention.outcome"], FieldKind.Select) { Choices = [new Choice("", texts["cases.not_said"]), .. Sections.Of(texts, "cases.detention.outcome.", NoticeDetention.Outcomes)] },
                    ],
                },
            ],
        };

        SectionBlock Notice() => new(texts["cases.detention.add"])
        {
            Forms =
            [
                new SectionForm(address, "add", texts["cases.detention.add.save"])
                {
                    Fields =
                    [
                        new AskedField("person", texts["cases.detention.person"], FieldKind.Radio) { Required = true, Choices = [.. persons.Select(person => new Choice(person.ToString("D"), Who(person)))], Value = persons.Count == 1 ? persons[0].ToString("D") : null },
                        new AskedField("place", texts["cases.detention.place"]) { Required = true },
                        new AskedField("authority", texts["cases.detention.authority"]),
                        new AskedField("since", texts["cases.detention.since"], FieldKind.Date),
                        new AskedField("source", texts["cases.detention.source"], FieldKind.Select) { Required = true, Choices = Sections.Of(texts, "cases.detention.source.", NoticeDetention.Sources) },
                        new AskedField("first_note", texts["cases.field.note"], FieldKind.Textarea) { MaxLength = 5000 },
                    ],
                },
            ],
        };
    }

    private Task<IResult> WriteDetentionAsync(HttpContext context, Guid id, CancellationToken cancellationToken) => Sections.DoAsync(context, Sections.AddressOf(id, "detention"), async form =>
    {
        var entered = await notice.AdmitAsync(id, context.Actor(), cancellationToken);
        if (form.Text("act") == "step")
        {
            var (which, act) = (form.Text("which", required: true).Split(' '), form.Text("done", required: true));
            var said = new SentDetentionStep { Act = act, Note = form.Said("note"), NextReview = form.DueAt("nextReview", db.Time), Outcome = form.Text("outcome") };
            form.RequireFit();
            if (which.Length != 2 || !Guid.TryParse(which[0], out var entry) || !int.TryParse(which[1], NumberStyles.None, CultureInfo.InvariantCulture, out var version))
                throw PlatformProblems.Malformed.With();
            await notice.StepAsync(entered, await notice.FindAsync(entered, entry, cancellationToken), version, said, [], cancellationToken);
            return;
        }

        var added = new SentDetention
        {
            Person = form.Chosen("person"),
            Place = form.Text("place", required: true),
            Authority = form.Text("authority"),
            Since = form.Day("since", CasesProblems.DateUnfit) is { } day ? db.Time.StartOf(day) : null,
            Source = form.Text("source", required: true),
            Note = form.Said("first_note"),
        };
        form.RequireFit();
        await notice.RunAsync(entered, added, [], cancellationToken);
    }, problem => DetentionAsync(context, id, problem, cancellationToken), cancellationToken);

    private async Task<IResult> FamilyAsync(HttpContext context, Guid id, Problem? problem, CancellationToken cancellationToken)
    {
        var (actor, texts, address) = (context.Actor(), context.PageTexts(), Sections.AddressOf(id, "family"));
        var entered = await entries.EnterAsync(id, actor, cancellationToken);
        var shown = await splits.OfCaseAsync(id, actor, Purposes.Assistance, cancellationToken);
        int others, seen;
        IReadOnlyList<Guid> persons;
        await using (var connection = await db.ReadAsync(cancellationToken))
        {
            persons = [.. (await cases.PersonsAsync(connection, [id]))[id]];
            var left = (await unity.OthersAsync(connection, id, persons)).Select(other => other.Person).Distinct().ToList();
            // How many there are is told of those alone whom the reader sees.
            (others, seen) = (left.Count, (await files.FindAsync(connection, CaseScope.For(actor), left)).Values.Count(other => other.Open.Count > 0));
        }

        var people = await names.NamedAsync([.. persons.Concat(shown.Select(split => split.Person).OfType<Guid>()).Distinct()], actor, Purposes.Assistance, cancellationToken);
        var to = await words.OfAsync(id, shown, actor, texts, cancellationToken);
        var waiting = shown.FirstOrDefault(split => split is { State: "asked", IsOwn: false });
        var may = entered.May(CasesRights.Edit) || entered.May(CasesRights.Refer) || entered.May(CasesRights.Supervise);
        return Sections.Page(context, new SectionView(texts["cases.family"])
        {
            Lead = entered.Row.PublicRef,
            Notices = [(others == 0 ? texts["cases.family.alone"] : seen == others ? texts.Count("cases.family.others", others) : texts["cases.family.others_unseen"], NoticeTone.Info)],
            Blocks =
            [
                new SectionBlock("") { Empty = texts["cases.family.none"], Cards = [.. shown.Select(split => Card(split, texts, people, to.GetValueOrDefault(split.Id)))] },
                .. waiting is null || !entered.May(CasesRights.Approve) ? Array.Empty<SectionBlock>() :
                [
                    new SectionBlock(texts["cases.family.decide"])
                    {
                        Forms =
                        [
                            new SectionForm(address, "decide", texts["cases.plan.decide.save"])
                            {
                                Hidden = [("split_id", waiting.Id.ToString("D")), ("version", waiting.Version.ToString(CultureInfo.InvariantCulture))],
                                Fields =
                                [
                                    new AskedField("approve", texts.Format("cases.family.decide.field", ("step", texts["cases.family.step." + waiting.Step])), FieldKind.Radio) { Required = true, Choices = [new Choice("yes", texts["cases.family.decide.yes"]), new Choice("no", texts["cases.family.decide.no"])] },
                                    new AskedField("answer", texts["cases.plan.decide.reason"], FieldKind.Textarea) { MaxLength = 5000 },
                                ],
                            },
                        ],
                    },
                ],
                // Of several in one case some may be left behind by the others.
                .. !may || (others == 0 && persons.Count < 2) ? Array.Empty<SectionBlock>() :
                [
                    new SectionBlock(texts["cases.family.ask"])
                    {
                        Cards = [new SectionCard("") { Lines = [texts["cases.family.ask.lead"]], Links = [(Sections.AddressOf(id, "transfer"), texts["cases.family.ask.move"])] }],
                        Forms =
                        [
                            new SectionForm(address, "ask", texts["cases.family.ask.save"])
                            {
                                Fields =
                                [
                                    new AskedField("step", texts["cases.family.step"], FieldKind.Select) { Required = true, Choices = Sections.Of(texts, "cases.family.step.", FamilySplit.Steps.Where(step => step is not (FamilySplit.Leave or FamilySplit.Transfer))) },
                                    .. await words.AskedAsync(entered, texts, cancellationToken),
                                    new AskedField("reason", texts["cases.family.reason"], FieldKind.Textarea) { Required = true, MaxLength = 5000 },
                                ],
                            },
                        ],
                    },
                ],
            ],
            Links = WritingDesk.Back(id, texts),
        }, problem);
    }

    /// <summary>A question as a card.</summary>
    public static SectionCard Card(ShownSplit split, Texts texts, IReadOnlyDictionary<Guid, string>? people = null, string? to = null) => new(texts["cases.family.step." + split.Step])
    {
        Tags = [(texts["cases.split.state." + split.State], split.State switch { "approved" => NoticeTone.Success, "asked" => NoticeTone.Warning, _ => NoticeTone.Neutral })],
        Soft = DeskViews.At(split.AskedAt, texts),
        Lines = [.. new[] { split.Person is { } person && people?.GetValueOrDefault(person) is { Length: > 0 } who ? texts.Format("cases.family.who", ("who", who)) : null, to, split.Until is { } until ? texts.Format("cases.family.until", ("at", DeskViews.At(until, texts))) : null, split.Reason, split.Answer }.OfType<string>()],
    };

    private Task<IResult> WriteFamilyAsync(HttpContext context, Guid id, CancellationToken cancellationToken) => Sections.DoAsync(context, Sections.AddressOf(id, "family"), async form =>
    {
        if (form.Text("act") == "decide")
        {
            var (deciding, row) = await splits.AdmitDecidingAsync(id, form.Key("split_id"), context.Actor(), cancellationToken);
            var decided = new SentDecision { Approve = form.Text("approve", required: true) == "yes", Reason = form.Said("answer") };
            if (!decided.Approve && decided.Reason is null)
                form.Refuse("answer", FormProblems.Missing);
            form.RequireFit();
            await splits.DecideAsync(deciding, row, form.Version(), decided, cancellationToken);
            return;
        }

        var entered = await splits.AdmitAsync(id, context.Actor(), cancellationToken);
        var said = new SentSplit { Step = form.Text("step", required: true), Reason = form.Said("reason"), Referral = form.Chosen("referral"), Owner = form.Chosen("owner"), Team = form.Chosen("team") };
        form.RequireFit();
        await splits.AskAsync(entered, said, [], cancellationToken);
    }, problem => FamilyAsync(context, id, problem, cancellationToken), cancellationToken);
}
