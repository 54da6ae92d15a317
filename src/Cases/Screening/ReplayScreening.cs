using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Tambo.Cases.Access;
using Tambo.Platform.Access;
using Tambo.Platform.Database;
using Tambo.Platform.Http;
using Tambo.Platform.Idempotency;
using Tambo.Platform.Languages;
using Tambo.Platform.Problems;
using Tambo.Platform.Shell;

namespace Tambo.Cases.Screening;

/// <summary>A field of a result under the rules of then and under others.</summary>
/// <param name="Field">urgency, locks, profiles, pathways, modules, rules, followUps, treatedAsChild.</param>
/// <param name="Before">What it said then.</param>
/// <param name="After">What it says under the others.</param>
internal sealed record ReplayedField(string Field, IReadOnlyList<string> Before, IReadOnlyList<string> After);

/// <summary>What answers of then say under other rules.</summary>
internal sealed record ShownReplay
{
    /// <summary>The versions of instruments that differ: of then (0 when there was none) and of now.</summary>
    public required IReadOnlyDictionary<string, IReadOnlyList<int>> Versions { get; init; }

    /// <summary>The fields that differ.</summary>
    public required IReadOnlyList<ReplayedField> Differences { get; init; }

    /// <summary>Questions whose answers the other rules cannot read: they have to be asked again.</summary>
    public required IReadOnlyList<string> NotCarried { get; init; }

    /// <summary>True when somebody should look before the other result counts: it helps less, or answers were left behind.</summary>
    public required bool NeedsReview { get; init; }

    public required KeptResult Result { get; init; }

    public override string ToString() => "•••";
}

/// <summary>Rules to try.</summary>
internal sealed record SentRules
{
    /// <summary>Instruments as their files have them; those that are not among them stay as they are.</summary>
    public IReadOnlyList<JsonElement> Instruments { get; set; } = [];
}

/// <summary>
/// Reads the answers of a kept screening by the rules of today, or by rules that are brought along, and shows what differs. Nothing of
/// it is kept unless somebody says so, and then beside the result of then; rules that were brought along are never kept.
/// </summary>
internal sealed class ReplayScreening(NodeDb db, ScreeningFiles screenings, TextCatalog catalog)
{
    private const string Address = RecordScreening.Root + "/{screening:guid}/replay";
    private static readonly IReadOnlyList<string> MostUrgentFirst = ["emergency", "urgent", "normal"];

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet(Address, static async (HttpContext context, Guid id, Guid screening, ReplayScreening replay, CancellationToken cancellationToken) =>
                Results.Json(Of(await replay.OpenAsync(id, screening, context, cancellationToken), InstrumentSet.Shipped), CaseJson.Options))
            .Needs(CasesRights.Read).WithSummary("What the answers of a screening say under the rules of today, field by field; nothing of it is kept");
        routes.MapPost(Address + "/try", static async (HttpContext context, Guid id, Guid screening, ReplayScreening replay, CancellationToken cancellationToken) =>
            {
                var open = await replay.OpenAsync(id, screening, context, cancellationToken);
                return Results.Json(Of(open, await replay.ReadAsync(context.Request, cancellationToken)), CaseJson.Options);
            })
            .Needs(CasesRights.Read).OnlyReads().DisableAntiforgery().TakesAtMost(SentJson.LargestBody)
            .WithSummary("The same under rules that are brought along: {instruments: [an instrument as its file has it]}; nothing of it is kept");
        routes.MapPost(Address, static async (HttpContext context, Guid id, Guid screening, ReplayScreening replay, CancellationToken cancellationToken) =>
                Results.Json(await replay.KeepAsync(await replay.OpenAsync(id, screening, context, cancellationToken), context.Actor(), cancellationToken), CaseJson.Options))
            .Needs(CasesRights.Read).DoneOnceInSecret().DisableAntiforgery().TakesAtMost(1024)
            .WithSummary("Keeps beside a screening what its answers say under the rules of today: it may become more urgent and lock more, never less");
    }

    /// <summary>What differs.</summary>
    public static ShownReplay Of(OpenScreening open, InstrumentSet instruments)
    {
        var kept = open.Kept;
        var answers = kept.Answers.Select(answer => (answer, answer.Stored)).ToList();
        var read = answers.Where(one => one.Stored is { } stored && instruments.Fault(stored) is null).Select(one => instruments.Read(one.Stored!)).ToList();
        var (before, after) = (kept.Result, KeptScreening.Of(Screen.Evaluate(instruments, [.. read], kept.Known!.Facts)));
        var notCarried = answers.Where(one => one.Stored is not { } stored || instruments.Fault(stored) is not null).Select(one => one.answer.Question).Distinct(StringComparer.Ordinal).ToList();
        var now = instruments.Instruments.ToDictionary(one => one.Id, one => one.Version, StringComparer.Ordinal);
        return new ShownReplay
        {
            Versions = now.Keys.Union(kept.Instruments.Keys, StringComparer.Ordinal).Order(StringComparer.Ordinal)
                .Where(id => now.GetValueOrDefault(id) != kept.Instruments.GetValueOrDefault(id))
                .ToDictionary(id => id, id => (IReadOnlyList<int>)[kept.Instruments.GetValueOrDefault(id), now.GetValueOrDefault(id)], StringComparer.Ordinal),
            Differences = [.. Fields(before, after).Where(field => !field.Before.SequenceEqual(field.After, StringComparer.Ordinal))],
            NotCarried = notCarried,
            NeedsReview = notCarried.Count > 0 || Rank(after.Urgency) > Rank(before.Urgency) || before.Locks.Except(after.Locks).Any() || before.Profiles.Except(after.Profiles).Any(),
            Result = after,
        };
    }

    /// <summary>Keeps the result of today beside that of then.</summary>
    /// <exception cref="Problem">It touches a compartment that is closed to whoever keeps it, or somebody was first.</exception>
    public async Task<ShownScreening> KeepAsync(OpenScreening open, Actor actor, CancellationToken cancellationToken)
    {
        var result = Of(open, InstrumentSet.Shipped).Result;
        var compartments = ScreeningSeals.InOrder(open.Kept.Compartments
            .Concat(result.Profiles.Select(code => ScreeningSeals.OfProfile[code].Compartment)).Concat(result.Modules.Select(id => ScreeningSeals.OfInstrument[id])));
        if (!compartments.All(open.Seen.Open.Contains))
            throw CasesProblems.CompartmentClosed.With();
        var versions = InstrumentSet.Shipped.Instruments.ToDictionary(one => one.Id, one => one.Version, StringComparer.Ordinal);
        var kept = open.Kept with
        {
            Compartments = compartments,
            Replays = [.. open.Kept.Replays, new KeptReplay(actor.UserId is { } user ? $"user:{user:D}" : actor.AuditName, db.Time.GetUtcNow(), versions, result)],
        };
        await screenings.WriteAsync(open, kept, "cases.screening.replayed", new { instruments = versions }, actor, cancellationToken);
        return ScreeningFiles.Shown(open, kept);
    }

    private Task<OpenScreening> OpenAsync(Guid person, Guid screening, HttpContext context, CancellationToken cancellationToken) =>
        screenings.OpenAsync(person, screening, null, context.Actor(), cancellationToken);

    // Rules are no record of anybody: their texts are keys, and are checked as those that come with the program are.
    private async Task<InstrumentSet> ReadAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        if (!request.HasJsonContentType())
            throw PlatformProblems.UnsupportedMedia.With();
        try
        {
            var said = await JsonSerializer.DeserializeAsync<SentRules>(request.Body, CaseJson.Strict, cancellationToken) ?? throw PlatformProblems.Malformed.With();
            var files = InstrumentSet.ShippedFiles().ToDictionary(file => file.Name, file => file.Json, StringComparer.Ordinal);
            foreach (var one in said.Instruments)
                files[one.GetProperty("id").GetString()!] = one.GetRawText();
            var texts = catalog.In(TextCatalog.Fallback);
            return InstrumentSet.Read(files.Select(file => (file.Key, file.Value)), key => texts.Has(key));
        }
        catch (JsonException)
        {
            throw PlatformProblems.Malformed.With();
        }
        catch (Exception failure) when (failure is InvalidDataException or KeyNotFoundException or InvalidOperationException or ArgumentException)
        {
            throw FormProblems.With(("instruments", CasesProblems.ValueUnfit));
        }
    }

    private static IEnumerable<ReplayedField> Fields(KeptResult before, KeptResult after)
    {
        yield return new ReplayedField("urgency", [before.Urgency], [after.Urgency]);
        yield return new ReplayedField("locks", before.Locks, after.Locks);
        yield return new ReplayedField("profiles", before.Profiles, after.Profiles);
        yield return new ReplayedField("pathways", before.Pathways, after.Pathways);
        yield return new ReplayedField("modules", before.Modules, after.Modules);
        yield return new ReplayedField("rules", Rules(before), Rules(after));
        yield return new ReplayedField("followUps", before.FollowUps, after.FollowUps);
        yield return new ReplayedField("treatedAsChild", [before.TreatedAsChild ? "yes" : "no"], [after.TreatedAsChild ? "yes" : "no"]);
    }

    private static IReadOnlyList<string> Rules(KeptResult result) => [.. result.Rules.Select(rule => string.Create(CultureInfo.InvariantCulture, $"{rule.Rule} {rule.Version}"))];

    private static int Rank(string urgency) => MostUrgentFirst.ToList().IndexOf(urgency);
}
