using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Tambo.Cases.Plan;
using Tambo.Cases.Reading;
using Tambo.Cases.Referrals;
using Tambo.Guide.Directory;
using Tambo.Platform.Access;
using Tambo.Platform.Database;
using Tambo.Platform.Http;
using Tambo.Platform.Idempotency;
using Tambo.Platform.Languages;
using Tambo.Platform.Problems;
using Tambo.Platform.Shell;

namespace Tambo.Cases.Desk;

/// <summary>The pages on which it is planned what is done in a case: the plan and its approval, tasks, and conferences.</summary>
internal sealed class PlanDesk(NodeDb db, CaseEntries entries, KeepPlan plans, KeepTasks tasks, HoldConference conferences, LiveDirectory directory)
{
    private const string One = CasesDesk.Root + "/{id:guid}/";

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet(One + "plan", (HttpContext context, Guid id, PlanDesk desk, CancellationToken cancellationToken) => desk.PlanAsync(context, id, null, cancellationToken)).Needs(CasesRights.Read).ExcludeFromDescription();
        routes.MapPost(One + "plan", (HttpContext context, Guid id, PlanDesk desk, CancellationToken cancellationToken) => desk.WritePlanAsync(context, id, cancellationToken)).Needs(CasesRights.Read).ExcludeFromDescription().DisableAntiforgery().DoneOnceInSecret();
        routes.MapGet(One + "tasks", (HttpContext context, Guid id, PlanDesk desk, CancellationToken cancellationToken) => desk.TasksAsync(context, id, null, cancellationToken)).Needs(CasesRights.Read).ExcludeFromDescription();
        routes.MapPost(One + "tasks", (HttpContext context, Guid id, PlanDesk desk, CancellationToken cancellationToken) => desk.WriteTaskAsync(context, id, cancellationToken)).Needs(CasesRights.Read).ExcludeFromDescription().DisableAntiforgery().DoneOnceInSecret();
        routes.MapGet(One + "conferences", (HttpContext context, Guid id, PlanDesk desk, CancellationToken cancellationToken) => desk.ConferencesAsync(context, id, null, cancellationToken)).Needs(CasesRights.Read).ExcludeFromDescription();
        routes.MapPost(One + "conferences", (HttpContext context, Guid id, PlanDesk desk, CancellationToken cancellationToken) => desk.WriteConferenceAsync(context, id, cancellationToken)).Needs(CasesRights.Read).ExcludeFromDescription().DisableAntiforgery().DoneOnceInSecret();
    }

    /// <summary>What a task is, in words.</summary>
    public static string Said(ShownTask task, Texts texts) => task.IsUnlisted ? texts["cases.task.in_case"]
        : task.Rule is { } rule ? texts[rule == KeepTasks.PlanReview ? "cases.plan.review.task" : "cases.detention.task." + rule] : task.What ?? texts["cases.closed_part"];

    /// <summary>By when it is to be done, and how far away that is unless it is done; empty without a day.</summary>
    public static string Due(ShownTask task, DateTimeOffset now, Texts texts) => task.DueAt is not { } due ? ""
        : texts.Format("cases.due", ("at", task.State is "open" or "doing" ? texts.Due(due, now) : texts.Moment(due)));

    private async Task<IResult> PlanAsync(HttpContext context, Guid id, Problem? problem, CancellationToken cancellationToken)
    {
        var (actor, texts, address) = (context.Actor(), context.PageTexts(), Sections.AddressOf(id, "plan"));
        var entered = await entries.EnterAsync(id, actor, cancellationToken);
        var versions = await plans.ShowAsync(id, actor, Purposes.Assistance, cancellationToken);
        var people = await entries.ResponsiblesAsync(entered, cancellationToken);
        var (last, contents) = await plans.LastAsync(entered, cancellationToken);
        var (open, may) = (entered.Row.ClosedAt is null, entered.May(CasesRights.Edit));
        var now = versions.Count > 0 ? versions[0] : null;
        var writes = open && may && now?.State != "submitted";
        var decides = open && now?.State == "submitted" && entered.May(CasesRights.Approve) && !KeepPlan.IsOwn(last!, actor)
            && contents.All(one => one.Value.Needs.Count == 0 || entered.Open.Contains(one.Key, StringComparer.Ordinal));
        var version = ("version", (now?.Version ?? 0).ToString(CultureInfo.InvariantCulture));
        var moment = await directory.GetAsync(cancellationToken);
        var blocks = new List<SectionBlock>
        {
            new(now is null ? "" : texts.Format("cases.plan.version", ("number", now.Number)))
            {
                Empty = texts["cases.plan.none"],
                Cards = now is null ? [] : [.. now.Needs.Select(need => Card(need, Steps(need)))],
                Forms = open && may && now is { State: "draft" or "returned", Needs.Count: > 0 } ? [new SectionForm(address, "submit", texts["cases.plan.submit"]) { Hidden = [version] }] : [],
            },
        };
        if (now is not null && (now.Reviews.Count > 0 || writes))
        {
            blocks.Add(new SectionBlock(texts["cases.plan.reviews"])
            {
                Empty = now.Reviews.Count > 0 ? "" : texts["cases.plan.reviews.none"],
                Cards = [.. now.Reviews.Select(day => new SectionCard(DeskViews.Day(day, texts))
                {
                    Forms = writes ? [new SectionForm(address, "unreview", texts["cases.plan.remove"]) { Hidden = [version, ("day", day)] }] : [],
                })],
                Forms = !writes ? [] :
                [
                    new SectionForm(address, "review", texts["cases.plan.review.save"])
                    {
                        Hidden = [version],
                        Fields = [new AskedField("review", texts["cases.plan.review.field"], FieldKind.Date) { Required = true, Hint = texts["cases.plan.review.hint"] }],
                    },
                ],
            });
        }

        if (decides)
        {
            blocks.Add(new SectionBlock(texts["cases.plan.decide"])
            {
                Forms =
                [
                    new SectionForm(address, "decide", texts["cases.plan.decide.save"])
                    {
                        Hidden = [version],
                        Fields =
                        [
                            new AskedField("approve", texts["cases.plan.decide.field"], FieldKind.Radio) { Required = true, Choices = [new Choice("yes", texts["cases.plan.decide.yes"]), new Choice("no", texts["cases.plan.decide.no"])] },
                            new AskedField("reason", texts["cases.plan.decide.reason"], FieldKind.Textarea) { MaxLength = 5000 },
                        ],
                    },
                ],
            });
        }

        if (writes)
        {
            blocks.Add(new SectionBlock(texts["cases.plan.add"])
            {
                Forms =
                [
                    new SectionForm(address, "add", texts["cases.plan.add.save"])
                    {
                        Hidden = [version],
                        Fields =
                        [
                            new AskedField("code", texts["cases.plan.need"], FieldKind.Select) { Required = true, Choices = Sections.Of(texts, "cases.need.", NeedCodes.All.Where(need => entered.Open.Contains(need.Compartment, StringComparer.Ordinal)).Select(need => need.Code)) },
                            new AskedField("origin", texts["cases.plan.origin"], FieldKind.Radio) { Required = true, Choices = Sections.Of(texts, "cases.plan.origin.", NeedCodes.Origins) },
                            new AskedField("note", texts["cases.field.note"], FieldKind.Textarea) { MaxLength = 5000 },
                            new AskedField("goal", texts["cases.plan.goal"]),
                            new AskedField("indicator", texts["cases.plan.indicator"]) { Hint = texts["cases.plan.indicator.hint"] },
                            new AskedField("target", texts["cases.plan.target"], FieldKind.Date),
                            new AskedField("agreed", texts["cases.plan.agreed"], FieldKind.Radio) { Choices = Sections.Of(texts, "cases.plan.agreed.", PlanGoals.Agreements), Value = PlanGoals.NotYet },
                            new AskedField("what", texts["cases.plan.action"]) { Hint = texts["cases.plan.action.hint"] },
                            new AskedField("service", texts["cases.plan.service"]) { Hint = texts["cases.plan.service.hint"] },
                            Responsible(people, texts),
                            new AskedField("due", texts["cases.task.due"], FieldKind.Date),
                        ],
                    },
                ],
            });
        }

        if (versions.Count > 1)
        {
            blocks.Add(new SectionBlock(texts["cases.plan.earlier"])
            {
                Cards = [.. versions.Skip(1).Select(earlier => new SectionCard(texts.Format("cases.plan.version", ("number", earlier.Number)))
                {
                    Tags = [(texts["cases.plan.state." + earlier.State], NoticeTone.Neutral)],
                    Soft = DeskViews.At(earlier.ChangedAt, texts),
                    Lines = [.. earlier.Needs.Select(need => PlanWords.Line(need, texts)), .. PlanWords.Reviews(earlier.Reviews, texts)],
                })],
            });
        }

        return Sections.Page(context, new SectionView(texts["cases.plan"])
        {
            Lead = entered.Row.PublicRef,
            Notices = now is null ? [] :
            [
                (texts["cases.plan.now." + now.State], now.State switch { "approved" => NoticeTone.Success, "returned" => NoticeTone.Warning, _ => NoticeTone.Info }),
                .. now.ReturnedBecause is { Length: > 0 } because && now.State == "returned" ? [(because, NoticeTone.Warning)] : Array.Empty<(string, NoticeTone)>(),
            ],
            Blocks = blocks,
            Links = [(Sections.AddressOf(id, "tasks"), texts["cases.tasks"]), (Sections.AddressOf(id, "conferences"), texts["cases.conferences"]), .. WritingDesk.Back(id, texts)],
        }, problem);

        // What may be said of a goal while the plan stays as it was approved; and what takes a need out of it.
        IReadOnlyList<SectionForm> Steps(PlanNeed need) =>
        [
            .. !writes || need.Goal is not { Length: > 0 } ? Array.Empty<SectionForm>() :
            [
                GoalStep(need, [.. PlanGoals.States.Where(state => state != need.State).Select(state => ("state", state, texts["cases.plan.goal.to." + state]))]),
                GoalStep(need, [.. PlanGoals.Agreements.Where(agreed => agreed != need.Agreed && agreed != PlanGoals.NotYet).Select(agreed => ("agreed", agreed, texts["cases.plan.agreed.to." + agreed]))]),
            ],
            .. writes ? [new SectionForm(address, "remove", texts["cases.plan.remove"]) { Hidden = [version, ("need_id", need.Id.ToString("D"))] }] : Array.Empty<SectionForm>(),
        ];

        SectionForm GoalStep(PlanNeed need, IReadOnlyList<(string, string, string)> buttons) => new(address, "goal", "") { Hidden = [version, ("need_id", need.Id.ToString("D"))], Buttons = buttons };

        string ServiceOf(PlanAction action) => Guid.TryParseExact(action.Service, "D", out var service) ? ReceiverNames.Of(moment, service, actor, texts) : action.Service ?? "";

        SectionCard Card(PlanNeed need, IReadOnlyList<SectionForm> forms) => new(texts["cases.need." + need.Code])
        {
            Tags = need.Goal is { Length: > 0 } ? [(texts["cases.plan.goal.state." + need.State], need.State == "reached" ? NoticeTone.Success : NoticeTone.Neutral)] : [],
            Soft = $"{texts["cases.part." + need.Compartment]} · {texts["cases.plan.origin." + need.Origin]}",
            Lines =
            [
                .. need.Note is { Length: > 0 } note ? [note] : Array.Empty<string>(),
                .. PlanWords.Goal(need, texts),
                .. need.Actions.Select(action => string.Join(" · ", new[] { action.What, ServiceOf(action), action.Status is { } status and not "planned" ? texts["cases.task.state." + status] : "", NameOf(action.Responsible), action.DueAt is { } due ? texts.Format("cases.due", ("at", DeskViews.At(due, texts))) : "" }.Where(part => part.Length > 0))),
            ],
            Forms = forms,
        };

        string NameOf(Guid? user) => user is null ? "" : people.FirstOrDefault(one => one.UserId == user)?.DisplayName ?? "";
    }

    private Task<IResult> WritePlanAsync(HttpContext context, Guid id, CancellationToken cancellationToken) => Sections.DoAsync(context, Sections.AddressOf(id, "plan"), async form =>
    {
        var actor = context.Actor();
        var act = form.Text("act");
        if (act == "decide")
        {
            var decided = new SentDecision { Approve = form.Text("approve", required: true) == "yes", Reason = form.Said("reason") };
            form.RequireFit();
            await plans.DecideAsync(await plans.AdmitDecidingAsync(id, actor, cancellationToken), form.Version(), decided, cancellationToken);
            return;
        }

        var entered = await plans.AdmitAsync(id, actor, cancellationToken);
        if (act == "submit")
        {
            await plans.SubmitAsync(entered, form.Version(), cancellationToken);
            return;
        }

        if (act == "goal")
        {
            var step = new SentGoal { State = form.Text("state") is { Length: > 0 } state ? state : null, Agreed = form.Text("agreed") is { Length: > 0 } agreed ? agreed : null };
            await plans.MoveGoalAsync(entered, form.Key("need_id"), form.Version(), step, [], cancellationToken);
            return;
        }

        var (_, contents) = await plans.LastAsync(entered, cancellationToken);
        IReadOnlyList<string>? reviews = null;
        var needs = contents.Where(one => entered.Open.Contains(one.Key, StringComparer.Ordinal)).SelectMany(one => one.Value.Needs).ToList();
        if (act == "remove")
        {
            var gone = form.Key("need_id");
            needs.RemoveAll(need => need.Id == gone);
        }
        else if (act is "review" or "unreview")
        {
            var known = contents.GetValueOrDefault(entered.Seen.Home)?.Reviews ?? [];
            var name = act == "review" ? "review" : "day";
            var day = form.Text(name, required: true);
            _ = form.Day(name, CasesProblems.DateUnfit);
            form.RequireFit();
            reviews = act == "review" ? [.. known, day] : [.. known.Where(one => one != day)];
        }
        else
        {
            var (what, responsible, due) = (form.Text("what"), form.Chosen("responsible"), form.DueAt("due", db.Time));
            needs.Add(new PlanNeed
            {
                Code = form.Text("code", required: true),
                Origin = form.Text("origin", required: true),
                Note = form.Said("note"),
                Goal = form.Text("goal") is { Length: > 0 } goal ? goal : null,
                Indicator = form.Text("indicator") is { Length: > 0 } indicator ? indicator : null,
                TargetDate = form.Text("target") is { Length: > 0 } target ? target : null,
                Agreed = form.Text("agreed") is { Length: > 0 } agreed ? agreed : PlanGoals.NotYet,
                Actions = what.Length == 0 ? [] : [new PlanAction { What = what, Service = form.Text("service") is { Length: > 0 } service ? service : null, Responsible = responsible, DueAt = due }],
            });
            form.RequireFit();
        }

        await plans.SaveAsync(entered, form.Version(), new SentPlan { Needs = needs, Reviews = reviews }, [], cancellationToken);
    }, problem => PlanAsync(context, id, problem, cancellationToken), cancellationToken);

    private async Task<IResult> TasksAsync(HttpContext context, Guid id, Problem? problem, CancellationToken cancellationToken)
    {
        var (actor, texts, address) = (context.Actor(), context.PageTexts(), Sections.AddressOf(id, "tasks"));
        var entered = await entries.EnterAsync(id, actor, cancellationToken);
        var shown = await tasks.OfCaseAsync(id, actor, Purposes.Assistance, cancellationToken);
        var people = await entries.ResponsiblesAsync(entered, cancellationToken);
        var may = entered.May(CasesRights.Edit) && entered.Row.ClosedAt is null;
        return Sections.Page(context, new SectionView(texts["cases.tasks"])
        {
            Lead = entered.Row.PublicRef,
            Blocks =
            [
                new SectionBlock("")
                {
                    Empty = texts["cases.tasks.none"],
                    Cards = [.. shown.Select(task => new SectionCard(Said(task, texts))
                    {
                        Tags = [(texts["cases.task.state." + task.State], task.State == "done" ? NoticeTone.Success : NoticeTone.Neutral), .. task.Late ? [(texts["cases.late"], NoticeTone.Danger)] : Array.Empty<(string, NoticeTone)>()],
                        Soft = string.Join(" · ", new[] { Due(task, db.Time.GetUtcNow(), texts), people.FirstOrDefault(one => one.UserId == task.Responsible)?.DisplayName ?? "" }.Where(part => part.Length > 0)),
                        Lines = task.Note is { Length: > 0 } note ? [note] : [],
                        Forms = !may ? [] :
                        [
                            new SectionForm(address, "step", "")
                            {
                                Hidden = [("task_id", task.Id.ToString("D")), ("version", task.Version.ToString(CultureInfo.InvariantCulture))],
                                Buttons = [.. (task.State switch { "open" => new[] { "doing", "done", "dropped" }, "doing" => ["done", "dropped"], _ => ["open"] }).Select(state => ("state", state, texts["cases.task.to." + state]))],
                            },
                        ],
                    })],
                },
                .. !may ? Array.Empty<SectionBlock>() :
                [
                    new SectionBlock(texts["cases.tasks.add"])
                    {
                        Forms =
                        [
                            new SectionForm(address, "add", texts["cases.tasks.add.save"])
                            {
                                Fields = [new AskedField("what", texts["cases.task.what"]) { Required = true }, Responsible(people, texts), new AskedField("due", texts["cases.task.due"], FieldKind.Date), WritingDesk.Compartment(entered, texts)],
                            },
                        ],
                    },
                ],
            ],
            Links = [(Sections.AddressOf(id, "plan"), texts["cases.plan"]), .. WritingDesk.Back(id, texts)],
        }, problem);
    }

    private Task<IResult> WriteTaskAsync(HttpContext context, Guid id, CancellationToken cancellationToken) => Sections.DoAsync(context, Sections.AddressOf(id, "tasks"), async form =>
    {
        var entered = await tasks.AdmitAsync(id, context.Actor(), cancellationToken);
        if (form.Text("act") == "step")
        {
            var row = await tasks.FindAsync(entered, form.Key("task_id"), cancellationToken);
            await tasks.StepAsync(entered, row, form.Version(), new SentTaskStep { State = form.Text("state") }, cancellationToken);
            return;
        }

        var said = new SentTask { What = form.Text("what", required: true), Responsible = form.Chosen("responsible"), DueAt = form.DueAt("due", db.Time), Compartment = form.Text("compartment") };
        form.RequireFit();
        await tasks.MakeAsync(entered, said, [], cancellationToken);
    }, problem => TasksAsync(context, id, problem, cancellationToken), cancellationToken);

    private async Task<IResult> ConferencesAsync(HttpContext context, Guid id, Problem? problem, CancellationToken cancellationToken)
    {
        var (actor, texts, address) = (context.Actor(), context.PageTexts(), Sections.AddressOf(id, "conferences"));
        var entered = await entries.EnterAsync(id, actor, cancellationToken);
        var shown = await conferences.ListAsync(id, actor, Purposes.Assistance, cancellationToken);
        var people = await entries.ResponsiblesAsync(entered, cancellationToken);
        var may = entered.May(CasesRights.Edit) && entered.Row.ClosedAt is null;
        return Sections.Page(context, new SectionView(texts["cases.conferences"])
        {
            Lead = entered.Row.PublicRef,
            Blocks =
            [
                new SectionBlock("")
                {
                    Empty = texts["cases.conferences.none"],
                    Cards = [.. shown.Where(one => one.Conference is not null).Select(one => new SectionCard(one.Conference!.On.ToString("d MMMM yyyy", texts.Culture))
                    {
                        Soft = string.Join(texts.Comma, one.Conference.Participants.Select(role => texts["cases.role." + role])),
                        Lines = [.. one.Conference.Minutes is { Length: > 0 } minutes ? [minutes] : Array.Empty<string>(), .. one.Conference.Decisions.Select(decision => texts.Format("cases.conferences.decided", ("what", decision.What)))],
                    })],
                },
                .. !may ? Array.Empty<SectionBlock>() :
                [
                    new SectionBlock(texts["cases.conferences.add"])
                    {
                        Forms =
                        [
                            new SectionForm(address, "add", texts["cases.conferences.add.save"])
                            {
                                Fields =
                                [
                                    new AskedField("on", texts["cases.conferences.on"], FieldKind.Date) { Required = true },
                                    new AskedField("participants", texts["cases.conferences.participants"], FieldKind.Checkboxes) { Choices = Sections.Of(texts, "cases.role.", HoldConference.Roles) },
                                    new AskedField("minutes", texts["cases.conferences.minutes"], FieldKind.Textarea) { MaxLength = 5000 },
                                    new AskedField("decisions", texts["cases.conferences.decisions"], FieldKind.Textarea) { MaxLength = 4000, Hint = texts["cases.conferences.decisions.hint"] },
                                    Responsible(people, texts),
                                    new AskedField("due", texts["cases.task.due"], FieldKind.Date),
                                    WritingDesk.Compartment(entered, texts),
                                ],
                            },
                        ],
                    },
                ],
            ],
            Links = [(Sections.AddressOf(id, "tasks"), texts["cases.tasks"]), .. WritingDesk.Back(id, texts)],
        }, problem);
    }

    private Task<IResult> WriteConferenceAsync(HttpContext context, Guid id, CancellationToken cancellationToken) => Sections.DoAsync(context, Sections.AddressOf(id, "conferences"), async form =>
    {
        var entered = await conferences.AdmitAsync(id, context.Actor(), cancellationToken);
        var (responsible, due) = (form.Chosen("responsible"), form.DueAt("due", db.Time));
        var decisions = (form.Said("decisions") ?? "").Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).ToList();
        if (decisions.Exists(decision => decision.Length > 200))
            form.Refuse("decisions", CasesProblems.TextTooLong);
        var said = new ConferenceContent
        {
            On = form.Day("on", CasesProblems.DateUnfit) ?? default,
            Participants = form.Texts("participants"),
            Minutes = form.Said("minutes"),
            Decisions = [.. decisions.Select(what => new PlanAction { What = what, Responsible = responsible, DueAt = due })],
            Compartment = form.Text("compartment"),
        };
        form.RequireFit();
        await conferences.RunAsync(entered, said, [], cancellationToken);
    }, problem => ConferencesAsync(context, id, problem, cancellationToken), cancellationToken);

    private static AskedField Responsible(IReadOnlyList<Actor> people, Texts texts) => new("responsible", texts["cases.task.responsible"], FieldKind.Select)
    {
        Choices = [new Choice("", texts["cases.task.nobody"]), .. people.Select(one => new Choice(one.UserId!.Value.ToString("D"), one.DisplayName))],
    };
}
