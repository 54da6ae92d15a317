using Microsoft.Extensions.DependencyInjection;
using Tambo.Guide.Directory;
using Tambo.Guide.Reviews;
using Tambo.Platform.Access.Users;
using Tambo.Platform.Jobs;
using Tambo.Tests.Support;

namespace Tambo.Tests.Guide.Reviews;

/// <summary>Who looks after a service that is due gets a mail: once, in their language, with nothing in it that is not public.</summary>
public sealed class AskOwnersTests
{
    private const string Mails = "select count(*) from guide_review_mails";

    [Theory, OnEachEngine]
    public async Task The_address_outside_gets_one_mail_about_all_that_is_due_and_not_another_in_the_same_week(Engine engine)
    {
        await using var node = await ReviewNode.StartAsync(engine);
        await node.AskAsync();
        await node.AskAsync();
        var mail = Assert.Single(await node.DroppedAsync(1));
        Assert.Contains("To: " + ReviewNode.Outside, mail, StringComparison.Ordinal);
        Assert.Contains("Content-Language: es", mail, StringComparison.Ordinal);
        Assert.Contains("Es hora de asegurarnos", mail, StringComparison.Ordinal);
        Assert.True(mail.IndexOf("- Camas", StringComparison.Ordinal) < mail.IndexOf("- Sopa", StringComparison.Ordinal));
        Assert.Matches("https://guide.example/es/confirm/[0-9a-f]{40}", mail);
        Assert.DoesNotContain("/staff/", mail, StringComparison.Ordinal);
        Assert.Equal(1, await node.CountAsync(Mails));

        node.Time.Set(node.Time.GetUtcNow().AddDays(13));
        await node.AskAsync();
        Assert.Equal(1, await node.CountAsync(Mails));
        node.Time.Set(node.Time.GetUtcNow().AddDays(1));
        await node.AskAsync();
        Assert.Equal(2, await node.CountAsync(Mails));
    }

    [Theory, OnEachEngine]
    public async Task After_two_reminders_it_is_a_task_of_staff_and_nobody_is_asked_any_more(Engine engine)
    {
        await using var node = await ReviewNode.StartAsync(engine);
        for (var round = 0; round < 6; round++)
        {
            await node.AskAsync();
            node.Time.Set(node.Time.GetUtcNow().AddDays(14));
        }

        Assert.Equal(3, await node.CountAsync(Mails));
        Assert.Equal(2, await node.CountAsync("select count(*) from guide_review_tasks where reason = 'no_answer'"));
    }

    [Theory, OnEachEngine]
    public async Task Processes_that_ask_at_once_write_one_mail(Engine engine)
    {
        await using var node = await ReviewNode.StartAsync(engine);
        await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => node.AskAsync()));
        Assert.Equal((1, 1), (await node.CountAsync(Mails), await node.CountAsync("select count(*) from platform_outbox where purpose = 'guide.review'")));
    }

    [Theory, OnEachEngine]
    public async Task Staff_of_the_agency_are_asked_and_told_of_a_withheld_service_only_that_there_is_one(Engine engine)
    {
        await using var node = await ReviewNode.StartAsync(engine);
        var users = node.Node.Services.GetRequiredService<StaffUsers>();
        await users.AddAsync(TestDatabase.Alice, new NewUser("nora", "editor") { Agency = "North office", Email = "nora@example.org", Language = "fr" }, CancellationToken.None);
        await users.AddAsync(TestDatabase.Alice, new NewUser("bea", "editor") { Email = "bea@example.org", Language = "en" }, CancellationToken.None);
        await users.AddAsync(TestDatabase.Alice, new NewUser("vera", "viewer") { Email = "vera@example.org" }, CancellationToken.None);
        var agency = (await Agencies.AllAsync(node.Node.Db, CancellationToken.None)).Single().Id;
        await node.WriteAsync(async change =>
        {
            Assert.True(await DirectoryWriter.ReplaceAsync(
                change, DirectoryRecords.Of([node.House with { AgencyId = agency }, node.Soup with { Confidentiality = Confidentiality.Withheld }]), "edited"));
        });
        await node.AskAsync();
        var mails = await node.DroppedAsync(2);
        Assert.Equal(2, mails.Count);
        var nora = mails.Single(mail => mail.Contains("To: nora@example.org", StringComparison.Ordinal));
        Assert.Contains("Content-Language: fr", nora, StringComparison.Ordinal);
        Assert.Contains("- Camas", nora, StringComparison.Ordinal);
        Assert.Contains("1 service à confirmer que seule", nora, StringComparison.Ordinal);
        Assert.Contains("https://guide.example/staff/guide/services?show=due", nora, StringComparison.Ordinal);
        var outside = mails.Single(mail => mail != nora);
        Assert.Contains(ReviewNode.Outside, outside, StringComparison.Ordinal);
        Assert.All(mails, mail => Assert.DoesNotContain("Sopa", mail, StringComparison.Ordinal));
        Assert.DoesNotContain("equipo puede ver", outside, StringComparison.Ordinal);

        var (_, page) = await node.OpenAsync(ReviewNode.LinkOf(nora));
        Assert.Contains("Camas", page, StringComparison.Ordinal);
        Assert.DoesNotContain("Sopa", page, StringComparison.Ordinal);
        Assert.DoesNotContain("not shown any more", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_clock_that_jumps_a_year_and_back_writes_one_mail_more_and_no_flood()
    {
        await using var node = await ReviewNode.StartAsync(Engine.Sqlite);
        await node.AskAsync();
        node.Time.Set(node.Time.GetUtcNow().AddDays(365));
        await node.AskAsync();
        node.Time.Set(node.Time.GetUtcNow().AddDays(-365));
        for (var run = 0; run < 5; run++)
        {
            await node.AskAsync();
            node.Time.Set(node.Time.GetUtcNow().AddHours(1));
        }

        Assert.Equal(3, await node.CountAsync(Mails));
    }

    [Fact]
    public async Task Without_mail_nobody_is_asked_and_the_operator_is_told()
    {
        await using var node = await ReviewNode.StartAsync(Engine.Sqlite, mail: false);
        await node.AskAsync();
        Assert.Equal(0, await node.CountAsync(Mails));
        var found = await ReviewChecks.FoundAsync(node.Node.Db, node.Node.Settings, await node.DirectoryAsync(), CancellationToken.None);
        Assert.False(found.IsFine);
        Assert.StartsWith("2 services due for review; nobody is asked: mail is not set up", found.Text, StringComparison.Ordinal);
    }

    [Theory, OnEachEngine]
    public async Task The_address_lies_nowhere_in_the_clear(Engine engine)
    {
        await using var node = await ReviewNode.StartAsync(engine);
        await node.AskAsync();
        Assert.Equal(0, await node.CountAsync("select count(*) from platform_audit_entries where details like '%house-desk%' or subject like '%house-desk%'"));
        Assert.Equal(0, await node.CountAsync("select count(*) from guide_review_contacts where sealed like '%house-desk%' or address_hash like '%house-desk%'"));
    }
}
