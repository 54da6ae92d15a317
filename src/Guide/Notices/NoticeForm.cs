using System.Globalization;
using Tambo.Guide.Directory;
using Tambo.Guide.Finding;
using Tambo.Guide.NeedsSeen;
using Tambo.Guide.Staff;
using Tambo.Guide.Translating;
using Tambo.Platform.Access;
using Tambo.Platform.Languages;
using Tambo.Platform.Shell;

namespace Tambo.Guide.Notices;

/// <summary>The form of a notice.</summary>
public sealed record NoticeForm
{
    internal const string Everywhere = "everywhere";
    internal const int LongestTitle = 120;
    internal const int LongestText = 500;
    private const int MostDays = 366;

    /// <summary>The notice; null for a new one.</summary>
    public Guid? Id { get; init; }

    /// <summary>The answers.</summary>
    public required FormValues Values { get; init; }

    /// <summary>The areas for which the reader may write.</summary>
    public required IReadOnlyList<Choice> Areas { get; init; }

    /// <summary>The translations there are, by language.</summary>
    public IReadOnlyDictionary<string, Translation> Made { get; init; } = new Dictionary<string, Translation>();

    /// <summary>The languages whose text belongs to an older one of the first language, each with what has changed since; nothing where that is not known.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<Piece>> Outdated { get; init; } = new Dictionary<string, IReadOnlyList<Piece>>();

    /// <summary>True for a notice that was taken back.</summary>
    public bool TakenBack { get; init; }

    /// <summary>Its versions, the newest first.</summary>
    public IReadOnlyList<RecordVersion> Versions { get; init; } = [];

    /// <summary>People by the audit's names for them.</summary>
    public IReadOnlyDictionary<string, string> Names { get; init; } = new Dictionary<string, string>();

    /// <summary>What a form says.</summary>
    /// <param name="form">The answers.</param>
    /// <param name="before">The notice as it was; null for a new one.</param>
    /// <param name="areas">The areas for which the writer may write.</param>
    /// <param name="catalog">The languages.</param>
    /// <param name="person">Who writes.</param>
    /// <param name="now">The moment.</param>
    internal static AreaNotice Read(FormReading form, AreaNotice? before, IReadOnlyList<Choice> areas, TextCatalog catalog, string person, DateTimeOffset now)
    {
        var id = before?.Id ?? Guid.CreateVersion7(now);
        var texts = new List<NoticeText>();
        foreach (var language in catalog.Languages.Select(language => language.Code))
        {
            var (title, words) = (form.Text("title-" + language, LongestTitle), form.Text("words-" + language, LongestText));
            if (title.Length > 0)
                texts.Add(new NoticeText { NoticeId = id, Language = language, Title = title, Words = words });
            else if (words.Length > 0)
                form.Refuse("title-" + language, FormProblems.Missing);
        }

        // Written in one language, it may be translated into others; what was written first is shown where there is nothing else.
        var first = before?.Language ?? (catalog.Has(form.Values["language"]) ? form.Values["language"] : "");
        if (texts.Find(text => text.Language == first) is { } source)
            texts = [.. texts.Select(text => text == source ? source : Translated(text, source, before, form, person, now))];
        else
            form.Refuse("title-" + (first.Length > 0 ? first : catalog.Languages[0].Code), FormProblems.Missing);
        var (starts, ends) = (form.Date("starts_on"), form.Date("ends_on"));
        if (starts is null)
            form.Refuse("starts_on", FormProblems.Missing);
        if (ends is null || ends < starts || ends > starts?.AddDays(MostDays))
            form.Refuse("ends_on", GuideProblems.DateUnfit);
        // Nobody tells everybody something because an answer was missing.
        if (!areas.Any(area => area.Value == form.Values["area"]))
            form.Refuse("area", FormProblems.Missing);
        return new AreaNotice
        {
            Id = id,
            Area = form.Values["area"] == Everywhere ? "" : form.Values["area"],
            StartsOn = starts ?? default,
            EndsOn = ends ?? default,
            Urgent = form.Values.Ticked("urgent"),
            Language = first,
            Version = before?.Version ?? 0,
            Texts = texts,
        };
    }

    // A translation belongs to what stood in the form when its words were written, or when somebody said that they are right.
    private static NoticeText Translated(NoticeText text, NoticeText source, AreaNotice? before, FormReading form, string person, DateTimeOffset now)
    {
        var old = before?.Texts.FirstOrDefault(one => one.Language == text.Language);
        if (old is null || (old.Title, old.Words) != (text.Title, text.Words))
        {
            var how = form.OneOf("how", TranslationWords.Methods, "human");
            return text with
            {
                SourceHash = source.Hash,
                // What a person changes of a machine's words is a machine's, mended.
                Method = how == "human" && old?.Method is "machine" or "post_edited" ? "post_edited" : how,
                Translator = person,
                TranslatedAt = now,
            };
        }

        return form.Values.Ticked("read-" + text.Language)
            ? old with { SourceHash = source.Hash, Reviewer = person, ReviewedAt = now }
            : old with { SourceHash = old.SourceHash.Length > 0 ? old.SourceHash : before!.First.Hash };
    }

    /// <summary>A notice as the answers of its form.</summary>
    internal static FormValues ValuesOf(AreaNotice notice)
    {
        var values = new FormValues
        {
            ["version"] = notice.Version.ToString(CultureInfo.InvariantCulture),
            ["area"] = notice.Version > 0 && notice.Area.Length == 0 ? Everywhere : notice.Area,
            ["starts_on"] = Iso(notice.StartsOn),
            ["ends_on"] = Iso(notice.EndsOn),
            ["urgent"] = notice.Urgent ? "true" : "",
            ["language"] = notice.Language,
        };
        foreach (var text in notice.Texts)
            (values["title-" + text.Language], values["words-" + text.Language]) = (text.Title, text.Words);
        return values;
    }

    /// <summary>Where there are services, and what was chosen before; those who look after an area also all of it.</summary>
    internal static IReadOnlyList<Choice> AreasFor(Actor actor, Offers all, string chosen, Texts texts)
    {
        var areas = all.All.Select(NoticeAreas.Of).Concat(actor.Grants.Where(grant => grant.Permission == GuideScope.Edit && grant.Scope.Kind == "place").Select(grant => grant.Scope.Id))
            .Append(chosen == Everywhere ? "" : chosen).Where(area => area.Length > 0).Distinct(StringComparer.Ordinal)
            .SelectMany(NeedAreas.Around).Distinct(StringComparer.Ordinal).Where(area => WriteNotice.MayWrite(actor, area))
            .Select(area => new Choice(area, NameOf(area, texts))).OrderBy(choice => choice.Label, StringComparer.CurrentCultureIgnoreCase);
        return WriteNotice.MayWrite(actor, "") ? [new Choice(Everywhere, texts["notice.everywhere"]), .. areas] : [.. areas];
    }

    /// <summary>An area in words.</summary>
    internal static string NameOf(string area, Texts texts) => area.Length == 0 ? texts["notice.everywhere"] : NoticeAreas.NameOf(area, texts);

    internal static string Iso(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
