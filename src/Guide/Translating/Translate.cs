using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Tambo.Guide.Directory;
using Tambo.Guide.Staff;
using Tambo.Platform.Http;
using Tambo.Platform.Idempotency;
using Tambo.Platform.Languages;
using Tambo.Platform.Problems;

namespace Tambo.Guide.Translating;

/// <summary>
/// A translator says a record's texts in the other languages, side by side with the text itself and with what has changed
/// of it. A translation whose text has changed since stays away from readers until somebody has looked at it again. Whoever
/// writes one is its translator; that it was read over is said apart, by a tick.
/// </summary>
internal static class Translate
{
    public const string Prefix = "text";
    private const string Root = ShowDesk.Root + "/{kind:regex(^(service|location|service_at_location|organization)$)}/{id:guid}";

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet(Root, ShowAsync).Needs(GuideScope.Edit).ExcludeFromDescription();
        routes.MapPost(Root, SaveAsync).Needs(GuideScope.Edit).ExcludeFromDescription().DisableAntiforgery().DoneOnce();
    }

    public static string Href(string kind, Guid id) => $"{ShowDesk.Root}/{kind}/{id:D}";

    /// <summary>Where one text of a record is said in one language.</summary>
    public static string Href(string kind, Guid id, string language, string path) => $"{Href(kind, id)}?language={language}#{AnchorOf(path)}";

    /// <summary>The place of a text on the page of its record.</summary>
    public static string AnchorOf(string path) => "t-" + path.Replace('/', '-');

    /// <summary>How many translations of a record were made from a text that has changed since.</summary>
    public static int Outdated(DirectoryRecord record) =>
        record.Translations.Count == 0 ? 0 : TranslatedText.Of(record).Sum(text => text.Translations.Keys.Count(text.IsOutdated));

    /// <summary>What leads to a record's translations, with how many are to be looked over.</summary>
    public static string LinkText(DirectoryRecord record, Texts texts) =>
        Outdated(record) is var outdated and > 0 ? texts.Format("edit.translations.with_outdated", ("count", outdated)) : texts["edit.translations"];

    private static async Task<IResult> ShowAsync(
        HttpContext context, DirectoryDesk desk, string kind, Guid id, string? language, string? done, CancellationToken cancellationToken)
    {
        var (scope, record) = await FindAsync(context, desk, kind, id, cancellationToken);
        var asked = LanguagesOf(context, record, language ?? "");
        return await PageAsync(context, desk, scope, record, asked, ValuesOf(record, asked), null, cancellationToken, done: done is not null);
    }

    private static async Task<IResult> SaveAsync(HttpContext context, DirectoryDesk desk, string kind, Guid id, CancellationToken cancellationToken)
    {
        var values = await StaffAnswers.FormAsync(context, cancellationToken);
        var (scope, before) = await FindAsync(context, desk, kind, id, cancellationToken);
        var asked = LanguagesOf(context, before, values["language"]);
        var form = new FormReading(values);
        var read = before with { Translations = Read(form, before, asked.Shown, context.Actor().DisplayName, desk.Now) };
        if (values.Version() != before.Version)
            return await ConflictAsync(context, desk, scope, (before, read), asked, values, cancellationToken);
        if (form.Refusal is { } refusal)
            return await PageAsync(context, desk, scope, before, asked, values, refusal, cancellationToken);
        if (EditService.Compare(before, read).Count == 0)
            return Results.Redirect(Back(kind, id, asked.Only, ""));
        try
        {
            await desk.WriteAsync(
                context.Actor(), OnlyReads(before, read) ? StaffChanges.TranslationReviewed : StaffChanges.RecordTranslated, "translated", read, [], [read], cancellationToken);
        }
        catch (Problem problem) when (problem.Kind == PlatformProblems.Changed)
        {
            var (again, present) = await FindAsync(context, desk, kind, id, cancellationToken);
            return await ConflictAsync(context, desk, again, (present, read), asked, values, cancellationToken);
        }

        return Results.Redirect(Back(kind, id, asked.Only, "done=1"));
    }

    private static string Back(string kind, Guid id, string only, string done)
    {
        var query = string.Join('&', new[] { only.Length > 0 ? "language=" + only : "", done }.Where(part => part.Length > 0));
        return query.Length > 0 ? $"{Href(kind, id)}?{query}" : Href(kind, id);
    }

    // True when no word was written: somebody read over what there is.
    private static bool OnlyReads(DirectoryRecord before, DirectoryRecord after) =>
        before.Translations.Select(t => (t.Field, t.Language, t.Value, t.SourceHash)).SequenceEqual(after.Translations.Select(t => (t.Field, t.Language, t.Value, t.SourceHash)));

    // A language that no question asked about keeps its translations.
    private static List<Translation> Read(
        FormReading form, DirectoryRecord record, IReadOnlyList<Language> languages, string person, DateTimeOffset now)
    {
        var texts = TranslatedText.Of(record).ToDictionary(text => text.Path, StringComparer.Ordinal);
        var kept = record.Translations.ToDictionary(t => (t.Field, t.Language));
        var how = form.OneOf("how", TranslationWords.Methods, "human");
        for (var row = 0; row < form.Values.Rows(Prefix, "path"); row++)
        {
            if (!texts.TryGetValue(form.Values[FormValues.Row(Prefix, row, "path")], out var text))
                continue;
            foreach (var code in languages.Select(language => language.Code))
            {
                var name = FormValues.Row(Prefix, row, code);
                if (!form.Values.Has(name))
                    continue;
                var (old, said) = (text.Translations.GetValueOrDefault(code), form.Text(name, FormReading.LongText));
                if (said.Length == 0)
                    kept.Remove((text.Path, code));
                else if (old is null || said != old.Value.ReplaceLineEndings("\n").Trim())
                    kept[(text.Path, code)] = Made(text, code, said, MethodOf(how, old), person, now);
                else if (form.Values.Ticked(name + (old.IsCurrent(text.Text) ? "-read" : "-still")))
                    kept[(text.Path, code)] = ReadOver(old, text.Text, person, now);
            }
        }

        return [.. kept.Values.OrderBy(t => t.Field, StringComparer.Ordinal).ThenBy(t => t.Language, StringComparer.Ordinal)];
    }

    private static Translation Made(TranslatedText text, string language, string said, string method, string person, DateTimeOffset now) => new()
    {
        Field = text.Path,
        Language = language,
        Value = said,
        SourceHash = TextHash.Of(text.Text),
        Method = method,
        Translator = person,
        TranslatedAt = now,
    };

    // What a person changes of a machine's words is a machine's, mended.
    private static string MethodOf(string how, Translation? old) => how == "human" && old?.Method is "machine" or "post_edited" ? "post_edited" : how;

    /// <summary>A translation that somebody has compared with the text as it is now; what a source published is theirs from then on.</summary>
    internal static Translation ReadOver(Translation made, string text, string person, DateTimeOffset now) => made with
    {
        SourceHash = TextHash.Of(text),
        Method = made.Method == "source" ? "human" : made.Method,
        Reviewer = person,
        ReviewedAt = now,
    };

    private static FormValues ValuesOf(DirectoryRecord record, Asked asked)
    {
        var values = new FormValues { ["version"] = record.Version.ToString(CultureInfo.InvariantCulture) };
        foreach (var (text, row) in TranslatedText.Of(record).Select((text, row) => (text, row)))
        {
            values[FormValues.Row(Prefix, row, "path")] = text.Path;
            foreach (var language in asked.Shown)
                values[FormValues.Row(Prefix, row, language.Code)] = text.Translations.GetValueOrDefault(language.Code)?.Value ?? "";
        }

        return values;
    }

    private sealed record Asked(IReadOnlyList<Language> All, IReadOnlyList<Language> Shown, string Only);

    private static Asked LanguagesOf(HttpContext context, DirectoryRecord record, string only)
    {
        var all = context.RequestServices.GetRequiredService<TextCatalog>().Languages.Where(language => language.Code != record.TextLanguage).ToList();
        var one = all.FindAll(language => language.Code == only);
        return one.Count > 0 ? new Asked(all, one, only) : new Asked(all, all, "");
    }

    private static async Task<(GuideScope Scope, DirectoryRecord Record)> FindAsync(
        HttpContext context, DirectoryDesk desk, string kind, Guid id, CancellationToken cancellationToken)
    {
        var scope = GuideScope.For(context.Actor(), await desk.MomentAsync(cancellationToken));
        var record = scope.Find(kind, id);
        return scope.MayEdit(record) ? (scope, scope.Stored(kind, id)!) : throw PlatformProblems.Forbidden.With();
    }

    private static Task<IResult> ConflictAsync(
        HttpContext context, DirectoryDesk desk, GuideScope scope, (DirectoryRecord Present, DirectoryRecord Written) both, Asked asked, FormValues values,
        CancellationToken cancellationToken)
    {
        values["version"] = both.Present.Version.ToString(CultureInfo.InvariantCulture);
        return PageAsync(
            context, desk, scope, both.Present, asked, values, PlatformProblems.Changed.With(), cancellationToken, EditService.Compare(both.Present, both.Written));
    }

    private static async Task<IResult> PageAsync(
        HttpContext context, DirectoryDesk desk, GuideScope scope, DirectoryRecord record, Asked asked, FormValues values, Problem? problem,
        CancellationToken cancellationToken, IReadOnlyList<FieldDifference>? conflict = null, bool done = false)
    {
        var texts = TranslatedText.Of(record);
        return context.Staff<TranslatePage>(problem, ("Answer", new TranslationAnswer
        {
            Record = record,
            Name = scope.TitleOf(record),
            Service = scope.ServiceOf(record),
            Texts = texts,
            Changes = await ChangesAsync(desk, scope, record, texts, asked.Shown, cancellationToken),
            Languages = asked.Shown,
            All = asked.All,
            Only = asked.Only,
            Values = values,
            Done = done,
            Conflict = conflict ?? [],
        }));
    }

    private static async Task<IReadOnlyDictionary<string, IReadOnlyList<TextChange>>> ChangesAsync(
        DirectoryDesk desk, GuideScope scope, DirectoryRecord record, IReadOnlyList<TranslatedText> texts, IReadOnlyList<Language> languages, CancellationToken cancellationToken)
    {
        var outdated = texts.SelectMany(text => languages.Where(language => text.IsOutdated(language.Code))
            .Select(language => (Text: text, Language: language, Hash: text.Translations[language.Code].SourceHash))).ToList();
        var earlier = await EarlierTexts.FindAsync(desk.Db, scope, outdated.Select(one => (record, one.Text.Path, one.Hash)), cancellationToken);
        return outdated.GroupBy(one => one.Text.Path).ToDictionary(
            path => path.Key,
            path => (IReadOnlyList<TextChange>)[.. path.GroupBy(one => one.Hash).Select(made => new TextChange(
                [.. made.Select(one => one.Language)],
                earlier.TryGetValue((record.Id, path.Key, made.Key), out var text) ? WordDiff.Of(text, made.First().Text.Text) : null))],
            StringComparer.Ordinal);
    }
}
