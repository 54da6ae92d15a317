using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Tambo.Platform.Access.Roles;
using Tambo.Tests.Cases.Disclosure;
using Tambo.Tests.Support;

namespace Tambo.Tests.Cases.Access;

/// <summary>
/// Every address of cases, asked by every shipped role for a record of its own agency and of another, answers what the table of
/// rights below says. The addresses come from the running node: one without a row here fails.
/// </summary>
[TakesLong(60)]
public sealed class EveryDoorTests
{
    // The oracle: what each role may, written down here and nowhere read from the program. Roles that are not named may nothing.
    internal static readonly Dictionary<string, string> Rights = new(StringComparer.Ordinal)
    {
        ["frontline_officer"] = "register read edit screen refer identity general health child",
        ["case_worker"] = "register read edit screen refer break_glass merge safety photo identity general health asylum child tracing",
        ["cases_supervisor"] = "read edit refer supervise approve statistics review_glass merge lift_locks forms identity general health asylum child tracing",
        ["protection_specialist"] = "register read edit screen refer approve break_glass merge lift_locks safety photo identity general health violence lgbti asylum child tracing",
        ["consular_officer"] = "read identity consular",
        ["data_protection_officer"] = "read audit identity erase export review_glass deidentify",
        ["tracing_officer"] = "read trace identity tracing",
        ["htcds_analyst"] = "htcds violence",
        ["migration_control"] = "register read identity",
        ["statistician"] = "statistics",
        ["administrator"] = "manage",
    };

    // Every right of the table but that of a consulate, whose people are another matter.
    internal static IReadOnlyList<string> Everything { get; } =
        [.. Rights.Values.SelectMany(held => held.Split(' ')).Distinct(StringComparer.Ordinal).Where(right => right != "consular").Select(right => RoleCatalog.Shipped.Values.Any(held => held.Contains("cases." + right)) ? "cases." + right : "cases.see." + right)];

    [Theory]
    [OnEachEngine]
    public async Task Every_role_at_every_address_gets_for_its_own_and_a_foreign_record_what_the_oracle_says(Engine engine)
    {
        await using var office = await CasesOffice.OpenAsync(engine);
        var north = await office.OfficerAsync("nora", "protection_specialist");
        var south = await office.OfficerAsync("saul", "protection_specialist", CasesOffice.South);
        var routes = office.Node.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .Where(endpoint => endpoint.RoutePattern.RawText!.StartsWith("/api/cases", StringComparison.Ordinal))
            .SelectMany(endpoint => endpoint.Metadata.GetRequiredMetadata<HttpMethodMetadata>().HttpMethods.Select(method => $"{method} {endpoint.RoutePattern.RawText}"))
            .Distinct().Order(StringComparer.Ordinal).ToList();
        Assert.True(routes.Count >= 18);
        Assert.All(Rights.Keys, role => Assert.Contains(role, RoleCatalog.Shipped.Keys));
        var wrong = new List<string>();
        var houses = await Houses.OpenAsync(office, north, south);
        List<(string Role, Officer Officer, HashSet<string> Held)> asking = [];
        foreach (var role in RoleCatalog.Shipped.Keys.Where(role => !role.StartsWith("protection_focal", StringComparison.Ordinal)))
            asking.Add((role, await office.OfficerAsync("matrix-" + role.Replace('_', '-'), role), Rights.GetValueOrDefault(role, "").Split(' ').ToHashSet(StringComparer.Ordinal)));
        foreach (var route in routes)
        {
            foreach (var isOwn in new[] { true, false })
            {
                async Task<Record> MakeAsync(Officer? opening)
                {
                    // Nobody is asked to wait for having knocked at so many doors at once.
                    using var by = (isOwn && !IsForReceivers(route) ? north : south).Elsewhere();
                    return await Record.MakeAsync(office, by, route, houses, isOwn, opening ?? by);
                }

                // Who only looks, or is refused, changes nothing: those come first, and share a record.
                Record? shared = null;
                var looks = route.StartsWith("GET ", StringComparison.Ordinal) || route.StartsWith("HEAD ", StringComparison.Ordinal);
                // A consulate whom nobody here asked for is shut out: to it none of its own agency is told from a foreign one.
                foreach (var (role, officer, expected) in asking.Select(one => (one.Role, one.Officer, Expected: Expected(route, one.Held, isOwn && !one.Held.Contains("consular")))).OrderByDescending(one => looks || one.Expected >= 400))
                {
                    var record = looks || expected >= 400 ? shared ??= await MakeAsync(null) : await MakeAsync(officer);
                    var told = await record.AskAsync(officer, route);
                    if (told.Status != expected)
                        wrong.Add($"{role}: {route} of its {(isOwn ? "own" : "foreign")} agency is {told.Status}, not {expected}");
                    // Whatever the answer, of a foreign record it holds nothing; and before anything was accepted nothing of whom it is about.
                    if ((!isOwn || IsForReceivers(route)) && (told.Text.Contains(record.Secret, StringComparison.Ordinal) || told.Text.Contains(record.PersonRef, StringComparison.Ordinal) || told.Text.Contains(record.CaseRef, StringComparison.Ordinal) || told.Text.Contains(Houses.SoughtInSouth, StringComparison.Ordinal)))
                        wrong.Add($"{role}: {route} shows a foreign record");
                }
            }
        }

        // Somebody who may everything, and whom the person of each record has shut out: to them it is as if there were none.
        await office.AddRoleAsync("everything", [.. Everything]);
        var (shut, all) = (await office.OfficerAsync("shutout", "everything"), Rights.Values.SelectMany(held => held.Split(' ')).Where(right => right != "consular").ToHashSet(StringComparer.Ordinal));
        foreach (var route in routes.Where(route => route != "POST /api/cases/persons" && !Array.Exists(OfNobody, part => route.Contains(part, StringComparison.Ordinal))))
        {
            using var ofNorth = north.Elsewhere();
            using var ofSouth = south.Elsewhere();
            using var knocking = shut.Elsewhere();
            var by = IsForReceivers(route) ? ofSouth : ofNorth;
            var record = await Record.MakeAsync(office, by, route, houses, isOwn: true, shut);
            await ShutOutTests.ShutOutAsync(by, record.Person, shut.Id);
            var told = await record.AskAsync(knocking, route);
            // An emergency opens a foreign file, and not theirs.
            var expected = route == "POST /api/cases/glass" ? 422 : Expected(route, all, isOwn: false);
            if (told.Status != expected)
                wrong.Add($"shut out: {route} is {told.Status}, not {expected}");
            if (told.Status != 200 && ShutOutTests.Plain(told) != ShutOutTests.Plain(await record.Nobody().AskAsync(knocking, route)))
                wrong.Add($"shut out: {route} tells of a record that is shut: {told.Text}");
            if (new[] { record.Secret, record.PersonRef, record.CaseRef }.Concat(told.Status == 200 ? [record.Person.ToString("D"), record.Case.ToString("D")] : []).Any(word => told.Text.Contains(word, StringComparison.Ordinal)))
                wrong.Add($"shut out: {route} shows a record that is shut");
        }

        Assert.True(wrong.Count == 0, string.Join("\n", wrong));
    }

    // Of no person: what an office or somebody has for themselves, and what was received and is to be erased, whoever was shut out.
    private static readonly string[] OfNobody = ["/devices", "/forms/{id", "/sought/{id", "/notices/", "POST /api/cases/glass/{id:guid}/end", "POST /api/cases/forms", "/tracing/import", "/board/mail", "/api/cases/agencies"];

    private static readonly string[] Written = ["{id:guid}/tasks", "/conferences", "{id:guid}/notes", "/correct", "{id:guid}/files", "/detentions", "{id:guid}/splits"];

    // These are for whoever is asked: a referral is its receiver's, whoever has written it, and nobody else's.
    private static bool IsForReceivers(string route) =>
        route.Contains("/referrals/notices/", StringComparison.Ordinal)
        || (route.Contains("/referrals/{id", StringComparison.Ordinal) && (route.EndsWith("/preview", StringComparison.Ordinal) || route.EndsWith("/answer", StringComparison.Ordinal) || route.EndsWith("/receive", StringComparison.Ordinal)));

    private static int Expected(string route, HashSet<string> held, bool isOwn)
    {
        bool Holds(string right) => held.Contains(right);
        // A device that asks whether it is to be wiped needs nobody to be signed in, and a secret that nobody here has.
        if (route.EndsWith("/standing", StringComparison.Ordinal))
            return 404;
        // Whoever lacks the right that the address needs is not told that it exists.
        var needs = route.Contains("/api/cases/agencies", StringComparison.Ordinal) ? "manage"
            : route.EndsWith("/escalate", StringComparison.Ordinal) ? "supervise"
            : route.EndsWith("/basis/decide", StringComparison.Ordinal) || route == "GET /api/cases/referrals/bases" ? "approve"
            : route.StartsWith("POST ", StringComparison.Ordinal) && route.Contains("/evidence", StringComparison.Ordinal) ? "register"
            : route.Contains("/referrals", StringComparison.Ordinal) ? "refer"
            : route is "POST /api/cases" or "POST /api/cases/persons" or "POST /api/cases/households" or "POST /api/cases/persons/{id:guid}/consents" ? "register"
            : route is "POST /api/cases/glass" or "POST /api/cases/glass/{id:guid}/end" ? "break_glass"
            : route.Contains("/api/cases/glass", StringComparison.Ordinal) ? "review_glass"
            : route.Contains("/api/cases/merges", StringComparison.Ordinal) ? "merge"
            : route.Contains("/lifts", StringComparison.Ordinal) ? "lift_locks"
            : route is "GET /api/cases/screening/instruments" or "POST /api/cases/persons/{id:guid}/screenings" ? "screen"
            : route.EndsWith("/erase", StringComparison.Ordinal) || route.EndsWith("/erasures", StringComparison.Ordinal) ? "erase"
            : route.Contains("/statistics/", StringComparison.Ordinal) ? "deidentify"
            : route == "POST /api/cases/tracing/export" ? "trace"
            : route == "POST /api/cases/htcds/export" ? "htcds"
            : route.EndsWith("/export", StringComparison.Ordinal) ? "export"
            : route.StartsWith("POST /api/cases/forms", StringComparison.Ordinal) ? "forms"
            : route.Contains("/tracing/", StringComparison.Ordinal) ? "tracing"
            : route.EndsWith("/safety-plan", StringComparison.Ordinal) ? "safety"
            : route == "GET /api/cases/persons/{id:guid}/photo" ? "photo"
            : route.Contains("/photo", StringComparison.Ordinal) ? "edit"
            : route.EndsWith("/decide", StringComparison.Ordinal) || route == "GET /api/cases/splits" ? "approve"
            : route.Contains(" /api/cases/board", StringComparison.Ordinal) ? "supervise"
            : route.Contains("/api/cases/statistics", StringComparison.Ordinal) ? "statistics"
            : route is "POST /api/cases/devices" || route.Contains("/devices", StringComparison.Ordinal) && !route.EndsWith("/wipe", StringComparison.Ordinal) && route != "GET /api/cases/devices" ? "edit"
            : "read";
        if (!Holds(needs))
            return 404;
        if (route.Contains("/api/cases/referrals/{id", StringComparison.Ordinal) || route.Contains("/api/cases/referrals/notices/", StringComparison.Ordinal))
        {
            // A draft has no link and nothing to hand over, to call for or to ask the next for, rests on a consent and so on no other basis, and what is offered is not accepted yet.
            return !isOwn ? 404
                : route.EndsWith("/revoke", StringComparison.Ordinal) || route.EndsWith("/acknowledge", StringComparison.Ordinal) ? 204
                : route.EndsWith("/links", StringComparison.Ordinal) || route.EndsWith("/reoffer", StringComparison.Ordinal) || route.EndsWith("/hand-over", StringComparison.Ordinal) || route.EndsWith("/receive", StringComparison.Ordinal)
                    || route.EndsWith("/escalate", StringComparison.Ordinal) || route.Contains("/basis", StringComparison.Ordinal) ? 409
                : 200;
        }

        // A device is its user's alone, but for the order to wipe it.
        if (route.Contains("/devices/{id", StringComparison.Ordinal))
            return route.EndsWith("/wipe", StringComparison.Ordinal) && isOwn && (Holds("supervise") || Holds("audit")) ? 204 : 404;
        switch (route)
        {
            case "GET /api/cases/devices" or "GET /api/cases/devices/sender" or "GET /api/cases/agencies":
                return 200;
            // An agency does not say by itself what it is.
            case "PUT /api/cases/agencies/{id:guid}/kinds":
                return isOwn ? 403 : 404;
            case "POST /api/cases/devices":
                return 422;
            case "GET /api/cases/referrals/overdue" or "GET /api/cases/referrals/incoming" or "GET /api/cases/referrals/bases":
                return 200;
            case "POST /api/cases/{id:guid}/referrals":
                return isOwn ? 422 : 404;
            case "POST /api/cases/persons":
                return isOwn ? 201 : 422;
            case "GET /api/cases/persons" or "POST /api/cases/persons/search" or "GET /api/cases/worklist" or "GET /api/cases/erasures":
                return 200;
            case "GET /api/cases/tasks" or "GET /api/cases/splits" or "GET /api/cases/exclusions/asked" or "GET /api/cases/board" or "GET /api/cases/board/mail" or "PUT /api/cases/board/mail" or "GET /api/cases/statistics" or "GET /api/cases/statistics.csv":
                return 200;
            case "GET /api/cases/screening/instruments" or "GET /api/cases/glass" or "GET /api/cases/merges":
                return 200;
            case "GET /api/cases/forms" or "GET /api/cases/tracing/sought" or "POST /api/cases/tracing/export" or "POST /api/cases/statistics/export" or "GET /api/cases/statistics/description":
                return 200;
            // What it gives is of the compartment of violence.
            case "POST /api/cases/htcds/export":
                return Holds("violence") ? 200 : 403;
            // What is sent here is neither a document nor a workbook.
            case "POST /api/cases/tracing/import" or "POST /api/cases/forms":
                return 415;
            // In an emergency somebody else's file is opened, too, unless all of it that could be is open already.
            case "POST /api/cases/glass":
                return 201;
            // A file that is not within reach is not told from one that there is not.
            case "POST /api/cases/merges":
                return isOwn ? 201 : 422;
            case "GET /api/cases/merges/compare":
                return isOwn ? 200 : 422;
            case "POST /api/cases/forms/{id:guid}/retire" or "POST /api/cases/glass/{id:guid}/end" or "POST /api/cases/glass/{id:guid}/review":
                return isOwn ? 204 : 404;
            // Nothing was merged yet that could be taken back.
            case "POST /api/cases/merges/{id:guid}/undo" or "POST /api/cases/merges/{id:guid}/undo/decide":
                return isOwn ? 409 : 404;
            case "GET /api/cases/tracing/sought/{id:guid}" or "GET /api/cases/glass/{id:guid}" or "GET /api/cases/merges/{id:guid}" or "POST /api/cases/merges/{id:guid}/decide":
                return isOwn ? 200 : 404;
            case "POST /api/cases":
                return isOwn ? 201 : 422;
            case "POST /api/cases/households":
                return isOwn && Holds("edit") ? 201 : 422;
        }

        if (!isOwn)
            return 404;
        // What is sent is neither a picture nor a voice; and there is none yet to be given or taken away.
        if (route.Contains("/evidence", StringComparison.Ordinal))
            return Holds("general") && route.EndsWith("/evidence", StringComparison.Ordinal) ? 415 : 404;
        // The cases here are of general protection: nobody sees them to whom that compartment is closed.
        if (route.Contains("/api/cases/{id", StringComparison.Ordinal) && !Holds("general"))
            return 404;
        // Kept screenings are for those who screen and for supervisors; what is asked here is of one that holds nothing.
        if (route.Contains("/screenings/{screening", StringComparison.Ordinal) || route == "GET /api/cases/persons/{id:guid}/screenings")
        {
            return !Holds("screen") && !Holds("supervise") ? 404
                : route.EndsWith("/lifts", StringComparison.Ordinal) ? 409
                : route.EndsWith("/lifts/{lift:guid}/decide", StringComparison.Ordinal) ? 404
                : 200;
        }

        // What was written is seen by those who see the case; it is theirs to change with the right for it, and no file has come yet.
        if (route.StartsWith("GET ", StringComparison.Ordinal) && route.EndsWith("/files/{entry:guid}", StringComparison.Ordinal))
            return 409;
        if (route.Contains("/upload", StringComparison.Ordinal))
            return !Holds("edit") ? 403 : route.StartsWith("PATCH ", StringComparison.Ordinal) ? 403 : 200;
        if (route.EndsWith("/decide", StringComparison.Ordinal))
            return 200;
        // What is best for a child is written by those alone to whom the compartment of the child is open.
        if (route.EndsWith("/best-interests", StringComparison.Ordinal) || route.EndsWith("/representative", StringComparison.Ordinal))
            return !Holds("edit") ? 403 : Holds("child") ? 200 : 403;
        if (route.EndsWith("/photo/remove", StringComparison.Ordinal))
            return 204;
        if (Written.Any(part => route.EndsWith(part, StringComparison.Ordinal)) && route.StartsWith("POST ", StringComparison.Ordinal))
            return Holds("edit") ? 201 : Holds("refer") && route.EndsWith("/splits", StringComparison.Ordinal) ? 201 : 403;
        if (route.EndsWith("/seen-by", StringComparison.Ordinal))
            return Holds("audit") || Holds("supervise") ? 200 : 403;
        if (route.EndsWith("/persons/{id:guid}/tracing", StringComparison.Ordinal) && !Holds("tracing"))
            return 403;
        if (route.StartsWith("GET ", StringComparison.Ordinal) || route.StartsWith("HEAD ", StringComparison.Ordinal))
            return 200;
        // Nobody has chosen anything yet, nor is there a form: what is sent knows of another version, or of a form that is none.
        if (route == "PUT /api/cases/persons/{id:guid}/tracing")
            return Holds("edit") ? 412 : 403;
        if (route.Contains("/answers/", StringComparison.Ordinal))
            return Holds("edit") || Holds("register") ? 422 : 403;
        if (route.EndsWith("/erase", StringComparison.Ordinal))
            return 202;
        if (route.EndsWith("/export", StringComparison.Ordinal))
            return 200;
        if (route is "POST /api/cases/persons/{id:guid}/consents" or "POST /api/cases/persons/{id:guid}/screenings")
            return 201;
        // Nobody was shut out yet, and nobody asked to let anybody back in.
        if (route.Contains("/exclusions/asked", StringComparison.Ordinal))
            return !Holds("general") ? 404 : !Holds("edit") && !Holds("register") ? 403 : route.EndsWith("/confirm", StringComparison.Ordinal) ? 404 : 409;
        if (route.EndsWith("/withdraw", StringComparison.Ordinal))
            return Holds("edit") || Holds("register") ? 200 : 403;
        return !Holds("edit") ? 403 : route.EndsWith("/links", StringComparison.Ordinal) || route.EndsWith("/links/{other:guid}/remove", StringComparison.Ordinal) ? 204 : 200;
    }

    /// <summary>A person with a household and two cases, fresh for one request that changes it.</summary>
    private sealed record Record(Guid Person, string PersonRef, Guid Household, Guid Case, string CaseRef, Guid Other, string Secret, Guid? Agency, Guid Part)
    {
        // The house to which it is referred on.
        private Guid To { get; init; }

        private int Version { get; init; } = 1;

        /// <summary>The same of a record that there is not.</summary>
        public Record Nobody() => this with { Person = Guid.CreateVersion7(SettableTime.Noon), Household = Guid.CreateVersion7(SettableTime.Noon), Case = Guid.CreateVersion7(SettableTime.Noon), Other = Guid.CreateVersion7(SettableTime.Noon), Part = Guid.CreateVersion7(SettableTime.Noon) };

        // Their addresses name neither a person nor a case.
        private static readonly string[] OfParts = ["/devices", "/referrals/{id", "/referrals/notices/{id", "/glass/{id", "/merges/{id", "/forms/{id", "/sought/{id"];

        private static int last;

        public static async Task<Record> MakeAsync(CasesOffice office, Officer by, string route, Houses houses, bool isOwn, Officer asking)
        {
            var secret = $"Qumarila{Interlocked.Increment(ref last)}x";
            var isReferred = route.Contains("/referrals/", StringComparison.Ordinal) && route.Contains("{id:guid}", StringComparison.Ordinal);
            // Who is asked for help agrees alone when they are of age; of all others nobody knows it here.
            var person = await by.RegisterAsync(new { identity = new { names = new[] { new { full = secret } }, birth = isReferred ? new { inYear = 1990 } : null }, general = new { notes = secret } });
            var household = route.Contains("/households/", StringComparison.Ordinal) ? (await by.PostAsync("/api/cases/households", new { members = new[] { person.Id } })).Id : Guid.Empty;
            var one = await by.OpenAsync(new { person = person.Id, note = secret });
            var other = route.Contains("{id:guid}/links", StringComparison.Ordinal) ? await by.OpenAsync(new { person = person.Id }) : one;
            if (route.EndsWith("/links/{other:guid}/remove", StringComparison.Ordinal))
                Assert.Equal(204, (await by.PostAsync($"/api/cases/{one.Id:D}/links", new { @case = other.Id })).Status);
            if (route.EndsWith("/close", StringComparison.Ordinal))
                await office.WriteAsync("update cases_cases set state = 'closing' where id = @Id", new { one.Id });
            if (route.EndsWith("/approvals", StringComparison.Ordinal) || route.EndsWith("/approvals/decide", StringComparison.Ordinal))
                await office.WriteAsync("update cases_cases set state = 'assessed' where id = @Id", new { one.Id });
            if (route.EndsWith("/approvals/decide", StringComparison.Ordinal))
            {
                // Asked by one, decided by another, in the first version that the request names.
                Assert.Equal(200, (await by.PostAsync($"/api/cases/{one.Id:D}/approvals", new { what = "assessment" }, ("If-Match", "\"v1\""))).Status);
                await office.WriteAsync("update cases_cases set version = 1 where id = @Id", new { one.Id });
            }

            if (route.Contains("/photo", StringComparison.Ordinal) && !route.StartsWith("PUT ", StringComparison.Ordinal))
            {
                using var picture = new ByteArrayContent(Attachments.MadeUpFiles.Png(40, 7));
                Assert.Equal(200, (await by.SendAsync(HttpMethod.Put, $"/api/cases/persons/{person.Id:D}/photo", picture, ("If-Match", "\"v0\""))).Status);
            }

            if (route.EndsWith("/reopen", StringComparison.Ordinal))
                await office.WriteAsync("update cases_cases set state = 'closed', closed_at = changed_at where id = @Id", new { one.Id });
            var part = route.Contains("{consent:guid}", StringComparison.Ordinal) ? (await by.PostAsync($"/api/cases/persons/{person.Id:D}/consents", Consent)).Id
                : route.Contains("{screening:guid}", StringComparison.Ordinal) ? (await by.PostAsync($"/api/cases/persons/{person.Id:D}/screenings", new { })).Id
                : Guid.Empty;
            if (route.Contains("/plan", StringComparison.Ordinal))
                part = (await by.PutAsync($"/api/cases/{one.Id:D}/plan", new { needs = new[] { new { code = "shelter" } } }, "\"v0\"")).Id;
            if (route.Contains("/plan/goals/", StringComparison.Ordinal))
                part = (await by.GetAsync($"/api/cases/{one.Id:D}/plan")).Json.GetProperty("versions")[0].GetProperty("needs")[0].GetProperty("id").GetGuid();
            if (route.EndsWith("/plan/decide", StringComparison.Ordinal))
            {
                // Written and submitted by one, decided by another, in the first version that the request names.
                await by.PostAsync($"/api/cases/{one.Id:D}/plan/submit", new { }, ("If-Match", "\"v1\""));
                await office.WriteAsync("update cases_entries set version = 1 where id = @part", new { part });
            }

            if (route.EndsWith("PUT /api/cases/{id:guid}/safety-plan", StringComparison.Ordinal))
                await by.PutAsync($"/api/cases/{one.Id:D}/safety-plan", new { steps = secret }, "\"v0\"");
            if (route.Contains("/splits", StringComparison.Ordinal) && route.Contains("{id", StringComparison.Ordinal))
            {
                var sister = await by.RegisterAsync(new { });
                await by.PostAsync("/api/cases/households", new { members = new[] { person.Id, sister.Id } });
            }

            if (route.Contains("{entry:guid}", StringComparison.Ordinal))
            {
                var entry = await by.PostAsync($"/api/cases/{one.Id:D}/{route.Split('/')[4]}", First(route), ("If-Match", "\"v1\""));
                Assert.True(entry.Status == 201, $"{route}: {entry.Text}");
                part = entry.Id;
            }

            if (route.Contains("/devices/{id", StringComparison.Ordinal))
            {
                // Nobody has more than a few.
                await office.WriteAsync("delete from cases_devices");
                part = (await by.PostAsync("/api/cases/devices", new { name = "phone", proof = new string('a', 43) })).Id;
            }

            if (isReferred)
            {
                // A draft of the own office goes to a third, one of the south to the north: whoever reads it there is asked, and no more. What
                // waits for the north was written in the south, and so was what waits for a third.
                var isReceived = IsForReceivers(route);
                part = await Houses.ReferAsync(by, person.Id, one.Id, isReceived == isOwn ? houses.North : houses.East, isReceived);
                if (route.Contains("/notices/", StringComparison.Ordinal))
                    part = await Houses.TellAsync(office, part);
            }

            if (route.Contains("/glass/{id", StringComparison.Ordinal))
            {
                // What somebody opened they end themselves; and others judge it.
                var opens = isOwn && route.EndsWith("/end", StringComparison.Ordinal) ? asking : by;
                if (opens.Actor.May("cases.break_glass"))
                {
                    var broken = await opens.PostAsync("/api/cases/glass", new { person = person.Id, purpose = "medical", reason = "Nobody of the night shift can be reached" });
                    Assert.True(broken.Status == 201, broken.Text);
                    part = broken.Id;
                }
            }

            var second = other.Id;
            if (route.Contains("/merges", StringComparison.Ordinal))
            {
                second = (await by.RegisterAsync(new { })).Id;
                if (route.Contains("{id:guid}", StringComparison.Ordinal))
                {
                    var merge = await by.PostAsync("/api/cases/merges", new { survivor = person.Id, absorbed = second, note = secret });
                    Assert.True(merge.Status == 201, merge.Text);
                    part = merge.Id;
                }
            }

            if (route.Contains("/forms/{id", StringComparison.Ordinal))
                part = isOwn ? houses.Form.Own : houses.Form.Foreign;
            if (route.Contains("/sought/{id", StringComparison.Ordinal))
                part = isOwn ? houses.Sought.Own : houses.Sought.Foreign;
            return new Record(person.Id, person.Ref, household, one.Id, one.Ref, second, secret, by.Agency, part) { To = houses.East.Id, Version = isReferred && IsForReceivers(route) ? 2 : 1 };
        }

        private static object First(string route) => route.Split('/')[4] switch
        {
            "tasks" => new { what = "look" },
            "notes" => new { note = "first" },
            "files" => new { name = "photo", length = 10, sha256 = new string('0', 64) },
            "detentions" => new { place = "a station" },
            _ => new { step = "close", reason = "her own wish" },
        };

        private static object Consent => new
        {
            // Nobody knows an age here: a child's consent, then.
            givenBy = new { kind = "self", whyNoGuardian = "none_known", bestInterestsBy = "the office" },
            form = "verbal",
            language = "en",
            explained = new[] { "interview", "purpose", "potential_use", "research_use", "request_data", "storage_time", "withdrawal" },
            freeToRefuse = true,
            purpose = "referral",
            scopes = new[] { new { category = "general", recipient = new { kind = "class", code = "health_provider" }, action = "share" } },
        };

        public Task<Told> AskAsync(Officer officer, string route)
        {
            var isOfPart = OfParts.Any(part => route.Contains(part, StringComparison.Ordinal));
            var id = route.Contains("/agencies/{id", StringComparison.Ordinal) ? Agency!.Value : isOfPart ? Part : route.Contains("/persons", StringComparison.Ordinal) ? Person : route.Contains("/households", StringComparison.Ordinal) ? Household : Case;
            var parts = route.Split(' ');
            object? body = route switch
            {
                "POST /api/cases/persons" => new { agency = Agency },
                "POST /api/cases/persons/search" => new { name = Secret },
                "POST /api/cases" => new { person = Person },
                "POST /api/cases/households" => new { members = new[] { Person } },
                "POST /api/cases/households/{id:guid}/members" => new { members = Array.Empty<Guid>() },
                "PUT /api/cases/households/{id:guid}" => new { kind = "household", head = Person },
                "PUT /api/cases/persons/{id:guid}" => new { },
                "POST /api/cases/persons/{id:guid}/export" => new { reason = "data_request" },
                "POST /api/cases/persons/{id:guid}/erase" => new { reason = "person_asked" },
                "PUT /api/cases/{id:guid}" => new { urgency = "Urgent" },
                "POST /api/cases/{id:guid}/state" => new { state = "registered" },
                "POST /api/cases/{id:guid}/close" => new { reason = "needs_met", personAgreed = "yes" },
                "POST /api/cases/{id:guid}/reopen" => new { reason = "came back" },
                "POST /api/cases/{id:guid}/assign" => new { owner = officer.Id },
                "POST /api/cases/{id:guid}/transfer" => new { kind = "shelter", place = Secret },
                "PUT /api/cases/board/mail" => new { wanted = true },
                "PUT /api/cases/agencies/{id:guid}/kinds" => new { kinds = new[] { "police" } },
                "POST /api/cases/{id:guid}/links" => new { @case = Other },
                "POST /api/cases/{id:guid}/referrals" => new { kind = "shelter" },
                "POST /api/cases/referrals/notices/{id:guid}/acknowledge" => new { },
                _ when route.StartsWith("POST /api/cases/devices", StringComparison.Ordinal) => new { },
                "POST /api/cases/referrals/{id:guid}/steps" => new { act = "withdraw", reason = "made_in_error" },
                "POST /api/cases/referrals/{id:guid}/answer" => new { act = "decline", reason = "full" },
                "POST /api/cases/referrals/{id:guid}/reoffer" => new { service = To },
                "PUT /api/cases/referrals/{id:guid}/arrangements" => new { warmHandover = true },
                "POST /api/cases/referrals/{id:guid}/escalate" => new { reason = "no_answer" },
                "POST /api/cases/referrals/{id:guid}/basis" => new { code = "vital_interests", reason = "nobody can be asked" },
                "POST /api/cases/referrals/{id:guid}/basis/decide" => new { approve = true },
                _ when parts[0] == "POST" && (route.Contains("/evidence", StringComparison.Ordinal) || route.StartsWith("POST /api/cases/referrals/{id:guid}/", StringComparison.Ordinal)) => new { },
                "POST /api/cases/glass" => new { person = Person, purpose = "medical", reason = "Nobody of the night shift can be reached" },
                "POST /api/cases/glass/{id:guid}/end" or "POST /api/cases/merges/{id:guid}/undo" or "POST /api/cases/{id:guid}/links/{other:guid}/remove" or "POST /api/cases/persons/{id:guid}/photo/remove" => new { },
                "POST /api/cases/glass/{id:guid}/review" => new { judgement = "not_justified", note = "somebody was there to be asked" },
                "POST /api/cases/merges" => new { survivor = Person, absorbed = Other },
                "POST /api/cases/merges/{id:guid}/decide" or "POST /api/cases/merges/{id:guid}/undo/decide" => new { approve = true },
                "POST /api/cases/persons/{id:guid}/screenings/{screening:guid}/decisions" => new { urgency = "urgent", reason = "seen on the way" },
                "POST /api/cases/persons/{id:guid}/screenings/{screening:guid}/lifts" => new { locks = new[] { "return" }, reason = "asked for" },
                "POST /api/cases/persons/{id:guid}/screenings/{screening:guid}/lifts/{lift:guid}/decide" => new { approve = true },
                "POST /api/cases/persons/{id:guid}/screenings/{screening:guid}/replay" or "POST /api/cases/persons/{id:guid}/screenings/{screening:guid}/replay/try" => new { },
                "POST /api/cases/persons/{id:guid}/consents" => Consent,
                "POST /api/cases/persons/{id:guid}/exclusions/asked" => new { recipient = new { kind = "class", code = "police" }, givenBy = new { kind = "self" }, form = "verbal", note = "her own wish" },
                "POST /api/cases/persons/{id:guid}/exclusions/asked/{asked:guid}/confirm" => new { approve = true },
                "PUT /api/cases/{id:guid}/plan" => new { needs = new[] { new { code = "documents" } } },
                "POST /api/cases/{id:guid}/plan/goals/{need:guid}" => new { state = "reached" },
                "POST /api/cases/{id:guid}/best-interests" => new { step = "assessment", on = "2026-01-02", by = "the office", outcome = "services" },
                "PUT /api/cases/{id:guid}/representative" => new { name = "Somebody Appointed", role = "guardian" },
                "POST /api/cases/{id:guid}/approvals" => new { what = "assessment" },
                "POST /api/cases/{id:guid}/approvals/decide" => new { approve = true },
                "PUT /api/cases/persons/{id:guid}/photo" => new ByteArrayContent(Attachments.MadeUpFiles.Png(40, 7)),
                "POST /api/cases/{id:guid}/plan/decide" or "POST /api/cases/{id:guid}/splits/{entry:guid}/decide" => new { approve = true },
                "POST /api/cases/{id:guid}/plan/submit" or "PUT /api/cases/{id:guid}/safety-plan" or "POST /api/cases/{id:guid}/files/{entry:guid}/remove"
                    or "POST /api/cases/households/{id:guid}/members/{person:guid}/leave" => new { },
                "POST /api/cases/{id:guid}/tasks" or "POST /api/cases/{id:guid}/notes" or "POST /api/cases/{id:guid}/files" or "POST /api/cases/{id:guid}/detentions" or "POST /api/cases/{id:guid}/splits" => First(route),
                "POST /api/cases/{id:guid}/tasks/{entry:guid}" => new { state = "done" },
                "POST /api/cases/{id:guid}/notes/{entry:guid}/correct" => new { note = "second" },
                "POST /api/cases/{id:guid}/conferences" => new { on = "2026-01-02", participants = new[] { "person" } },
                "POST /api/cases/{id:guid}/detentions/{entry:guid}/steps" => new { act = "told_right" },
                "PATCH /api/cases/{id:guid}/files/{entry:guid}/upload" => "",
                "POST /api/cases/persons/{id:guid}/screenings" or "POST /api/cases/persons/{id:guid}/consents/{consent:guid}/withdraw" => new { },
                "PUT /api/cases/persons/{id:guid}/tracing" => new { publication = "none" },
                "PUT /api/cases/persons/{id:guid}/answers/{form:guid}" => new { answers = new { } },
                "POST /api/cases/tracing/export" => new { to = "a register", kind = "tracing_network" },
                "POST /api/cases/statistics/export" or "POST /api/cases/htcds/export" => new { purpose = "research_deidentified", to = "a university", kind = "researcher" },
                "POST /api/cases/tracing/import" or "POST /api/cases/forms" or "POST /api/cases/forms/{id:guid}/retire" => new { },
                _ when parts[0] is "GET" or "HEAD" => null,
                _ => throw new InvalidOperationException($"{route} has no row: what is sent to it, and what it answers?"),
            };
            var address = parts[1].Replace("{id:guid}", id.ToString("D"), StringComparison.Ordinal)
                .Replace("{other:guid}", Other.ToString("D"), StringComparison.Ordinal).Replace("{person:guid}", Person.ToString("D"), StringComparison.Ordinal);
            // Whatever else an address names is the part that was made for it.
            address = string.Join('/', address.Split('/').Select(word => word.EndsWith(":guid}", StringComparison.Ordinal) ? Part.ToString("D") : word));
            if (route == "GET /api/cases/merges/compare")
                address += $"?survivor={Person:D}&absorbed={Other:D}";
            if (route == "GET /api/cases/persons")
                address += "?name=" + Secret;
            return officer.SendAsync(new HttpMethod(parts[0]), address, body, ("If-Match", route == "PUT /api/cases/persons/{id:guid}/photo" ? "\"v0\"" : $"\"v{Version}\""));
        }
    }
}
