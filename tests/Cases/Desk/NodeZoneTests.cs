using System.Net;
using AngleSharp.Dom;
using AngleSharp.Html.Dom;
using Tambo.Tests.Cases.Referrals;
using Tambo.Tests.Guide.Staff;
using Tambo.Tests.Support;

namespace Tambo.Tests.Cases.Desk;

/// <summary>Pages say and read times by the clocks of the node; programs are given UTC.</summary>
public sealed class NodeZoneTests
{
    private const string CostaRica = "America/Costa_Rica";

    [Theory, OnEachEngine]
    public async Task A_deadline_is_told_by_the_clocks_of_the_node_and_how_far_away_it_is(Engine engine)
    {
        await using var office = await OpenAsync(engine, CostaRica);
        using var rita = await office.OfficerAsync("rita", "case_worker");
        var one = (await rita.OpenAsync(new { person = (await rita.RegisterAsync(new { })).Id, dueAt = SettableTime.Noon.AddHours(2) })).Id;
        foreach (var (who, later, expected) in new[]
        {
            ("rosa", TimeSpan.Zero, "4 Mar 2026, 08:00 (UTC−6), in 2 hours"),
            ("rocio", TimeSpan.FromMinutes(40), "4 Mar 2026, 08:00 (UTC−6), in 1 hour and 20 minutes"),
            ("romina", TimeSpan.FromDays(4), "4 Mar 2026, 08:00 (UTC−6), 3 days ago"),
        })
        {
            office.Time.Advance(later);
            using var browser = await office.SignInAsync(who, "case_worker");
            Assert.All([await TextAsync(browser, "/staff/cases"), await TextAsync(browser, $"/staff/cases/{one:D}")], said => Assert.Contains(expected, said, StringComparison.Ordinal));
        }

        Assert.Equal("2026-03-04T14:00:00+00:00", (await rita.GetAsync($"/api/cases/{one:D}")).Json.GetProperty("dueAt").GetDateTimeOffset().ToString("yyyy-MM-ddTHH:mm:sszzz", System.Globalization.CultureInfo.InvariantCulture));
        // What is over is due no more.
        await office.WriteAsync("update cases_cases set state = 'closed', closed_at = changed_at where id = @one", new { one });
        using var rosa = await office.SignInAsync("rosaura", "case_worker");
        Assert.DoesNotContain("days ago", await TextAsync(rosa, $"/staff/cases/{one:D}"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("UTC", "2026-04-04", "4 Apr 2026, 23:59 UTC", "2026-04-04T23:59:00Z")]
    [InlineData(CostaRica, "2026-04-04", "4 Apr 2026, 23:59 (UTC−6)", "2026-04-05T05:59:00Z")]
    // The last minute of that day comes twice: the first counts.
    [InlineData("America/Santiago", "2026-04-04", "4 Apr 2026, 23:59 (UTC−3)", "2026-04-05T02:59:00Z")]
    [InlineData("America/Santiago", "2026-09-05", "5 Sep 2026, 23:59 (UTC−4)", "2026-09-06T03:59:00Z")]
    public async Task A_day_that_is_typed_is_the_day_that_is_shown(string zone, string typed, string shown, string moment)
    {
        await using var office = await OpenAsync(Engine.Sqlite, zone);
        using var rita = await office.OfficerAsync("rita", "case_worker");
        var one = (await rita.OpenAsync(new { person = (await rita.RegisterAsync(new { })).Id })).Id;
        using var rosa = await office.SignInAsync("rosa", "case_worker");
        var tasks = $"/staff/cases/{one:D}/tasks";
        await rosa.PostAsync(tasks, await rosa.OpenAsync(tasks), ("act", "add"), ("what", "ask the house"), ("due", typed), ("compartment", "general"));
        Assert.Equal(302, rosa.Status);
        Assert.Contains("by " + shown, await TextAsync(rosa, tasks), StringComparison.Ordinal);
        Assert.Contains("by " + shown, await TextAsync(rosa, "/staff/cases"), StringComparison.Ordinal);
        Assert.Equal(
            DateTimeOffset.Parse(moment, System.Globalization.CultureInfo.InvariantCulture),
            (await rita.GetAsync($"/api/cases/{one:D}/tasks")).Json.GetProperty("tasks")[0].GetProperty("dueAt").GetDateTimeOffset());
    }

    [Fact]
    public async Task A_midnight_that_the_clocks_passed_over_is_the_next_moment_that_there_was()
    {
        await using var office = await OpenAsync(Engine.Sqlite, "America/Santiago", new DateTimeOffset(2026, 9, 10, 12, 0, 0, TimeSpan.Zero));
        using var rita = await office.OfficerAsync("rita", "case_worker");
        var person = (await rita.RegisterAsync(new { })).Id;
        var one = (await rita.OpenAsync(new { person })).Id;
        using var rosa = await office.SignInAsync("rosa", "case_worker");
        var detention = $"/staff/cases/{one:D}/detention";
        await rosa.PostAsync(detention, await rosa.OpenAsync(detention), ("act", "add"), ("person", person.ToString("D")), ("place", "a station"), ("source", "family"), ("since", "2026-09-06"));
        Assert.Equal(302, rosa.Status);
        var said = await TextAsync(rosa, detention);
        Assert.Contains("a station, since 6 Sep 2026, 01:00 (UTC−3)", said, StringComparison.Ordinal);
        Assert.Matches(@"Review by \d+ Sep 2026, 09:00 \(UTC−3\), in \d+ (days|hours)", said);
    }

    [Theory, OnEachEngine]
    public async Task A_consent_ends_when_its_day_begins_where_the_node_is(Engine engine)
    {
        await using var office = await OpenAsync(engine, CostaRica, new DateTimeOffset(2026, 3, 5, 3, 0, 0, TimeSpan.Zero));
        using var rosa = await office.SignInAsync("rosa", "case_worker");
        using var rita = await office.OfficerAsync("rita", "case_worker");
        var person = (await rita.RegisterAsync(new { identity = new { birth = new { inYear = 1990 } } })).Id;
        var address = $"/staff/cases/persons/{person:D}/consent";
        var page = await rosa.OpenAsync(address);
        // It is still the fourth there.
        Assert.Equal("2026-03-05", page.QuerySelector<IHtmlInputElement>("#f-until")!.GetAttribute("min"));
        await rosa.PostAsync(address + "/record", page, [
            ("purpose", "services"), ("until", "2026-03-20"), ("lang", "en"), ("givenBy", "self"), ("form", "verbal"), ("scopes", "general"), ("to", "service_provider"), ("how", "share"),
            .. page.QuerySelectorAll<IHtmlInputElement>("input[name^=p_]").Select(point => (point.Name!, "true")),
        ]);
        Assert.Equal(302, rosa.Status);
        Assert.Contains("20 Mar 2026, 00:00 (UTC−6)", await TextAsync(rosa, address), StringComparison.Ordinal);
    }

    [Theory, OnEachEngine]
    public async Task Ages_and_days_that_lie_ahead_are_of_the_day_that_it_is_where_the_node_is(Engine engine)
    {
        await using var office = await OpenAsync(engine, CostaRica, new DateTimeOffset(2026, 3, 4, 3, 0, 0, TimeSpan.Zero));
        using var rita = await office.OfficerAsync("rita", "case_worker");
        var person = (await rita.RegisterAsync(new { identity = new { birth = new { date = "2008-03-04" } } })).Id;
        using var rosa = await office.SignInAsync("rosa", "case_worker");
        Assert.Contains("17 years", await TextAsync(rosa, $"/staff/cases/persons/{person:D}"), StringComparison.Ordinal);
        Assert.Equal(422, (await rita.PostAsync("/api/cases/persons", new { identity = new { birth = new { date = "2026-03-04" } } })).Status);
        office.Time.Advance(TimeSpan.FromHours(3));
        using var later = await office.SignInAsync("rosaura", "case_worker");
        Assert.Contains("18 years", await TextAsync(later, $"/staff/cases/persons/{person:D}"), StringComparison.Ordinal);
        Assert.Equal(201, (await rita.PostAsync("/api/cases/persons", new { identity = new { birth = new { date = "2026-03-04" } } })).Status);
    }

    [Theory, OnEachEngine]
    public async Task Who_saw_a_file_is_told_by_the_day_there_and_to_programs_by_the_day_of_UTC(Engine engine)
    {
        await using var office = await OpenAsync(engine, CostaRica, new DateTimeOffset(2026, 3, 4, 5, 59, 0, TimeSpan.Zero));
        var (rita, sara) = (await office.OfficerAsync("rita", "case_worker"), await office.OfficerAsync("sara", "cases_supervisor"));
        var path = $"/api/cases/persons/{(await rita.RegisterAsync(new { })).Id:D}";
        await rita.GetAsync(path);
        office.Time.Advance(TimeSpan.FromMinutes(1));
        await rita.GetAsync(path);
        await rita.GetAsync(path);
        using var susan = await office.SignInAsync("susan", "cases_supervisor");
        var rows = (await susan.OpenAsync(path.Replace("/api/", "/staff/", StringComparison.Ordinal) + "/seen-by")).QuerySelectorAll("tbody tr").Select(row => string.Join(' ', row.Children.Select(cell => cell.TextContent.Trim()))).ToList();
        Assert.Equal(2, rows.Count);
        Assert.StartsWith("4 Mar 2026 Rita", rows[0], StringComparison.Ordinal);
        Assert.EndsWith(" 2", rows[0], StringComparison.Ordinal);
        Assert.StartsWith("3 Mar 2026 Rita", rows[1], StringComparison.Ordinal);
        Assert.Equal([("2026-03-04", 3)], (await sara.GetAsync(path + "/seen-by")).Json.EnumerateArray().Select(one => (one.GetProperty("day").GetString()!, one.GetProperty("times").GetInt32())));
    }

    [Theory, OnEachEngine]
    public async Task A_referral_says_to_both_sides_by_when_it_is_answered(Engine engine)
    {
        await using var office = await ReferralOffice.OpenAsync(engine, zone: CostaRica);
        var referral = await office.OfferAsync(office.Beds, "emergency");
        const string By = "4 Mar 2026, 08:00 (UTC−6), in 2 hours";
        using var nora = await office.SignInAsync(office.Nora);
        using var saul = await office.SignInAsync(office.Saul);
        foreach (var (browser, address) in new[] { (nora, $"/staff/cases/referrals/{referral:D}"), (saul, "/staff/cases/incoming"), (saul, $"/staff/cases/incoming/{referral:D}") })
            Assert.Contains(By, await TextAsync(browser, address), StringComparison.Ordinal);
        // Whoever has no account reads it on the page of their link.
        var link = await office.LinkAsync(await office.OfferAsync(office.Mats), "links");
        var page = WebUtility.HtmlDecode((await office.PageAsync(link, null)).Html);
        Assert.Matches(@"^5 Mar 2026, 06:00 \(UTC−6\), in 24 hours", page[(page.IndexOf("Mar 2026", StringComparison.Ordinal) - 2)..]);
    }

    [Fact]
    public async Task An_emergency_says_when_it_ends_and_how_long_that_is()
    {
        await using var office = await OpenAsync(Engine.Sqlite, CostaRica);
        using var saul = await office.OfficerAsync("saul", "protection_specialist", CasesOffice.South);
        var person = await saul.RegisterAsync(new { });
        using var carla = await office.SignInAsync("carla", "case_worker");
        const string Address = "/staff/cases/emergencies/new";
        await carla.PostAsync(Address, await carla.OpenAsync(Address), ("person", person.Ref), ("purpose", "medical"), ("reason", "She collapsed at the gate, we need what is known of her health"));
        Assert.Equal(302, carla.Status);
        Assert.Contains("until 4 Mar 2026, 10:00 (UTC−6), in 4 hours.", await TextAsync(carla, carla.Location!), StringComparison.Ordinal);
    }

    [Theory, OnEachEngine]
    public async Task The_audit_is_shown_and_narrowed_by_the_days_there(Engine engine)
    {
        await using var office = await OpenAsync(engine, CostaRica, new DateTimeOffset(2026, 3, 4, 3, 0, 0, TimeSpan.Zero));
        using var alice = await office.SignInAsync("alice", "administrator", null);
        await office.WriteAsync("update cases_cases set version = version where id = 'nobody'");
        async Task<int> CountAsync(string days)
        {
            var page = await alice.OpenAsync($"/staff/audit?change=test.write&{days}");
            Assert.Equal(200, alice.Status);
            return page.QuerySelectorAll("tbody tr").Count(row => row.TextContent.Contains("2026-03-03 21:00:00 (UTC−6)", StringComparison.Ordinal));
        }

        // The ends of the calendar are days like others.
        foreach (var (days, expected) in new[] { ("from=2026-03-03&to=2026-03-03", 1), ("from=2026-03-04", 0), ("to=2026-03-04", 1), ("to=2026-03-02", 0), ("from=0001-01-01&to=9999-12-31", 1) })
            Assert.Equal((days, expected), (days, await CountAsync(days)));
    }

    private static Task<CasesOffice> OpenAsync(Engine engine, string zone, DateTimeOffset? at = null) =>
        CasesOffice.OpenAsync(engine, prepare: settings => settings with { File = settings.File with { TimeZone = zone } }, at: at);

    private static async Task<string> TextAsync(StaffBrowser browser, string address) =>
        string.Join(' ', (await browser.OpenAsync(address)).QuerySelector("main")!.TextContent.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
}
