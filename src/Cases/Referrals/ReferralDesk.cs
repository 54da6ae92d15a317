using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Tambo.Cases.Desk;
using Tambo.Guide.Directory;
using Tambo.Guide.Sheets;
using Tambo.Platform.Access;
using Tambo.Platform.Database;
using Tambo.Platform.Http;
using Tambo.Platform.Languages;
using Tambo.Platform.Settings;
using Tambo.Platform.Shell;

namespace Tambo.Cases.Referrals;

/// <summary>A line of the board.</summary>
/// <param name="Address">Where its page is.</param>
/// <param name="Slip">Where its slip is.</param>
/// <param name="Service">To which service.</param>
/// <param name="State">How it stands, in words.</param>
/// <param name="Urgency">Its code.</param>
/// <param name="Late">What is late, in words; empty when nothing is.</param>
/// <param name="Due">By when somebody should have met the person, in words; empty for a draft.</param>
/// <param name="Called">Why somebody was called for it, in words; empty when nobody was.</param>
public sealed record DeskReferral(string Address, string Slip, string Service, string State, string Urgency, string Late, string Due, string Called);

/// <summary>What the person takes along: nothing of their need, and nothing that says who they are.</summary>
public sealed record ReferralSlip
{
    /// <summary>By which the service finds what it was sent.</summary>
    public required string Code { get; init; }

    /// <summary>The name of the service; empty when it is one that is not shown to everybody.</summary>
    public string Name { get; init; } = "";

    /// <summary>Why the service does not stand on it, in words; empty where it may. Said on the screen alone.</summary>
    public string Withheld { get; init; } = "";

    /// <summary>The language of the name, or null.</summary>
    public string? NameLanguage { get; init; }

    /// <summary>Addresses, hours and telephones, each a line.</summary>
    public IReadOnlyList<string> Lines { get; init; } = [];

    /// <summary>Whom to ask for there, where that may be told to everybody; empty otherwise.</summary>
    public string AskFor { get; init; } = "";

    /// <summary>The page of the service that everybody sees; empty without one.</summary>
    public string Address { get; init; } = "";
}

/// <summary>The pages of those who refer: what is late, the referrals of a case, and the slip for the person.</summary>
internal static class ReferralDesk
{
    public const string Board = CasesDesk.Root + "/referrals";

    /// <summary>Where the page of a referral is.</summary>
    public static string AddressOf(Guid id) => $"{Board}/{id:D}";

    /// <summary>The address under which others reach the node.</summary>
    public static string RootOf(HttpContext context, NodeSettings settings) =>
        settings.File.PublicUrl is { Length: > 0 } url ? url.TrimEnd('/') : $"{context.Request.Scheme}://{context.Request.Host}";

    /// <summary>By when the person is to be met; how far away that is, until they are.</summary>
    public static string MeetBy(DateTimeOffset due, string state, DateTimeOffset now, Texts texts) =>
        state is ReferralStates.Offered or ReferralStates.Accepted or ReferralStates.HandedOver ? texts.Due(due, now) : texts.Moment(due);

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet(Board, async Task<IResult> (HttpContext context, ListReferrals list, NodeDb db, CancellationToken cancellationToken) =>
            Page(context, db, await list.OverdueAsync(context.Actor(), cancellationToken), null, await list.NoticesAsync(context.Actor(), context.PageTexts(), cancellationToken))).Needs(CasesRights.Refer).ExcludeFromDescription();
        routes.MapGet(CasesDesk.Root + "/{id:guid}/referrals", async Task<IResult> (HttpContext context, Guid id, ListReferrals list, NodeDb db, CancellationToken cancellationToken) =>
            Page(context, db, await list.OfCaseAsync(id, context.Actor(), cancellationToken), id, [])).Needs(CasesRights.Refer).ExcludeFromDescription();
        routes.MapGet(Board + "/{id:guid}/slip", SlipAsync).Needs(CasesRights.Refer).ExcludeFromDescription();
    }

    private static PageResult<ReferralsPage> Page(HttpContext context, NodeDb db, IReadOnlyList<ShownReferral> shown, Guid? ofCase, IReadOnlyList<NoticeLine> notices)
    {
        var texts = context.PageTexts();
        return StaffForm.Page<ReferralsPage>(
            context,
            null,
            ("Referrals", shown.Select(one => new DeskReferral(
                AddressOf(one.Id),
                AddressOf(one.Id) + "/slip",
                one.ServiceName ?? texts[one.IsHidden ? "referral.service.confidential" : "shell.unknown"],
                texts["referral.state." + one.State],
                one.Urgency,
                one.Late is { } late ? texts["referral.late." + late] : "",
                one.ContactDueAt is { } due ? MeetBy(due, one.State, db.Time.GetUtcNow(), texts) : "",
                one.EscalatedAt is null ? "" : one.Steps.LastOrDefault(step => step.Act == EscalateReferral.Act)?.Reason is { } why ? $"{texts["referral.called"]}: {texts["referral.reason." + why]}" : texts["referral.called"])).ToList()),
            ("Case", ofCase is { } id ? $"{CasesDesk.Root}/{id:D}" : null),
            ("Refer", ofCase is { } from ? ReferDesk.AddressOf(from) : null),
            ("Notices", notices));
    }

    private static async Task<IResult> SlipAsync(
        HttpContext context, Guid id, ListReferrals list, PrintSlip slip, NodeDb db, LiveDirectory directory, NodeSettings settings, CancellationToken cancellationToken)
    {
        // The slip names a service, which tells of a need to whoever opens it here, and to whoever finds the paper.
        var stored = await list.OpenAsync(id, context.Actor(), cancellationToken);
        var texts = context.PageTexts();
        var why = await slip.RunAsync(stored, context.Actor(), cancellationToken);
        var service = why is null ? ServiceOnPaper.Of(await directory.GetAsync(cancellationToken), stored.Content.Service, texts, db.Time.GetUtcNow()) : null;
        var root = RootOf(context, settings);
        return StaffForm.Page<SlipPage>(context, null, ("Slip", new ReferralSlip
        {
            Code = stored.Referral.Code,
            Withheld = why is null ? "" : texts["disclosure.reason." + why],
            Name = service?.Name ?? "",
            NameLanguage = service?.Language,
            AskFor = service is null || stored.Content.Arrangements?.FocalPoint is not { IsPublic: true } focal ? "" : string.Join(" · ", new[] { focal.Name, focal.Role, focal.Phone }.Where(part => part.Length > 0)),
            Lines = service is null ? [] : [.. service.Places.SelectMany(place => place.Hours.Prepend(place.Address)).Concat(service.Phones).Where(line => line.Length > 0)],
            Address = service is null ? "" : $"{root}/{texts.Code}/{service.Path}",
        }));
    }
}
