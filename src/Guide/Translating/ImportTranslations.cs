using Microsoft.Extensions.DependencyInjection;
using Tambo.Guide.Directory;
using Tambo.Guide.Notices;
using Tambo.Guide.Staff;
using Tambo.Platform.Access;
using Tambo.Platform.Database;
using Tambo.Platform.Files;
using Tambo.Platform.Languages;
using Tambo.Platform.Problems;
using Tambo.Platform.Settings;

namespace Tambo.Guide.Translating;

/// <summary>What an import of translations did, or would do.</summary>
public sealed record TranslationReport
{
    /// <summary>How many units of each outcome the report names; it counts all.</summary>
    public const int NamedPerOutcome = 300;

    /// <summary>True when nothing was written.</summary>
    public bool DryRun { get; init; }

    /// <summary>The language the texts are written in.</summary>
    public required string From { get; init; }

    /// <summary>The language they are translated into.</summary>
    public required string To { get; init; }

    /// <summary>How many units came to each outcome.</summary>
    public required IReadOnlyDictionary<UnitOutcome, int> Counts { get; init; }

    /// <summary>The units, the first of each outcome, in the order of the file.</summary>
    public required IReadOnlyList<UnitResult> Units { get; init; }

    /// <summary>How many records change, notices among them.</summary>
    public int Records { get; init; }

    /// <summary>By which a later run is known to do the same.</summary>
    public string Fingerprint { get; init; } = "";

    /// <summary>How many units came to an outcome.</summary>
    public int Count(UnitOutcome outcome) => Counts.GetValueOrDefault(outcome);

    /// <summary>What a reason means, in the reader's language.</summary>
    public static string Sentence(UnitResult unit, Texts texts) => unit.Reason.Length == 0 ? "" : texts["translating.reason." + unit.Reason];
}

/// <summary>
/// Somebody brings back the translations of a file: page and command line come here. It is looked at first and taken in
/// whole or not at all; the same file again changes nothing.
/// </summary>
public sealed class ImportTranslations
{
    private readonly NodeDb db;
    private readonly LiveDirectory live;
    private readonly LiveNotices notices;
    private readonly TextCatalog catalog;
    private readonly NodeSettings settings;

    private ImportTranslations(IServiceProvider services)
    {
        db = services.GetRequiredService<NodeDb>();
        live = services.GetRequiredService<LiveDirectory>();
        notices = services.GetRequiredService<LiveNotices>();
        catalog = services.GetRequiredService<TextCatalog>();
        settings = services.GetRequiredService<NodeSettings>();
    }

    /// <summary>That of a node.</summary>
    public static ImportTranslations Of(IServiceProvider services) => new(services);

    /// <summary>How large a file may be, in bytes.</summary>
    public long Limit => settings.UploadLimit("translations");

    /// <summary>Runs the import, or only says what it would do.</summary>
    /// <param name="file">The file, from its beginning.</param>
    /// <param name="terms">Who made the translations.</param>
    /// <param name="actor">Who brings them.</param>
    /// <param name="dryRun">True to see the report and write nothing.</param>
    /// <param name="expected">The fingerprint of the report that somebody agreed to; null to do whatever is to be done.</param>
    /// <param name="cancellationToken">Stops the waiting.</param>
    /// <exception cref="Problem">The file cannot be read, or something has changed since it was looked at; nothing was written.</exception>
    public async Task<TranslationReport> RunAsync(
        Stream file, TranslationTerms terms, Actor actor, bool dryRun, string? expected, CancellationToken cancellationToken)
    {
        if (file.CanSeek && file.Length > Limit)
            throw FileProblems.TooLarge.With(("limit", Limit >> 20));
        var document = XliffReading.Read(file, Limit);
        var to = TargetOf(document);
        if (dryRun)
        {
            var scope = GuideScope.For(actor, await live.GetAsync(cancellationToken));
            return Report(document, to, await PlanAsync(scope, actor, document, to, terms, db.Time.GetUtcNow(), cancellationToken), dryRun: true);
        }

        // The plan is made inside the transaction: nobody else writes between looking and writing.
        await using var change = await db.BeginAsync(actor, StaffChanges.TranslationsImported, to, cancellationToken, bulk: true);
        var moment = await live.GetAsync(cancellationToken);
        var now = db.Time.GetUtcNow();
        var plan = await PlanAsync(GuideScope.For(actor, moment), actor, document, to, terms, now, cancellationToken);
        if (expected is not null && plan.Fingerprint() != expected)
            throw PlatformProblems.Changed.With();
        var report = Report(document, to, plan, dryRun: false);
        var records = DirectoryRecords.Of(plan.Records.Select(record => record with { ChangedAt = now, ChangedBy = actor.AuditName }));
        if (report.Records == 0)
            return report;
        change.Describe(new { from = document.From, to, terms.Method, counts = report.Counts.ToDictionary(count => count.Key.ToString(), count => count.Value) });
        foreach (var record in records.All)
            change.AlsoRecord(StaffChanges.RecordTranslated, DirectoryDesk.SubjectOf(record), new { language = to });
        if (records.All.Any() && !await DirectoryWriter.ReplaceAsync(change, records, "translated", moment.Staff))
            throw PlatformProblems.Changed.With();
        await NoticeStore.TranslateAsync(change, now, actor, to, plan.Notices);
        await change.CommitAsync(cancellationToken);
        return report;
    }

    private async Task<TranslationPlan> PlanAsync(
        GuideScope scope, Actor actor, XliffDocument document, string to, TranslationTerms terms, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var named = new Dictionary<Guid, NamedNotice>();
        foreach (var notice in await notices.StoredAsync(NoticePlan.Named(document), cancellationToken))
            named[notice.Id] = new NamedNotice(notice, NoticePlan.Asks(notice, to) ? [.. (await NoticeStore.SaidAsync(db, notice.Id, cancellationToken)).Select(text => text.Hash)] : []);
        return TranslationPlan.Of(
            scope, document, to, terms, now, await TextVersions.OfAsync(db, TranslationPlan.Asks(scope, document, to), cancellationToken),
            NoticePlan.Of(document, to, terms, actor, now, named));
    }

    // Programs write "fr-FR" where the node says "fr".
    private string TargetOf(XliffDocument document)
    {
        var (from, to) = (document.From, document.To);
        var known = catalog.Languages.FirstOrDefault(language => string.Equals(language.Code, to, StringComparison.OrdinalIgnoreCase))
            ?? catalog.Languages.FirstOrDefault(language => string.Equals(language.Code, to.Split('-')[0], StringComparison.OrdinalIgnoreCase))
            ?? throw GuideProblems.XliffTarget.With(("language", to.Length is > 0 and <= 35 ? to : "?"), ("languages", string.Join(", ", catalog.Languages.Select(language => language.Code))));
        return string.Equals(known.Code, from, StringComparison.OrdinalIgnoreCase) ? throw GuideProblems.XliffSameLanguage.With(("language", known.Code)) : known.Code;
    }

    private static TranslationReport Report(XliffDocument document, string to, TranslationPlan plan, bool dryRun)
    {
        var named = new Dictionary<UnitOutcome, int>();
        return new TranslationReport
        {
            DryRun = dryRun,
            From = document.From,
            To = to,
            Counts = plan.Results.GroupBy(result => result.Outcome).ToDictionary(group => group.Key, group => group.Count()),
            Units = [.. plan.Results.Where(result => (named[result.Outcome] = named.GetValueOrDefault(result.Outcome) + 1) <= TranslationReport.NamedPerOutcome)],
            Records = plan.Records.Count() + plan.Notices.Count,
            Fingerprint = plan.Fingerprint(),
        };
    }
}
