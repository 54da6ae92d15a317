using System.Net;
using System.Text.RegularExpressions;
using Tambo.Guide.Directory;
using Tambo.Tests.Support;

namespace Tambo.Tests.Guide.Reviews;

/// <summary>One tap on the page of a mail's link confirms what is shown there: once, in time, and nothing else.</summary>
public sealed partial class AnswerReviewTests
{
    [Theory, OnEachEngine]
    public async Task Opening_the_page_confirms_nothing_and_one_tap_confirms_its_service_once(Engine engine)
    {
        await using var node = await ReviewNode.StartAsync(engine);
        var link = await AskedAsync(node);
        for (var look = 0; look < 3; look++)
            await node.OpenAsync(link);
        Assert.All((await node.DirectoryAsync()).Records.Services, service => Assert.Equal(SettableTime.Noon.AddDays(-200), service.ConfirmedAt));

        var (status, page) = await node.OpenAsync(link);
        Assert.Equal(HttpStatusCode.OK, status);
        foreach (var said in new[] { "Camas", "Sopa", "999 555 0110", "Everything is right", "Something is wrong", "All 2 of these are right" })
            Assert.Contains(said, page, StringComparison.Ordinal);
        var pick = ByLink.Picks(page).Single(field => field.Item2.StartsWith(node.Beds.Id.ToString("D"), StringComparison.Ordinal));
        var (_, thanks) = await node.PostAsync(link, ("act", "confirm"), pick);
        Assert.Contains("was confirmed today", thanks, StringComparison.Ordinal);
        var directory = await node.DirectoryAsync();
        Assert.Equal((node.Time.GetUtcNow(), "House of the Lantern"), (directory.Service(node.Beds.Id)!.ConfirmedAt, directory.Service(node.Beds.Id)!.ConfirmedBy));
        Assert.Equal(DateOnly.FromDateTime(node.Time.GetUtcNow().UtcDateTime).AddDays(180), directory.Service(node.Beds.Id)!.ReviewDue);
        Assert.Equal(SettableTime.Noon.AddDays(-200), directory.Service(node.Soup.Id)!.ConfirmedAt);

        node.Time.Set(node.Time.GetUtcNow().AddDays(3));
        var (again, second) = await node.PostAsync(link, ("act", "confirm"), pick);
        Assert.Equal(HttpStatusCode.OK, again);
        Assert.Contains("You confirmed this", second, StringComparison.Ordinal);
        Assert.Equal(2, (await node.DirectoryAsync()).Service(node.Beds.Id)!.Version);

        var history = await RecordHistory.OfAsync(node.Node.Db, "service", node.Beds.Id, CancellationToken.None);
        Assert.StartsWith("link:", history[0].Actor, StringComparison.Ordinal);
        Assert.Equal("confirmed", history[0].Change);
        Assert.Equal(1, await node.CountAsync("select count(*) from platform_audit_entries where change = 'guide.service.confirmed' and actor like 'link:%'"));
    }

    // Digits run from left to right, but what stands between blanks or signs changes places in a sentence of Arabic (UAX #9).
    [Fact]
    public async Task From_right_to_left_every_number_keeps_its_order()
    {
        await using var node = await ReviewNode.StartAsync(Engine.Sqlite);
        var beds = (await node.DirectoryAsync()).Service(node.Beds.Id)!;
        await node.WriteAsync(change => DirectoryWriter.ReplaceAsync(
            change, DirectoryRecords.Of([beds with { Phones = [.. beds.Phones, new Phone { Id = Guid.CreateVersion7(SettableTime.Noon), Number = "+999 555-0111" }] }]), "edited"));
        var link = ReviewNode.LinkOf(await AskedMailAsync(node), "ar");
        var page = new AngleSharp.Html.Parser.HtmlParser().ParseDocument((await node.OpenAsync(link)).Html);
        Assert.Equal("rtl", page.DocumentElement.GetAttribute("dir"));
        Assert.All(page.QuerySelectorAll("main .card h2[lang]"), name => Assert.Equal("ar", name.QuerySelector("span")!.GetAttribute("lang")));
        Assert.Equal(["+999 555 0110", "+999 555-0111"], page.QuerySelectorAll("main bdi[dir=ltr]").Select(number => number.TextContent).Distinct());
        var outside = page.QuerySelectorAll("main *").SelectMany(element => element.ChildNodes.OfType<AngleSharp.Dom.IText>())
            .Where(text => text.ParentElement!.Closest("bdi, [dir=ltr], script, style") is null)
            .Select(text => Isolated().Replace(text.Data, ""));
        Assert.DoesNotContain(outside, text => SplitNumber().IsMatch(text));
    }

    [GeneratedRegex(@"\u2068[^\u2069]*\u2069", RegexOptions.None, 1000)]
    private static partial Regex Isolated();

    [GeneratedRegex(@"\+\d|\d[ -]+\d", RegexOptions.None, 1000)]
    private static partial Regex SplitNumber();

    [Theory, OnEachEngine]
    public async Task All_are_confirmed_at_once_and_taps_at_the_same_time_count_once(Engine engine)
    {
        await using var node = await ReviewNode.StartAsync(engine);
        var link = await AskedAsync(node);
        (string, string)[] all = [("act", "confirm"), .. ByLink.Picks((await node.OpenAsync(link)).Html)];
        Assert.Equal(3, all.Length);
        await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => node.PostAsync(link, all)));
        Assert.All((await node.DirectoryAsync()).Records.Services, service => Assert.Equal((node.Time.GetUtcNow(), 2), (service.ConfirmedAt!.Value, service.Version)));
        Assert.Contains("There is nothing left to answer here", (await node.OpenAsync(link)).Html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_was_changed_since_is_shown_anew_before_it_is_confirmed()
    {
        await using var node = await ReviewNode.StartAsync(Engine.Sqlite);
        var link = await AskedAsync(node);
        var old = ByLink.Picks((await node.OpenAsync(link)).Html);
        await node.WriteAsync(async change => Assert.True(await DirectoryWriter.ReplaceAsync(change, DirectoryRecords.Of([node.Beds with { Name = "Camas nuevas" }]), "edited")));

        var (status, page) = await node.PostAsync(link, [("act", "confirm"), .. old]);
        Assert.Equal(HttpStatusCode.Conflict, status);
        Assert.Contains("Camas nuevas", page, StringComparison.Ordinal);
        var directory = await node.DirectoryAsync();
        Assert.Equal(SettableTime.Noon.AddDays(-200), directory.Service(node.Beds.Id)!.ConfirmedAt);
        Assert.Equal(node.Time.GetUtcNow(), directory.Service(node.Soup.Id)!.ConfirmedAt);
        Assert.Contains("This was changed since we wrote to you", (await node.OpenAsync(link)).Html, StringComparison.Ordinal);
        await node.PostAsync(link, [("act", "confirm"), .. ByLink.Picks(page)]);
        Assert.Equal(node.Time.GetUtcNow(), (await node.DirectoryAsync()).Service(node.Beds.Id)!.ConfirmedAt);
    }

    [Theory]
    [InlineData("hidden")]
    [InlineData("retired")]
    public async Task Of_what_readers_no_longer_see_the_page_says_only_that_nothing_is_to_be_done(string how)
    {
        await using var node = await ReviewNode.StartAsync(Engine.Sqlite);
        var link = await AskedAsync(node);
        var old = ByLink.Picks((await node.OpenAsync(link)).Html).Single(pick => pick.Item2.StartsWith(node.Soup.Id.ToString("D"), StringComparison.Ordinal));
        var gone = how == "hidden" ? node.Soup with { Confidentiality = Confidentiality.Withheld } : node.Soup with { RetiredAt = node.Time.GetUtcNow() };
        await node.WriteAsync(async change => Assert.True(await DirectoryWriter.ReplaceAsync(change, DirectoryRecords.Of([gone]), "edited")));

        var (status, page) = await node.OpenAsync(link);
        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Contains("not shown any more. There is nothing for you to do", page, StringComparison.Ordinal);
        Assert.DoesNotContain("Sopa", page, StringComparison.Ordinal);
        await node.PostAsync(link, ("act", "confirm"), old);
        await node.PostAsync(link, ("act", "wrong"), ("service", node.Soup.Id.ToString("D")), ("text", "It moved"));
        Assert.NotEqual(node.Time.GetUtcNow(), (await node.DirectoryAsync()).Service(node.Soup.Id)?.ConfirmedAt ?? default);
        Assert.Equal(0, await node.CountAsync("select count(*) from guide_review_tasks"));
    }

    [Fact]
    public async Task A_link_altered_unknown_or_expired_says_so_plainly_and_does_nothing()
    {
        await using var node = await ReviewNode.StartAsync(Engine.Sqlite);
        var link = await AskedAsync(node);
        var picks = ByLink.Picks((await node.OpenAsync(link)).Html);
        var altered = link[..^1] + (link[^1] == '0' ? '1' : '0');
        var answers = new List<string>();
        foreach (var wrong in new[] { altered, "/en/confirm/none", "/en/confirm/" + new string('a', 40), "/en/confirm/" + new string('x', 2000) })
        {
            foreach (var (status, html) in new[] { await node.OpenAsync(wrong), await node.PostAsync(wrong, [("act", "confirm"), .. picks]) })
            {
                Assert.Equal((wrong, HttpStatusCode.NotFound), (wrong, status));
                answers.Add(MainOf(html));
            }
        }

        Assert.Single(answers.Distinct());
        Assert.Contains("This link does not work", answers[0], StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.BadRequest, (await node.PostAsync(link, ("act", "anything"))).Status);

        node.Time.Set(node.Time.GetUtcNow().AddDays(30));
        foreach (var (status, html) in new[] { await node.OpenAsync(link), await node.PostAsync(link, [("act", "confirm"), .. picks]), await node.PostAsync(link, ("act", "not_mine")) })
        {
            Assert.Equal(HttpStatusCode.Gone, status);
            Assert.Contains("Nothing was changed", html, StringComparison.Ordinal);
            Assert.DoesNotContain("Camas", html, StringComparison.Ordinal);
        }

        Assert.All((await node.DirectoryAsync()).Records.Services, service => Assert.Equal(1, service.Version));
        Assert.Equal(0, await node.CountAsync("select count(*) from guide_review_stops"));
    }

    [Fact]
    public async Task A_link_confirms_no_service_but_those_it_names()
    {
        await using var node = await ReviewNode.StartAsync(Engine.Sqlite);
        var link = await AskedAsync(node);
        var other = new Service { Id = Guid.CreateVersion7(node.Time.GetUtcNow()), Name = "Of others", CreatedAt = node.Time.GetUtcNow(), ChangedAt = node.Time.GetUtcNow(), ChangedBy = "test" };
        await node.WriteAsync(change => DirectoryWriter.AddAsync(change, DirectoryRecords.Of([other]), "edited"));
        var shown = Tambo.Guide.Reviews.ReviewSeals.Shown(Tambo.Guide.Finding.Offers.Of(PublicDirectory.Of(await node.DirectoryAsync()), other.Id));
        await node.PostAsync(link, ("act", "confirm"), ("pick", $"{other.Id:D}:{shown}"), ("pick", "nonsense"), ("pick", "a:b:c"));
        await node.PostAsync(link, ("act", "wrong"), ("service", other.Id.ToString("D")), ("text", "Not theirs to say"));
        Assert.Null((await node.DirectoryAsync()).Service(other.Id)!.ConfirmedAt);
        Assert.Equal(0, await node.CountAsync("select count(*) from guide_review_tasks"));
    }

    [Theory, OnEachEngine]
    public async Task What_is_wrong_becomes_a_task_and_a_message_with_a_code_once(Engine engine)
    {
        await using var node = await ReviewNode.StartAsync(engine);
        var link = await AskedAsync(node);
        var form = (await node.OpenAsync($"{link}?about={node.Beds.Id:D}")).Html;
        Assert.Contains("It has moved", form, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await node.PostAsync(link, ("act", "wrong"), ("service", node.Beds.Id.ToString("D")), ("text", " "))).Status);

        (string, string)[] said = [("act", "wrong"), ("service", node.Beds.Id.ToString("D")), ("marks", "moved"), ("marks", "invented"), ("text", "Now at the <b>harbour</b>")];
        var (_, told) = await node.PostAsync(link, said);
        Assert.Contains("We will look at it", told, StringComparison.Ordinal);
        Assert.Matches("<code>[^<]{10,}</code>", told);
        await node.PostAsync(link, said);
        Assert.Equal(1, await node.CountAsync("select count(*) from guide_review_tasks where reason = 'wrong' and marks = 'moved'"));
        Assert.Equal(0, await node.CountAsync("select count(*) from guide_review_tasks where sealed like '%harbour%'"));
        Assert.Equal(1, await node.CountAsync("select count(*) from guide_feedback where kind = 'wrong_information'"));
        Assert.Equal(1, (await node.DirectoryAsync()).Service(node.Beds.Id)!.Version);
        node.Time.Set(node.Time.GetUtcNow().AddDays(20));
        await node.AskAsync();
        Assert.Equal(1, await node.CountAsync($"select count(*) from guide_review_questions where service_id = '{node.Beds.Id:D}'"));
    }

    [Theory, OnEachEngine]
    public async Task Who_is_not_responsible_is_never_written_to_again_until_staff_say_otherwise(Engine engine)
    {
        await using var node = await ReviewNode.StartAsync(engine);
        var link = await AskedAsync(node);
        var (_, stopped) = await node.PostAsync(link, ("act", "not_mine"));
        Assert.Contains("We will not write to you again", stopped, StringComparison.Ordinal);
        Assert.Contains("We will not write to you again", (await node.OpenAsync(link)).Html, StringComparison.Ordinal);
        node.Time.Set(node.Time.GetUtcNow().AddDays(60));
        await node.AskAsync();
        Assert.Equal((1, 2), (await node.CountAsync("select count(*) from guide_review_mails"), await node.CountAsync("select count(*) from guide_review_tasks where reason = 'not_mine'")));
    }

    internal static async Task<string> AskedAsync(ReviewNode node) => ReviewNode.LinkOf(await AskedMailAsync(node));

    private static async Task<string> AskedMailAsync(ReviewNode node)
    {
        await node.AskAsync();
        return Assert.Single(await node.DroppedAsync(1));
    }

    private static string MainOf(string html) => html[html.IndexOf("<main", StringComparison.Ordinal)..html.IndexOf("</main>", StringComparison.Ordinal)];
}
