using Tambo.Tests.Support;

namespace Tambo.Tests.Processes;

public sealed class OutboxVerbTests
{
    [Fact]
    public async Task A_link_goes_by_mail_and_what_is_not_delivered_yet_is_listed_without_saying_to_whom()
    {
        using var folder = new NodeFolder();
        Directory.CreateDirectory(folder.Data);
        await File.WriteAllTextAsync(Path.Combine(folder.Data, "tambo.json"), """{ "mail": { "drop": true, "from": "nodo@isla.example" } }""");
        Assert.Equal(0, (await folder.RunAsync("user", "add", "ana", "--role", "administrator", "--email", "ana@isla.example")).Code);

        var mailed = await folder.RunAsync("user", "link", "ana", "--mail");
        Assert.Equal(0, mailed.Code);
        Assert.DoesNotContain("/staff/sign-in/link/", mailed.Output, StringComparison.Ordinal);
        var listed = (await folder.RunAsync("outbox", "list")).Output;
        Assert.Contains("1 wait, 0 were given up.", listed, StringComparison.Ordinal);
        Assert.Contains("access.sign_in_link", listed, StringComparison.Ordinal);
        Assert.DoesNotContain("isla.example", listed, StringComparison.Ordinal);

        await using var node = await NodeProcess.ServeAsync(folder);
        var mails = Path.Combine(folder.Data, "mail-out");
        for (var i = 0; i < 100 && !(Directory.Exists(mails) && Directory.EnumerateFiles(mails, "*.eml").Any()); i++)
            await Task.Delay(100);
        Assert.Single(Directory.GetFiles(mails, "*.eml"));
        Assert.Contains("0 messages wait, none was given up", (await folder.RunAsync("doctor")).Output, StringComparison.Ordinal);
        Assert.Equal(0, (await folder.RunAsync("outbox", "retry")).Code);
    }
}
