using System.Net;
using System.Net.Mail;
using System.Net.Sockets;
using System.Text;
using Dapper;
using Microsoft.Extensions.DependencyInjection;
using Tambo.Platform.Access.Users;
using Tambo.Platform.Problems;
using Tambo.Platform.Sending;
using Tambo.Platform.Settings;
using Tambo.Tests.Platform.Access;
using Tambo.Tests.Support;

namespace Tambo.Tests.Platform.Sending;

public sealed class MailTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Theory, OnEachEngine]
    public async Task A_colleague_gets_the_link_by_mail_in_their_language_and_comes_in_with_it(Engine engine)
    {
        await using var node = await TestNode.StartAsync(engine, prepare: settings => settings with
        {
            File = settings.File with { SecondFactor = false, Mail = new MailFile { Drop = true, From = "nodo@isla.example" } },
        });
        using var browser = await StaffBrowser.SignedInAsync(node, "ana", "administrator");
        var users = node.Services.GetRequiredService<StaffUsers>();
        var nadia = await users.AddAsync(TestDatabase.Alice, new NewUser("nadia", "viewer") { DisplayName = "Nadia Okoye", Email = "nadia@isla.example", Language = "ht" }, None);

        await browser.OpenAsync($"/staff/users/{nadia:D}");
        await browser.SubmitAsync("form[action$='/link/mail']");
        Assert.Equal(HttpStatusCode.OK, browser.Status);
        Assert.Contains("It was sent to nadia@isla.example", browser.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("/staff/sign-in/link/", browser.Text, StringComparison.Ordinal);

        var mail = await MailOfAsync(node);
        Assert.Contains("To: nadia@isla.example", mail.Headers, StringComparison.Ordinal);
        Assert.Contains("From: \"Test node\" <nodo@isla.example>", mail.Headers, StringComparison.Ordinal);
        Assert.Contains("Auto-Submitted: auto-generated", mail.Headers, StringComparison.Ordinal);
        Assert.Contains("Bonjou Nadia Okoye,", mail.Text, StringComparison.Ordinal);
        await using var read = await node.Db.ReadAsync(None);
        var id = await read.ExecuteScalarAsync<string>("select id from platform_outbox");
        Assert.Contains($"<{Guid.Parse(id!):N}@isla.example>", mail.Headers, StringComparison.Ordinal);

        using var other = new StaffBrowser(node);
        var link = mail.Text.Split('\n').Single(line => line.Contains("/staff/sign-in/link/", StringComparison.Ordinal)).Trim();
        await other.OpenAsync(new Uri(link).PathAndQuery);
        Assert.Contains("Nadia Okoye", other.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Whoever_has_no_mail_address_is_offered_no_mail_and_a_node_without_mail_says_so()
    {
        await using var node = await TestNode.StartAsync(Engine.Sqlite, prepare: settings => settings with { File = settings.File with { SecondFactor = false } });
        using var browser = await StaffBrowser.SignedInAsync(node, "ana", "administrator");
        var users = node.Services.GetRequiredService<StaffUsers>();
        var nadia = await users.AddAsync(TestDatabase.Alice, new NewUser("nadia", "viewer") { Email = "nadia@isla.example" }, None);
        await browser.OpenAsync($"/staff/users/{nadia:D}");
        Assert.Null(browser.Document.QuerySelector("form[action$='/link/mail']"));
        var refused = await Assert.ThrowsAsync<Problem>(() =>
            node.Services.GetRequiredService<LinkMail>().SendAsync(TestDatabase.Alice, "nadia", "https://isla.example", node.Services.GetRequiredService<Tambo.Platform.Languages.TextCatalog>().In("en"), None));
        Assert.Equal(OutboxProblems.MailNotSetUp, refused.Kind);
        await using var read = await node.Db.ReadAsync(None);
        Assert.Equal(0, await read.ExecuteScalarAsync<long>("select count(*) from platform_sign_in_links where user_id = @nadia", new { nadia }));
    }

    [Fact]
    public async Task A_mail_server_is_given_the_mail_with_its_number_and_a_mailbox_that_does_not_exist_is_given_up()
    {
        await using var server = new MailServer();
        await using var desk = await SendingDesk.OpenAsync(Engine.Sqlite, mail: server.Settings);
        var good = await desk.SendAsync(desk.Outbox.Mail("test.mail", new OutgoingMail("nadia@isla.example", "Sa k pase, Nadège", "Tèks\nlong")));
        await desk.DeliverAsync();
        Assert.Equal(("delivered", "", 1L), await desk.RowAsync(good.Id));
        var text = Assert.Single(server.Mails);
        Assert.Contains($"Message-ID: <{good.Id:N}@isla.example>", text, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("=?utf-8?", text, StringComparison.Ordinal);

        server.RefuseMailbox = true;
        var bad = await desk.SendAsync(desk.Outbox.Mail("test.mail", new OutgoingMail("nobody@isla.example", "s", "t")));
        await desk.DeliverAsync();
        Assert.Equal("dead", (await desk.RowAsync(bad.Id)).State);
    }

    [Fact]
    public async Task A_mail_server_that_is_away_is_tried_again()
    {
        MailSettings settings;
        await using (var server = new MailServer())
            settings = server.Settings;
        await using var desk = await SendingDesk.OpenAsync(Engine.Sqlite, mail: settings);
        var message = await desk.SendAsync(desk.Outbox.Mail("test.mail", new OutgoingMail("nadia@isla.example", "s", "t")));
        await desk.DeliverAsync();
        Assert.Equal(("waiting", 1L), (await desk.RowAsync(message.Id)) is var row ? (row.State, row.Attempts) : default);
    }

    [Fact]
    public async Task A_torn_file_of_an_attempt_that_was_killed_is_no_mail_and_one_that_cannot_be_written_holds_up_no_other()
    {
        var folder = Directory.CreateTempSubdirectory("tambo-mail-").FullName;
        try
        {
            await using var whole = new MailServer();
            await using var desk = await SendingDesk.OpenAsync(Engine.Sqlite, mail: whole.Settings with { Folder = folder });
            // Where its file should go stands a folder that is not empty.
            var blocked = await desk.SendAsync(desk.Outbox.Mail("test.mail", new OutgoingMail("nadia@isla.example", "blocked", "t")));
            Directory.CreateDirectory(Path.Combine(folder, $"{blocked.Id:N}.eml", "in the way"));
            var torn = await desk.SendAsync(desk.Outbox.Mail("test.mail", new OutgoingMail("nadia@isla.example", "whole", "t")));
            var part = Directory.CreateDirectory(Path.Combine(folder, $"{torn.Id:N}.part"));
            await File.WriteAllTextAsync(Path.Combine(part.FullName, "0.eml"), "Subject: wh", None);

            await desk.DeliverAsync();

            Assert.Equal("waiting", (await desk.RowAsync(blocked.Id)).State);
            Assert.Equal("delivered", (await desk.RowAsync(torn.Id)).State);
            Assert.Contains("Subject: whole", await File.ReadAllTextAsync(Path.Combine(folder, $"{torn.Id:N}.eml"), None), StringComparison.Ordinal);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Theory]
    [InlineData("", false, "nodo@isla.example")]
    [InlineData("mail.isla.example", true, "nodo@isla.example")]
    [InlineData("mail.isla.example", false, "")]
    [InlineData("mail.isla.example", false, "no address")]
    public void Settings_that_cannot_be_right_are_refused_at_the_start(string host, bool drop, string from)
    {
        var settings = new NodeSettings { Folder = Path.GetTempPath(), File = new NodeFile { Mail = new MailFile { Host = host, Drop = drop, From = from } } };
        Assert.Equal("node.setting_unusable", Assert.Throws<Problem>(() => MailSettings.Of(settings)).Kind.Code);
    }

    private static async Task<(string Headers, string Text)> MailOfAsync(TestNode node)
    {
        var folder = Path.Combine(node.Settings.Folder, "mail-out");
        string[] files = [];
        for (var i = 0; i < 100 && files.Length == 0; i++)
        {
            await Task.Delay(100);
            files = Directory.Exists(folder) ? Directory.GetFiles(folder, "*.eml") : [];
        }

        var halves = (await File.ReadAllTextAsync(Assert.Single(files))).ReplaceLineEndings("\n").Split("\n\n", 2);
        // Quoted-printable (RFC 2045, 6.7): soft line ends joined, then bytes of UTF-8.
        var joined = halves[1].Replace("=\n", "", StringComparison.Ordinal);
        var bytes = new List<byte>();
        for (var i = 0; i < joined.Length; i++)
        {
            if (joined[i] == '=')
            {
                bytes.Add(Convert.ToByte(joined.Substring(i + 1, 2), 16));
                i += 2;
            }
            else
                bytes.Add((byte)joined[i]);
        }

        return (halves[0], Encoding.UTF8.GetString([.. bytes]));
    }

    /// <summary>A mail server in as many words as SMTP (RFC 5321) needs.</summary>
    private sealed class MailServer : IAsyncDisposable
    {
        private readonly TcpListener listener = new(IPAddress.Loopback, 0);
        private readonly Task serving;

        public MailServer()
        {
            listener.Start();
            Settings = new MailSettings
            {
                Host = "127.0.0.1",
                Port = ((IPEndPoint)listener.LocalEndpoint).Port,
                From = "nodo@isla.example",
                Domain = "isla.example",
            };
            serving = ServeAsync();
        }

        public MailSettings Settings { get; }

        public bool RefuseMailbox { get; set; }

        public List<string> Mails { get; } = [];

        public async ValueTask DisposeAsync()
        {
            listener.Stop();
            await serving;
        }

        private async Task ServeAsync()
        {
            try
            {
                while (true)
                {
                    using var client = await listener.AcceptTcpClientAsync();
                    await SpeakAsync(client.GetStream());
                }
            }
            catch (Exception ended) when (ended is SocketException or ObjectDisposedException)
            {
                // The test is over.
            }
        }

        private async Task SpeakAsync(NetworkStream stream)
        {
            using var reader = new StreamReader(stream, Encoding.ASCII);
            await using var writer = new StreamWriter(stream, Encoding.ASCII) { NewLine = "\r\n", AutoFlush = true };
            await writer.WriteLineAsync("220 isla.example");
            while (await reader.ReadLineAsync() is { } line)
            {
                if (line.StartsWith("RCPT", StringComparison.Ordinal) && RefuseMailbox)
                    await writer.WriteLineAsync("550 no such mailbox");
                else if (line == "DATA")
                {
                    await writer.WriteLineAsync("354 go on");
                    var mail = new StringBuilder();
                    while (await reader.ReadLineAsync() is { } text && text != ".")
                        mail.AppendLine(text);
                    Mails.Add(mail.ToString());
                    await writer.WriteLineAsync("250 taken");
                }
                else if (line == "QUIT")
                    return;
                else
                    await writer.WriteLineAsync("250 ok");
            }
        }
    }
}
