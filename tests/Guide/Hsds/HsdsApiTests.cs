using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Tambo.Guide.Directory;
using Tambo.Tests.Guide.Directory;
using Tambo.Tests.Support;

namespace Tambo.Tests.Guide.Hsds;

public class HsdsApiTests
{
    [Fact]
    public async Task The_root_names_a_profile_and_a_description_that_resolve()
    {
        await using var node = await TestNode.StartAsync(Engine.Sqlite);
        using var client = node.Client();

        var root = JsonNode.Parse(await client.GetStringAsync("/hsds/"))!;

        Assert.Equal("3.0", root["version"]!.ToString());
        Assert.Contains("translations", await client.GetStringAsync(root["profile"]!.ToString()), StringComparison.Ordinal);
        var described = JsonNode.Parse(await client.GetStringAsync(root["openapi_url"]!.ToString()))!;
        Assert.Equal(11, described["paths"]!.AsObject().Count);
        Assert.NotNull(described["paths"]!["/services"]!["post"]);
    }

    [Theory]
    [InlineData("services?page=0", "guide.bad_parameter")]
    [InlineData("services?per_page=abc", "guide.bad_parameter")]
    [InlineData("services?per_page=1001", "guide.bad_parameter")]
    [InlineData("services?page=99999999999999999999", "guide.bad_parameter")]
    [InlineData("services?taxonomy_term_id=%00", "guide.bad_parameter")]
    [InlineData("services?modified_after=yesterday", "guide.bad_parameter")]
    [InlineData("services?full=perhaps", "guide.bad_parameter")]
    [InlineData("services?lat=91&lon=0", "guide.bad_parameter")]
    [InlineData("services?lat=10", "guide.bad_parameter")]
    [InlineData("services?radius_m=10", "guide.bad_parameter")]
    [InlineData("services?day=XX", "guide.bad_parameter")]
    [InlineData("services?start_time=25:00", "guide.bad_parameter")]
    [InlineData("service_at_locations?proximity=100", "guide.bad_parameter")]
    [InlineData("services?postcode=00001&proximity=500", "guide.postcode_unknown")]
    [InlineData("service_at_locations?postcode=00001&proximity=500", "guide.postcode_unknown")]
    [InlineData("services?format=ndjson", "guide.format_unsupported")]
    public async Task A_parameter_that_cannot_be_is_refused_with_its_code(string address, string code)
    {
        await using var node = await TestNode.StartAsync(Engine.Sqlite);
        using var client = node.Client();

        var answer = await client.GetAsync("/hsds/" + address);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
        Assert.Contains(code, await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal("*", Assert.Single(answer.Headers.GetValues("Access-Control-Allow-Origin")));
    }

    [Theory]
    [InlineData("services/00000000-0000-0000-0000-000000000000")]
    [InlineData("organizations/x")]
    public async Task What_is_not_there_is_not_found(string address)
    {
        await using var node = await TestNode.StartAsync(Engine.Sqlite);
        using var client = node.Client();

        var answer = await client.GetAsync("/hsds/" + address);

        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        Assert.Contains("guide.no_such_record", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("GET", "unknown")]
    [InlineData("POST", "unknown")]
    [InlineData("OPTIONS", "unknown")]
    [InlineData("GET", "services/one/two")]
    public async Task An_address_that_does_not_exist_is_not_found_in_any_method(string method, string address)
    {
        await using var node = await TestNode.StartAsync(Engine.Sqlite);
        using var client = node.Client();
        using var request = new HttpRequestMessage(new HttpMethod(method), "/hsds/" + address);
        using var answer = await client.SendAsync(request);
        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        Assert.Contains("request.not_found", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_search_can_be_posted_and_gives_what_the_address_gives()
    {
        await using var node = await WithAsync(Sample.Everything(SettableTime.Noon));
        using var client = node.Client();

        var asked = await client.GetStringAsync("/hsds/services?search=albergue%20noche");
        var json = await client.PostAsJsonAsync("/hsds/services", new { search = "albergue noche" });
        var form = await client.PostAsync("/hsds/services", new FormUrlEncodedContent([new("search", "ALBERGUÉ")]));

        Assert.Equal(1, JsonNode.Parse(asked)!["total_items"]!.GetValue<int>());
        Assert.Equal(asked, await json.Content.ReadAsStringAsync());
        Assert.Equal(asked, await form.Content.ReadAsStringAsync());
        Assert.Equal("no-store", json.Headers.CacheControl?.ToString());
        Assert.Equal(HttpStatusCode.BadRequest, (await client.PostAsync("/hsds/services", new StringContent("[1"))).StatusCode);
    }

    [Fact]
    public async Task Nothing_withheld_can_be_counted_ordered_or_asked_for()
    {
        var all = Sample.Everything(SettableTime.Noon);
        all = all with { Locations = [all.Locations[0] with { Confidentiality = Confidentiality.Withheld }] };
        await using var node = await WithAsync(all);
        using var client = node.Client();

        foreach (var address in new[] { "service_at_locations", "services?lat=12.34&lon=-71.23&radius_m=2000", "services?postcode=99888", "service_at_locations?search=lumen" })
            Assert.Equal(0, JsonNode.Parse(await client.GetStringAsync("/hsds/" + address))!["total_items"]!.GetValue<int>());
        Assert.Equal(HttpStatusCode.NotFound, (await client.GetAsync($"/hsds/service_at_locations/{all.ServicesAtLocations[0].Id}")).StatusCode);
        var text = await client.GetStringAsync("/hsds/services?full=true") + await client.GetStringAsync("/hsds/organizations?full_service=true");
        foreach (var secret in new[] { "Candle Street", "12.34", "-71.23", "99888", "+999 102", "yellow" })
            Assert.DoesNotContain(secret, text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_nearest_comes_first_and_an_approximate_position_never_does()
    {
        var all = Sample.Everything(SettableTime.Noon);
        Service Another(string name) => all.Services[0] with { Id = Sample.Id(), Name = name };
        Location At(double latitude, string precision) => all.Locations[0] with { Id = Sample.Id(), Latitude = latitude, PositionPrecision = precision };
        var (far, near, rough) = (Another("Far"), Another("Near"), Another("Rough"));
        var (there, here, somewhere) = (At(12.9, "exact"), At(12.4, "exact"), At(12.0, "approximate"));
        ServiceAtLocation Offer(Service s, Location l) => all.ServicesAtLocations[0] with { Id = Sample.Id(), ServiceId = s.Id, LocationId = l.Id };
        await using var node = await WithAsync(all with
        {
            Services = [far, near, rough],
            Locations = [there, here, somewhere],
            ServicesAtLocations = [Offer(far, there), Offer(near, here), Offer(rough, somewhere)],
        });
        using var client = node.Client();

        var found = JsonNode.Parse(await client.GetStringAsync("/hsds/services?lat=12&lon=-71.234567"))!;

        Assert.Equal(["Near", "Far", "Rough"], found["contents"]!.AsArray().Select(s => s!["name"]!.ToString()));
    }

    [Fact]
    public async Task Translations_say_whether_they_are_current()
    {
        var all = Sample.Everything(SettableTime.Noon);
        var service = all.Services[0] with
        {
            Translations = [.. all.Services[0].Translations, new Translation { Field = "description", Language = "es", Value = "Camas", SourceHash = TextHash.Of("Beds for two nights") }],
        };
        await using var node = await WithAsync(all with { Services = [service] });
        using var client = node.Client();

        var served = JsonNode.Parse(await client.GetStringAsync($"/hsds/services/{service.Id}"))!;

        Assert.Equal(
            ["description outdated", "name current"],
            served["translations"]!.AsArray().Select(t => $"{t!["field"]} {t["status"]}").Order());
    }

    [Fact]
    public async Task A_list_that_has_not_changed_is_not_sent_again()
    {
        await using var node = await WithAsync(Sample.Everything(SettableTime.Noon));
        using var client = node.Client();
        var first = await client.GetAsync("/hsds/services");
        using var again = new HttpRequestMessage(HttpMethod.Get, "/hsds/services");
        again.Headers.IfNoneMatch.Add(first.Headers.ETag!);

        Assert.Equal(HttpStatusCode.NotModified, (await client.SendAsync(again)).StatusCode);
    }

    private static async Task<TestNode> WithAsync(DirectoryRecords records)
    {
        var node = await TestNode.StartAsync(Engine.Sqlite, new SettableTime(SettableTime.Noon));
        await using var change = await node.Db.BeginAsync(TestDatabase.Alice, "guide.written", "test", CancellationToken.None, bulk: true);
        await DirectoryWriter.AddAsync(change, records, "edited");
        await change.CommitAsync(CancellationToken.None);
        return node;
    }
}
