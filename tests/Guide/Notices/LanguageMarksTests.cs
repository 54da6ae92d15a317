using AngleSharp.Html.Dom;
using AngleSharp.Html.Parser;
using Tambo.Guide.Directory;
using Tambo.Tests.Journeys;
using Tambo.Tests.Support;

namespace Tambo.Tests.Guide.Notices;

/// <summary>Whatever is not in the reader's language says in which it is, wherever it stands.</summary>
public sealed class LanguageMarksTests(TownNode town) : IClassFixture<TownNode>
{
    private static readonly string Near = Uri.EscapeDataString(Spot.StartName);

    [Fact]
    public async Task The_name_of_a_service_says_its_language_on_its_page_on_paper_and_on_the_wall()
    {
        using var client = town.Node.Client();
        foreach (var (address, where) in new[] { ($"/ht/services/{TownNode.Shelter.Id:D}", "h1"), ($"/ht/sheet?near={Near}&need=shelter", ".columns h2"), ($"/es/screen/on?near={Near}&need=shelter&in=ht", "section.slide h1") })
        {
            var name = (await ReadAsync(client, address)).QuerySelector(where)!;
            Assert.Equal("es", name.GetAttribute("lang"));
            Assert.Equal("Albergue del muelle (panyòl)", name.TextContent);
            Assert.Equal("ht", name.QuerySelector("span")!.GetAttribute("lang"));
            Assert.Equal("Albergue del muelle", name.QuerySelector("bdi")!.TextContent);
        }

        // In the reader's own language nothing is said.
        Assert.Equal("Albergue del muelle", (await ReadAsync(client, $"/es/services/{TownNode.Shelter.Id:D}")).QuerySelector("h1")!.TextContent);
    }

    [Fact]
    public async Task A_long_alert_is_told_on_the_wall_in_its_translation()
    {
        await using var node = await TestNode.StartAsync(Engine.Sqlite, new SettableTime(TownNode.Morning));
        var alert = string.Concat(Enumerable.Repeat("La puerta está cerrada por obras. ", 8)).Trim();
        var records = Spot.Records([TownNode.Shelter], TownNode.Morning);
        await TownNode.AddAsync(node, records with
        {
            Services =
            [
                records.Services[0] with
                {
                    Alert = alert,
                    Translations = [new Translation { Field = "alert", Language = "ht", Value = "Pòt la fèmen", SourceHash = TextHash.Of(alert) }],
                },
            ],
        });
        using var client = node.Client();
        Assert.Equal("Pòt la fèmen", (await ReadAsync(client, $"/es/screen/on?near={Near}&in=ht")).QuerySelector(".alert")!.TextContent);
    }

    private static async Task<IHtmlDocument> ReadAsync(HttpClient client, string address) =>
        await new HtmlParser().ParseDocumentAsync(await client.GetStringAsync(address));
}
