using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Tambo.Cases.Desk;
using Tambo.Platform.Access;
using Tambo.Platform.Http;
using Tambo.Platform.Idempotency;
using Tambo.Platform.Places;
using Tambo.Platform.Problems;
using Tambo.Platform.Shell;

namespace Tambo.Cases.Disclosure;

/// <summary>An agency on the page.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Kinds">What it is, in words; empty while nothing was said.</param>
/// <param name="Country">The other state that it acts for, in words; empty where there is none.</param>
/// <param name="Change">Where it is changed; null for those who may not.</param>
public sealed record AgencyLine(string Name, string Kinds, string Country, string? Change);

/// <summary>The agency that is being changed.</summary>
/// <param name="Id">Its key.</param>
/// <param name="Name">Its name.</param>
/// <param name="Kinds">Its kinds.</param>
/// <param name="Country">The other state that it acts for, three letters; empty where there is none.</param>
/// <param name="Version">The version that was read.</param>
public sealed record ChangedAgency(Guid Id, string Name, IReadOnlyList<string> Kinds, string Country, int Version);

/// <summary>The page on which those who care for the node say what kinds of recipient its agencies are.</summary>
internal sealed class KindsDesk(SayKinds say)
{
    public const string Root = CasesDesk.Root + "/agencies";

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet(Root, (HttpContext context, KindsDesk desk, Guid? agency, CancellationToken cancellationToken) =>
            desk.ShowAsync(context, agency, null, cancellationToken)).Needs(SayKinds.Care).ExcludeFromDescription();
        routes.MapPost(Root, (HttpContext context, KindsDesk desk, CancellationToken cancellationToken) =>
            desk.KeepAsync(context, cancellationToken)).Needs(SayKinds.Care).ExcludeFromDescription().DisableAntiforgery().DoneOnce();
    }

    private async Task<IResult> ShowAsync(HttpContext context, Guid? chosen, Problem? problem, CancellationToken cancellationToken)
    {
        var (texts, maySay) = (context.PageTexts(), SayKinds.MaySay(context.Actor()));
        var all = await say.ListAsync(context.Actor(), cancellationToken);
        var one = maySay ? all.FirstOrDefault(agency => agency.Id == chosen) : null;
        return StaffForm.Page<KindsPage>(
            context,
            problem,
            ("Agencies", all.Select(agency => new AgencyLine(
                agency.Name,
                agency.Kinds.Count == 0 ? texts["kinds.none"] : string.Join(texts.Comma, agency.Kinds.Select(kind => texts["consent.recipient." + kind])),
                agency.Country is { } country ? Countries.Name(country, texts) : texts["kinds.own_state"],
                maySay ? $"{Root}?agency={agency.Id:D}" : null)).ToList()),
            ("Stateless", !say.IsStateKnown),
            ("Changed", one is null ? null : new ChangedAgency(one.Id, one.Name, one.Kinds, Countries.Find(one.Country)?.Alpha3 ?? "", one.Version)),
            ("Kinds", AgencyKinds.Codes.Select(kind => new Choice(kind, texts["consent.recipient." + kind])).ToList()));
    }

    private async Task<IResult> KeepAsync(HttpContext context, CancellationToken cancellationToken)
    {
        var form = await StaffForm.ReadAsync(context, cancellationToken);
        if (!Guid.TryParseExact(form.Text("agency"), "D", out var agency))
            throw PlatformProblems.Malformed.With();
        var version = form.Whole("version", CasesProblems.ValueUnfit) ?? 0;
        await say.AdmitAsync(agency, context.Actor(), cancellationToken);
        try
        {
            await say.RunAsync(agency, version, new SentKinds { Kinds = form.Texts("kinds"), Country = form.Text("country") }, [], context.Actor(), cancellationToken);
        }
        catch (Problem refused) when (refused.Kind.Status is 409 or 412 or 422)
        {
            return await ShowAsync(context, agency, refused, cancellationToken);
        }

        return Results.Redirect(Root);
    }
}
