using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Tambo.Platform.Http;
using Tambo.Tests.Support;

namespace Tambo.Tests.Security;

/// <summary>One row of the table of doors: who may pass, and what stands behind it.</summary>
/// <param name="Method">GET or POST, as the route declares it.</param>
/// <param name="Pattern">The route, as declared.</param>
/// <param name="Needs"><c>open</c>, <c>sign-in</c>, or the permission.</param>
/// <param name="Address">An address of the route that can be called.</param>
/// <param name="Passed">The status for whoever may pass. A form post without its token is refused with 400 then.</param>
internal sealed record Door(string Method, string Pattern, string Needs, string Address, int Passed)
{
    /// <summary>
    /// The status for an API token that may pass, where it differs: an account is not its to look at, and a request that
    /// carries no cookie needs no form's token, so it is told what else is missing.
    /// </summary>
    public int? PassedByToken { get; init; }

    /// <summary>The status by which a door answers a caller; the rules of access, in five lines.</summary>
    public int Expected(Caller caller)
    {
        if (Needs == "open")
            return Passed;
        if (!caller.Known)
            return 401;
        if (Needs != "sign-in" && !caller.Permissions.Contains(Needs))
            return 404;
        return caller.IsToken ? PassedByToken ?? Passed : Passed;
    }
}

/// <summary>The doors of the whole node. A new route without a row here fails the tests, and so does a row whose route is gone.</summary>
internal static class Doors
{
    private const string Nobody = "00000000-0000-4000-8000-000000000000";

    /// <summary>Every door.</summary>
    public static IReadOnlyList<Door> All { get; } = [.. Public(), .. OpenData(), .. SignIn(), .. Account(), .. Users(), .. Guide(), .. Flows(), .. Collecting(), .. Figures(), .. Cases(), .. CasesDesk(), .. CasesPlan(), .. Devices()];

    /// <summary>The routes of a running node: method, pattern and access as the route itself states it.</summary>
    public static IReadOnlyList<(string Method, string Pattern, string Needs)> Of(TestNode node) =>
    [
        .. node.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>().SelectMany(endpoint =>
        {
            var access = endpoint.Metadata.GetRequiredMetadata<RouteAccess>();
            var needs = access.Permission ?? (access.SignedIn ? "sign-in" : "open");
            return (endpoint.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods ?? ["ANY"])
                .Where(method => method != "HEAD")
                .Select(method => (method, "/" + endpoint.RoutePattern.RawText!.Trim('/'), needs));
        }),
    ];

    private static IEnumerable<Door> CasesPlan()
    {
        yield return new Door("GET", "/staff/cases/{id:guid}/plan", "cases.read", $"/staff/cases/{Nobody}/plan", 404);
        yield return new Door("POST", "/staff/cases/{id:guid}/plan", "cases.read", $"/staff/cases/{Nobody}/plan", 400);
        yield return new Door("GET", "/staff/cases/{id:guid}/tasks", "cases.read", $"/staff/cases/{Nobody}/tasks", 404);
        yield return new Door("POST", "/staff/cases/{id:guid}/tasks", "cases.read", $"/staff/cases/{Nobody}/tasks", 400);
        yield return new Door("GET", "/staff/cases/{id:guid}/conferences", "cases.read", $"/staff/cases/{Nobody}/conferences", 404);
        yield return new Door("POST", "/staff/cases/{id:guid}/conferences", "cases.read", $"/staff/cases/{Nobody}/conferences", 400);
        yield return new Door("GET", "/staff/cases/{id:guid}/notes", "cases.read", $"/staff/cases/{Nobody}/notes", 404);
        yield return new Door("POST", "/staff/cases/{id:guid}/notes", "cases.read", $"/staff/cases/{Nobody}/notes", 400);
        yield return new Door("GET", "/staff/cases/{id:guid}/files", "cases.read", $"/staff/cases/{Nobody}/files", 404);
        yield return new Door("POST", "/staff/cases/{id:guid}/files", "cases.read", $"/staff/cases/{Nobody}/files", 400);
        yield return new Door("GET", "/staff/cases/{id:guid}/detention", "cases.read", $"/staff/cases/{Nobody}/detention", 404);
        yield return new Door("POST", "/staff/cases/{id:guid}/detention", "cases.read", $"/staff/cases/{Nobody}/detention", 400);
        yield return new Door("GET", "/staff/cases/{id:guid}/family", "cases.read", $"/staff/cases/{Nobody}/family", 404);
        yield return new Door("POST", "/staff/cases/{id:guid}/family", "cases.read", $"/staff/cases/{Nobody}/family", 400);
        yield return new Door("GET", "/staff/cases/{id:guid}/safety", "cases.see.safety", $"/staff/cases/{Nobody}/safety", 404);
        yield return new Door("POST", "/staff/cases/{id:guid}/safety", "cases.see.safety", $"/staff/cases/{Nobody}/safety", 400);
        yield return new Door("GET", "/staff/cases/{id:guid}/files/{entry:guid}", "cases.read", $"/staff/cases/{Nobody}/files/{Nobody}", 404);
        yield return new Door("GET", "/staff/cases/{id:guid}/timeline", "cases.read", $"/staff/cases/{Nobody}/timeline", 404);
        yield return new Door("GET", "/staff/cases/board", "cases.supervise", "/staff/cases/board", 200);
        yield return new Door("GET", "/staff/cases/reviews", "cases.approve", "/staff/cases/reviews", 200);
        yield return new Door("GET", "/staff/cases/statistics", "cases.statistics", "/staff/cases/statistics", 200);
        yield return new Door("GET", "/api/cases/{id:guid}/plan", "cases.read", $"/api/cases/{Nobody}/plan", 404);
        yield return new Door("PUT", "/api/cases/{id:guid}/plan", "cases.read", $"/api/cases/{Nobody}/plan", 400);
        yield return new Door("POST", "/api/cases/{id:guid}/plan/submit", "cases.read", $"/api/cases/{Nobody}/plan/submit", 400);
        yield return new Door("POST", "/api/cases/{id:guid}/plan/decide", "cases.approve", $"/api/cases/{Nobody}/plan/decide", 400);
        yield return new Door("GET", "/api/cases/tasks", "cases.read", "/api/cases/tasks", 200);
        yield return new Door("GET", "/api/cases/{id:guid}/tasks", "cases.read", $"/api/cases/{Nobody}/tasks", 404);
        yield return new Door("POST", "/api/cases/{id:guid}/tasks", "cases.read", $"/api/cases/{Nobody}/tasks", 400);
        yield return new Door("GET", "/api/cases/{id:guid}/conferences", "cases.read", $"/api/cases/{Nobody}/conferences", 404);
        yield return new Door("POST", "/api/cases/{id:guid}/conferences", "cases.read", $"/api/cases/{Nobody}/conferences", 400);
        yield return new Door("GET", "/api/cases/{id:guid}/notes", "cases.read", $"/api/cases/{Nobody}/notes", 404);
        yield return new Door("POST", "/api/cases/{id:guid}/notes", "cases.read", $"/api/cases/{Nobody}/notes", 400);
        yield return new Door("GET", "/api/cases/{id:guid}/files", "cases.read", $"/api/cases/{Nobody}/files", 404);
        yield return new Door("POST", "/api/cases/{id:guid}/files", "cases.read", $"/api/cases/{Nobody}/files", 400);
        yield return new Door("GET", "/api/cases/{id:guid}/detentions", "cases.read", $"/api/cases/{Nobody}/detentions", 404);
        yield return new Door("POST", "/api/cases/{id:guid}/detentions", "cases.read", $"/api/cases/{Nobody}/detentions", 400);
        yield return new Door("GET", "/api/cases/{id:guid}/splits", "cases.read", $"/api/cases/{Nobody}/splits", 404);
        yield return new Door("POST", "/api/cases/{id:guid}/splits", "cases.read", $"/api/cases/{Nobody}/splits", 400);
        yield return new Door("POST", "/api/cases/{id:guid}/tasks/{entry:guid}", "cases.read", $"/api/cases/{Nobody}/tasks/{Nobody}", 400);
        yield return new Door("POST", "/api/cases/{id:guid}/notes/{entry:guid}/correct", "cases.read", $"/api/cases/{Nobody}/notes/{Nobody}/correct", 400);
        yield return new Door("GET", "/api/cases/{id:guid}/safety-plan", "cases.see.safety", $"/api/cases/{Nobody}/safety-plan", 404);
        yield return new Door("PUT", "/api/cases/{id:guid}/safety-plan", "cases.see.safety", $"/api/cases/{Nobody}/safety-plan", 400);
        yield return new Door("GET", "/api/cases/{id:guid}/files/{entry:guid}", "cases.read", $"/api/cases/{Nobody}/files/{Nobody}", 404);
        yield return new Door("GET", "/api/cases/{id:guid}/files/{entry:guid}/upload", "cases.read", $"/api/cases/{Nobody}/files/{Nobody}/upload", 404);
        yield return new Door("PATCH", "/api/cases/{id:guid}/files/{entry:guid}/upload", "cases.read", $"/api/cases/{Nobody}/files/{Nobody}/upload", 400) { PassedByToken = 404 };
        yield return new Door("POST", "/api/cases/{id:guid}/files/{entry:guid}/remove", "cases.read", $"/api/cases/{Nobody}/files/{Nobody}/remove", 400);
        yield return new Door("GET", "/api/cases/{id:guid}/timeline", "cases.read", $"/api/cases/{Nobody}/timeline", 404);
        yield return new Door("POST", "/api/cases/{id:guid}/detentions/{entry:guid}/steps", "cases.read", $"/api/cases/{Nobody}/detentions/{Nobody}/steps", 400);
        yield return new Door("GET", "/api/cases/splits", "cases.approve", "/api/cases/splits", 200);
        yield return new Door("POST", "/api/cases/{id:guid}/splits/{entry:guid}/decide", "cases.approve", $"/api/cases/{Nobody}/splits/{Nobody}/decide", 400);
        yield return new Door("GET", "/api/cases/board", "cases.supervise", "/api/cases/board", 200);
        yield return new Door("GET", "/api/cases/statistics", "cases.statistics", "/api/cases/statistics", 200);
        yield return new Door("GET", "/api/cases/statistics.csv", "cases.statistics", "/api/cases/statistics.csv", 200);
        yield return new Door("POST", "/api/cases/households/{id:guid}/members/{person:guid}/leave", "cases.read", $"/api/cases/households/{Nobody}/members/{Nobody}/leave", 400);
    }

    private static IEnumerable<Door> Devices()
    {
        yield return new Door("GET", "/api/cases/devices", "cases.read", "/api/cases/devices", 200);
        yield return new Door("GET", "/api/cases/devices/sender", "cases.edit", "/api/cases/devices/sender", 200);
        yield return new Door("POST", "/api/cases/devices", "cases.edit", "/api/cases/devices", 400);
        yield return new Door("POST", "/api/cases/devices/{id:guid}/open", "cases.edit", $"/api/cases/devices/{Nobody}/open", 400) { PassedByToken = 404 };
        yield return new Door("POST", "/api/cases/devices/{id:guid}/cases", "cases.edit", $"/api/cases/devices/{Nobody}/cases", 400) { PassedByToken = 404 };
        yield return new Door("POST", "/api/cases/devices/{id:guid}/changes", "cases.edit", $"/api/cases/devices/{Nobody}/changes", 400) { PassedByToken = 404 };
        yield return new Door("POST", "/api/cases/devices/{id:guid}/wipe", "cases.read", $"/api/cases/devices/{Nobody}/wipe", 400) { PassedByToken = 404 };
        yield return new Door("POST", "/api/cases/devices/{id:guid}/standing", "open", $"/api/cases/devices/{Nobody}/standing", 415);
        yield return new Door("GET", "/api/cases/persons/{id:guid}/conflicts", "cases.read", $"/api/cases/persons/{Nobody}/conflicts", 404);
        yield return new Door("GET", "/staff/cases/offline", "cases.edit", "/staff/cases/offline", 200);
        yield return new Door("GET", "/staff/cases/offline/kept", "cases.edit", "/staff/cases/offline/kept", 200);
        yield return new Door("GET", "/staff/cases/devices", "cases.read", "/staff/cases/devices", 200);
        yield return new Door("POST", "/staff/cases/devices/{id:guid}/wipe", "cases.read", $"/staff/cases/devices/{Nobody}/wipe", 400);
    }

    private static IEnumerable<Door> CasesDesk()
    {
        yield return new Door("GET", "/staff/cases", "cases.read", "/staff/cases", 200);
        yield return new Door("POST", "/staff/cases/persons/search", "cases.read", "/staff/cases/persons/search", 400);
        yield return new Door("GET", "/staff/cases/persons/new", "cases.register", "/staff/cases/persons/new", 200);
        yield return new Door("POST", "/staff/cases/persons/new", "cases.register", "/staff/cases/persons/new", 400);
        yield return new Door("GET", "/staff/cases/persons/{id:guid}", "cases.read", $"/staff/cases/persons/{Nobody}", 404);
        yield return new Door("GET", "/staff/cases/persons/{id:guid}/seen-by", "cases.read", $"/staff/cases/persons/{Nobody}/seen-by", 404);
        yield return new Door("POST", "/staff/cases/persons/{id:guid}/cases", "cases.register", $"/staff/cases/persons/{Nobody}/cases", 400);
        yield return new Door("GET", "/staff/cases/{id:guid}", "cases.read", $"/staff/cases/{Nobody}", 404);
        yield return new Door("POST", "/staff/cases/{id:guid}/state", "cases.read", $"/staff/cases/{Nobody}/state", 400);
        yield return new Door("POST", "/staff/cases/{id:guid}/close", "cases.read", $"/staff/cases/{Nobody}/close", 400);
        yield return new Door("POST", "/staff/cases/{id:guid}/reopen", "cases.read", $"/staff/cases/{Nobody}/reopen", 400);
    }

    private static IEnumerable<Door> Cases()
    {
        yield return new Door("POST", "/api/cases", "cases.register", "/api/cases", 400);
        yield return new Door("GET", "/api/cases/worklist", "cases.read", "/api/cases/worklist", 200);
        yield return new Door("GET", "/api/cases/{id:guid}", "cases.read", $"/api/cases/{Nobody}", 404);
        yield return new Door("PUT", "/api/cases/{id:guid}", "cases.read", $"/api/cases/{Nobody}", 400);
        yield return new Door("POST", "/api/cases/{id:guid}/state", "cases.read", $"/api/cases/{Nobody}/state", 400);
        yield return new Door("POST", "/api/cases/{id:guid}/close", "cases.read", $"/api/cases/{Nobody}/close", 400);
        yield return new Door("POST", "/api/cases/{id:guid}/reopen", "cases.read", $"/api/cases/{Nobody}/reopen", 400);
        yield return new Door("POST", "/api/cases/{id:guid}/assign", "cases.read", $"/api/cases/{Nobody}/assign", 400);
        yield return new Door("POST", "/api/cases/{id:guid}/links", "cases.read", $"/api/cases/{Nobody}/links", 400);
        yield return new Door("GET", "/api/cases/{id:guid}/referrals", "cases.refer", $"/api/cases/{Nobody}/referrals", 404);
        yield return new Door("POST", "/api/cases/{id:guid}/referrals", "cases.refer", $"/api/cases/{Nobody}/referrals", 400);
        yield return new Door("GET", "/api/cases/referrals/{id:guid}", "cases.refer", $"/api/cases/referrals/{Nobody}", 404);
        yield return new Door("GET", "/api/cases/referrals/{id:guid}/preview", "cases.refer", $"/api/cases/referrals/{Nobody}/preview", 404);
        yield return new Door("POST", "/api/cases/referrals/{id:guid}/offer", "cases.refer", $"/api/cases/referrals/{Nobody}/offer", 400);
        yield return new Door("POST", "/api/cases/referrals/{id:guid}/steps", "cases.refer", $"/api/cases/referrals/{Nobody}/steps", 400);
        yield return new Door("POST", "/api/cases/referrals/{id:guid}/reoffer", "cases.refer", $"/api/cases/referrals/{Nobody}/reoffer", 400);
        yield return new Door("POST", "/api/cases/referrals/{id:guid}/links", "cases.refer", $"/api/cases/referrals/{Nobody}/links", 400);
        yield return new Door("POST", "/api/cases/referrals/{id:guid}/links/revoke", "cases.refer", $"/api/cases/referrals/{Nobody}/links/revoke", 400);
        yield return new Door("POST", "/api/cases/referrals/{id:guid}/hand-over", "cases.refer", $"/api/cases/referrals/{Nobody}/hand-over", 400);
        yield return new Door("POST", "/api/cases/referrals/{id:guid}/answer", "cases.refer", $"/api/cases/referrals/{Nobody}/answer", 400);
        yield return new Door("POST", "/api/cases/referrals/{id:guid}/receive", "cases.refer", $"/api/cases/referrals/{Nobody}/receive", 400);
        yield return new Door("GET", "/api/cases/referrals/overdue", "cases.refer", "/api/cases/referrals/overdue", 200);
        yield return new Door("GET", "/api/cases/referrals/incoming", "cases.refer", "/api/cases/referrals/incoming", 200);
        yield return new Door("POST", "/api/cases/referrals/notices/{id:guid}/acknowledge", "cases.refer", $"/api/cases/referrals/notices/{Nobody}/acknowledge", 400) { PassedByToken = 404 };
        yield return new Door("GET", "/staff/cases/incoming", "cases.refer", "/staff/cases/incoming", 200);
        yield return new Door("GET", "/staff/cases/incoming/{id:guid}", "cases.refer", $"/staff/cases/incoming/{Nobody}", 404);
        yield return new Door("POST", "/staff/cases/incoming/{id:guid}/answer/{act}", "cases.refer", $"/staff/cases/incoming/{Nobody}/answer/accept", 400);
        yield return new Door("POST", "/staff/cases/incoming/{id:guid}/fields", "cases.refer", $"/staff/cases/incoming/{Nobody}/fields", 400);
        yield return new Door("POST", "/staff/cases/incoming/notices/{id:guid}", "cases.refer", $"/staff/cases/incoming/notices/{Nobody}", 400);
        yield return new Door("GET", "/staff/cases/referrals/{id:guid}", "cases.refer", $"/staff/cases/referrals/{Nobody}", 404);
        yield return new Door("POST", "/staff/cases/referrals/{id:guid}/step/{act}", "cases.refer", $"/staff/cases/referrals/{Nobody}/step/offer", 400);
        yield return new Door("POST", "/staff/cases/referrals/{id:guid}/link/{how}", "cases.refer", $"/staff/cases/referrals/{Nobody}/link/mail", 400);
        yield return new Door("POST", "/staff/cases/referrals/notices/{id:guid}/{state}", "cases.refer", $"/staff/cases/referrals/notices/{Nobody}/told", 400);
        yield return new Door("GET", "/staff/cases/{id:guid}/refer", "cases.refer", $"/staff/cases/{Nobody}/refer", 404);
        yield return new Door("POST", "/staff/cases/{id:guid}/refer/draft", "cases.refer", $"/staff/cases/{Nobody}/refer/draft", 400);
        yield return new Door("GET", "/staff/cases/persons/{id:guid}/consent/{consent:guid}/ended", "cases.read", $"/staff/cases/persons/{Nobody}/consent/{Nobody}/ended", 404);
        yield return new Door("GET", "/staff/cases/referrals", "cases.refer", "/staff/cases/referrals", 200);
        yield return new Door("GET", "/staff/cases/{id:guid}/referrals", "cases.refer", $"/staff/cases/{Nobody}/referrals", 404);
        yield return new Door("GET", "/staff/cases/referrals/{id:guid}/slip", "cases.refer", $"/staff/cases/referrals/{Nobody}/slip", 404);
        yield return new Door("GET", "/api/cases/persons", "cases.read", "/api/cases/persons", 200);
        yield return new Door("POST", "/api/cases/persons", "cases.register", "/api/cases/persons", 400);
        yield return new Door("POST", "/api/cases/persons/search", "cases.read", "/api/cases/persons/search", 400);
        yield return new Door("GET", "/api/cases/persons/{id:guid}", "cases.read", $"/api/cases/persons/{Nobody}", 404);
        yield return new Door("PUT", "/api/cases/persons/{id:guid}", "cases.read", $"/api/cases/persons/{Nobody}", 400);
        yield return new Door("GET", "/api/cases/persons/{id:guid}/seen-by", "cases.read", $"/api/cases/persons/{Nobody}/seen-by", 404);
        yield return new Door("POST", "/api/cases/households", "cases.register", "/api/cases/households", 400);
        yield return new Door("GET", "/api/cases/households/{id:guid}", "cases.read", $"/api/cases/households/{Nobody}", 404);
        yield return new Door("POST", "/api/cases/households/{id:guid}/members", "cases.read", $"/api/cases/households/{Nobody}/members", 400);
        yield return new Door("POST", "/api/cases/persons/{id:guid}/erase", "cases.erase", $"/api/cases/persons/{Nobody}/erase", 400);
        yield return new Door("POST", "/api/cases/persons/{id:guid}/export", "cases.export", $"/api/cases/persons/{Nobody}/export", 404);
        yield return new Door("GET", "/api/cases/erasures", "cases.erase", "/api/cases/erasures", 200);
        yield return new Door("GET", "/api/cases/persons/{id:guid}/consents", "cases.read", $"/api/cases/persons/{Nobody}/consents", 404);
        yield return new Door("POST", "/api/cases/persons/{id:guid}/consents", "cases.register", $"/api/cases/persons/{Nobody}/consents", 400) { PassedByToken = 404 };
        yield return new Door("POST", "/api/cases/persons/{id:guid}/consents/{consent:guid}/withdraw", "cases.read", $"/api/cases/persons/{Nobody}/consents/{Nobody}/withdraw", 400) { PassedByToken = 404 };
        yield return new Door("POST", "/api/cases/glass", "cases.break_glass", "/api/cases/glass", 400) { PassedByToken = 415 };
        yield return new Door("POST", "/api/cases/glass/{id:guid}/end", "cases.break_glass", $"/api/cases/glass/{Nobody}/end", 400) { PassedByToken = 404 };
        yield return new Door("GET", "/api/cases/glass", "cases.review_glass", "/api/cases/glass", 200);
        yield return new Door("GET", "/api/cases/glass/{id:guid}", "cases.review_glass", $"/api/cases/glass/{Nobody}", 404);
        yield return new Door("POST", "/api/cases/glass/{id:guid}/review", "cases.review_glass", $"/api/cases/glass/{Nobody}/review", 400) { PassedByToken = 404 };
        yield return new Door("GET", "/staff/cases/emergencies/new", "cases.break_glass", "/staff/cases/emergencies/new", 200);
        yield return new Door("POST", "/staff/cases/emergencies/new", "cases.break_glass", "/staff/cases/emergencies/new", 400);
        yield return new Door("POST", "/staff/cases/emergencies/{id:guid}/end", "cases.break_glass", $"/staff/cases/emergencies/{Nobody}/end", 400);
        yield return new Door("GET", "/staff/cases/emergencies", "cases.review_glass", "/staff/cases/emergencies", 200);
        yield return new Door("GET", "/staff/cases/emergencies/{id:guid}", "cases.review_glass", $"/staff/cases/emergencies/{Nobody}", 404);
        yield return new Door("POST", "/staff/cases/emergencies/{id:guid}/review", "cases.review_glass", $"/staff/cases/emergencies/{Nobody}/review", 400);
        yield return new Door("GET", "/api/cases/merges", "cases.merge", "/api/cases/merges", 200);
        yield return new Door("GET", "/api/cases/merges/compare", "cases.merge", $"/api/cases/merges/compare?survivor={Nobody}&absorbed={Nobody}", 422);
        yield return new Door("POST", "/api/cases/merges", "cases.merge", "/api/cases/merges", 400);
        yield return new Door("GET", "/api/cases/merges/{id:guid}", "cases.merge", $"/api/cases/merges/{Nobody}", 404);
        yield return new Door("POST", "/api/cases/merges/{id:guid}/decide", "cases.merge", $"/api/cases/merges/{Nobody}/decide", 400);
        yield return new Door("POST", "/api/cases/merges/{id:guid}/undo", "cases.merge", $"/api/cases/merges/{Nobody}/undo", 400);
        yield return new Door("POST", "/api/cases/merges/{id:guid}/undo/decide", "cases.merge", $"/api/cases/merges/{Nobody}/undo/decide", 400);
        yield return new Door("GET", "/staff/cases/merges", "cases.merge", "/staff/cases/merges", 200);
        yield return new Door("POST", "/staff/cases/merges/find", "cases.merge", "/staff/cases/merges/find", 400);
        yield return new Door("GET", "/staff/cases/merges/new", "cases.merge", $"/staff/cases/merges/new?survivor={Nobody}&absorbed={Nobody}", 422);
        yield return new Door("POST", "/staff/cases/merges/propose", "cases.merge", "/staff/cases/merges/propose", 400);
        yield return new Door("GET", "/staff/cases/merges/{id:guid}", "cases.merge", $"/staff/cases/merges/{Nobody}", 404);
        yield return new Door("POST", "/staff/cases/merges/{id:guid}/step", "cases.merge", $"/staff/cases/merges/{Nobody}/step", 400);
        yield return new Door("POST", "/api/cases/persons/{id:guid}/screenings/{screening:guid}/decisions", "cases.read", $"/api/cases/persons/{Nobody}/screenings/{Nobody}/decisions", 400) { PassedByToken = 404 };
        yield return new Door("POST", "/api/cases/persons/{id:guid}/screenings/{screening:guid}/lifts", "cases.lift_locks", $"/api/cases/persons/{Nobody}/screenings/{Nobody}/lifts", 400) { PassedByToken = 404 };
        yield return new Door("POST", "/api/cases/persons/{id:guid}/screenings/{screening:guid}/lifts/{lift:guid}/decide", "cases.lift_locks", $"/api/cases/persons/{Nobody}/screenings/{Nobody}/lifts/{Nobody}/decide", 400) { PassedByToken = 404 };
        yield return new Door("GET", "/api/cases/persons/{id:guid}/screenings/{screening:guid}/replay", "cases.read", $"/api/cases/persons/{Nobody}/screenings/{Nobody}/replay", 404);
        yield return new Door("POST", "/api/cases/persons/{id:guid}/screenings/{screening:guid}/replay/try", "cases.read", $"/api/cases/persons/{Nobody}/screenings/{Nobody}/replay/try", 400) { PassedByToken = 404 };
        yield return new Door("POST", "/api/cases/persons/{id:guid}/screenings/{screening:guid}/replay", "cases.read", $"/api/cases/persons/{Nobody}/screenings/{Nobody}/replay", 400) { PassedByToken = 404 };
        yield return new Door("GET", "/staff/cases/persons/{id:guid}/screenings", "cases.read", $"/staff/cases/persons/{Nobody}/screenings", 404);
        yield return new Door("GET", "/staff/cases/persons/{id:guid}/screenings/{screening:guid}", "cases.read", $"/staff/cases/persons/{Nobody}/screenings/{Nobody}", 404);
        yield return new Door("POST", "/staff/cases/persons/{id:guid}/screenings/{screening:guid}/decisions", "cases.read", $"/staff/cases/persons/{Nobody}/screenings/{Nobody}/decisions", 400);
        yield return new Door("POST", "/staff/cases/persons/{id:guid}/screenings/{screening:guid}/lifts", "cases.lift_locks", $"/staff/cases/persons/{Nobody}/screenings/{Nobody}/lifts", 400);
        yield return new Door("POST", "/staff/cases/persons/{id:guid}/screenings/{screening:guid}/lifts/{lift:guid}", "cases.lift_locks", $"/staff/cases/persons/{Nobody}/screenings/{Nobody}/lifts/{Nobody}", 400);
        yield return new Door("GET", "/staff/cases/persons/{id:guid}/screenings/{screening:guid}/replay", "cases.read", $"/staff/cases/persons/{Nobody}/screenings/{Nobody}/replay", 404);
        yield return new Door("POST", "/staff/cases/persons/{id:guid}/screenings/{screening:guid}/replay", "cases.read", $"/staff/cases/persons/{Nobody}/screenings/{Nobody}/replay", 400);
        yield return new Door("GET", "/api/cases/screening/instruments", "cases.screen", "/api/cases/screening/instruments", 200);
        yield return new Door("GET", "/api/cases/persons/{id:guid}/screenings", "cases.read", $"/api/cases/persons/{Nobody}/screenings", 404);
        yield return new Door("POST", "/api/cases/persons/{id:guid}/screenings", "cases.screen", $"/api/cases/persons/{Nobody}/screenings", 400) { PassedByToken = 404 };
        yield return new Door("GET", "/api/cases/persons/{id:guid}/screenings/{screening:guid}", "cases.read", $"/api/cases/persons/{Nobody}/screenings/{Nobody}", 404);
        yield return new Door("GET", "/staff/cases/persons/{id:guid}/consent", "cases.register", $"/staff/cases/persons/{Nobody}/consent", 404);
        yield return new Door("POST", "/staff/cases/persons/{id:guid}/consent/record", "cases.register", $"/staff/cases/persons/{Nobody}/consent/record", 400);
        yield return new Door("POST", "/staff/cases/persons/{id:guid}/consent/{consent:guid}/withdraw", "cases.read", $"/staff/cases/persons/{Nobody}/consent/{Nobody}/withdraw", 400);
        yield return new Door("GET", "/staff/cases/persons/{id:guid}/screen", "cases.screen", $"/staff/cases/persons/{Nobody}/screen", 404);
        yield return new Door("POST", "/staff/cases/persons/{id:guid}/screen/next", "cases.screen", $"/staff/cases/persons/{Nobody}/screen/next", 400);
        yield return new Door("POST", "/staff/cases/persons/{id:guid}/screen", "cases.screen", $"/staff/cases/persons/{Nobody}/screen", 400);
        yield return new Door("GET", "/api/cases/persons/{id:guid}/tracing", "cases.read", $"/api/cases/persons/{Nobody}/tracing", 404);
        yield return new Door("PUT", "/api/cases/persons/{id:guid}/tracing", "cases.read", $"/api/cases/persons/{Nobody}/tracing", 400);
        yield return new Door("POST", "/api/cases/tracing/export", "cases.export", "/api/cases/tracing/export", 400) { PassedByToken = 415 };
        yield return new Door("POST", "/api/cases/tracing/import", "cases.see.tracing", "/api/cases/tracing/import", 400) { PassedByToken = 415 };
        yield return new Door("GET", "/api/cases/tracing/sought", "cases.see.tracing", "/api/cases/tracing/sought", 200);
        yield return new Door("GET", "/api/cases/tracing/sought/{id:guid}", "cases.see.tracing", $"/api/cases/tracing/sought/{Nobody}", 404);
        yield return new Door("POST", "/api/cases/statistics/export", "cases.deidentify", "/api/cases/statistics/export", 400) { PassedByToken = 415 };
        yield return new Door("GET", "/api/cases/statistics/description", "cases.deidentify", "/api/cases/statistics/description", 200);
        yield return new Door("POST", "/api/cases/htcds/export", "cases.export", "/api/cases/htcds/export", 400) { PassedByToken = 415 };
        yield return new Door("GET", "/api/cases/forms", "cases.read", "/api/cases/forms", 200);
        yield return new Door("POST", "/api/cases/forms", "cases.forms", "/api/cases/forms", 400) { PassedByToken = 422 };
        yield return new Door("POST", "/api/cases/forms/{id:guid}/retire", "cases.forms", $"/api/cases/forms/{Nobody}/retire", 400);
        yield return new Door("GET", "/api/cases/persons/{id:guid}/answers", "cases.read", $"/api/cases/persons/{Nobody}/answers", 404);
        yield return new Door("PUT", "/api/cases/persons/{id:guid}/answers/{form:guid}", "cases.read", $"/api/cases/persons/{Nobody}/answers/{Nobody}", 400);
        yield return new Door("GET", "/staff/cases/persons/{id:guid}/questions/{form:guid}", "cases.read", $"/staff/cases/persons/{Nobody}/questions/{Nobody}", 404);
        yield return new Door("POST", "/staff/cases/persons/{id:guid}/questions/{form:guid}", "cases.read", $"/staff/cases/persons/{Nobody}/questions/{Nobody}", 400);
        yield return new Door("GET", "/staff/cases/forms", "cases.forms", "/staff/cases/forms", 200);
        yield return new Door("POST", "/staff/cases/forms", "cases.forms", "/staff/cases/forms", 400);
        yield return new Door("POST", "/staff/cases/forms/{id:guid}/retire", "cases.forms", $"/staff/cases/forms/{Nobody}/retire", 400);
    }

    private static IEnumerable<Door> Collecting()
    {
        yield return new Door("GET", "/api/flows/groups", "flows.collect", "/api/flows/groups?point=NONE&day=2026-11-20", 404);
        yield return new Door("POST", "/api/flows/groups", "flows.collect", "/api/flows/groups?point=NONE&day=2026-11-20", 400) { PassedByToken = 415 };
        yield return new Door("GET", "/api/flows/points", "flows.collect", "/api/flows/points", 200);
        yield return new Door("GET", "/api/flows/collector", "flows.collect", "/api/flows/collector", 200);
        yield return new Door("GET", "/staff/flows/collect", "flows.collect", "/staff/flows/collect", 200);
        yield return new Door("GET", "/staff/flows/collect/kept", "flows.collect", "/staff/flows/collect/kept", 200);
        yield return new Door("POST", "/staff/flows/collect", "flows.collect", "/staff/flows/collect", 400);
        yield return new Door("POST", "/staff/flows/collect/shift", "flows.collect", "/staff/flows/collect/shift", 400);
        yield return new Door("GET", "/staff/flows/points", "flows.supervise", "/staff/flows/points", 200);
        yield return new Door("GET", "/staff/flows/points/new", "flows.supervise", "/staff/flows/points/new", 200);
        yield return new Door("POST", "/staff/flows/points/new", "flows.supervise", "/staff/flows/points/new", 400);
        yield return new Door("GET", "/staff/flows/points/{code}", "flows.supervise", "/staff/flows/points/NONE", 404);
        yield return new Door("GET", "/staff/flows/points/{code}/groups/{id:guid}", "flows.supervise", $"/staff/flows/points/NONE/groups/{Nobody}", 404);
        yield return new Door("POST", "/staff/flows/points/{code}/groups/{id:guid}", "flows.supervise", $"/staff/flows/points/NONE/groups/{Nobody}", 400);
        yield return new Door("GET", "/staff/flows/points/{code}/edit", "flows.supervise", "/staff/flows/points/NONE/edit", 404);
        yield return new Door("POST", "/staff/flows/points/{code}/edit", "flows.supervise", "/staff/flows/points/NONE/edit", 400);
    }

    private static IEnumerable<Door> Public()
    {
        yield return new Door("GET", "/", "open", "/", 302);
        yield return new Door("GET", "/{lang}", "open", "/ht", 200);
        yield return new Door("GET", "/{lang}/services", "open", "/ht/services", 200);
        yield return new Door("POST", "/{lang}/services", "open", "/ht/services", 200);
        yield return new Door("GET", "/{lang}/map", "open", "/ht/map", 200);
        yield return new Door("POST", "/{lang}/map", "open", "/ht/map", 400);
        yield return new Door("GET", "/{lang}/services.geojson", "open", "/ht/services.geojson", 200);
        yield return new Door("GET", "/{lang}/services/{id}", "open", $"/ht/services/{Nobody}", 404);
        yield return new Door("GET", "/{lang}/emergency", "open", "/ht/emergency", 200);
        yield return new Door("GET", "/s/{code}", "open", "/s/none", 404);
        yield return new Door("GET", "/f", "open", "/f", 302);
        yield return new Door("GET", "/f/{code}", "open", "/f/none", 404);
        yield return new Door("GET", "/{lang}/poster", "open", "/ht/poster", 200);
        yield return new Door("GET", "/{lang}/poster/{id}", "open", $"/ht/poster/{Nobody}", 404);
        yield return new Door("GET", "/api/guide/services/{id}/sms", "open", $"/api/guide/services/{Nobody}/sms", 404);
        yield return new Door("GET", "/{lang}/sheet", "open", "/ht/sheet", 200);
        yield return new Door("GET", "/{lang}/screen", "open", "/ht/screen", 200);
        yield return new Door("GET", "/{lang}/screen/on", "open", "/ht/screen/on", 302);
        yield return new Door("GET", "/{lang}/cards", "open", "/ht/cards?with=am", 200);
        yield return new Door("GET", "/{lang}/about", "open", "/ht/about", 200);
        yield return new Door("GET", "/{lang}/data", "open", "/ht/data", 200);
        yield return new Door("GET", "/{lang}/open-data", "open", "/ht/open-data", 200);
        yield return new Door("GET", "/{lang}/contact", "open", "/ht/contact", 200);
        yield return new Door("GET", "/{lang}/offline", "open", "/ht/offline", 200);
        yield return new Door("GET", "/{lang}/offline/feedback", "open", "/ht/offline/feedback", 200);
        yield return new Door("GET", "/{lang}/offline/find", "open", "/ht/offline/find", 200);
        yield return new Door("GET", "/packs/key.json", "open", "/packs/key.json", 200);
        yield return new Door("GET", "/packs/{lang}/{area}.json", "open", "/packs/ht/nowhere.json", 404);
        yield return new Door("GET", "/packs/{lang}/{area}/{version}.json", "open", "/packs/ht/nowhere/0.json", 404);
        yield return new Door("POST", "/packs/{lang}/{area}/delta", "open", "/packs/ht/nowhere/delta", 404);
        yield return new Door("GET", "/{lang}/offline.json", "open", "/ht/offline.json", 200);
        yield return new Door("GET", "/{lang}/app.webmanifest", "open", "/ht/app.webmanifest", 200);
        yield return new Door("GET", "/apple-touch-icon.png", "open", "/apple-touch-icon.png", 200);
        yield return new Door("GET", "/sw.js", "open", "/sw.js", 200);
        yield return new Door("GET", "/{lang}/feedback", "open", "/ht/feedback", 200);
        yield return new Door("POST", "/{lang}/feedback", "open", "/ht/feedback", 422);
        yield return new Door("GET", "/{lang}/feedback/answer", "open", "/ht/feedback/answer", 200);
        yield return new Door("POST", "/{lang}/feedback/answer", "open", "/ht/feedback/answer", 422);
        yield return new Door("GET", "/{lang}/referral-notice/{token}", "open", "/ht/referral-notice/" + Nobody, 404);
        yield return new Door("POST", "/{lang}/referral-notice/{token}", "open", "/ht/referral-notice/" + Nobody, 404);
        yield return new Door("GET", "/{lang}/referral/{token}", "open", "/ht/referral/" + Nobody, 404);
        yield return new Door("POST", "/{lang}/referral/{token}", "open", "/ht/referral/" + Nobody, 404);
        yield return new Door("GET", "/{lang}/confirm/{secret}", "open", "/ht/confirm/" + Nobody, 404);
        yield return new Door("POST", "/{lang}/confirm/{secret}", "open", "/ht/confirm/" + Nobody, 404);
        yield return new Door("GET", "/language/{language}", "open", "/language/ht?to=/ht", 302);
        yield return new Door("GET", "/assets/{name}", "open", "/assets/none.css", 404);
        yield return new Door("GET", "/map/outlines.json", "open", "/map/outlines.json", 200);
        yield return new Door("GET", "/map/towns/{zoom:int}/{x:int}/{y:int}.json", "open", "/map/towns/99/0/0.json", 404);
        yield return new Door("GET", "/map/{depth:int}/{latitude:double}/{longitude:double}.svg", "open", "/map/99/0/0.svg", 404);
        yield return new Door("GET", "/contributors/design", "open", "/contributors/design", 200);
        yield return new Door("GET", "/health/live", "open", "/health/live", 200);
        yield return new Door("GET", "/health/ready", "open", "/health/ready", 200);
        yield return new Door("GET", "/openapi.json", "open", "/openapi.json", 200);
    }

    private static IEnumerable<Door> OpenData()
    {
        yield return new Door("GET", "/hsds", "open", "/hsds", 200);
        yield return new Door("GET", "/hsds/profile", "open", "/hsds/profile", 200);
        yield return new Door("GET", "/hsds/openapi.json", "open", "/hsds/openapi.json", 200);
        // Browsers ask first, for scripts of other sites, whether they may.
        foreach (var page in new[] { "", "/profile", "/openapi.json" })
            yield return new Door("OPTIONS", "/hsds" + page, "open", "/hsds" + page, 204);
        foreach (var list in new[] { "services", "organizations", "service_at_locations", "taxonomies", "taxonomy_terms" })
        {
            yield return new Door("OPTIONS", "/hsds/" + list, "open", "/hsds/" + list, 204);
            yield return new Door("OPTIONS", $"/hsds/{list}/{{id}}", "open", $"/hsds/{list}/{Nobody}", 204);
            yield return new Door("GET", "/hsds/" + list, "open", "/hsds/" + list, 200);
            yield return new Door("POST", "/hsds/" + list, "open", "/hsds/" + list, 200);
            yield return new Door("GET", $"/hsds/{list}/{{id}}", "open", $"/hsds/{list}/{Nobody}", 404);
        }

        yield return new Door("POST", "/api/guide/feedback", "open", "/api/guide/feedback", 415);
        yield return new Door("GET", "/api/guide/freshness", "open", "/api/guide/freshness", 200);
        yield return new Door("GET", "/api/guide/feedback/figures", "open", "/api/guide/feedback/figures", 200);
        yield return new Door("GET", "/open-data", "open", "/open-data", 200);
        foreach (var file in new[] { "services.json", "hsds-tables.zip", "services.csv", "services.geojson", "changes.json", "changes.atom" })
            yield return new Door("GET", "/open-data/" + file, "open", "/open-data/" + file, 200);
        yield return new Door("POST", "/api/guide/imports", "guide.import", "/api/guide/imports", 400) { PassedByToken = 422 };
    }

    private static IEnumerable<Door> Guide()
    {
        yield return new Door("GET", "/staff/audit", "audit.read", "/staff/audit", 200);
        yield return new Door("GET", "/staff/guide/notices", "guide.edit", "/staff/guide/notices", 200);
        yield return new Door("GET", "/staff/guide/notices/new", "guide.edit", "/staff/guide/notices/new", 200);
        yield return new Door("GET", "/staff/guide/notices/{id:guid}", "guide.edit", $"/staff/guide/notices/{Nobody}", 404);
        yield return new Door("POST", "/staff/guide/notices/new", "guide.edit", "/staff/guide/notices/new", 400) { PassedByToken = 422 };
        yield return new Door("POST", "/staff/guide/notices/{id:guid}", "guide.edit", $"/staff/guide/notices/{Nobody}", 400) { PassedByToken = 404 };
        yield return new Door("POST", "/staff/guide/notices/{id:guid}/take-back", "guide.edit", $"/staff/guide/notices/{Nobody}/take-back", 400) { PassedByToken = 404 };
        yield return new Door("POST", "/staff/guide/notices/{id:guid}/restore", "guide.edit", $"/staff/guide/notices/{Nobody}/restore", 400) { PassedByToken = 404 };
        yield return new Door("GET", "/staff/guide/subscriptions", "guide.import", "/staff/guide/subscriptions", 200);
        yield return new Door("POST", "/staff/guide/subscriptions", "guide.import", "/staff/guide/subscriptions", 400) { PassedByToken = 422 };
        yield return new Door("POST", "/staff/guide/subscriptions/{id:guid}", "guide.import", $"/staff/guide/subscriptions/{Nobody}", 400);
        yield return new Door("GET", "/staff/guide/imports", "guide.import", "/staff/guide/imports", 200);
        yield return new Door("POST", "/staff/guide/imports/check", "guide.import", "/staff/guide/imports/check", 400) { PassedByToken = 422 };
        yield return new Door("POST", "/staff/guide/imports/run", "guide.import", "/staff/guide/imports/run", 400);
        yield return new Door("GET", "/staff/guide/imports/{id:guid}", "guide.import", $"/staff/guide/imports/{Nobody}", 404);
        yield return new Door("GET", "/staff/guide/imports/{id:guid}/so-far", "guide.import", $"/staff/guide/imports/{Nobody}/so-far", 404);
        yield return new Door("POST", "/staff/guide/imports/{id:guid}/cancel", "guide.import", $"/staff/guide/imports/{Nobody}/cancel", 400) { PassedByToken = 404 };
        foreach (var (inbox, permission) in new[] { ("/staff/guide/feedback", "guide.feedback"), ("/staff/guide/protection", "guide.feedback.sensitive") })
        {
            yield return new Door("GET", inbox, permission, inbox, 200);
            yield return new Door("GET", inbox + "/{id:guid}", permission, $"{inbox}/{Nobody}", 404);
            yield return new Door("POST", inbox + "/spam", permission, inbox + "/spam", 400);
            foreach (var act in new[] { "/step", "/answer", "/move" })
                yield return new Door("POST", inbox + "/{id:guid}" + act, permission, $"{inbox}/{Nobody}{act}", 400);
        }

        yield return new Door("GET", "/staff/guide/needs", "guide.needs", "/staff/guide/needs", 200);
        yield return new Door("GET", "/api/guide/needs", "guide.needs", "/api/guide/needs", 200);
        yield return new Door("GET", "/api/guide/needs.csv", "guide.needs", "/api/guide/needs.csv", 200);
        const string services = "/staff/guide/services";
        const string one = services + "/{id:guid}";
        const string none = services + "/" + Nobody;
        yield return new Door("GET", services, "guide.edit", services, 200);
        yield return new Door("GET", services + "/new", "guide.edit", services + "/new", 200);
        yield return new Door("POST", services + "/new", "guide.edit", services + "/new", 400) { PassedByToken = 422 };
        yield return new Door("POST", services + "/confirm", "guide.edit", services + "/confirm", 400) { PassedByToken = 422 };
        yield return new Door("GET", one, "guide.edit", none, 404);
        yield return new Door("POST", one, "guide.edit", none, 400) { PassedByToken = 404 };
        foreach (var act in new[] { "/confirm", "/retire", "/restore" })
            yield return new Door("POST", one + act, "guide.edit", none + act, 400) { PassedByToken = 404 };
        yield return new Door("GET", one + "/places/new", "guide.edit", none + "/places/new", 404);
        yield return new Door("POST", one + "/places/new", "guide.edit", none + "/places/new", 400) { PassedByToken = 404 };
        yield return new Door("GET", one + "/places/{offer:guid}", "guide.edit", $"{none}/places/{Nobody}", 404);
        yield return new Door("POST", one + "/places/{offer:guid}", "guide.edit", $"{none}/places/{Nobody}", 400) { PassedByToken = 404 };
        yield return new Door("GET", "/staff/guide/organizations", "guide.edit", "/staff/guide/organizations", 200);
        yield return new Door("GET", "/staff/guide/organizations/{id:guid}", "guide.edit", $"/staff/guide/organizations/{Nobody}", 404);
        yield return new Door("POST", "/staff/guide/organizations/{id:guid}", "guide.edit", $"/staff/guide/organizations/{Nobody}", 400) { PassedByToken = 404 };
        const string translations = "/staff/guide/translations/{kind:regex(^(service|location|service_at_location|organization)$)}/{id:guid}";
        yield return new Door("GET", translations, "guide.edit", $"/staff/guide/translations/service/{Nobody}", 404);
        yield return new Door("POST", translations, "guide.edit", $"/staff/guide/translations/service/{Nobody}", 400) { PassedByToken = 404 };
        const string desk = "/staff/guide/translations";
        yield return new Door("GET", desk, "guide.edit", desk, 200);
        yield return new Door("GET", desk + "/export", "guide.edit", desk + "/export?language=ht", 422);
        yield return new Door("GET", desk + "/import", "guide.edit", desk + "/import", 200);
        yield return new Door("POST", desk + "/import/check", "guide.edit", desk + "/import/check", 400) { PassedByToken = 422 };
        yield return new Door("POST", desk + "/import/run", "guide.edit", desk + "/import/run", 400);
        const string reviewers = "/staff/guide/reviewers/{kind:regex(^(service|organization)$)}/{id:guid}";
        yield return new Door("GET", reviewers, "guide.edit", $"/staff/guide/reviewers/service/{Nobody}", 404);
        yield return new Door("POST", reviewers, "guide.edit", $"/staff/guide/reviewers/service/{Nobody}", 400) { PassedByToken = 404 };
        yield return new Door("GET", "/staff/guide/freshness", "guide.edit", "/staff/guide/freshness", 200);
        yield return new Door("POST", "/staff/guide/freshness/tasks/{id:guid}/done", "guide.edit", $"/staff/guide/freshness/tasks/{Nobody}/done", 400) { PassedByToken = 404 };
        const string history = "/staff/guide/history/{kind:regex(^(service|location|service_at_location|organization)$)}/{id:guid}";
        yield return new Door("GET", history, "guide.edit", $"/staff/guide/history/service/{Nobody}", 404);
        yield return new Door("POST", history + "/restore", "guide.edit", $"/staff/guide/history/service/{Nobody}/restore", 400) { PassedByToken = 404 };
    }

    private static IEnumerable<Door> SignIn()
    {
        yield return new Door("GET", "/staff/sign-in", "open", "/staff/sign-in", 200);
        yield return new Door("POST", "/staff/sign-in", "open", "/staff/sign-in", 400);
        yield return new Door("GET", "/staff/sign-in/link/{secret}", "open", "/staff/sign-in/link/none", 410);
        yield return new Door("POST", "/staff/sign-in/link/{secret}", "open", "/staff/sign-in/link/none", 400);
        // The steps of a sign-in are open to whoever stands at them, and here nobody does.
        foreach (var step in new[] { "second", "password", "enrolment" })
        {
            yield return new Door("GET", $"/staff/sign-in/{step}", "open", $"/staff/sign-in/{step}", 401);
            yield return new Door("POST", $"/staff/sign-in/{step}", "open", $"/staff/sign-in/{step}", 400);
        }

        yield return new Door("POST", "/staff/sign-in/with-passkey/options", "open", "/staff/sign-in/with-passkey/options", 400);
        yield return new Door("POST", "/staff/sign-in/with-passkey", "open", "/staff/sign-in/with-passkey", 400);
        yield return new Door("POST", "/staff/sign-in/passkey/options", "open", "/staff/sign-in/passkey/options", 400);
        yield return new Door("POST", "/staff/sign-in/passkey", "open", "/staff/sign-in/passkey", 400);
        yield return new Door("POST", "/staff/sign-out", "open", "/staff/sign-out", 400);
    }

    private static IEnumerable<Door> Account()
    {
        yield return new Door("GET", "/staff", "sign-in", "/staff", 200);
        foreach (var page in new[] { "", "/password", "/authenticator", "/tokens" })
            yield return new Door("GET", "/staff/account" + page, "sign-in", "/staff/account" + page, 200) { PassedByToken = 403 };
        foreach (var act in new[] { "/password", "/authenticator", "/recovery-codes", "/passkeys/options", "/passkeys", "/passkeys/remove", "/tokens" })
            yield return new Door("POST", "/staff/account" + act, "sign-in", "/staff/account" + act, 400);
        yield return new Door("POST", "/staff/language", "sign-in", "/staff/language", 400);
        yield return new Door("POST", "/staff/account/sessions/{id:guid}/end", "sign-in", $"/staff/account/sessions/{Nobody}/end", 400);
        yield return new Door("POST", "/staff/account/tokens/{id:guid}/end", "sign-in", $"/staff/account/tokens/{Nobody}/end", 400);
    }

    private static IEnumerable<Door> Users()
    {
        foreach (var page in new[] { "", "/teams", "/roles" })
        {
            yield return new Door("GET", "/staff/users" + page, "users.manage", "/staff/users" + page, 200);
            yield return new Door("POST", "/staff/users" + page, "users.manage", "/staff/users" + page, 400);
        }

        yield return new Door("GET", "/staff/users/{id:guid}", "users.manage", $"/staff/users/{Nobody}", 404);
        foreach (var act in new[] { "link", "link/mail", "roles", "roles/take", "state", "second-factor" })
            yield return new Door("POST", "/staff/users/{id:guid}/" + act, "users.manage", $"/staff/users/{Nobody}/{act}", 400);
        yield return new Door("POST", "/staff/users/teams/{team:guid}/members", "users.manage", $"/staff/users/teams/{Nobody}/members", 400);
    }

    private static IEnumerable<Door> Flows()
    {
        yield return new Door("GET", "/staff/flows", "flows.read", "/staff/flows", 200);
        yield return new Door("GET", "/staff/flows/checks", "flows.read", "/staff/flows/checks", 200);
        yield return new Door("POST", "/staff/flows/checks", "flows.import", "/staff/flows/checks", 400);
        yield return new Door("GET", "/staff/flows/checks/{id:guid}", "flows.read", $"/staff/flows/checks/{Nobody}", 404);
        yield return new Door("POST", "/staff/flows/checks/{id:guid}", "flows.import", $"/staff/flows/checks/{Nobody}", 400);
        yield return new Door("GET", "/api/flows/findings", "flows.read", "/api/flows/findings", 200);
        yield return new Door("GET", "/staff/flows/version", "flows.read", "/staff/flows/version", 200);
        yield return new Door("GET", "/staff/flows/countries/{code}", "flows.read", "/staff/flows/countries/XAA", 404);
        yield return new Door("GET", "/staff/flows/corridor", "flows.read", "/staff/flows/corridor", 200);
        yield return new Door("GET", "/staff/flows/incidents", "flows.read", "/staff/flows/incidents", 200);
        yield return new Door("GET", "/staff/flows/map", "flows.read", "/staff/flows/map", 200);
        yield return new Door("GET", "/staff/flows/nationalities/{code}", "flows.read", "/staff/flows/nationalities/VEN", 404);
        yield return new Door("GET", "/staff/flows/points/{area}/{code}", "flows.read", "/staff/flows/points/PAN/DARIEN", 404);
        yield return new Door("GET", "/staff/flows/rows", "flows.rows", "/staff/flows/rows", 200);
        yield return new Door("GET", "/staff/flows/series/{code}", "flows.read", "/staff/flows/series/VALLEY", 404);
        yield return new Door("GET", "/staff/flows/demography", "flows.read", "/staff/flows/demography", 200);
        yield return new Door("GET", "/staff/flows/import", "flows.import", "/staff/flows/import", 200);
        yield return new Door("GET", "/staff/flows/import/{id:guid}", "flows.import", $"/staff/flows/import/{Nobody}", 404);
        yield return new Door("GET", "/staff/flows/import/{id:guid}/so-far", "flows.import", $"/staff/flows/import/{Nobody}/so-far", 404);
        yield return new Door("POST", "/staff/flows/import/{id:guid}/cancel", "flows.import", $"/staff/flows/import/{Nobody}/cancel", 400);
        foreach (var act in (string[])["look", "try", "run"])
            yield return new Door("POST", "/staff/flows/import/" + act, "flows.import", "/staff/flows/import/" + act, 400);
    }

    private static IEnumerable<Door> Figures()
    {
        yield return new Door("GET", "/api/flows/data", "flows.read", "/api/flows/data?by=year", 200);
        yield return new Door("GET", "/api/flows/series", "flows.read", "/api/flows/series", 200);
        yield return new Door("GET", "/api/flows/structure", "flows.read", "/api/flows/structure", 200);
        foreach (var level in (string[])["admin0", "admin1", "admin2"])
            yield return new Door("GET", "/compat/dtm/v3/displacement/" + level, "flows.read", $"/compat/dtm/v3/displacement/{level}?Admin0Pcode=HTI", 200);
        foreach (var list in (string[])["country-list", "operation-list"])
            yield return new Door("GET", "/compat/dtm/v3/displacement/" + list, "flows.read", "/compat/dtm/v3/displacement/" + list, 200);
        foreach (var table in (string[])["population", "asylum-applications", "countries"])
            yield return new Door("GET", "/compat/unhcr/population/v1/" + table, "flows.read", $"/compat/unhcr/population/v1/{table}/", 200);
    }
}
