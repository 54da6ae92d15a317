using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Tambo.Cases.Access;
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

/// <summary>The page on which an open case is changed: how urgent it is, by when, its profiles and what it says, and with which cases it belongs together.</summary>
internal sealed class ChangeDesk(NodeDb db, ShowCase cases, ChangeCase change, LinkCases link)
{
    public const string Part = "change";
    private const string Address = CasesDesk.Root + "/{id:guid}/" + Part;

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet(Address, (HttpContext context, Guid id, ChangeDesk desk, CancellationToken cancellationToken) => desk.ShowAsync(context, id, null, cancellationToken)).Needs(CasesRights.Read).ExcludeFromDescription();
        routes.MapPost(Address, (HttpContext context, Guid id, ChangeDesk desk, CancellationToken cancellationToken) => desk.DoAsync(context, id, cancellationToken)).Needs(CasesRights.Read).ExcludeFromDescription().DisableAntiforgery().DoneOnceInSecret();
    }

    private async Task<IResult> ShowAsync(HttpContext context, Guid id, Problem? problem, CancellationToken cancellationToken)
    {
        var (actor, texts, address) = (context.Actor(), context.PageTexts(), Sections.AddressOf(id, Part));
        var shown = await cases.RunAsync(id, actor, Purposes.Assistance, cancellationToken);
        var mayEdit = CaseScope.For(actor).May(CasesRights.Edit, shown.Place);
        return Sections.Page(context, new SectionView(texts["cases.change"])
        {
            Lead = shown.Ref,
            Notices = mayEdit && shown.ClosedAt is null ? [] : [(texts["cases.change.not_now"], NoticeTone.Info)],
            Blocks =
            [
                .. !mayEdit || shown.ClosedAt is not null ? Array.Empty<SectionBlock>() : [new SectionBlock("") { Forms = [ToChange()] }],
                new SectionBlock(texts["cases.linked"])
                {
                    Empty = texts["cases.linked.none"],
                    Cards = [.. (shown.Links ?? []).Select(other => new SectionCard(other.Ref)
                    {
                        Lines = [texts["cases.linked." + other.Kind]],
                        Links = [($"{CasesDesk.Root}/{other.Id:D}", other.Ref)],
                        Forms = mayEdit ? [new SectionForm(address, "unlink", texts["cases.linked.remove"]) { Hidden = [("other", other.Id.ToString("D"))] }] : [],
                    })],
                    Forms = mayEdit ? [ToLink()] : [],
                },
            ],
            Links = WritingDesk.Back(id, texts),
        }, problem);

        SectionForm ToChange() => new(address, "change", texts["cases.change.save"])
        {
            Hidden = [("version", shown.Version.ToString(CultureInfo.InvariantCulture))],
            Fields =
            [
                new AskedField("urgency", texts["cases.field.urgency"], FieldKind.Radio) { Required = true, Choices = [.. Urgency.Codes.Select(code => new Choice(code, texts["cases.urgency." + code.ToLowerInvariant()]))], Value = shown.Urgency },
                new AskedField("due", texts["cases.change.due"], FieldKind.Date) { Hint = texts.Format("cases.change.due.hint", ("at", texts.Due(shown.DueAt, db.Time.GetUtcNow()))) },
                new AskedField("profiles", texts["cases.field.profiles"], FieldKind.Checkboxes)
                {
                    Choices = [.. CaseKinds.Profiles.Where(one => shown.Open.Contains(one.Value, StringComparer.Ordinal)).Select(one => new Choice(one.Key, texts["cases.profile." + one.Key.ToLowerInvariant()]))],
                    Values = problem is null ? shown.Profiles : [],
                },
                new AskedField("note", texts["cases.field.note"], FieldKind.Textarea) { MaxLength = 5000, Hint = texts["cases.field.note.hint"], Value = shown.Note },
            ],
        };

        SectionForm ToLink() => new(address, "link", texts["cases.linked.add"])
        {
            Fields =
            [
                new AskedField("ref", texts["cases.linked.ref"]) { Required = true, MaxLength = 40 },
                new AskedField("kind", texts["cases.linked.kind"], FieldKind.Radio) { Required = true, Choices = Sections.Of(texts, "cases.linked.", LinkCases.Kinds) },
            ],
        };
    }

    private Task<IResult> DoAsync(HttpContext context, Guid id, CancellationToken cancellationToken) => Sections.DoAsync(context, Sections.AddressOf(id, Part), async form =>
    {
        var actor = context.Actor();
        switch (form.Text("act"))
        {
            case "link":
                var (reference, kind) = (form.Text("ref", required: true), form.Text("kind", required: true));
                form.RequireFit();
                var other = await link.ByRefAsync(reference, actor, cancellationToken) ?? throw FormProblems.With(("ref", CasesProblems.CaseUnknown));
                await link.RunAsync(id, () => Task.FromResult((new SentLink { Case = other, Kind = kind }, new List<(string Field, ProblemKind Kind)>())), actor, cancellationToken);
                return;
            case "unlink":
                await link.RemoveAsync(id, form.Key("other"), actor, cancellationToken);
                return;
            default:
                var version = form.Version();
                var said = new SentChange { Urgency = form.Text("urgency", required: true), DueAt = form.DueAt("due", db.Time), Profiles = form.Texts("profiles"), Note = form.Said("note") ?? "" };
                form.RequireFit();
                await change.RunAsync(await change.AdmitAsync(id, version, actor, cancellationToken), said, [], actor, cancellationToken);
                return;
        }
    }, problem => ShowAsync(context, id, problem.Fields.ContainsKey("case") ? Sections.Renamed(problem, field => field == "case" ? "ref" : field) : problem, cancellationToken), cancellationToken);
}
