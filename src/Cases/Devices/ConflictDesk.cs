using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Tambo.Cases.Access;
using Tambo.Cases.Desk;
using Tambo.Cases.Reading;
using Tambo.Cases.Register;
using Tambo.Platform.Access;
using Tambo.Platform.Audit;
using Tambo.Platform.Database;
using Tambo.Platform.Http;
using Tambo.Platform.Idempotency;
using Tambo.Platform.Languages;
using Tambo.Platform.Problems;
using Tambo.Platform.Shell;

namespace Tambo.Cases.Devices;

/// <summary>The pages on which somebody at a desk decides what a phone and a colleague have said of the same.</summary>
internal static class ConflictDesk
{
    public const string Root = CasesDesk.Root + "/conflicts";
    private const string Device = "device";
    private const string Stands = "stands";

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet(Root, ListAsync).Needs(CasesRights.Edit).ExcludeFromDescription();
        routes.MapGet(Root + "/{id:guid}", (HttpContext context, Guid id, DecideConflict decide, NodeDb db, CancellationToken cancellationToken) =>
            ShowAsync(context, id, decide, db, null, cancellationToken)).Needs(CasesRights.Edit).ExcludeFromDescription();
        routes.MapPost(Root + "/{id:guid}", DecideAsync).Needs(CasesRights.Edit).ExcludeFromDescription().DisableAntiforgery().DoneOnceInSecret();
    }

    private static async Task<IResult> ListAsync(HttpContext context, DecideConflict decide, NodeDb db, CancellationToken cancellationToken)
    {
        var texts = context.PageTexts();
        var waiting = await decide.ListAsync(context.Actor(), Purposes.Assistance, cancellationToken);
        var names = await ActorNames.OfAsync(db, waiting.Select(one => $"user:{one.Row.UserId:D}"), cancellationToken);
        return Sections.Page(context, new SectionView(texts["conflict.title"])
        {
            Lead = texts["conflict.lead"],
            Blocks =
            [
                new SectionBlock("")
                {
                    Empty = texts["conflict.none"],
                    Cards = [.. waiting.Select(one => new SectionCard(texts.Format(one.Row.Kind == "person" ? "cases.person.ref" : "cases.sheet.case", ("ref", one.Ref)))
                    {
                        Tags = [(texts["vault.devices." + one.Device.State], one.Device.State == "kept" ? NoticeTone.Neutral : NoticeTone.Warning)],
                        Soft = texts.Format("conflict.by", ("who", ActorNames.Said($"user:{one.Row.UserId:D}", names, texts)), ("at", DeskViews.At(one.Row.ReceivedAt, texts))),
                        Lines = [string.Join(texts.Comma, one.Fields.Select(field => ExportedConflicts.NameOf(field, texts)))],
                        Links = [(AddressOf(one.Row.Id), texts["vault.said.decide"])],
                    })],
                },
            ],
            Links = [(OfflineDesk.Devices, texts["vault.devices"]), (CasesDesk.Root, texts["cases.work"])],
        }, null);
    }

    private static async Task<IResult> ShowAsync(HttpContext context, Guid id, DecideConflict decide, NodeDb db, Problem? problem, CancellationToken cancellationToken)
    {
        var (actor, texts) = (context.Actor(), context.PageTexts());
        if (await decide.OpenAsync(id, actor, Purposes.Assistance, cancellationToken) is not { } conflict)
            return Results.Redirect(Root);
        var names = await ActorNames.OfAsync(db, [$"user:{conflict.Row.UserId:D}"], cancellationToken);
        var who = ActorNames.Said($"user:{conflict.Row.UserId:D}", names, texts);
        return Sections.Page(context, new SectionView(texts["vault.conflict"])
        {
            Lead = texts["conflict.one.lead"],
            Notices =
            [
                .. conflict.Device.State == "kept" ? [(texts["conflict.kept"], NoticeTone.Info)] : Array.Empty<(string, NoticeTone)>(),
                .. conflict.IsWhole ? Array.Empty<(string, NoticeTone)>() : [(texts["conflict.closed"], NoticeTone.Warning)],
            ],
            Blocks =
            [
                new SectionBlock(texts.Format("conflict.by", ("who", who), ("at", DeskViews.At(conflict.Row.SaidAt, texts))))
                {
                    Cards = [.. conflict.Fields.Select(one => new SectionCard(ExportedConflicts.NameOf(one.Field, texts))
                    {
                        Lines =
                        [
                            texts.Format("vault.said.was", ("value", Said(one.Field, one.Was, db.Time.Today, texts))),
                            texts.Format("conflict.stands", ("value", Said(one.Field, one.Theirs, db.Time.Today, texts))),
                            texts.Format("conflict.device", ("value", Said(one.Field, one.Mine, db.Time.Today, texts))),
                        ],
                    })],
                    Forms = !conflict.IsWhole ? [] :
                    [
                        new SectionForm(AddressOf(id), "decide", texts["vault.conflict.save"])
                        {
                            Hidden = [("version", conflict.Version.ToString(CultureInfo.InvariantCulture))],
                            Fields = [.. conflict.Fields.Select((one, at) => new AskedField(NameOf(at), texts.Format("conflict.which", ("field", ExportedConflicts.NameOf(one.Field, texts))), FieldKind.Radio)
                            {
                                Required = true,
                                Choices =
                                [
                                    new Choice(Stands, texts.Format("conflict.take.stands", ("value", Said(one.Field, one.Theirs, db.Time.Today, texts)))),
                                    new Choice(Device, texts.Format("conflict.take.device", ("who", who), ("value", Said(one.Field, one.Mine, db.Time.Today, texts)))),
                                ],
                            })],
                        },
                    ],
                },
            ],
            Links = [(Root, texts["conflict.title"])],
        }, problem);
    }

    private static async Task<IResult> DecideAsync(HttpContext context, Guid id, DecideConflict decide, NodeDb db, CancellationToken cancellationToken)
    {
        var form = await StaffForm.ReadAsync(context, cancellationToken);
        var version = form.Version();
        try
        {
            if (await decide.OpenAsync(id, context.Actor(), Purposes.Assistance, cancellationToken) is not { } conflict)
                return Results.Redirect(Root);
            var taken = new Dictionary<string, bool>(StringComparer.Ordinal);
            foreach (var (one, at) in conflict.Fields.Select((one, at) => (one, at)))
            {
                if (form.Text(NameOf(at), required: true) is { Length: > 0 } said && said is not (Device or Stands))
                    form.Refuse(NameOf(at), CasesProblems.CodeUnknown);
                taken[one.Field] = form.Text(NameOf(at)) == Device;
            }

            form.RequireFit();
            await decide.RunAsync(conflict, version, taken, context.Actor(), cancellationToken);
        }
        catch (Problem problem) when (problem.Kind.Status is 403 or 409 or 412 or 422)
        {
            return await ShowAsync(context, id, decide, db, problem, cancellationToken);
        }

        return Results.Redirect(Root);
    }

    // A value as the pages of persons and cases say it; what those do not say stands as it was written.
    private static string Said(string field, JsonNode? value, DateOnly today, Texts texts)
    {
        if (value is null || (value is JsonArray { Count: 0 }) || (value.GetValueKind() == JsonValueKind.String && value.GetValue<string>().Trim().Length == 0))
            return texts[field.StartsWith("profiles.", StringComparison.Ordinal) ? "cases.answer.no" : "vault.said.nothing"];
        var word = value.GetValueKind() == JsonValueKind.String ? value.GetValue<string>() : null;
        return field.Split('.', 2) switch
        {
            ["urgency"] when word is not null && Urgency.Codes.Contains(word) => texts["cases.urgency." + word.ToLowerInvariant()],
            ["state"] when word is not null && CaseStates.Next.ContainsKey(word) => texts["cases.state." + word],
            ["profiles", _] => texts[value.GetValueKind() == JsonValueKind.True ? "cases.answer.yes" : "cases.answer.no"],
            [var compartment, var name] => OfPerson(compartment, name, value, today, texts) is { Length: > 0 } said ? said : word ?? value.ToJsonString(CaseJson.Options),
            _ => word ?? value.ToJsonString(CaseJson.Options),
        };
    }

    private static string OfPerson(string compartment, string name, JsonNode value, DateOnly today, Texts texts)
    {
        var part = JsonSerializer.SerializeToElement(new JsonObject { [name] = value.DeepClone() }, CaseJson.Options);
        return string.Join(texts.Semicolon, DeskViews.Facts(new Dictionary<string, object?>(StringComparer.Ordinal) { [compartment] = part }, today, texts).Select(fact => fact.Value));
    }

    private static string AddressOf(Guid id) => $"{Root}/{id:D}";

    private static string NameOf(int at) => string.Create(CultureInfo.InvariantCulture, $"field{at}");
}
