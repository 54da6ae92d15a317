using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Tambo.Cases.Access;
using Tambo.Cases.Persons;
using Tambo.Cases.Reading;
using Tambo.Platform.Access;
using Tambo.Platform.Http;
using Tambo.Platform.Idempotency;
using Tambo.Platform.Languages;
using Tambo.Platform.Places;
using Tambo.Platform.Problems;
using Tambo.Platform.Shell;

namespace Tambo.Cases.Desk;

/// <summary>The page on which it is said more exactly who somebody is: how sure that is, where they were born, further names, nationalities and documents.</summary>
internal sealed class IdentityDesk(ShowPerson show, EditPerson edit)
{
    private const string Address = CasesDesk.Persons + "/{id:guid}/identity";

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet(Address, (HttpContext context, Guid id, IdentityDesk desk, CancellationToken cancellationToken) => desk.ShowAsync(context, id, null, cancellationToken)).Needs(CasesRights.Edit).ExcludeFromDescription();
        routes.MapPost(Address, (HttpContext context, Guid id, IdentityDesk desk, CancellationToken cancellationToken) => desk.DoAsync(context, id, cancellationToken)).Needs(CasesRights.Edit).ExcludeFromDescription().DisableAntiforgery().DoneOnceInSecret();
    }

    /// <summary>Where the page of a person is.</summary>
    public static string AddressOf(Guid person) => CasesDesk.PersonAddress(person) + "/identity";

    private async Task<IResult> ShowAsync(HttpContext context, Guid id, Problem? problem, CancellationToken cancellationToken)
    {
        var (texts, address) = (context.PageTexts(), AddressOf(id));
        var (seen, identity) = await ReadAsync(id, context.Actor(), cancellationToken);
        var version = ("version", seen.Row.Version.ToString(CultureInfo.InvariantCulture));
        IReadOnlyList<Choice> countries = [new("", texts["cases.not_said"]), .. Countries.InOrderOf(texts.Code).Select(country => new Choice(country.Alpha3, country.Name(texts.Code)))];
        return Sections.Page(context, new SectionView(texts["cases.identity"])
        {
            Lead = texts.Format("cases.person.ref", ("ref", seen.Row.PublicRef)),
            Blocks =
            [
                new SectionBlock(texts["cases.identity.sure"])
                {
                    Forms =
                    [
                        new SectionForm(address, "sure", texts["cases.identity.save"])
                        {
                            Hidden = [version],
                            Fields =
                            [
                                new AskedField("confidence", texts["cases.field.confidence"], FieldKind.Radio) { Required = true, Choices = Of("cases.confidence.", PersonChecks.Confidences), Value = identity.Confidence },
                                new AskedField("birthCountry", texts["cases.field.birth_country"], FieldKind.Select) { Choices = countries, Value = identity.PlaceOfBirth?.Country is { } code ? Countries.Find(code)?.Alpha3 : null },
                                new AskedField("birthText", texts["cases.field.birth_text"]) { Value = identity.PlaceOfBirth?.Text },
                            ],
                        },
                    ],
                },
                new SectionBlock(texts["cases.identity.names"])
                {
                    Cards = [.. identity.Names.Select((name, at) => Card(DeskViews.Said(name), DeskViews.About(name, texts), "name", at))],
                    Forms =
                    [
                        new SectionForm(address, "add_name", texts["cases.identity.add_name"])
                        {
                            Hidden = [version],
                            Fields =
                            [
                                new AskedField("nameKind", texts["cases.field.name_kind"], FieldKind.Select) { Required = true, Choices = Of("cases.name.", PersonChecks.NameKinds) },
                                new AskedField("full", texts["cases.field.full_name"]) { Required = true, Hint = texts["cases.field.full_name.hint"] },
                                new AskedField("script", texts["cases.field.script"]) { Hint = texts["cases.field.script.hint"], MaxLength = 4 },
                                new AskedField("romanisation", texts["cases.field.romanisation"]) { Hint = texts["cases.field.romanisation.hint"], MaxLength = 60 },
                                new AskedField("certainty", texts["cases.field.certainty"], FieldKind.Radio) { Choices = Of("cases.certainty.", PersonChecks.Certainties), Value = "likely" },
                            ],
                        },
                    ],
                },
                new SectionBlock(texts["cases.identity.nationalities"])
                {
                    Empty = identity.NoNationalityClaimed ? texts["cases.nationality.none"] : "",
                    Cards = [.. identity.Nationalities.Select((one, at) => Card(Countries.Name(one.Code, texts), DeskViews.About(one, texts), "nationality", at))],
                    Forms =
                    [
                        new SectionForm(address, "add_nationality", texts["cases.identity.add_nationality"])
                        {
                            Hidden = [version],
                            Fields =
                            [
                                new AskedField("code", texts["cases.field.nationality"], FieldKind.Select) { Required = true, Choices = countries },
                                new AskedField("basis", texts["cases.field.basis"], FieldKind.Radio) { Choices = Of("cases.nationality.basis.", PersonChecks.NationalityBases), Value = "declared" },
                                new AskedField("since", texts["cases.field.since"], FieldKind.Date),
                            ],
                        },
                    ],
                },
                new SectionBlock(texts["cases.identity.documents"])
                {
                    Cards = [.. identity.Documents.Select((one, at) => Card($"{texts["cases.document." + one.Type]} {one.Number}", DeskViews.About(one, texts), "document", at))],
                    Forms =
                    [
                        new SectionForm(address, "add_document", texts["cases.identity.add_document"])
                        {
                            Hidden = [version],
                            Fields =
                            [
                                new AskedField("type", texts["cases.field.document_type"], FieldKind.Select) { Required = true, Choices = Of("cases.document.", PersonChecks.DocumentTypes) },
                                new AskedField("number", texts["cases.field.document"]) { Required = true, MaxLength = 60 },
                                new AskedField("issuer", texts["cases.field.issuer"], FieldKind.Select) { Choices = countries },
                                new AskedField("seenOriginal", texts["cases.field.document_seen"], FieldKind.Checkbox),
                                new AskedField("expires", texts["cases.field.expires"], FieldKind.Date),
                            ],
                        },
                    ],
                },
            ],
            Links = [(CasesDesk.PersonAddress(id), texts["cases.household.back"])],
        }, problem);

        SectionCard Card(string title, string about, string kind, int at) => new(title)
        {
            Soft = about,
            Forms = [new SectionForm(address, "remove_" + kind, texts["cases.identity.remove"]) { Hidden = [version, ("at", at.ToString(CultureInfo.InvariantCulture))] }],
        };

        IReadOnlyList<Choice> Of(string keys, IEnumerable<string> codes) => Sections.Of(texts, keys, codes);
    }

    private Task<IResult> DoAsync(HttpContext context, Guid id, CancellationToken cancellationToken) => Sections.DoAsync(context, AddressOf(id), async form =>
    {
        var (actor, version) = (context.Actor(), form.Version());
        var (seen, identity) = await ReadAsync(id, actor, cancellationToken);
        // What was read is what is changed: nothing is put beside what somebody else has written meanwhile.
        if (seen.Row.Version != version)
            throw PlatformProblems.Changed.With();
        var at = form.Whole("at", CasesProblems.ValueUnfit) ?? -1;
        var changed = form.Text("act") switch
        {
            "sure" => identity with { Confidence = form.Text("confidence", required: true), PlaceOfBirth = BirthPlaceOf(form) },
            "add_name" => identity with { Names = [.. identity.Names, new PersonName { Kind = form.Text("nameKind"), Full = form.Text("full", required: true), Script = Said(form, "script"), Romanisation = Said(form, "romanisation"), Certainty = Said(form, "certainty") ?? "likely" }] },
            "add_nationality" => identity with { NoNationalityClaimed = false, Nationalities = [.. identity.Nationalities, new Nationality { Code = form.Text("code", required: true), Basis = Said(form, "basis") ?? "declared", Since = Said(form, "since") }] },
            "add_document" => identity with { Documents = [.. identity.Documents, new IdentityDocument { Type = form.Text("type", required: true), Number = form.Text("number", required: true), Issuer = Said(form, "issuer"), SeenOriginal = form.Ticked("seenOriginal"), Expires = Said(form, "expires") }] },
            "remove_name" => identity with { Names = Without(identity.Names, at) },
            "remove_nationality" => identity with { Nationalities = Without(identity.Nationalities, at) },
            "remove_document" => identity with { Documents = Without(identity.Documents, at) },
            _ => throw PlatformProblems.Malformed.With(),
        };
        form.RequireFit();
        try
        {
            await edit.RunAsync(await edit.AdmitAsync(id, actor, cancellationToken), version, new SentPerson { Identity = changed }, [], actor, cancellationToken);
        }
        catch (Problem refused) when (refused.Kind == FormProblems.Refused)
        {
            throw Sections.Renamed(refused, FieldOf);
        }
    }, problem => ShowAsync(context, id, problem, cancellationToken), cancellationToken);

    // The file with what it says of who somebody is; to whom that is closed, or who may not change it, there is no such page.
    private async Task<(SeenPerson Seen, PersonIdentity Identity)> ReadAsync(Guid id, Actor actor, CancellationToken cancellationToken)
    {
        var opened = await show.OpenAsync(id, actor, Purposes.Assistance, cancellationToken);
        if (opened.Glass is not null || opened.Seen.Row.Status != PersonRow.Active || !opened.Seen.Open.Contains(Compartments.Identity, StringComparer.Ordinal) || !opened.Seen.Allows(CaseScope.For(actor), CasesRights.Edit))
            throw PlatformProblems.NotFound.With();
        return (opened.Seen, opened.File.GetValueOrDefault(Compartments.Identity) is JsonElement said ? said.Deserialize<PersonIdentity>(CaseJson.Options)! : new PersonIdentity());
    }

    // What a rule says of the last of a list, beside the question that the page has for it.
    private static string FieldOf(string path) => path switch
    {
        _ when path.StartsWith("identity.names", StringComparison.Ordinal) => path.EndsWith("script", StringComparison.Ordinal) ? "script" : "full",
        _ when path.StartsWith("identity.nationalities", StringComparison.Ordinal) => path.EndsWith("since", StringComparison.Ordinal) ? "since" : "code",
        _ when path.StartsWith("identity.documents", StringComparison.Ordinal) => path.EndsWith("expires", StringComparison.Ordinal) ? "expires" : path.EndsWith("issuer", StringComparison.Ordinal) ? "issuer" : "number",
        _ when path.StartsWith("identity.placeOfBirth", StringComparison.Ordinal) => "birthCountry",
        _ => path.StartsWith("identity.confidence", StringComparison.Ordinal) ? "confidence" : path,
    };

    private static BirthPlace? BirthPlaceOf(StaffForm form)
    {
        var (country, text) = (Said(form, "birthCountry"), Said(form, "birthText"));
        return country is null && text is null ? null : new BirthPlace { Country = country, Text = text };
    }

    private static IReadOnlyList<T> Without<T>(IReadOnlyList<T> all, int at) =>
        at >= 0 && at < all.Count ? [.. all.Take(at), .. all.Skip(at + 1)] : throw PlatformProblems.Malformed.With();

    private static string? Said(StaffForm form, string name) => form.Text(name) is { Length: > 0 } said ? said : null;
}
