using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Tambo.Tests.Cases.Referrals;
using Tambo.Tests.Guide.Staff;
using Tambo.Tests.Support;

namespace Tambo.Tests.Cases.Family;

/// <summary>Every door of cases that changes anything says whether it may take somebody from their family; those that may ask.</summary>
public sealed class StepDoorsTests
{
    // Who asks, and how each is knocked at in the world below.
    private static readonly Dictionary<string, Func<World, Task<(int Status, string Text)>>> Asking = new(StringComparer.Ordinal)
    {
        ["POST /api/cases/{id:guid}/assign"] = world => world.ApiAsync(world.Susan, $"/api/cases/{world.Case:D}/assign", new { owner = world.Carla.Id }),
        ["POST /api/cases/{id:guid}/transfer"] = world => world.ApiAsync(world.Nora, $"/api/cases/{world.Case:D}/transfer", new { kind = "shelter", place = "the house on the hill" }),
        ["POST /api/cases/{id:guid}/close"] = world => world.ApiAsync(world.Nora, $"/api/cases/{world.Closing:D}/close", new { reason = "needs_met", personAgreed = "yes" }),
        ["POST /api/cases/{id:guid}/state"] = world => world.ApiAsync(world.Nora, $"/api/cases/{world.Return:D}/state", new { state = "active" }),
        ["POST /api/cases/referrals/{id:guid}/offer"] = world => world.ApiAsync(world.Nora, $"/api/cases/referrals/{world.Draft:D}/offer", new { }),
        ["POST /api/cases/households/{id:guid}/members/{person:guid}/leave"] = world => world.ApiAsync(world.Nora, $"/api/cases/households/{world.Household:D}/members/{world.Person:D}/leave", new { }),
        ["POST /staff/cases/{id:guid}/give"] = world => world.GiveAsync(),
        ["POST /staff/cases/{id:guid}/transfer"] = world => world.PageAsync($"/staff/cases/{world.Case:D}/transfer", $"/staff/cases/{world.Case:D}/transfer", ("act", "move"), ("kind", "shelter"), ("place", "the house on the hill")),
        ["POST /staff/cases/{id:guid}/close"] = world => world.PageAsync($"/staff/cases/{world.Closing:D}", $"/staff/cases/{world.Closing:D}/close", ("reason", "needs_met"), ("agreed", "yes")),
        ["POST /staff/cases/{id:guid}/state"] = world => world.PageAsync($"/staff/cases/{world.Return:D}", $"/staff/cases/{world.Return:D}/state", ("state", "active")),
        ["POST /staff/cases/households/{id:guid}"] = world => world.PageAsync($"/staff/cases/households/{world.Household:D}", $"/staff/cases/households/{world.Household:D}", ("act", "leave"), ("person", world.Person.ToString("D"))),
        ["POST /staff/cases/referrals/{id:guid}/step/{act}"] = world => world.PageAsync($"/staff/cases/referrals/{world.Draft:D}", $"/staff/cases/referrals/{world.Draft:D}/step/offer"),
    };

    // Who does not, and why.
    private static readonly Dictionary<string, string> Silent = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["begins something, or brings people together"] = """
            POST /api/cases
            POST /api/cases/persons
            POST /api/cases/households
            POST /api/cases/households/{id:guid}/members
            POST /staff/cases/persons/{id:guid}/family
            POST /api/cases/{id:guid}/links
            POST /api/cases/{id:guid}/reopen
            POST /staff/cases/persons/new
            POST /staff/cases/persons/{id:guid}/cases
            POST /staff/cases/{id:guid}/reopen
            """,
        ["writes about somebody, who stays where they are"] = """
            PUT /api/cases/households/{id:guid}
            PUT /api/cases/persons/{id:guid}
            PUT /api/cases/persons/{id:guid}/answers/{form:guid}
            POST /api/cases/persons/{id:guid}/consents
            POST /api/cases/persons/{id:guid}/exclusions/asked
            POST /api/cases/persons/{id:guid}/exclusions/asked/{asked:guid}/confirm
            POST /api/cases/persons/{id:guid}/screenings
            POST /api/cases/persons/{id:guid}/screenings/{screening:guid}/decisions
            POST /api/cases/persons/{id:guid}/screenings/{screening:guid}/lifts
            POST /api/cases/persons/{id:guid}/screenings/{screening:guid}/lifts/{lift:guid}/decide
            POST /api/cases/persons/{id:guid}/screenings/{screening:guid}/replay
            POST /api/cases/persons/{id:guid}/screenings/{screening:guid}/replay/try
            PUT /api/cases/{id:guid}
            POST /api/cases/persons/{id:guid}/consents/{consent:guid}/evidence
            POST /api/cases/persons/{id:guid}/consents/{consent:guid}/evidence/{evidence:guid}/remove
            POST /api/cases/{id:guid}/links/{other:guid}/remove
            POST /staff/cases/persons/{id:guid}/consent/{consent:guid}/evidence
            POST /staff/cases/{id:guid}/change
            POST /api/cases/{id:guid}/conferences
            POST /api/cases/{id:guid}/files
            POST /api/cases/{id:guid}/files/{entry:guid}/remove
            PATCH /api/cases/{id:guid}/files/{entry:guid}/upload
            POST /api/cases/{id:guid}/notes
            POST /api/cases/{id:guid}/notes/{entry:guid}/correct
            PUT /api/cases/{id:guid}/plan
            POST /api/cases/{id:guid}/plan/decide
            POST /api/cases/{id:guid}/plan/goals/{need:guid}
            POST /api/cases/{id:guid}/approvals
            POST /api/cases/{id:guid}/approvals/decide
            POST /api/cases/{id:guid}/best-interests
            PUT /api/cases/{id:guid}/representative
            PUT /api/cases/persons/{id:guid}/photo
            POST /api/cases/persons/{id:guid}/photo/remove
            POST /staff/cases/{id:guid}/handling
            POST /staff/cases/{id:guid}/child
            POST /staff/cases/persons/{id:guid}/photo
            POST /staff/cases/persons/{id:guid}/identity
            POST /api/cases/{id:guid}/plan/submit
            PUT /api/cases/{id:guid}/safety-plan
            POST /api/cases/{id:guid}/tasks
            POST /api/cases/{id:guid}/tasks/{entry:guid}
            POST /staff/cases/persons/{id:guid}/consent/record
            POST /staff/cases/persons/{id:guid}/never/ask
            POST /staff/cases/persons/{id:guid}/never/confirm
            POST /staff/cases/persons/{id:guid}/questions/{form:guid}
            POST /staff/cases/persons/{id:guid}/screen
            POST /staff/cases/persons/{id:guid}/screen/next
            POST /staff/cases/persons/{id:guid}/screenings/{screening:guid}/decisions
            POST /staff/cases/persons/{id:guid}/screenings/{screening:guid}/lifts
            POST /staff/cases/persons/{id:guid}/screenings/{screening:guid}/lifts/{lift:guid}
            POST /staff/cases/persons/{id:guid}/screenings/{screening:guid}/replay
            POST /staff/cases/{id:guid}/conferences
            POST /staff/cases/{id:guid}/files
            POST /staff/cases/{id:guid}/notes
            POST /staff/cases/{id:guid}/plan
            POST /staff/cases/{id:guid}/safety
            POST /staff/cases/{id:guid}/tasks
            """,
        ["is the question itself, and its answer"] = """
            POST /api/cases/{id:guid}/splits
            POST /api/cases/{id:guid}/splits/{entry:guid}/decide
            POST /staff/cases/{id:guid}/family
            """,
        ["writes down what an authority did to somebody"] = """
            POST /api/cases/{id:guid}/detentions
            POST /api/cases/{id:guid}/detentions/{entry:guid}/steps
            POST /staff/cases/{id:guid}/detention
            """,
        ["goes on with a referral whose offer asked: it is asked again when somebody came to them since, in words that tell the service nothing"] = """
            POST /api/cases/referrals/{id:guid}/answer
            POST /api/cases/referrals/{id:guid}/receive
            POST /staff/cases/incoming/{id:guid}/answer/{act}
            POST /staff/cases/incoming/{id:guid}/fields
            """,
        ["is a step of a referral before or after the offer, which asked"] = """
            POST /api/cases/{id:guid}/referrals
            POST /api/cases/referrals/{id:guid}/hand-over
            POST /api/cases/referrals/{id:guid}/links
            POST /api/cases/referrals/{id:guid}/links/revoke
            POST /api/cases/referrals/{id:guid}/reoffer
            PUT /api/cases/referrals/{id:guid}/arrangements
            POST /api/cases/referrals/{id:guid}/basis
            POST /api/cases/referrals/{id:guid}/basis/decide
            POST /api/cases/referrals/{id:guid}/escalate
            POST /staff/cases/referrals/{id:guid}/arrangements
            POST /staff/cases/referrals/{id:guid}/basis
            POST /staff/cases/referrals/{id:guid}/escalate
            POST /staff/cases/referrals/{id:guid}/review
            POST /api/cases/referrals/{id:guid}/steps
            POST /api/cases/referrals/notices/{id:guid}/acknowledge
            POST /staff/cases/incoming/notices/{id:guid}
            POST /staff/cases/referrals/notices/{id:guid}/{state}
            POST /staff/cases/referrals/{id:guid}/link/{how}
            POST /staff/cases/{id:guid}/refer/draft
            """,
        ["is the person's own right"] = """
            POST /api/cases/persons/{id:guid}/consents/{consent:guid}/withdraw
            POST /api/cases/persons/{id:guid}/erase
            POST /api/cases/persons/{id:guid}/export
            POST /staff/cases/persons/{id:guid}/data
            POST /staff/cases/persons/{id:guid}/data/file
            PUT /api/cases/persons/{id:guid}/tracing
            POST /staff/cases/persons/{id:guid}/tracing/choose
            POST /staff/cases/persons/{id:guid}/tracing/stop
            POST /staff/cases/persons/{id:guid}/consent/{consent:guid}/withdraw
            """,
        ["makes one file of two of the same person, who stays with whom either was; two decide"] = """
            POST /api/cases/merges
            POST /api/cases/merges/{id:guid}/decide
            POST /api/cases/merges/{id:guid}/undo
            POST /api/cases/merges/{id:guid}/undo/decide
            POST /staff/cases/merges/find
            POST /staff/cases/merges/propose
            POST /staff/cases/merges/{id:guid}/step
            """,
        ["does what has a door of its own, by the same slice, which asks where that door asks"] = """
            POST /api/cases/devices/{id:guid}/changes
            POST /staff/cases/conflicts/{id:guid}
            """,
        ["is about agencies, devices, forms, emergencies, mails, searches and figures"] = """
            PUT /api/cases/agencies/{id:guid}/kinds
            PUT /api/cases/board/mail
            POST /api/cases/devices
            POST /api/cases/devices/{id:guid}/cases
            POST /api/cases/devices/{id:guid}/open
            POST /api/cases/devices/{id:guid}/pin
            POST /api/cases/devices/{id:guid}/standing
            POST /api/cases/devices/{id:guid}/wipe
            POST /api/cases/forms
            POST /api/cases/forms/{id:guid}/retire
            POST /api/cases/glass
            POST /api/cases/glass/{id:guid}/end
            POST /api/cases/glass/{id:guid}/review
            POST /api/cases/htcds/export
            POST /api/cases/persons/search
            POST /api/cases/statistics/export
            POST /api/cases/tracing/export
            POST /api/cases/tracing/import
            POST /staff/cases/agencies
            POST /staff/cases/board/mail
            POST /staff/cases/devices/{id:guid}/wipe
            POST /staff/cases/emergencies/new
            POST /staff/cases/emergencies/{id:guid}/end
            POST /staff/cases/emergencies/{id:guid}/review
            POST /staff/cases/forms
            POST /staff/cases/forms/{id:guid}/retire
            POST /staff/cases/households/{id:guid}/find
            POST /staff/cases/htcds
            POST /staff/cases/research
            POST /staff/cases/persons/search
            """,
    }.SelectMany(why => why.Value.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(route => (route, why.Key))).ToDictionary(one => one.route, one => one.Key, StringComparer.Ordinal);

    [Fact]
    public async Task Every_door_that_changes_anything_has_a_row_that_says_whether_it_asks()
    {
        await using var office = await CasesOffice.OpenAsync(Engine.Sqlite);
        var doors = office.Node.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .Where(endpoint => endpoint.RoutePattern.RawText!.StartsWith("/api/cases", StringComparison.Ordinal) || endpoint.RoutePattern.RawText!.StartsWith("/staff/cases", StringComparison.Ordinal))
            .SelectMany(endpoint => endpoint.Metadata.GetRequiredMetadata<HttpMethodMetadata>().HttpMethods.Select(method => (method, Route: endpoint.RoutePattern.RawText)))
            .Where(door => door.method is not ("GET" or "HEAD" or "OPTIONS")).Select(door => $"{door.method} {door.Route}").Distinct().Order(StringComparer.Ordinal).ToList();
        Assert.True(doors.Count > 100);
        Assert.Empty(Asking.Keys.Intersect(Silent.Keys));
        Assert.Equal([], doors.Where(door => !Asking.ContainsKey(door) && !Silent.ContainsKey(door)));
        Assert.Equal([], Asking.Keys.Concat(Silent.Keys).Except(doors));
    }

    [Theory]
    [OnEachEngine]
    public async Task Whoever_knocks_at_a_door_that_asks_for_one_of_two_sisters_is_asked_why_and_nothing_is_done(Engine engine)
    {
        await using var referring = await ReferralOffice.OpenAsync(engine);
        var world = await World.MakeAsync(referring);
        var before = await StandsAsync(referring.Office);
        var silent = new List<string>();
        foreach (var (door, knock) in Asking)
        {
            var (status, text) = await knock(world);
            if (status != 409 || !(text.Contains("cases.family.split", StringComparison.Ordinal) || text.Contains("This would split a family", StringComparison.Ordinal)))
                silent.Add($"{door}: {status} {text[..Math.Min(text.Length, 400)]}");
        }

        Assert.True(silent.Count == 0, string.Join("\n", silent));
        Assert.Equal(before, await StandsAsync(referring.Office));
        // Alone she goes: what stood against it was her sister, and nothing else.
        await referring.Office.WriteAsync("delete from cases_household_members where person_id <> @Person", new { world.Person });
        foreach (var (door, knock) in Asking.Where(one => one.Key.StartsWith("POST /api/cases/{id", StringComparison.Ordinal) || one.Key.EndsWith("/offer", StringComparison.Ordinal)).OrderBy(one => one.Key == "POST /api/cases/{id:guid}/assign"))
            Assert.Equal((door, 200), (door, (await knock(world)).Status));
    }

    private static async Task<string> StandsAsync(CasesOffice office) => string.Join('\n', (await office.ReadAsync<string>(
        """
        select id || state || coalesce(owner_id, '') || version from cases_cases
        union all select id || state from cases_referrals
        union all select household_id || person_id from cases_household_members
        union all select id from cases_transfers
        """)).Order(StringComparer.Ordinal));

    /// <summary>Two sisters in one household, each with open cases of one officer; what is done is done to the elder alone.</summary>
    private sealed record World(Officer Nora, Officer Susan, Officer Carla, StaffBrowser Browser, StaffBrowser Supervising, Guid Person, Guid Household, Guid Case, Guid Closing, Guid Return, Guid Draft)
    {
        public static async Task<World> MakeAsync(ReferralOffice referring)
        {
            var (office, nora) = (referring.Office, referring.Nora);
            var (susan, carla) = (await office.OfficerAsync("susan", "cases_supervisor"), await office.OfficerAsync("carla", "case_worker"));
            var (person, sister) = (referring.Consent.PersonId, (await nora.RegisterAsync(new { })).Id);
            await nora.OpenAsync(new { person = sister });
            var (closing, back) = (await nora.OpenAsync(new { person }), await nora.OpenAsync(new { person, type = "return" }));
            await office.WriteAsync("update cases_cases set state = 'closing' where id = @Id", new { closing.Id });
            await office.WriteAsync("update cases_cases set state = 'planned' where id = @Id", new { back.Id });
            var draft = await nora.PostAsync($"/api/cases/{referring.Case:D}/referrals", new { service = referring.Mats.Id, kind = "shelter", urgency = "urgent", consent = referring.Consent.Id });
            Assert.True(draft.Status == 201, draft.Text);
            var household = await nora.PostAsync("/api/cases/households", new { kind = "household", members = new[] { person, sister } });
            return new World(nora, susan, carla, await referring.SignInAsync(nora), await office.BrowserAsync("susan"), person, household.Id, referring.Case, closing.Id, back.Id, draft.Id);
        }

        public async Task<(int, string)> ApiAsync(Officer by, string path, object body)
        {
            var one = path.Contains("/leave", StringComparison.Ordinal) ? path[..path.IndexOf("/members", StringComparison.Ordinal)] : path[..path.LastIndexOf('/')];
            var told = await by.PostAsync(path, body, ("If-Match", (await by.GetAsync(one)).Tag!));
            return (told.Status, told.Text);
        }

        public async Task<(int, string)> GiveAsync()
        {
            var address = $"/staff/cases/{Case:D}/give";
            var shown = await Supervising.OpenAsync(address);
            var told = await Supervising.PostAsync(address, shown, [("act", "give"), ("version", shown.QuerySelector("input[name=version]")!.GetAttribute("value")!), ("owner", Carla.Id.ToString("D"))]);
            return (Supervising.Status, told.QuerySelector("main")?.TextContent ?? "");
        }

        public async Task<(int, string)> PageAsync(string page, string action, params (string Name, string Value)[] answers)
        {
            var shown = await Browser.OpenAsync(page);
            Assert.Equal((page, 200), (page, Browser.Status));
            var version = shown.QuerySelector("input[name=version]")!.GetAttribute("value")!;
            var told = await Browser.PostAsync(action, shown, [("version", version), .. answers]);
            return (Browser.Status, told.QuerySelector("main")?.TextContent ?? "");
        }
    }
}
