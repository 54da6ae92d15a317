using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Tambo.Guide.Directory;
using Tambo.Platform.Http;
using Tambo.Platform.Idempotency;
using Tambo.Platform.Languages;
using Tambo.Platform.Problems;
using Tambo.Platform.Shell;

namespace Tambo.Guide.Staff;

/// <summary>One text of a record with what it is in other languages.</summary>
/// <param name="Path">The field, or <c>required_documents/{id}/document</c>.</param>
/// <param name="Text">As it is written.</param>
/// <param name="Translations">By language; those that are not there are missing.</param>
public sealed record TranslatedText(string Path, string Text, IReadOnlyDictionary<string, Translation> Translations)
{
    /// <summary>True when the text was changed after the translation was made.</summary>
    public bool IsOutdated(string language) => Translations.TryGetValue(language, out var made) && !made.IsCurrent(Text);
}

/// <summary>Everything the page of a record's translations shows.</summary>
public sealed record TranslationAnswer
{
    /// <summary>The record.</summary>
    public required DirectoryRecord Record { get; init; }

    /// <summary>Its name.</summary>
    public string Name { get; init; } = "";

    /// <summary>The service whose page leads here.</summary>
    public Guid? Service { get; init; }

    /// <summary>Its texts.</summary>
    public required IReadOnlyList<TranslatedText> Texts { get; init; }

    /// <summary>The answers that the form shows.</summary>
    public required FormValues Values { get; init; }

    /// <summary>True when something has just been saved.</summary>
    public bool Done { get; init; }

    /// <summary>After two people edited at once: what stands now against what was written.</summary>
    public IReadOnlyList<FieldDifference> Conflict { get; init; } = [];
}

/// <summary>
/// An editor says a record's texts in the other languages, side by side with the text itself. A translation whose text
/// has changed since is marked, and stays away from readers until somebody has looked at it again.
/// </summary>
internal static class Translate
{
    public const string Prefix = "text";
    private const string Root = "/staff/guide/translations/{kind:regex(^(service|location|service_at_location|organization)$)}/{id:guid}";

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet(Root, ShowAsync).Needs(GuideScope.Edit).ExcludeFromDescription();
        routes.MapPost(Root, SaveAsync).Needs(GuideScope.Edit).ExcludeFromDescription().DisableAntiforgery().DoneOnce();
    }

    public static string Href(string kind, Guid id) => $"/staff/guide/translations/{kind}/{id:D}";

    /// <summary>How many translations of a record were made from a text that has changed since.</summary>
    public static int Outdated(DirectoryRecord record) =>
        record.Translations.Count == 0 ? 0 : TextsOf(record).Sum(text => text.Translations.Keys.Count(text.IsOutdated));

    /// <summary>What leads to a record's translations, with how many are to be looked over.</summary>
    public static string LinkText(DirectoryRecord record, Texts texts) =>
        Outdated(record) is var outdated and > 0 ? texts.Format("edit.translations.with_outdated", ("count", outdated)) : texts["edit.translations"];

    /// <summary>The texts of a record, each with its translations.</summary>
    public static IReadOnlyList<TranslatedText> TextsOf(DirectoryRecord record)
    {
        var translations = record.Translations.ToLookup(translation => translation.Field);
        return [.. TranslatedFields.Of(RecordJson.Snapshot(record)).Select(text =>
            new TranslatedText(text.Path, text.Text, translations[text.Path].ToDictionary(t => t.Language, StringComparer.Ordinal)))];
    }

    private static async Task<IResult> ShowAsync(
        HttpContext context, DirectoryDesk desk, string kind, Guid id, string? done, CancellationToken cancellationToken)
    {
        var (scope, record) = await FindAsync(context, desk, kind, id, cancellationToken);
        return Page(context, scope, record, ValuesOf(context, record), null, done: done is not null);
    }

    private static async Task<IResult> SaveAsync(HttpContext context, DirectoryDesk desk, string kind, Guid id, CancellationToken cancellationToken)
    {
        var values = await StaffAnswers.FormAsync(context, cancellationToken);
        var (scope, before) = await FindAsync(context, desk, kind, id, cancellationToken);
        var form = new FormReading(values);
        var read = before with { Translations = Read(form, before, LanguagesOf(context, before), context.Actor().DisplayName, desk.Now) };
        if (values.Version() != before.Version)
            return Conflict(context, scope, before, read, values);
        if (form.Refusal is { } refusal)
            return Page(context, scope, before, values, refusal);
        if (EditService.Compare(before, read).Count == 0)
            return Results.Redirect(Href(kind, id));
        try
        {
            await desk.WriteAsync(context.Actor(), StaffChanges.RecordTranslated, "translated", read, [], [read], cancellationToken);
        }
        catch (Problem problem) when (problem.Kind == PlatformProblems.Changed)
        {
            var (again, present) = await FindAsync(context, desk, kind, id, cancellationToken);
            return Conflict(context, again, present, read, values);
        }

        return Results.Redirect(Href(kind, id) + "?done=1");
    }

    // A language that no question asked about keeps its translations.
    private static List<Translation> Read(
        FormReading form, DirectoryRecord record, IReadOnlyList<Language> languages, string reviewer, DateTimeOffset now)
    {
        var texts = TextsOf(record).ToDictionary(text => text.Path, StringComparer.Ordinal);
        var kept = record.Translations.ToDictionary(t => (t.Field, t.Language));
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
                else if (old is null || said != old.Value.ReplaceLineEndings("\n").Trim() || form.Values.Ticked(name + "-still"))
                    kept[(text.Path, code)] = new Translation
                    {
                        Field = text.Path,
                        Language = code,
                        Value = said,
                        SourceHash = TextHash.Of(text.Text),
                        Method = old?.Method is "machine" or "post_edited" ? "post_edited" : "human",
                        Reviewer = reviewer,
                        ReviewedAt = now,
                    };
            }
        }

        return [.. kept.Values.OrderBy(t => t.Field, StringComparer.Ordinal).ThenBy(t => t.Language, StringComparer.Ordinal)];
    }

    private static FormValues ValuesOf(HttpContext context, DirectoryRecord record)
    {
        var values = new FormValues { ["version"] = record.Version.ToString(CultureInfo.InvariantCulture) };
        foreach (var (text, row) in TextsOf(record).Select((text, row) => (text, row)))
        {
            values[FormValues.Row(Prefix, row, "path")] = text.Path;
            foreach (var language in LanguagesOf(context, record))
                values[FormValues.Row(Prefix, row, language.Code)] = text.Translations.GetValueOrDefault(language.Code)?.Value ?? "";
        }

        return values;
    }

    private static IReadOnlyList<Language> LanguagesOf(HttpContext context, DirectoryRecord record) =>
        [.. context.RequestServices.GetRequiredService<TextCatalog>().Languages.Where(language => language.Code != record.TextLanguage)];

    private static async Task<(GuideScope Scope, DirectoryRecord Record)> FindAsync(
        HttpContext context, DirectoryDesk desk, string kind, Guid id, CancellationToken cancellationToken)
    {
        var scope = GuideScope.For(context.Actor(), await desk.MomentAsync(cancellationToken));
        var record = scope.Find(kind, id);
        return scope.MayEdit(record) ? (scope, scope.Stored(kind, id)!) : throw PlatformProblems.Forbidden.With();
    }

    private static PageResult<TranslatePage> Conflict(
        HttpContext context, GuideScope scope, DirectoryRecord present, DirectoryRecord written, FormValues values)
    {
        values["version"] = present.Version.ToString(CultureInfo.InvariantCulture);
        return Page(context, scope, present, values, PlatformProblems.Changed.With(), EditService.Compare(present, written));
    }

    private static PageResult<TranslatePage> Page(
        HttpContext context, GuideScope scope, DirectoryRecord record, FormValues values, Problem? problem,
        IReadOnlyList<FieldDifference>? conflict = null, bool done = false) =>
        context.Staff<TranslatePage>(
            problem,
            ("Answer", new TranslationAnswer
            {
                Record = record,
                Name = GuideScope.NameOf(record),
                Service = scope.ServiceOf(record),
                Texts = TextsOf(record),
                Values = values,
                Done = done,
                Conflict = conflict ?? [],
            }),
            ("Languages", LanguagesOf(context, record)));
}
