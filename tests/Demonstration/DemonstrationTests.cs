using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Tambo.Cases.Disclosure;
using Tambo.Guide.Directory;
using Tambo.Guide.Finding;
using Tambo.Guide.Schedules;
using Tambo.Node.Demonstration;
using Tambo.Platform.Access.Sessions;
using Tambo.Platform.Access.Users;
using Tambo.Platform.Files;
using Tambo.Platform.Problems;
using Tambo.Platform.Settings;
using Tambo.Tests.Cases;
using Tambo.Tests.Support;

namespace Tambo.Tests.Demonstration;

public sealed class DemonstrationTests
{
    private static readonly CancellationToken None = CancellationToken.None;
    private static readonly DateTimeOffset Noon = new(2026, 11, 18, 20, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task Tijuana_and_the_Argentine_missions_are_there_with_what_is_not_known_left_unknown()
    {
        await using var node = await TestNode.StartAsync(
            Engine.Sqlite, new SettableTime(Noon), settings => DemonstrationNode.Prepare(settings, training: false));
        Assert.All(await DemonstrationNode.FillAsync(node.Services, node.Settings, None), report => Assert.Equal(0, report.Errors));

        var offers = await node.Services.GetRequiredService<LiveOffers>().GetAsync(None);
        var tijuana = offers.All.Where(offer => offer.Service.SourceSet == "tijuana").ToList();
        Assert.Equal(Table("tijuana", "services").Count, tijuana.Count);
        Assert.All(tijuana, offer =>
        {
            Assert.Equal(Opening.Unknown, offer.Hours.OpeningAt(Noon));
            Assert.Equal(("MX", "MX02", "America/Tijuana"), (offer.Location!.Country, offer.Location.AdminArea, offer.Location.TimeZone));
            Assert.False(offer.IsApproximate);
            Assert.NotEmpty(offer.Needs);
        });

        var missions = offers.All.Where(offer => offer.Service.SourceSet == "argentina-missions").ToList();
        var active = Table("argentina", "missions").Count(row => row["estado"] == "Activo");
        Assert.InRange(missions.Count, active, active + Table("argentina", "sections").Count);
        Assert.All(missions, offer => Assert.Null(offer.Point));
        Assert.All(missions.Where(offer => offer.Location is { HasPosition: true }), offer => Assert.True(offer.IsApproximate));
        // Only the mission that works from another country's embassy has no position.
        Assert.Single(missions.Where(offer => offer.Location is { HasPosition: false }).Select(offer => offer.Location!.Id).Distinct());
        foreach (var offer in missions)
            Assert.DoesNotContain("  ", $"{offer.Service.Name}|{offer.Address?.Address1}|{offer.Address?.City}|{string.Join('|', offer.Phones.Select(phone => phone.Number))}", StringComparison.Ordinal);
    }

    [Fact]
    public void No_person_stands_in_what_is_shipped()
    {
        foreach (var (column, value) in Table("argentina", "missions").Concat(Table("argentina", "sections")).SelectMany(row => row))
        {
            if (column.Contains("titular", StringComparison.Ordinal) || column.Contains("celular", StringComparison.Ordinal))
                Assert.Equal("", value);
            // The ministry gives each of its officials a mailbox of three letters.
            Assert.DoesNotMatch(@"(^|\s)[a-z]{3}@+mrecic\.gov\.ar", value);
        }
    }

    [Fact]
    public async Task Made_up_staff_comes_in_by_links_that_a_new_start_renews()
    {
        await using var node = await TestNode.StartAsync(Engine.Sqlite, prepare: settings => DemonstrationNode.Prepare(settings, training: true));
        await DemonstrationNode.FillAsync(node.Services, node.Settings, None);
        var users = node.Services.GetRequiredService<StaffUsers>();
        var house = (await Agencies.AllAsync(node.Db, None)).Single(agency => agency.Name == DemonstrationStaff.Answering);
        Assert.Equal(["service_provider"], (await node.Services.GetRequiredService<AgencyKinds>().AllAsync(None))[house.Id].Codes);

        var first = await DemonstrationStaff.LinksAsync(users, None);
        var second = await DemonstrationStaff.LinksAsync(users, None);

        Assert.Equal(DemonstrationStaff.People, first.Select(link => link.Person));
        Assert.Equal(2 * first.Count, first.Concat(second).DistinctBy(link => link.Path).Count());
        using var visitor = node.Client();
        var page = await visitor.GetAsync(new Uri(second[0].Path, UriKind.Relative));
        Assert.True(page.IsSuccessStatusCode, page.StatusCode.ToString());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_newcomer_tries_a_referral_from_both_sides_and_no_reader_is_shown_the_house_that_answers(bool training)
    {
        await using var office = CasesOffice.Of(await TestNode.StartAsync(Engine.Sqlite, new SettableTime(Noon), settings => DemonstrationNode.Prepare(settings, training)));
        var node = office.Node;
        await DemonstrationNode.FillAsync(node.Services, node.Settings, None);
        var (carla, lucia) = (await office.KnownAsync("carla"), await office.KnownAsync("lucia"));
        var moment = await node.Services.GetRequiredService<LiveDirectory>().GetAsync(None);
        var house = Assert.Single(moment.Staff.Records.Organizations, organization => organization.AgencyId is not null);
        Assert.Equal(lucia.Agency, house.AgencyId);
        var service = Assert.Single(moment.Staff.Records.Services, one => one.OrganizationId == house.Id);
        Assert.All(new[] { service.Name, house.Name }, name => Assert.Contains("inventad", name, StringComparison.Ordinal));
        Assert.Null(moment.Public.Service(service.Id));
        Assert.Null(moment.Public.Organization(house.Id));

        var person = await carla.RegisterAsync(new { identity = new { names = new[] { new { full = "Zorayda Quispillo" } }, birth = new { inYear = 1990 } }, general = new { languages = new[] { new { code = "es" } } } });
        var consent = await carla.PostAsync($"/api/cases/persons/{person.Id:D}/consents", new
        {
            givenBy = new { kind = "self" },
            form = "verbal",
            language = "es",
            explained = Tambo.Cases.Consent.NoticeWording.Points,
            freeToRefuse = true,
            purpose = "referral",
            scopes = from category in new[] { "identity", "general" } from action in new[] { "view", "share" } select new { category, recipient = new { kind = "class", code = "service_provider" }, action },
        });
        Assert.True(consent.Status == 201, consent.Text);
        var one = await carla.OpenAsync(new { person = person.Id });
        // The page on which a service is chosen names the house to whoever may know of it.
        using (var page = await StaffAsync(office, "carla"))
            Assert.Contains(service.Name, (await page.OpenAsync($"/staff/cases/{one.Id:D}/refer?kind=shelter")).QuerySelector("main")!.TextContent, StringComparison.Ordinal);
        var draft = await carla.PostAsync($"/api/cases/{one.Id:D}/referrals", new { service = service.Id, kind = "shelter", urgency = "urgent", consent = consent.Id });
        Assert.True(draft.Status == 201, draft.Text);
        var path = $"/api/cases/referrals/{draft.Id:D}";
        var offered = await carla.PostAsync(path + "/offer", new { }, ("If-Match", (await carla.GetAsync(path)).Tag!));
        Assert.True(offered.Status == 200, offered.Text);
        Assert.Empty((await carla.GetAsync("/api/cases/referrals/incoming")).Json.GetProperty("referrals").EnumerateArray());
        var asked = Assert.Single((await lucia.GetAsync("/api/cases/referrals/incoming")).Json.GetProperty("referrals").EnumerateArray());
        Assert.Equal(draft.Id, asked.GetProperty("id").GetGuid());
        var preview = await lucia.GetAsync(path + "/preview");
        Assert.DoesNotContain("Zorayda", preview.Text, StringComparison.Ordinal);
        using (var page = await StaffAsync(office, "lucia"))
            Assert.NotEmpty((await page.OpenAsync("/staff/cases/incoming")).QuerySelectorAll($"a[href*='{draft.Id:D}']"));
        var accepted = await lucia.PostAsync(path + "/answer", new { act = "accept" }, ("If-Match", preview.Tag!));
        Assert.True(accepted.Status == 200, accepted.Text);
        var handed = await carla.PostAsync(path + "/hand-over", new { }, ("If-Match", (await carla.GetAsync(path)).Tag!));
        Assert.True(handed.Status is 200 or 201, handed.Text);
        var received = await lucia.PostAsync(path + "/receive", new { });
        Assert.Contains("Zorayda Quispillo", received.Text, StringComparison.Ordinal);
        Assert.Equal(404, (await lucia.GetAsync($"/api/cases/persons/{person.Id:D}")).Status);
    }

    private static async Task<Guide.Staff.StaffBrowser> StaffAsync(CasesOffice office, string name)
    {
        var user = await UserRows.ByNameAsync(office.Node.Db, name, None);
        var secret = await office.Node.Services.GetRequiredService<SessionStore>().BeginAsync(user!, Stages.Open, "", null, None);
        var client = office.Node.Client();
        client.DefaultRequestHeaders.Add("Accept", "text/html");
        client.DefaultRequestHeaders.Add("Accept-Language", "es");
        return new Guide.Staff.StaffBrowser(client, "tambo-session=" + secret);
    }

    [Theory]
    [InlineData("http://0.0.0.0:5080")]
    [InlineData("http://*:5080")]
    [InlineData("http://node.example:5080")]
    [InlineData("http://localhost:5080;http://[::]:5081")]
    public void Nobody_else_can_reach_a_demonstration(string urls)
    {
        using var folder = new Folder();
        var refused = Assert.Throws<Problem>(() => DemonstrationNode.Prepare(folder.Settings with { Urls = urls }, training: false));
        Assert.Equal(PlatformProblems.DemoOpen, refused.Kind);
    }

    [Theory]
    [InlineData("http://localhost:5080")]
    [InlineData("http://127.0.0.1:0;http://[::1]:0")]
    public void A_demonstration_listens_on_its_own_machine(string urls)
    {
        using var folder = new Folder();
        Assert.Equal("demo", DemonstrationNode.Prepare(folder.Settings with { Urls = urls }, training: false).File.Kind);
        Assert.Equal("demo", folder.Settings.File.Kind);
    }

    [Fact]
    public void The_folder_of_another_node_is_left_alone()
    {
        using var real = new Folder();
        (real.Settings with { File = new NodeFile { Name = "A real node" } }).SaveFile();
        var refused = Assert.Throws<Problem>(() => DemonstrationNode.Prepare(real.Settings, training: false));
        Assert.Equal(PlatformProblems.DemoFolder, refused.Kind);

        using var demonstration = new Folder();
        DemonstrationNode.Prepare(demonstration.Settings, training: false);
        refused = Assert.Throws<Problem>(() => DemonstrationNode.Prepare(demonstration.Settings, training: true));
        Assert.Equal(PlatformProblems.DemoFolder, refused.Kind);
    }

    private static List<Dictionary<string, string>> Table(string set, string name)
    {
        using var file = File.OpenRead(Path.Combine(AppContext.BaseDirectory, "data", "demo", set, name + ".csv"));
        using var reader = DelimitedReader.Open(file, new IssueReport());
        var columns = reader.Header!.Names;
        return
        [
            .. reader.Rows().Select(row => Enumerable.Range(0, columns.Count).ToDictionary(
                i => columns[i] ?? i.ToString(CultureInfo.InvariantCulture), i => row[i] ?? "", StringComparer.Ordinal)),
        ];
    }

    private sealed class Folder : IDisposable
    {
        private readonly string path = Directory.CreateTempSubdirectory("tambo-demo-").FullName;

        public NodeSettings Settings => NodeSettings.Of(path);

        public void Dispose() => Directory.Delete(path, recursive: true);
    }
}
