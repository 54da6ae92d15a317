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
internal static partial class Doors
{
    private const string Nobody = "00000000-0000-4000-8000-000000000000";

    /// <summary>Every door.</summary>
    public static IReadOnlyList<Door> All { get; } = [.. Public(), .. OpenData(), .. SignIn(), .. Account(), .. Users(), .. Guide(), .. Flows(), .. Collecting(), .. Figures(), .. Cases(), .. CasesDesk(), .. CasesPlan(), .. CasesFamily(), .. Devices()];

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
