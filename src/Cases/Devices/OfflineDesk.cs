using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Tambo.Cases.Access;
using Tambo.Cases.Attachments;
using Tambo.Cases.Consent;
using Tambo.Cases.Desk;
using Tambo.Cases.Disclosure;
using Tambo.Cases.Screening;
using Tambo.Platform.Access;
using Tambo.Platform.Database;
using Tambo.Platform.Http;
using Tambo.Platform.Idempotency;
using Tambo.Platform.Languages;
using Tambo.Platform.Problems;
using Tambo.Platform.Settings;
using Tambo.Platform.Shell;

namespace Tambo.Cases.Devices;

/// <summary>What the page of kept cases is made of; nothing of it is anybody's but the user it was asked by.</summary>
public sealed record OfflineView
{
    /// <summary>Who asks; null on the page that a device keeps, which belongs to nobody.</summary>
    public Guid? User { get; init; }

    /// <summary>What they may do: register, screen.</summary>
    public string Rights { get; init; } = "";

    /// <summary>The compartments that may lie on a device.</summary>
    public required IReadOnlyList<string> Compartments { get; init; }

    /// <summary>After so many days without contact a device forgets.</summary>
    public required int ForgetDays { get; init; }

    /// <summary>For so many hours it opens without internet.</summary>
    public required int OpenHours { get; init; }

    /// <summary>Bytes of a file at most.</summary>
    public required long MostBytes { get; init; }

    /// <summary>What may be given to whom when somebody is referred, as JSON.</summary>
    public required string Referrals { get; init; }

    /// <summary>The instruments, as JSON.</summary>
    public required string Rules { get; init; }

    /// <summary>What is read aloud before a consent, by language, as JSON.</summary>
    public required string Notices { get; init; }

    /// <summary>The languages that have it.</summary>
    public required IReadOnlyList<Choice> Languages { get; init; }

    /// <summary>The year that it is.</summary>
    public required int ThisYear { get; init; }
}

/// <summary>A device in the list of the page.</summary>
/// <param name="Name">What it is called.</param>
/// <param name="Who">Whose it is.</param>
/// <param name="State">kept, wiping, wiped.</param>
/// <param name="Seen">When it was last in contact, in words.</param>
/// <param name="Unsent">How much it had not sent by then, in words.</param>
/// <param name="Clock">By how much its clock is wrong, in words; null when it is right.</param>
/// <param name="Wipe">Where it is wiped; null when that was ordered.</param>
public sealed record DeviceLine(string Name, string Who, string State, string Seen, string Unsent, string? Clock, string? Wipe);

/// <summary>The page on which officers work without internet, and the one that lists their devices.</summary>
internal static class OfflineDesk
{
    public const string Root = CasesDesk.Root + "/offline";
    public const string Devices = CasesDesk.Root + "/devices";

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet(Root, IResult (HttpContext context, KeptDevices devices, BringFile files, NodeDb db, TextCatalog catalog, SurroundingsFile around, NodeSettings settings) =>
            StaffForm.Page<OfflinePage>(context, null, ("View", ViewOf(context, devices, files, db, catalog, around, settings) with
            {
                User = context.Actor().UserId,
                Rights = string.Join(' ', new[] { (CasesRights.Register, "register"), (CasesRights.Screen, "screen") }.Where(right => context.Actor().May(right.Item1)).Select(right => right.Item2)),
            }))).Needs(CasesRights.Edit).ExcludeFromDescription();
        // The page that a device keeps belongs to nobody: no name, no menu, no token.
        routes.MapGet(Root + "/kept", IResult (HttpContext context, KeptDevices devices, BringFile files, NodeDb db, TextCatalog catalog, SurroundingsFile around, NodeSettings settings) => new PageResult<OfflinePage>(
            context.Texts(), ("Staff", new StaffPage([], null, "")), ("View", ViewOf(context, devices, files, db, catalog, around, settings)))).Needs(CasesRights.Edit).ExcludeFromDescription();
        routes.MapGet(Devices, ListAsync).Needs(CasesRights.Read).ExcludeFromDescription();
        routes.MapPost(Devices + "/{id:guid}/wipe", WipeAsync).Needs(CasesRights.Read).ExcludeFromDescription().DisableAntiforgery().DoneOnceInSecret();
    }

    private static OfflineView ViewOf(HttpContext context, KeptDevices devices, BringFile files, NodeDb db, TextCatalog catalog, SurroundingsFile around, NodeSettings settings)
    {
        var spoken = catalog.Languages.Where(language => NoticeWording.VersionOf(catalog.In(language.Code)) is not null).ToList();
        return new OfflineView
        {
            Compartments = devices.Rules.Compartments,
            ForgetDays = devices.Rules.ForgetDays,
            OpenHours = devices.Rules.OpenHours,
            MostBytes = files.Limit,
            Referrals = RulesForReferrals.Of(settings),
            Rules = RulesForDevices.Of(InstrumentSet.Shipped, around.Current, context.Texts()),
            Notices = JsonSerializer.Serialize(
                new
                {
                    points = NoticeWording.Points,
                    purposes = Vocabulary.Shipped.Purposes.Select(purpose => new { purpose.Code, days = purpose.LongestDays, apart = purpose.AskedApart }),
                    aloud = spoken.ToDictionary(language => language.Code, language => AloudIn(catalog.In(language.Code)), StringComparer.Ordinal),
                },
                CaseJson.ForPages),
            Languages = [.. spoken.Select(language => new Choice(language.Code, language.Name))],
            ThisYear = db.Time.Today.Year,
        };
    }

    private static object AloudIn(Texts texts) => new
    {
        // A page that is kept may be older than the node: a consent says which words were read.
        version = NoticeWording.VersionOf(texts),
        says = NoticeWording.Points.Append("free_to_refuse").Select(point => texts["consent.notice." + point]),
        purposes = Vocabulary.Shipped.Purposes.ToDictionary(purpose => purpose.Code, purpose => texts["consent.purpose." + purpose.Code], StringComparer.Ordinal),
    };

    private static async Task<IResult> ListAsync(HttpContext context, WipeDevice wipe, CancellationToken cancellationToken)
    {
        var texts = context.PageTexts();
        var shown = await wipe.ListAsync(context.Actor(), texts, cancellationToken);
        return StaffForm.Page<DevicesPage>(
            context,
            null,
            ("MayKeep", context.Actor().May(CasesRights.Edit)),
            ("Devices", shown.Select(one => new DeviceLine(
                one.Name,
                one.Own ? texts["vault.devices.own"] : one.Who,
                one.State,
                DeskViews.At(one.SeenAt, texts),
                texts.Count("vault.devices.unsent", one.Unsent),
                one.ClockOff == 0 ? null : texts.Format("vault.devices.clock", ("minutes", Math.Abs(one.ClockOff) / 60)),
                one.State == "kept" ? $"{Devices}/{one.Id:D}/wipe" : null)).ToList()));
    }

    private static async Task<IResult> WipeAsync(HttpContext context, Guid id, WipeDevice wipe, CancellationToken cancellationToken)
    {
        await StaffForm.ReadAsync(context, cancellationToken);
        await wipe.RunAsync(id, context.Actor(), cancellationToken);
        return Results.Redirect(Devices);
    }
}
