using System.Net;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Tambo.Flows.Harmonising;
using Tambo.Flows.Imports;
using Tambo.Tests.Security;
using Tambo.Tests.Support;

namespace Tambo.Tests.Flows.Serving;

/// <summary>
/// Programs made for version 3 of the DTM API work with another base address: asked as the client "dtmapi" asks (its paths,
/// parameters and key header), answered in its envelope and by its field names.
/// </summary>
public sealed class DtmCompatibilityTests(DtmCompatibilityTests.NodeWithRounds rounds) : IClassFixture<DtmCompatibilityTests.NodeWithRounds>
{
    private const string Root = "/compat/dtm/v3/displacement";
    private const string KeyHeader = "Ocp-Apim-Subscription-Key";

    private static readonly string[] Envelope = ["errorMessages", "isSuccess", "result", "statusCode", "totalRecordsCount"];

    private static readonly string[] Fields =
    [
        "operation", "admin0Name", "admin0Pcode", "numPresentIdpInd", "reportingDate", "yearReportingDate", "monthReportingDate", "roundNumber",
        "displacementReason", "numberMales", "numberFemales", "idpOriginAdmin1Name", "idpOriginAdmin1Pcode", "assessmentType",
    ];

    // Made up, in the shape in which DTM gives its rows; the areas are real ones by their P-codes.
    private const string Rounds =
        """
        operation,admin0Name,admin0Pcode,admin1Name,admin1Pcode,numPresentIdpInd,reportingDate,roundNumber,displacementReason,numberMales,numberFemales,idpOriginAdmin1Name,idpOriginAdmin1Pcode,assessmentType
        Valley flood,Haiti,HTI,Ouest,HT01,120,2025-01-31T00:00:00,1,Natural disaster,50,70,Not available,Not available,BA
        Valley flood,Haiti,HTI,Sud-Est,HT02,30,2025-01-31T00:00:00,1,Conflict; Natural disaster,,,Ouest,HT01,BA
        Valley flood,Haiti,HTI,Ouest,HT01,90,2025-03-31T00:00:00,2,Conflict,40,50,Not available,Not available,SA
        Valley flood,Haiti,HTI,Ouest,HT01,,2025-03-31T00:00:00,2,No reason for displacement reported,,,Not available,Not available,SA

        """;

    [Fact]
    public async Task Rows_come_back_with_every_field_as_they_were_brought_in()
    {
        var answer = await AskAsync(rounds.Node, rounds.Key, "/admin1?CountryName=Haiti&FromRoundNumber=1&ToRoundNumber=10");
        Assert.Equal(HttpStatusCode.OK, answer.Status);
        var body = JsonDocument.Parse(answer.Body).RootElement;
        Assert.Equal(Envelope, body.EnumerateObject().Select(member => member.Name).Order(StringComparer.Ordinal));
        Assert.True(body.GetProperty("isSuccess").GetBoolean());
        var rows = body.GetProperty("result").EnumerateArray().ToList();
        Assert.Equal((4, 4, 200), (rows.Count, body.GetProperty("totalRecordsCount").GetInt32(), body.GetProperty("statusCode").GetInt32()));
        Assert.All(rows, row => Assert.Equal(Fields.Concat(["id", "admin1Name", "admin1Pcode"]).Order(StringComparer.Ordinal), row.EnumerateObject().Select(field => field.Name).Order(StringComparer.Ordinal)));
        Assert.Equal(4, rows.DistinctBy(row => row.GetProperty("id").GetInt32()).Count());

        var header = Rounds.Split('\n')[0].Split(',');
        var expected = Rounds.Split('\n', StringSplitOptions.RemoveEmptyEntries).Skip(1);
        var got = rows.Select(row => string.Join(',', header.Select(field => row.GetProperty(field).ValueKind == JsonValueKind.Null ? "" : row.GetProperty(field).ToString())));
        Assert.Equal(expected.Order(StringComparer.Ordinal), got.Order(StringComparer.Ordinal));
        Assert.All(rows, row => Assert.Equal(2025, row.GetProperty("yearReportingDate").GetInt32()));
        Assert.Equal([1, 1, 3, 3], rows.Select(row => row.GetProperty("monthReportingDate").GetInt32()).Order());
    }

    [Fact]
    public async Task An_answer_is_itself_a_file_that_another_node_brings_in_and_gives_again()
    {
        var answer = await AskAsync(rounds.Node, rounds.Key, "/admin1?Admin0Pcode=HTI");
        await using var other = await TestNode.StartAsync(Engine.Sqlite);
        await ImportAsync(other, "rounds.json", answer.Body);
        Assert.Equal(answer.Text, (await AskAsync(other, await FiguresNode.TokenAsync(other, "amelia"), "/admin1?Admin0Pcode=HTI")).Text);
    }

    [Theory]
    [InlineData("/admin1?Operation=Valley%20flood", 4)]
    [InlineData("/admin1?Operation=valley%20FLOOD&Admin1Name=Sud-Est", 1)]
    [InlineData("/admin1?Admin0Pcode=HTI&Admin1Pcode=HT01&FromReportingDate=2025-02-01&ToReportingDate=2025-12-31", 2)]
    [InlineData("/admin1?Admin0Pcode=HTI&FromRoundNumber=2&ToRoundNumber=2", 2)]
    [InlineData("/admin1?CountryName=Ha%C3%AFti", 4)]
    [InlineData("/admin1?Operation=No%20such%20operation", 0)]
    [InlineData("/admin0?CountryName=Nowhere", 0)]
    [InlineData("/admin2?Admin0Pcode=HTI", 0)]
    [InlineData("/country-list", 1)]
    [InlineData("/operation-list", 1)]
    public async Task Parameters_choose_and_what_is_not_there_is_an_empty_success(string asked, int rows)
    {
        var body = JsonDocument.Parse((await AskAsync(rounds.Node, rounds.Key, asked)).Body).RootElement;
        Assert.True(body.GetProperty("isSuccess").GetBoolean());
        Assert.Equal((rows, rows), (body.GetProperty("result").GetArrayLength(), body.GetProperty("totalRecordsCount").GetInt32()));
    }

    [Theory]
    [InlineData("/admin0")]
    [InlineData("/admin1?Admin1Name=Ouest")]
    [InlineData("/admin0?Admin0Pcode=HTI&FromReportingDate=31.12.2024")]
    [InlineData("/admin0?Admin0Pcode=HTI&FromRoundNumber=0")]
    [InlineData("/admin0?Admin0Pcode=HTI&FromRoundNumber=3&ToRoundNumber=2")]
    public async Task What_dtm_refuses_is_refused_in_its_envelope(string asked)
    {
        var answer = await AskAsync(rounds.Node, rounds.Key, asked);
        Assert.Equal(HttpStatusCode.BadRequest, answer.Status);
        var body = JsonDocument.Parse(answer.Body).RootElement;
        Assert.Equal(Envelope, body.EnumerateObject().Select(member => member.Name).Order(StringComparer.Ordinal));
        Assert.False(body.GetProperty("isSuccess").GetBoolean());
        Assert.Single(body.GetProperty("errorMessages").EnumerateArray());
    }

    [Fact]
    public async Task The_key_is_one_of_our_tokens_and_nothing_else_opens()
    {
        using var reader = new Reader(rounds.Node);
        Assert.Equal(HttpStatusCode.Unauthorized, (await reader.GetAsync(Root + "/country-list")).Status);
        Assert.Equal(HttpStatusCode.Unauthorized, (await reader.GetAsync(Root + "/country-list", (KeyHeader, "wrong"))).Status);
        Assert.Equal(HttpStatusCode.OK, (await reader.GetAsync(Root + "/country-list", (KeyHeader, rounds.Key))).Status);
        // The header is DTM's: it opens no other address.
        Assert.Equal(HttpStatusCode.Unauthorized, (await reader.GetAsync("/api/flows/series", (KeyHeader, rounds.Key))).Status);
    }

    [Fact]
    public async Task Displaced_people_of_other_publishers_stand_there_by_country()
    {
        await using var figures = new FiguresNode();
        await figures.InitializeAsync();
        var expected = ShippedFigures.Rows("unhcr/population.csv.gz").Where(row => row["coa_iso"] == "COL" && ShippedFigures.Number(row["idps"]) > 0)
            .Select(row => (row["year"] + "-12-31T00:00:00", ShippedFigures.Number(row["idps"])!.Value));
        var body = JsonDocument.Parse((await AskAsync(figures.Node, figures.Token, "/admin0?CountryName=Colombia")).Body).RootElement;
        Assert.Equal(expected.Order(), body.GetProperty("result").EnumerateArray().Select(row => (row.GetProperty("reportingDate").GetString()!, row.GetProperty("numPresentIdpInd").GetInt64())).Order());
        Assert.All(body.GetProperty("result").EnumerateArray(), row => Assert.Equal(Fields.Order(StringComparer.Ordinal), row.EnumerateObject().Select(field => field.Name).Order(StringComparer.Ordinal)));
    }

    private static async Task ImportAsync(TestNode node, string name, byte[] file)
    {
        var imports = node.Services.GetRequiredService<ImportFlows>();
        foreach (var mapping in (string[])["dtm-admin1", "dtm-admin1-sex"])
        {
            using var bytes = new MemoryStream(file);
            var report = await imports.RunAsync(new FlowsImport(name, bytes, MappingShelf.Find(mapping, node.Settings.Folder), DryRun: false), TestDatabase.Alice, CancellationToken.None);
            Assert.Equal(0, report.File!.Refused);
        }
    }

    private static async Task<Answer> AskAsync(TestNode node, string key, string asked)
    {
        using var reader = new Reader(node);
        return await reader.GetAsync(Root + asked, ("User-Agent", "Mozilla/5.0 (compatible; DTMClient/2.0)"), ("Accept", "*/*"), (KeyHeader, key));
    }

    /// <summary>A node that knows of two rounds of a made-up flood.</summary>
    public sealed class NodeWithRounds : IAsyncLifetime
    {
        public TestNode Node { get; private set; } = null!;

        public string Key { get; private set; } = "";

        public async ValueTask InitializeAsync()
        {
            Node = await TestNode.StartAsync(Engine.Sqlite, new SettableTime(new DateTimeOffset(2025, 6, 1, 12, 0, 0, TimeSpan.Zero)));
            await ImportAsync(Node, "rounds.csv", Encoding.UTF8.GetBytes(Rounds));
            Key = await FiguresNode.TokenAsync(Node, "amelia");
        }

        public ValueTask DisposeAsync() => Node.DisposeAsync();
    }
}
