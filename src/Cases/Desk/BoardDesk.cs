using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Tambo.Cases.Board;
using Tambo.Cases.Consent;
using Tambo.Cases.Family;
using Tambo.Cases.Plan;
using Tambo.Cases.Reading;
using Tambo.Cases.Screening;
using Tambo.Cases.Statistics;
using Tambo.Platform.Access;
using Tambo.Platform.Access.Users;
using Tambo.Platform.Database;
using Tambo.Platform.Http;
using Tambo.Platform.Idempotency;
using Tambo.Platform.Languages;
using Tambo.Platform.Places;
using Tambo.Platform.Problems;
using Tambo.Platform.Sending;
using Tambo.Platform.Shell;

namespace Tambo.Cases.Desk;

/// <summary>The pages of those who look over the work of others: the board, what waits for a second person, and figures.</summary>
internal static class BoardDesk
{
    public const string Board = CasesDesk.Root + "/board";
    public const string Reviews = CasesDesk.Root + "/reviews";
    public const string Figures = CasesDesk.Root + "/statistics";

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet(Board, BoardAsync).Needs(CasesRights.Supervise).ExcludeFromDescription();
        routes.MapPost(Board + "/mail", ChooseMailAsync).Needs(CasesRights.Supervise).ExcludeFromDescription().DisableAntiforgery().DoneOnceInSecret();
        routes.MapGet(Reviews, ReviewsAsync).Needs(CasesRights.Approve).ExcludeFromDescription();
        routes.MapGet(Figures, FiguresAsync).Needs(CasesRights.Statistics).ExcludeFromDescription();
    }

    private static async Task<IResult> BoardAsync(HttpContext context, SupervisorBoard board, ChooseOverdueMail mail, Outbox outbox, NodeDb db, CancellationToken cancellationToken)
    {
        var (texts, now) = (context.PageTexts(), db.Time.GetUtcNow());
        var shown = await board.RunAsync(context.Actor(), cancellationToken);
        var wanted = await mail.IsWantedAsync(context.Actor(), cancellationToken);
        return Sections.Page(context, new SectionView(texts["cases.board"])
        {
            Lead = texts["cases.board.lead"],
            Notices =
            [
                .. shown.DetainedChildren.Count == 0 ? Array.Empty<(string, NoticeTone)>() : [(texts.Count("cases.board.children", shown.DetainedChildren.Count), NoticeTone.Danger)],
                .. shown.UnreadConsents.Count == 0 ? Array.Empty<(string, NoticeTone)>() : [(texts["cases.board.unread.lead"], NoticeTone.Warning)],
            ],
            Blocks =
            [
                .. shown.DetainedChildren.Count == 0 ? Array.Empty<SectionBlock>() : [Block("detained_children", shown.DetainedChildren, "detention")],
                .. shown.Screenings.Count == 0 ? Array.Empty<SectionBlock>() :
                [
                    new SectionBlock(texts["screening.waiting"])
                    {
                        Cards = [.. shown.Screenings.Select(one => new SectionCard("")
                        {
                            Tags = [(texts["cases.urgency." + one.Urgency.ToLowerInvariant()], WorkPage.ToneOf(one.Urgency))],
                            Soft = DeskViews.Waiting(one, now, texts),
                            Links = [(ScreeningsDesk.AddressOf(one.Person), texts.Format("cases.person.ref", ("ref", one.Ref)))],
                        })],
                    },
                ],
                .. shown.UnreadConsents.Count == 0 ? Array.Empty<SectionBlock>() :
                [
                    new SectionBlock(texts["cases.board.unread"])
                    {
                        Cards = [.. shown.UnreadConsents.Select(one => new SectionCard("") { Links = [(CasesDesk.PersonAddress(one.Id), texts.Format("cases.person.ref", ("ref", one.Ref)))] })],
                    },
                ],
                new SectionBlock(texts["cases.board.counts"])
                {
                    Empty = texts["cases.board.nothing"],
                    Table = new SectionTable(
                        [texts["cases.board.state"], texts["cases.urgency.emergency"], texts["cases.urgency.urgent"], texts["cases.urgency.normal"]],
                        [.. shown.Counts.Select(count => (IReadOnlyList<string>)[texts["cases.state." + count.State], Figure(count.Emergency), Figure(count.Urgent), Figure(count.Normal)])]),
                },
                Block("plans", shown.Plans, "plan"),
                Block("approvals", shown.Approvals, HandlingDesk.Part),
                Block("splits", shown.Splits, "family"),
                new SectionBlock(texts["cases.board.tasks"])
                {
                    Empty = texts["cases.board.nothing"],
                    Cards = [.. shown.OverdueTasks.Select(task => new SectionCard(PlanDesk.Said(task, texts))
                    {
                        Soft = string.Join(" · ", new[] { task.CaseRef, PlanDesk.Due(task, now, texts) }.Where(part => part.Length > 0)),
                        Links = [(Sections.AddressOf(task.Case, "tasks"), texts["cases.board.to_tasks"])],
                    })],
                },
                Block("reviews", shown.OverdueReviews, "detention"),
                Block("referrals", shown.OverdueReferrals, "referrals"),
                Block("overdue", shown.OverdueCases, null),
                Block("unassigned", shown.Unassigned, GiveDesk.Part),
                Mail(),
            ],
            Links = [(CasesDesk.Root, texts["cases.work"])],
        }, null);

        string Figure(long count) => count.ToString("N0", texts.Culture);

        // Where no mail can come, that is said in the place of the choice; what was chosen before can always be taken back.
        SectionBlock Mail() => !wanted && (!outbox.SendsMail || context.Features.Get<User>() is not { Email.Length: > 0 })
            ? new SectionBlock(texts["cases.overdue_mail"]) { Empty = texts[outbox.SendsMail ? "cases.overdue_mail.no_address" : "cases.overdue_mail.no_mail"] }
            : new SectionBlock(texts["cases.overdue_mail"])
            {
                Forms =
                [
                    new SectionForm(Board + "/mail", "mail", texts["cases.overdue_mail.save"])
                    {
                        Fields =
                        [
                            new AskedField("wanted", texts["cases.overdue_mail.field"], FieldKind.Radio)
                            {
                                Required = true,
                                Hint = texts["cases.overdue_mail.hint"],
                                Choices = [new Choice("yes", texts["cases.overdue_mail.yes"]), new Choice("no", texts["cases.overdue_mail.no"])],
                                Value = wanted ? "yes" : "no",
                            },
                        ],
                    },
                ],
            };

        SectionBlock Block(string name, IReadOnlyList<BoardCase> cases, string? section) => new(texts["cases.board." + name])
        {
            Empty = texts["cases.board.nothing"],
            Cards = [.. cases.Select(one => new SectionCard("")
            {
                Tags = [(texts["cases.urgency." + one.Urgency.ToLowerInvariant()], WorkPage.ToneOf(one.Urgency)), .. one.Called ? [(texts["referral.called"], NoticeTone.Danger)] : Array.Empty<(string, NoticeTone)>()],
                Soft = one.At is { } at ? texts.Due(at, now) : "",
                Links = [(section is null ? $"{CasesDesk.Root}/{one.Id:D}" : Sections.AddressOf(one.Id, section), texts.Format("cases.board.case", ("ref", one.Ref)))],
            })],
        };
    }

    private static async Task<IResult> ChooseMailAsync(HttpContext context, ChooseOverdueMail mail, CancellationToken cancellationToken)
    {
        var form = await StaffForm.ReadAsync(context, cancellationToken);
        await mail.RunAsync(form.Text("wanted") switch { "yes" => true, "no" => false, _ => throw PlatformProblems.Malformed.With() }, context.Actor(), cancellationToken);
        return Results.Redirect(Board);
    }

    private static async Task<IResult> ReviewsAsync(HttpContext context, SplitReviews splits, SupervisorBoard board, WaitingLifts lifts, Referrals.RecordBasis bases, CancellationToken cancellationToken)
    {
        var (actor, texts) = (context.Actor(), context.PageTexts());
        var waiting = await splits.WaitingAsync(actor, Purposes.Supervision, cancellationToken);
        var (submitted, approvals) = await board.WaitingAsync(actor, cancellationToken);
        var asked = await lifts.RunAsync(actor, Purposes.Supervision, cancellationToken);
        var called = await bases.WaitingAsync(actor, cancellationToken);
        return Sections.Page(context, new SectionView(texts["cases.reviews"])
        {
            Lead = texts["cases.reviews.lead"],
            Blocks =
            [
                new SectionBlock(texts["cases.board.splits"])
                {
                    Empty = texts["cases.board.nothing"],
                    Cards = [.. waiting.Select(split => CareDesk.Card(split, texts) with
                    {
                        Links = [(Sections.AddressOf(split.Case, "family"), split.IsOwn ? texts.Format("cases.reviews.own", ("ref", split.CaseRef)) : texts.Format("cases.reviews.open", ("ref", split.CaseRef)))],
                    })],
                },
                new SectionBlock(texts["referral.basis.waiting"])
                {
                    Empty = texts["cases.board.nothing"],
                    Cards = [.. called.Select(one => new SectionCard("")
                    {
                        Tags = [(texts["referral.urgency." + one.Urgency], Referrals.ReferralsPage.ToneOf(one.Urgency)), (texts["referral.basis.waiting." + one.State], NoticeTone.Warning)],
                        Soft = one.At is { } at ? DeskViews.At(at, texts) : "",
                        Links = [(Referrals.BasisDesk.AddressOf(one.Id), one.IsOwn ? texts.Format("cases.reviews.own", ("ref", one.CaseRef)) : texts.Format("cases.reviews.open", ("ref", one.CaseRef)))],
                    })],
                },
                new SectionBlock(texts["consent.lift.waiting"])
                {
                    Empty = texts["cases.board.nothing"],
                    Cards = [.. asked.Select(one => new SectionCard("")
                    {
                        Soft = DeskViews.At(one.AskedAt, texts),
                        Links = [(ExclusionDesk.AddressOf(one.Person, one.Id), texts.Format(one.IsOwn ? "consent.lift.waiting.own" : "consent.lift.waiting.open", ("ref", one.Ref)))],
                    })],
                },
                Block("plans", submitted, "plan"),
                Block("approvals", approvals, HandlingDesk.Part),
            ],
            Links = [(CasesDesk.Root, texts["cases.work"])],
        }, null);

        SectionBlock Block(string name, IReadOnlyList<BoardCase> waits, string section) => new(texts["cases.board." + name])
        {
            Empty = texts["cases.board.nothing"],
            Cards = [.. waits.Select(one => new SectionCard("")
            {
                Tags = [(texts["cases.urgency." + one.Urgency.ToLowerInvariant()], WorkPage.ToneOf(one.Urgency))],
                Soft = one.At is { } at ? DeskViews.At(at, texts) : "",
                Links = [(Sections.AddressOf(one.Id, section), one.IsOwn ? texts.Format("cases.reviews.own", ("ref", one.Ref)) : texts.Format("cases.reviews.open", ("ref", one.Ref)))],
            })],
        };
    }

    private static async Task<IResult> FiguresAsync(HttpContext context, CaseStatistics statistics, CancellationToken cancellationToken)
    {
        var texts = context.PageTexts();
        var figures = await statistics.RunAsync(context.Actor(), cancellationToken);
        return Sections.Page(context, new SectionView(texts["cases.statistics"])
        {
            IsPrinted = true,
            Lead = texts.Format("cases.statistics.lead", ("day", figures.AsOf.UtcDateTime.AddDays(-1).ToString("d MMMM yyyy", texts.Culture))),
            Notices = [(texts.Format("cases.statistics.small", ("threshold", figures.Threshold), ("least", 2 * figures.Threshold)), NoticeTone.Info)],
            Blocks =
            [
                new SectionBlock("") { Empty = figures.Total is { } total ? texts.Format("cases.statistics.about", ("count", total.ToString("N0", texts.Culture))) : figures.Tables.Count > 0 ? texts["cases.statistics.total_hidden"] : texts["cases.statistics.too_few"] },
                .. figures.Tables.Select(table => new SectionBlock(texts["cases.statistics.by." + table.By])
                {
                    Table = new SectionTable(
                        [texts["cases.field.kind"], .. table.Columns.Select(column => Name(table.By, column)), texts["cases.statistics.all"]],
                        [
                            .. table.Rows.Select((row, i) => (IReadOnlyList<string>)[Name("kind", row), .. table.Cells[i].Select(Figure), Figure(table.RowTotals[i])]),
                            [texts["cases.statistics.all"], .. table.ColumnTotals.Select(Figure), Figure(figures.Total)],
                        ]),
                }),
                .. figures.Tables.Count == 0 ? Array.Empty<SectionBlock>() :
                [
                    new SectionBlock(texts["cases.statistics.by.profile"])
                    {
                        Table = new SectionTable([texts["cases.field.profiles"], texts["cases.statistics.count"]], [.. figures.Profiles.Select(profile => (IReadOnlyList<string>)[texts["cases.part." + profile.Group], Figure(profile.Count)])]),
                    },
                ],
            ],
            Links = [(Register.OpenCase.Root + "/statistics.csv", texts["cases.statistics.csv"]), (CasesDesk.Root, texts["cases.work"])],
        }, null);

        string Figure(long? count) => count?.ToString("N0", texts.Culture) ?? texts["cases.statistics.hidden"];

        string Name(string by, string code) => (by, code) switch
        {
            (_, RoundedCounts.Others) => texts["cases.statistics.others"],
            (_, "unknown") => texts["shell.unknown"],
            ("kind", _) => texts["cases.kind." + code],
            ("state", _) => texts["cases.state." + code],
            ("month", "earlier") => texts["cases.statistics.earlier"],
            ("month", _) => DateTime.ParseExact(code, "yyyy-MM", CultureInfo.InvariantCulture).ToString("MMM yyyy", texts.Culture),
            _ => AdminAreas.Find(code)?.Name ?? Countries.Find(code)?.Name(texts.Code) ?? code,
        };
    }
}
