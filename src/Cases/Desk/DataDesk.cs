using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Tambo.Cases.Access;
using Tambo.Cases.Consent;
using Tambo.Cases.Erasing;
using Tambo.Cases.Exporting;
using Tambo.Cases.Persons;
using Tambo.Cases.Reading;
using Tambo.Platform.Access;
using Tambo.Platform.Audit;
using Tambo.Platform.Database;
using Tambo.Platform.Http;
using Tambo.Platform.Idempotency;
using Tambo.Platform.Languages;
using Tambo.Platform.Problems;
using Tambo.Platform.Shell;

namespace Tambo.Cases.Desk;

/// <summary>
/// The pages on which a person's wishes about their data are done: the file is given to them, or they are erased, which one member of
/// staff asks for and another confirms; and the list of requests and receipts.
/// </summary>
internal sealed class DataDesk(NodeDb db, PersonFiles files, ExportPerson export, ErasePerson erase, ErasureSteps steps, TextCatalog catalog)
{
    /// <summary>Where requests and receipts are listed.</summary>
    public const string Erasures = CasesDesk.Root + "/erasures";

    private const string Part = "/data";
    private const string Address = CasesDesk.Persons + "/{id:guid}" + Part;

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet(Address, (HttpContext context, Guid id, DataDesk desk, CancellationToken cancellationToken) => desk.ShowAsync(context, id, null, cancellationToken)).Needs(CasesRights.Read).ExcludeFromDescription();
        routes.MapPost(Address, (HttpContext context, Guid id, DataDesk desk, CancellationToken cancellationToken) => desk.EraseAsync(context, id, cancellationToken)).Needs(CasesRights.Erase).ExcludeFromDescription().DisableAntiforgery().DoneOnceInSecret();
        routes.MapPost(Address + "/file", (HttpContext context, Guid id, DataDesk desk, CancellationToken cancellationToken) => desk.GiveAsync(context, id, cancellationToken))
            .Needs(CasesRights.Export).ExcludeFromDescription().DisableAntiforgery().OnlyReads();
        routes.MapGet(Erasures, (HttpContext context, DataDesk desk, CancellationToken cancellationToken) => desk.ListAsync(context, cancellationToken)).Needs(CasesRights.Erase).ExcludeFromDescription();
    }

    /// <summary>Where a person's wishes about their data are done.</summary>
    public static string AddressOf(Guid person) => CasesDesk.PersonAddress(person) + Part;

    /// <summary>True for whoever may do any of it.</summary>
    public static bool IsFor(SeenPerson seen, CaseScope scope) => scope.May(CasesRights.Export, seen.Row.Place) || scope.May(CasesRights.Erase, seen.Row.Place);

    private async Task<IResult> ShowAsync(HttpContext context, Guid id, Problem? problem, CancellationToken cancellationToken)
    {
        var (actor, texts, address) = (context.Actor(), context.PageTexts(), AddressOf(id));
        var scope = CaseScope.For(actor);
        SeenPerson seen;
        await using (var connection = await db.ReadAsync(cancellationToken))
            seen = await files.FindAsync(connection, scope, id) ?? throw PlatformProblems.NotFound.With();
        if (!IsFor(seen, scope))
            throw PlatformProblems.Forbidden.With();
        var active = seen.Row.Status == PersonRow.Active;
        var (exports, erases) = (active && scope.May(CasesRights.Export, seen.Row.Place), active && scope.May(CasesRights.Erase, seen.Row.Place));
        var asked = erases ? await erase.AskedAsync(seen, cancellationToken) : null;
        var against = erases ? await AgainstAsync(seen.Row, asked?.Reason ?? ErasureReasons.PersonAsked, cancellationToken) : null;
        var names = await ActorNames.OfAsync(db, asked is null ? [] : [asked.AskedBy], cancellationToken);
        return Sections.Page(context, new SectionView(texts["cases.data"])
        {
            Lead = texts.Format("cases.person.ref", ("ref", seen.Row.PublicRef)),
            Notices = active ? [] : [(texts["problem.cases.person_inactive.detail"], NoticeTone.Info)],
            Blocks =
            [
                .. exports ? [new SectionBlock(texts["cases.data.give"]) { Forms = [ToGive()] }] : Array.Empty<SectionBlock>(),
                .. !erases ? Array.Empty<SectionBlock>() :
                [
                    new SectionBlock(texts["cases.data.erase"])
                    {
                        Cards =
                        [
                            new SectionCard(texts["cases.data.goes"]) { Lines = [texts["cases.data.goes.what"], texts["cases.data.goes.keys"], texts["cases.data.goes.others"]] },
                            new SectionCard(texts["cases.data.stays"]) { Lines = [texts["cases.data.stays.receipt"], texts["cases.data.stays.audit"], texts["cases.data.stays.figures"], texts["cases.data.stays.shared"]] },
                            .. against is null ? Array.Empty<SectionCard>() :
                            [
                                new SectionCard(texts[$"problem.{against.Kind.Code}.title"]) { Tags = [(texts["cases.data.against"], NoticeTone.Danger)], Lines = [texts[$"problem.{against.Kind.Code}.detail"]] },
                            ],
                            .. asked is null ? Array.Empty<SectionCard>() : [Asked(asked)],
                        ],
                        Forms = asked is null ? [ToAsk()] : asked.AskedBy == ErasureSteps.NameOf(actor) ? [] : [ToConfirm(asked)],
                    },
                ],
            ],
            Links = [.. erases ? [(Erasures, texts["cases.erasures"])] : Array.Empty<(string, string)>(), (CasesDesk.PersonAddress(id), texts["cases.household.back"])],
        }, problem);

        SectionForm ToGive() => new(address + "/file", "give", texts["cases.data.give.save"])
        {
            Fields =
            [
                new AskedField("reason", texts["cases.data.reason"], FieldKind.Radio)
                {
                    Required = true,
                    Choices = Sections.Of(texts, "cases.data.reason.", scope.May(CasesRights.Audit, seen.Row.Place) ? ExportPerson.Reasons : [.. ExportPerson.Reasons.Where(reason => reason != ExportPerson.DataRequest)]),
                },
                new AskedField("tongue", texts["cases.data.tongue"], FieldKind.Select) { Required = true, Choices = ConsentDesk.LanguagesOf(catalog), Value = texts.Code },
                new AskedField("form", texts["cases.data.form"], FieldKind.Radio) { Required = true, Choices = Sections.Of(texts, "cases.data.form.", ["html", "json"]), Value = "html" },
                new AskedField("picture", texts["cases.data.picture"], FieldKind.Checkbox),
            ],
        };

        SectionForm ToAsk() => new(address, "ask", texts["cases.data.ask.save"])
        {
            Fields = [new AskedField("reason", texts["cases.data.why"], FieldKind.Radio) { Required = true, Choices = Sections.Of(texts, "cases.erasure.reason.", ErasureReasons.Sayable), Hint = texts["cases.data.ask.hint"] }],
        };

        SectionForm ToConfirm(ShownErasure one) => new(address, "confirm", texts["cases.data.confirm.save"])
        {
            Hidden = [("asked", one.Id.ToString("D"))],
            Fields = [new AskedField("ref", texts["cases.data.confirm.ref"]) { Required = true, MaxLength = 40, Hint = texts["cases.data.confirm.hint"] }],
        };

        SectionCard Asked(ShownErasure one) => new(texts["cases.data.asked"])
        {
            Soft = $"{DeskViews.At(one.AskedAt, texts)} · {ActorNames.Said(one.AskedBy, names, texts)}",
            Lines = [texts["cases.erasure.reason." + one.Reason]],
            Forms = [new SectionForm(address, "withdraw", texts["cases.data.withdraw.save"]) { Hidden = [("asked", one.Id.ToString("D"))] }],
        };
    }

    private async Task<Problem?> AgainstAsync(PersonRow person, string reason, CancellationToken cancellationToken)
    {
        try
        {
            await steps.LookOverAsync(person, reason, cancellationToken);
            return null;
        }
        catch (Problem problem)
        {
            return problem;
        }
    }

    private async Task<IResult> EraseAsync(HttpContext context, Guid id, CancellationToken cancellationToken)
    {
        var (actor, back) = (context.Actor(), AddressOf(id));
        var erased = false;
        var answer = await Sections.DoAsync(context, back, async form =>
        {
            var seen = await erase.AdmitAsync(id, actor, cancellationToken);
            switch (form.Text("act"))
            {
                case "confirm":
                    var (asked, reference) = (form.Key("asked"), form.Text("ref", required: true));
                    form.RequireFit();
                    // Nobody erases somebody else by a press of a button: whom they mean is said.
                    if (PublicRef.Read(reference) != seen.Row.PublicRef)
                        throw FormProblems.With(("ref", CasesProblems.PersonUnknown));
                    await erase.ConfirmAsync(seen, asked, actor, cancellationToken);
                    erased = true;
                    return;
                case "withdraw":
                    await erase.WithdrawAsync(seen, form.Key("asked"), actor, cancellationToken);
                    return;
                default:
                    var reason = form.Text("reason", required: true);
                    form.RequireFit();
                    await erase.AskAsync(seen, reason, actor, cancellationToken);
                    return;
            }
        }, problem => ShowAsync(context, id, problem, cancellationToken), cancellationToken);
        return erased ? Results.Redirect(Erasures) : answer;
    }

    private async Task<IResult> GiveAsync(HttpContext context, Guid id, CancellationToken cancellationToken)
    {
        var (actor, texts) = (context.Actor(), context.PageTexts());
        var form = await StaffForm.ReadAsync(context, cancellationToken);
        var (reason, tongue, kind) = (form.Text("reason", required: true), form.Text("tongue"), form.Text("form"));
        try
        {
            form.RequireFit();
            if (!ExportPerson.Reasons.Contains(reason, StringComparer.Ordinal))
                throw FormProblems.With(("reason", CasesProblems.CodeUnknown));
            var bytes = await export.RunAsync(id, reason, kind == "json", actor, catalog.Has(tongue) ? catalog.In(tongue) : texts, cancellationToken, form.Ticked("picture"));
            return kind == "json" ? Results.File(bytes, "application/json", $"{id:D}.json") : Results.File(bytes, "text/html; charset=utf-8", $"{id:D}.html");
        }
        catch (Problem problem) when (problem.Kind.Status is 409 or 422)
        {
            return await ShowAsync(context, id, problem, cancellationToken);
        }
    }

    private async Task<IResult> ListAsync(HttpContext context, CancellationToken cancellationToken)
    {
        var texts = context.PageTexts();
        var shown = await erase.ListAsync(context.Actor(), cancellationToken);
        var names = await ActorNames.OfAsync(db, shown.Select(one => one.AskedBy).Distinct(), cancellationToken);
        return Sections.Page(context, new SectionView(texts["cases.erasures"])
        {
            Lead = texts["cases.erasures.lead"],
            Blocks =
            [
                new SectionBlock("")
                {
                    Empty = texts["cases.erasures.none"],
                    Cards =
                    [
                        .. shown.Select(one => new SectionCard(one.Ref)
                        {
                            Tags = [(texts["cases.erasure.state." + one.State], one.State == "done" ? NoticeTone.Success : NoticeTone.Warning)],
                            Soft = $"{DeskViews.At(one.DoneAt ?? one.AskedAt, texts)} · {ActorNames.Said(one.AskedBy, names, texts)}",
                            Lines =
                            [
                                texts["cases.erasure.reason." + one.Reason],
                                .. one.State != "done" ? Array.Empty<string>() : [texts.Format("cases.erasures.rows", ("rows", one.Counts.ValueKind == JsonValueKind.Object ? one.Counts.EnumerateObject().Sum(count => count.Value.ValueKind == JsonValueKind.Number ? count.Value.GetInt64() : 0) : 0))],
                            ],
                            Links = one.State == "asked" ? [(AddressOf(one.Person), texts["cases.data"])] : [],
                        }),
                    ],
                },
            ],
            Links = [(CasesDesk.Root, texts["cases.work"])],
        }, null);
    }
}
