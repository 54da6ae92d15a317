using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Tambo.Cases.Access;
using Tambo.Cases.Consent;
using Tambo.Cases.Desk;
using Tambo.Cases.Merging;
using Tambo.Cases.Register;
using Tambo.Guide.Directory;
using Tambo.Platform.Access;
using Tambo.Platform.Database;
using Tambo.Platform.Http;
using Tambo.Platform.Idempotency;
using Tambo.Platform.Languages;
using Tambo.Platform.Places;
using Tambo.Platform.Problems;
using Tambo.Platform.Shell;

namespace Tambo.Cases.Referrals;

/// <summary>What the page shows on which a referral is written.</summary>
public sealed record ReferView
{
    /// <summary>Where the page is; its form is sent below it.</summary>
    public required string Address { get; init; }

    /// <summary>The case.</summary>
    public required string Back { get; init; }

    /// <summary>The kind of help; empty until one is chosen.</summary>
    public string Kind { get; init; } = "";

    /// <summary>Kinds of help that the reader may ask for.</summary>
    public IReadOnlyList<Choice> Kinds { get; init; } = [];

    /// <summary>Near which place.</summary>
    public string Near { get; init; } = "";

    /// <summary>True when no such place is known.</summary>
    public bool NearUnknown { get; init; }

    /// <summary>Services that give this help.</summary>
    public IReadOnlyList<Choice> Services { get; init; } = [];

    /// <summary>How urgent.</summary>
    public string Urgency { get; init; } = "normal";

    /// <summary>Consents that hold and are for referrals.</summary>
    public IReadOnlyList<Choice> Consents { get; init; } = [];

    /// <summary>True when it is to rest on a legal basis other than consent, which is recorded on its page.</summary>
    public bool WithoutConsent { get; init; }

    /// <summary>Where the same form is that asks for no consent.</summary>
    public string Without { get; init; } = "";

    /// <summary>Where a consent is recorded.</summary>
    public string ConsentPage { get; init; } = "";

    /// <summary>What the service may need to know and no file holds: names of answers and questions.</summary>
    public IReadOnlyList<(string Name, string Label)> Told { get; init; } = [];

    /// <summary>What kinds of recipient a service can be.</summary>
    public IReadOnlyList<Choice> Classes { get; init; } = [];

    /// <summary>The referral after which this is the next attempt; empty for a first one.</summary>
    public string After { get; init; } = "";

    /// <summary>Its version.</summary>
    public int AfterVersion { get; init; }
}

/// <summary>The page on which somebody is referred to a service of the directory, or to the next one.</summary>
internal sealed class ReferDesk(NodeDb db, DraftReferral draft, ReferralFiles referrals, ListConsents consents, LiveDirectory directory)
{
    private const string Address = CasesDesk.Root + "/{id:guid}/refer";
    private const int MostServices = 12;
    private const int LongestWords = 1000;

    /// <summary>What the file holds by itself, as compartment and field.</summary>
    public static readonly IReadOnlyList<string> Held =
        ["identity/name", "identity/contact", "identity/birth", "general/sex", "general/age_band", "general/language", "general/interpreter"];

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet(Address, (HttpContext context, Guid id, ReferDesk desk, string? kind, string? near, Guid? after, bool? without, CancellationToken cancellationToken) =>
            desk.ShowAsync(context, id, kind ?? "", near, after, without ?? false, null, cancellationToken)).Needs(CasesRights.Refer).ExcludeFromDescription();
        routes.MapPost(Address + "/draft", (HttpContext context, Guid id, ReferDesk desk, CancellationToken cancellationToken) =>
            desk.DraftAsync(context, id, cancellationToken)).Needs(CasesRights.Refer).ExcludeFromDescription().DisableAntiforgery().DoneOnceInSecret();
    }

    /// <summary>Where the page of a case is.</summary>
    public static string AddressOf(Guid one) => $"{CasesDesk.Root}/{one:D}/refer";

    private async Task<IResult> ShowAsync(HttpContext context, Guid id, string kindCode, string? near, Guid? after, bool without, Problem? problem, CancellationToken cancellationToken)
    {
        var (actor, texts) = (context.Actor(), context.PageTexts());
        var seen = await draft.AdmitAsync(id, actor, cancellationToken);
        var before = after is { } earlier ? await BeforeAsync(seen, earlier, actor, cancellationToken) : null;
        var kind = ReferralRules.Shipped.FindKind(before?.Content.Kind ?? kindCode) is { } known && seen.Open.Contains(StoredReferral.HomeOf(known)) ? known : null;
        var person = await LeadAsync(seen, cancellationToken);
        var given = (await consents.RunAsync(person, actor, "referral", cancellationToken))
            .Where(one => one is { Standing: "inforce", Consent.Purpose: "referral" }).ToList();
        near = (near ?? AdminAreas.Find(seen.Row.Area)?.Name ?? "").Trim();
        var place = near.Length is 0 or > 100 ? null : Gazetteer.Find(near, 1, Countries.Find(seen.Row.Area[..Math.Min(2, seen.Row.Area.Length)])?.Alpha2) is [var first, ..] ? first : null;
        var found = kind is null ? [] : FindReceivers.Near(
            await directory.GetAsync(cancellationToken), kind.ShownAs, place?.Point, actor.May("guide.confidential"),
            before is null ? [] : [.. before.Referral.Tried.Append(before.Referral.Service).Select(Guid.Parse)], MostServices);
        return StaffForm.Page<ReferPage>(context, problem, ("View", new ReferView
        {
            Address = AddressOf(id),
            Back = $"{CasesDesk.Root}/{id:D}",
            Kind = kind?.Code ?? "",
            Kinds = [.. ReferralRules.Shipped.KindsOfHelp.Where(one => seen.Open.Contains(StoredReferral.HomeOf(one))).Select(one => new Choice(one.Code, texts["referral.kind." + one.Code]))],
            Near = near,
            NearUnknown = near.Length > 0 && place is null,
            Services = [.. found.Select(one => new Choice(one.Service.Id.ToString("D"), one.Service.Name, Hint(one, texts)))],
            Urgency = before?.Referral.Urgency ?? Register.Urgency.At(seen.Row.Urgency).ToLowerInvariant(),
            Consents = [.. given.Select(one => new Choice(one.Id.ToString("D"), Label(one, texts)))],
            WithoutConsent = without,
            Without = $"{AddressOf(id)}?without=true&near={Uri.EscapeDataString(near)}" + (before is null ? $"&kind={Uri.EscapeDataString(kind?.Code ?? "")}" : $"&after={before.Row.Id:D}"),
            ConsentPage = ConsentDesk.AddressOf(person) + "?purpose=referral",
            Told = kind is null || before is not null ? [] :
            [
                .. kind.Asked.Where(field => seen.Open.Contains(field.Compartment)).Select(field => $"{field.Compartment}/{field.Name}")
                    .Where(field => !Held.Contains(field)).Select(field => (NameOf(field), ReferralWords.Name(field, texts))),
            ],
            Classes = [new Choice("", texts["referral.class.as_listed"]), .. ReceiverClasses.Shipped.Stated.Select(code => new Choice(code, texts["consent.recipient." + code]))],
            After = before?.Row.Id.ToString("D") ?? "",
            AfterVersion = before?.Row.Version ?? 0,
        }));
    }

    private async Task<IResult> DraftAsync(HttpContext context, Guid id, CancellationToken cancellationToken)
    {
        var (form, actor) = (await StaffForm.ReadAsync(context, cancellationToken), context.Actor());
        var seen = await draft.AdmitAsync(id, actor, cancellationToken);
        var (kindCode, near, without) = (form.Text("kind"), form.Text("near"), form.Ticked("withoutConsent"));
        var after = Guid.TryParseExact(form.Text("after"), "D", out var earlier) ? earlier : (Guid?)null;
        var service = Guid.TryParseExact(form.Text("service", required: true), "D", out var chosen) ? chosen : Guid.Empty;
        var consent = Guid.TryParseExact(form.Text("consent"), "D", out var agreed) ? agreed : (Guid?)null;
        var fields = ReferralRules.Shipped.FindKind(kindCode)?.Fields ?? [];
        var told = fields.Select(field => (field, Words: form.Words(NameOf(field), LongestWords, CasesProblems.TextTooLong))).Where(one => one.Words.Length > 0)
            .ToDictionary(one => one.field, one => one.Words, StringComparer.Ordinal);
        if (form.Refusal is { } unfit)
            return await ShowAsync(context, id, kindCode, near, after, without, unfit, cancellationToken);
        try
        {
            var made = after is { } follows
                ? await draft.AgainAsync(
                    await referrals.AdmitAsync(follows, () => int.TryParse(form.Text("version"), NumberStyles.None, CultureInfo.InvariantCulture, out var version) ? version : 0, actor, cancellationToken),
                    new SentNext(service, without ? null : consent, form.Text("receiverClass")) { WithoutConsent = without }, [], actor, cancellationToken)
                : await draft.RunAsync(
                    seen, new SentReferral { Service = service, Kind = kindCode, Urgency = form.Text("urgency"), Consent = without ? null : consent, ReceiverClass = form.Text("receiverClass"), Told = told }, [], actor, cancellationToken);
            return Results.Redirect(ReferralDesk.AddressOf(made));
        }
        catch (Problem problem) when (problem.Kind.Status is 409 or 412 or 422)
        {
            return await ShowAsync(context, id, kindCode, near, after, without, problem, cancellationToken);
        }
    }

    // What a merged file agreed to stands in the one that stayed, with what was agreed to since.
    private async Task<Guid> LeadAsync(SeenCase seen, CancellationToken cancellationToken)
    {
        await using var connection = await db.ReadAsync(cancellationToken);
        return await MergedFiles.LeadAsync(connection, seen.Row.PersonId);
    }

    private async Task<StoredReferral> BeforeAsync(SeenCase seen, Guid id, Actor actor, CancellationToken cancellationToken)
    {
        await using var connection = await db.ReadAsync(cancellationToken);
        var stored = await referrals.FindAsync(connection, CaseScope.For(actor), id, cancellationToken);
        return stored?.Row.CaseId == seen.Row.Id ? stored : throw PlatformProblems.NotFound.With();
    }

    private static string NameOf(string field) => "told_" + field.Replace('/', '_');

    private static string Hint(FoundReceiver one, Texts texts) => string.Join(" · ", new[]
    {
        one.By,
        one.Metres is { } metres ? texts.Format("referral.distance", ("km", (metres / 1000).ToString("0.0", texts.Culture))) : "",
        texts[one.HasAccounts ? "referral.answers.account" : one.HasMail ? "referral.answers.mail" : "referral.answers.link"],
    }.Where(said => said.Length > 0));

    private static string Label(ShownConsent one, Texts texts) => texts.Format(
        "referral.consent.until",
        ("until", texts.DayOf(one.ExpiresAt).ToString("d MMM yyyy", texts.Culture)),
        ("data", string.Join(texts.Comma, one.Consent!.Scopes.Select(scope => scope.Category).Distinct(StringComparer.Ordinal).Select(category => texts["disclosure.compartment." + category]))));
}
