using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Tambo.Cases.Access;
using Tambo.Cases.Attachments;
using Tambo.Cases.Plan;
using Tambo.Cases.Reading;
using Tambo.Platform.Access;
using Tambo.Platform.Audit;
using Tambo.Platform.Database;
using Tambo.Platform.Http;
using Tambo.Platform.Idempotency;
using Tambo.Platform.Languages;
using Tambo.Platform.Problems;
using Tambo.Platform.Settings;
using Tambo.Platform.Shell;

namespace Tambo.Cases.Desk;

/// <summary>The pages on which a case is written about: notes, files, the safety plan, and everything in the order of time.</summary>
internal sealed class WritingDesk(NodeDb db, CaseEntries entries, WriteNotes notes, KeepSafetyPlan safety, BringFile bring, GiveFile give, CaseTimeline timeline)
{
    private const string One = CasesDesk.Root + "/{id:guid}/";

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet(One + "notes", (HttpContext context, Guid id, WritingDesk desk, Guid? correct, CancellationToken cancellationToken) => desk.NotesAsync(context, id, correct, null, cancellationToken)).Needs(CasesRights.Read).ExcludeFromDescription();
        routes.MapPost(One + "notes", (HttpContext context, Guid id, WritingDesk desk, CancellationToken cancellationToken) => desk.NoteAsync(context, id, cancellationToken)).Needs(CasesRights.Read).ExcludeFromDescription().DisableAntiforgery().DoneOnceInSecret();
        routes.MapGet(One + "safety", (HttpContext context, Guid id, WritingDesk desk, CancellationToken cancellationToken) => desk.SafetyAsync(context, id, null, cancellationToken)).Needs(Compartments.Right(Compartments.Safety)).ExcludeFromDescription();
        routes.MapPost(One + "safety", (HttpContext context, Guid id, WritingDesk desk, CancellationToken cancellationToken) => desk.SaveSafetyAsync(context, id, cancellationToken)).Needs(Compartments.Right(Compartments.Safety)).ExcludeFromDescription().DisableAntiforgery().DoneOnceInSecret();
        routes.MapGet(One + "files", (HttpContext context, Guid id, WritingDesk desk, CancellationToken cancellationToken) => desk.FilesAsync(context, id, null, cancellationToken)).Needs(CasesRights.Read).ExcludeFromDescription();
        routes.MapPost(One + "files", (HttpContext context, Guid id, WritingDesk desk, CancellationToken cancellationToken) => desk.FileAsync(context, id, cancellationToken))
            .Needs(CasesRights.Read).TakesFiles(CleanFile.MostBytes, inMemory: true).ExcludeFromDescription().DisableAntiforgery().DoneOnceInSecret();
        routes.MapGet(One + "files/{entry:guid}", (HttpContext context, Guid id, Guid entry, GiveFile give, CancellationToken cancellationToken) => give.RunAsync(context, id, entry, cancellationToken)).Needs(CasesRights.Read).ExcludeFromDescription();
        routes.MapGet(One + "timeline", (HttpContext context, Guid id, WritingDesk desk, CancellationToken cancellationToken) => desk.TimelineAsync(context, id, cancellationToken)).Needs(CasesRights.Read).ExcludeFromDescription();
    }

    private async Task<IResult> NotesAsync(HttpContext context, Guid id, Guid? correct, Problem? problem, CancellationToken cancellationToken)
    {
        var (actor, texts, address) = (context.Actor(), context.PageTexts(), Sections.AddressOf(id, "notes"));
        var entered = await entries.EnterAsync(id, actor, cancellationToken);
        var shown = await notes.ListAsync(id, actor, Purposes.Assistance, cancellationToken);
        var names = await ActorNames.OfAsync(db, shown.SelectMany(note => note.Versions.Select(version => version.By)).Distinct(), cancellationToken);
        var may = entered.May(CasesRights.Edit);
        var corrected = shown.SelectMany(note => note.Versions.Take(1)).FirstOrDefault(version => version.Id == correct);
        return Sections.Page(context, new SectionView(texts["cases.notes"])
        {
            Lead = entered.Row.PublicRef,
            Blocks =
            [
                new SectionBlock("")
                {
                    Empty = texts["cases.notes.none"],
                    Cards =
                    [
                        .. shown.Select(note => new SectionCard(texts["cases.part." + note.Compartment])
                        {
                            Soft = Written(note.Versions[0]),
                            Lines = [note.Versions[0].Note ?? "", .. note.Versions.Skip(1).Select(version => texts.Format("cases.notes.before", ("when", Written(version)), ("note", version.Note ?? "")))],
                            Links = may ? [($"{address}?correct={note.Versions[0].Id:D}", texts["cases.notes.correct"])] : [],
                        }),
                    ],
                },
                .. !may ? Array.Empty<SectionBlock>() : [
                    corrected is not null
                        ? new SectionBlock(texts["cases.notes.correct"]) { Forms = [new SectionForm(address, "correct", texts["cases.notes.correct.save"]) { Hidden = [("note_id", corrected.Id.ToString("D"))], Fields = [Area("note", "cases.notes.field", corrected.Note)] }] }
                        : new SectionBlock(texts["cases.notes.write"]) { Forms = [new SectionForm(address, "write", texts["cases.notes.save"]) { Fields = [Area("note", "cases.notes.field", null), Compartment(entered, texts)] }] },
                ],
            ],
            Links = Back(id, texts),
        }, problem);

        string Written(ShownNoteVersion version) => $"{DeskViews.At(version.At, texts)} · {ActorNames.Said(version.By, names, texts)}";

        AskedField Area(string name, string label, string? value) => new(name, texts[label], FieldKind.Textarea) { Required = true, MaxLength = 5000, Value = problem is null ? value : null };
    }

    private async Task<IResult> NoteAsync(HttpContext context, Guid id, CancellationToken cancellationToken)
    {
        Guid? correct = null;
        return await Sections.DoAsync(context, Sections.AddressOf(id, "notes"), async form =>
        {
            var entered = await notes.AdmitAsync(id, context.Actor(), cancellationToken);
            correct = form.Text("act") == "correct" ? form.Key("note_id") : null;
            var said = new NoteContent { Note = form.Said("note") ?? "", Compartment = form.Text("compartment") };
            form.RequireFit();
            await notes.WriteAsync(entered, said, correct is { } before ? await notes.FindAsync(entered, before, cancellationToken) : null, [], cancellationToken);
        }, problem => NotesAsync(context, id, correct, problem, cancellationToken), cancellationToken);
    }

    private async Task<IResult> SafetyAsync(HttpContext context, Guid id, Problem? problem, CancellationToken cancellationToken)
    {
        var (actor, texts) = (context.Actor(), context.PageTexts());
        var shown = await safety.ShowAsync(id, actor, Purposes.Assistance, cancellationToken);
        var entered = await entries.EnterAsync(id, actor, cancellationToken);
        var plan = shown.Plan ?? new SafetyContent();
        (string Name, string? Value)[] fields = [("signs", plan.Signs), ("steps", plan.Steps), ("places", plan.Places), ("helpers", plan.Helpers), ("reaching", plan.Reaching)];
        return Sections.Page(context, new SectionView(texts["cases.safety"])
        {
            Lead = entered.Row.PublicRef,
            Notices = [(texts["cases.safety.only"], NoticeTone.Warning)],
            Blocks =
            [
                entered.May(CasesRights.Edit)
                    ? new SectionBlock("")
                    {
                        Forms =
                        [
                            new SectionForm(Sections.AddressOf(id, "safety"), "write", texts["cases.safety.save"])
                            {
                                Hidden = [("version", shown.Version.ToString(CultureInfo.InvariantCulture))],
                                Fields = [.. fields.Select(field => new AskedField(field.Name, texts["cases.safety." + field.Name], FieldKind.Textarea) { MaxLength = 5000, Value = problem is null ? field.Value : null })],
                            },
                        ],
                    }
                    : new SectionBlock("") { Empty = texts["cases.safety.none"], Cards = [.. fields.Where(field => field.Value is { Length: > 0 }).Select(field => new SectionCard(texts["cases.safety." + field.Name]) { Lines = [field.Value!] })] },
            ],
            Links = Back(id, texts),
        }, problem);
    }

    private Task<IResult> SaveSafetyAsync(HttpContext context, Guid id, CancellationToken cancellationToken) => Sections.DoAsync(context, Sections.AddressOf(id, "safety"), async form =>
    {
        var entered = await safety.AdmitAsync(id, context.Actor(), cancellationToken);
        var said = new SafetyContent { Signs = form.Said("signs"), Steps = form.Said("steps"), Places = form.Said("places"), Helpers = form.Said("helpers"), Reaching = form.Said("reaching") };
        var version = form.Version();
        form.RequireFit();
        await safety.SaveAsync(entered, version, said, cancellationToken);
    }, problem => SafetyAsync(context, id, problem, cancellationToken), cancellationToken);

    private async Task<IResult> FilesAsync(HttpContext context, Guid id, Problem? problem, CancellationToken cancellationToken)
    {
        var (actor, texts, address) = (context.Actor(), context.PageTexts(), Sections.AddressOf(id, "files"));
        var entered = await entries.EnterAsync(id, actor, cancellationToken);
        var may = entered.May(CasesRights.Edit);
        var shown = await give.ListAsync(id, actor, Purposes.Assistance, cancellationToken);
        return Sections.Page(context, new SectionView(texts["cases.files"])
        {
            Lead = entered.Row.PublicRef,
            Blocks =
            [
                new SectionBlock("")
                {
                    Empty = texts["cases.files.none"],
                    Cards =
                    [
                        .. shown.Select(file => new SectionCard(file.Name is { Length: > 0 } name ? name : texts["cases.files.unnamed"])
                        {
                            Soft = string.Join(" · ", new[]
                            {
                                texts["cases.part." + file.Compartment], DeskViews.At(file.At, texts),
                                file.State == "kept" ? texts.Format("cases.files.size", ("kilobytes", ((file.Bytes ?? 0) + 1023) / 1024)) : texts.Format("cases.files.coming", ("percent", file.Received * 100 / Math.Max(1, file.Length))),
                            }),
                            Lines = file.Note is { Length: > 0 } note ? [note] : [],
                            Links = file.State == "kept" ? [($"{address}/{file.Id:D}", texts["cases.files.save"])] : [],
                            Forms = may ? [new SectionForm(address, "remove", texts["cases.files.remove"]) { Hidden = [("file_id", file.Id.ToString("D")), ("version", file.Version.ToString(CultureInfo.InvariantCulture))] }] : [],
                        }),
                    ],
                },
                .. !may ? Array.Empty<SectionBlock>() :
                [
                    new SectionBlock(texts["cases.files.bring"])
                    {
                        Forms =
                        [
                            new SectionForm(address, "bring", texts["cases.files.bring.save"])
                            {
                                Files = true,
                                Fields =
                                [
                                    new AskedField("file", texts["cases.files.field"], FieldKind.File) { Required = true, Accept = ".jpg,.jpeg,.png,.webp,.pdf", Hint = texts.Format("cases.files.hint", ("megabytes", bring.Limit / (1024 * 1024))) },
                                    new AskedField("filenote", texts["cases.files.note"]) { MaxLength = 200 },
                                    Compartment(entered, texts),
                                ],
                            },
                        ],
                    },
                ],
            ],
            Links = Back(id, texts),
        }, problem);
    }

    private Task<IResult> FileAsync(HttpContext context, Guid id, CancellationToken cancellationToken)
    {
        FileForm.Prepare(context);
        return Sections.DoAsync(context, Sections.AddressOf(id, "files"), form => TakeAsync(context, id, form, cancellationToken), problem => FilesAsync(context, id, problem, cancellationToken), cancellationToken);
    }

    private async Task TakeAsync(HttpContext context, Guid id, StaffForm form, CancellationToken cancellationToken)
    {
        var entered = await bring.AdmitAsync(id, context.Actor(), cancellationToken);
        if (form.Text("act") == "remove")
        {
            await bring.RemoveAsync(entered, form.Key("file_id"), form.Version(), cancellationToken);
            return;
        }

        var sent = (await SentForm.ReadAsync(context, cancellationToken)).Files.GetFile("file");
        if (sent is null || sent.Length == 0)
            throw FormProblems.With(("file", FormProblems.Missing));
        if (sent.Length > bring.Limit)
            throw AttachmentProblems.TooLarge.With(("megabytes", bring.Limit / (1024 * 1024)));
        var bytes = new byte[sent.Length];
        await using (var stream = sent.OpenReadStream())
            await stream.ReadExactlyAsync(bytes, cancellationToken);
        await bring.KeepAsync(entered, new SentFile { Name = TextCharacters.Mended(SentForm.NameOf(sent)), Compartment = form.Text("compartment"), Note = form.Text("filenote") is { Length: > 0 } note ? note : null }, bytes, cancellationToken);
    }

    private async Task<IResult> TimelineAsync(HttpContext context, Guid id, CancellationToken cancellationToken)
    {
        var (actor, texts) = (context.Actor(), context.PageTexts());
        var entered = await entries.EnterAsync(id, actor, cancellationToken);
        var events = await timeline.RunAsync(id, actor, Purposes.Assistance, cancellationToken);
        var names = await ActorNames.OfAsync(db, events.Select(one => one.By).OfType<string>().Distinct(), cancellationToken);
        return Sections.Page(context, new SectionView(texts["cases.timeline"])
        {
            Lead = entered.Row.PublicRef,
            Blocks =
            [
                new SectionBlock("")
                {
                    Cards =
                    [
                        .. events.Select(one => new SectionCard("")
                        {
                            Lines = [CaseTimeline.StateKey(one) is { } key ? $"{texts["cases.timeline." + one.What]}: {texts[key]}" : texts["cases.timeline." + one.What]],
                            Soft = one.By is { } by && (names.ContainsKey(by) || by.StartsWith("job:", StringComparison.Ordinal)) ? $"{DeskViews.At(one.At, texts)} · {ActorNames.Said(by, names, texts)}" : DeskViews.At(one.At, texts),
                        }),
                    ],
                },
            ],
            Links = Back(id, texts),
        }, null);
    }

    /// <summary>The way back to the case.</summary>
    public static IReadOnlyList<(string Address, string Words)> Back(Guid id, Texts texts) => [($"{CasesDesk.Root}/{id:D}", texts["referral.case.back"])];

    /// <summary>The question in which compartment something belongs; that of the case when nothing is said.</summary>
    public static AskedField Compartment(EnteredCase entered, Texts texts, string name = "compartment") => new(name, texts["cases.field.compartment"], FieldKind.Select)
    {
        Required = true,
        Hint = texts["cases.field.compartment.hint"],
        Choices = [.. entered.Seen.Open.OrderBy(compartment => compartment == entered.Seen.Home ? 0 : 1).Select(compartment => new Choice(compartment, texts["cases.part." + compartment]))],
        Value = entered.Seen.Home,
    };
}
