using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Tambo.Cases.Access;
using Tambo.Cases.Reading;
using Tambo.Cases.Register;
using Tambo.Platform.Access;
using Tambo.Platform.Http;
using Tambo.Platform.Idempotency;
using Tambo.Platform.Languages;
using Tambo.Platform.Problems;
using Tambo.Platform.Shell;

namespace Tambo.Cases.Desk;

/// <summary>The page of a child of a case: assessments and determinations of their best interests, and who represents them.</summary>
internal sealed class ChildDesk(ShowCase cases, PersonNames names, KeepBestInterests keep)
{
    public const string Part = "child";
    private const string Address = CasesDesk.Root + "/{id:guid}/" + Part;

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet(Address, (HttpContext context, Guid id, ChildDesk desk, CancellationToken cancellationToken) => desk.ShowAsync(context, id, null, cancellationToken)).Needs(CasesRights.Read).ExcludeFromDescription();
        routes.MapPost(Address, (HttpContext context, Guid id, ChildDesk desk, CancellationToken cancellationToken) => desk.DoAsync(context, id, cancellationToken)).Needs(CasesRights.Read).ExcludeFromDescription().DisableAntiforgery().DoneOnceInSecret();
    }

    private async Task<IResult> ShowAsync(HttpContext context, Guid id, Problem? problem, CancellationToken cancellationToken)
    {
        var (actor, texts, address) = (context.Actor(), context.PageTexts(), Sections.AddressOf(id, Part));
        var shown = await cases.RunAsync(id, actor, Purposes.Assistance, cancellationToken);
        // To whom that compartment is closed there is no such page.
        if (!shown.Open.Contains(Compartments.Child, StringComparer.Ordinal))
            throw PlatformProblems.NotFound.With();
        var people = await names.OfAsync(shown.Persons, actor, cancellationToken);
        var may = shown.ClosedAt is null && CaseScope.For(actor).May(CasesRights.Edit, shown.Place);
        var (procedure, version) = (shown.BestInterests ?? new BestInterests(), ("version", shown.Version.ToString(CultureInfo.InvariantCulture)));
        return Sections.Page(context, new SectionView(texts["cases.child"])
        {
            Lead = shown.Ref,
            Blocks =
            [
                new SectionBlock(texts["cases.child.representatives"])
                {
                    Empty = texts["cases.child.representatives.none"],
                    Cards = [.. shown.Representatives.Reverse().Select(one => new SectionCard(one.Name)
                    {
                        Tags = one.Until is null ? [] : [(texts.Format("cases.child.until", ("day", DeskViews.Day(one.Until, texts))), NoticeTone.Neutral)],
                        Soft = string.Join(" · ", new[] { texts["cases.child.role." + one.Role], Who(one.Person), one.Since is { } since ? texts.Format("cases.child.since", ("day", DeskViews.Day(since, texts))) : "" }.Where(part => part.Length > 0)),
                        Lines = Representing(one, texts),
                        Forms = may && one.Until is null ? [new SectionForm(address, "release", texts["cases.child.release"]) { Hidden = [version, ("r_person", one.Person.ToString("D")), ("role", one.Role)] }] : [],
                    })],
                    Forms = !may ? [] :
                    [
                        new SectionForm(address, "represent", texts["cases.child.represent.save"])
                        {
                            Hidden = [version],
                            Fields =
                            [
                                .. Persons("r_person"),
                                new AskedField("name", texts["cases.child.name"]) { Required = true },
                                new AskedField("role", texts["cases.child.role"], FieldKind.Select) { Required = true, Choices = Sections.Of(texts, "cases.child.role.", Representative.Roles) },
                                new AskedField("contact", texts["cases.child.contact"]),
                                new AskedField("appointedBy", texts["cases.child.appointed_by"]),
                                new AskedField("since", texts["cases.child.since.field"], FieldKind.Date),
                            ],
                        },
                    ],
                },
                new SectionBlock(texts["cases.child.assessments"])
                {
                    Empty = texts["cases.child.assessments.none"],
                    Cards = [.. procedure.Assessments.Reverse().Select(one => new SectionCard(texts["cases.child.outcome." + one.Outcome])
                    {
                        Soft = string.Join(" · ", new[] { DeskViews.Day(one.On, texts), one.By, Who(one.Person) }.Where(part => part.Length > 0)),
                        Lines = one.Summary is { Length: > 0 } summary ? [summary] : [],
                    })],
                    Forms = !may ? [] :
                    [
                        new SectionForm(address, "assessment", texts["cases.child.assess.save"])
                        {
                            Hidden = [version],
                            Fields =
                            [
                                .. Persons("person"),
                                new AskedField("on", texts["cases.child.on"], FieldKind.Date) { Required = true },
                                new AskedField("by", texts["cases.child.by"]) { Required = true },
                                new AskedField("outcome", texts["cases.child.outcome"], FieldKind.Select) { Required = true, Choices = Sections.Of(texts, "cases.child.outcome.", BestInterests.Outcomes) },
                                new AskedField("notes", texts["cases.child.summary"], FieldKind.Textarea) { MaxLength = 5000 },
                            ],
                        },
                    ],
                },
                new SectionBlock(texts["cases.child.determinations"])
                {
                    Empty = texts["cases.child.determinations.none"],
                    Cards = [.. procedure.Determinations.Reverse().Select(one => new SectionCard(texts["cases.child.decision." + one.Decision])
                    {
                        Soft = string.Join(" · ", new[] { DeskViews.Day(one.On, texts), string.Join(texts.Comma, one.Panel), Who(one.Person) }.Where(part => part.Length > 0)),
                        Lines = one.Summary is { Length: > 0 } summary ? [summary] : [],
                    })],
                    Forms = !may ? [] :
                    [
                        new SectionForm(address, "determination", texts["cases.child.determine.save"])
                        {
                            Hidden = [version],
                            Fields =
                            [
                                .. Persons("d_person"),
                                new AskedField("d_on", texts["cases.child.on"], FieldKind.Date) { Required = true },
                                new AskedField("panel", texts["cases.child.panel"], FieldKind.Textarea) { Required = true, MaxLength = 2000, Hint = texts["cases.child.panel.hint"] },
                                new AskedField("decision", texts["cases.child.decision"], FieldKind.Select) { Required = true, Choices = Sections.Of(texts, "cases.child.decision.", BestInterests.Decisions) },
                                new AskedField("d_notes", texts["cases.child.summary"], FieldKind.Textarea) { MaxLength = 5000 },
                            ],
                        },
                    ],
                },
            ],
            Links = WritingDesk.Back(id, texts),
        }, problem);

        // Of one person it is not asked of whom.
        IReadOnlyList<AskedField> Persons(string name) => shown.Persons.Count < 2 ? [] :
            [new AskedField(name, texts["cases.child.of"], FieldKind.Select) { Required = true, Choices = [.. shown.Persons.Select(person => new Choice(person.ToString("D"), people[person]))] }];

        string Who(Guid person) => shown.Persons.Count < 2 ? "" : people.GetValueOrDefault(person, "");
    }

    /// <summary>How somebody who represents a child is reached, and who appointed them.</summary>
    public static IReadOnlyList<string> Representing(Representative one, Texts texts) =>
    [
        .. one.Contact is { Length: > 0 } contact ? [$"{texts["cases.child.contact"]}: {contact}"] : Array.Empty<string>(),
        .. one.AppointedBy is { Length: > 0 } by ? [$"{texts["cases.child.appointed_by"]}: {by}"] : Array.Empty<string>(),
    ];

    private async Task<IResult> DoAsync(HttpContext context, Guid id, CancellationToken cancellationToken) => await Sections.DoAsync(context, Sections.AddressOf(id, Part), async form =>
    {
        var (actor, version, act) = (context.Actor(), form.Version(), form.Text("act"));
        var prefix = act switch { "determination" => "d_", "represent" or "release" => "r_", _ => "" };
        try
        {
            if (act is "represent" or "release")
            {
                var represented = act == "release"
                    ? new SentRepresentative { Person = form.Chosen("r_person"), Role = form.Text("role") }
                    : new SentRepresentative { Person = form.Chosen("r_person"), Name = form.Text("name", required: true), Role = form.Text("role"), Contact = Said(form, "contact"), AppointedBy = Said(form, "appointedBy"), Since = Said(form, "since") };
                form.RequireFit();
                await keep.RepresentAsync(await keep.AdmitAsync(id, () => version, actor, cancellationToken), represented, [], actor, cancellationToken);
                return;
            }

            var said = new SentBestInterests
            {
                Step = act,
                Person = form.Chosen(prefix + "person"),
                On = Said(form, prefix + "on"),
                By = Said(form, "by"),
                Outcome = Said(form, "outcome"),
                Panel = (form.Said("panel") ?? "").Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries),
                Decision = Said(form, "decision"),
                Notes = form.Said(prefix + "notes"),
            };
            form.RequireFit();
            await keep.AddAsync(await keep.AdmitAsync(id, () => version, actor, cancellationToken), said, [], actor, cancellationToken);
        }
        catch (Problem refused) when (refused.Kind == FormProblems.Refused)
        {
            throw Sections.Renamed(refused, field => field == "person" || (prefix == "d_" && field is "on" or "notes") ? prefix + field : field);
        }
    }, problem => ShowAsync(context, id, problem, cancellationToken), cancellationToken);

    private static string? Said(StaffForm form, string name) => form.Text(name) is { Length: > 0 } said ? said : null;
}
