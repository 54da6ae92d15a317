using System.Diagnostics;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;

namespace Tambo.Tests.Processes;

public sealed class RunningNodeTests
{
    [Fact]
    public async Task Verbs_work_on_a_node_that_serves_and_the_person_at_the_console_is_in_the_audit()
    {
        using var folder = new NodeFolder();
        await using var node = await NodeProcess.ServeAsync(folder);
        var added = await folder.RunAsync("user", "add", "ana", "--role", "administrator");
        Assert.Equal((0, ""), (added.Code, added.Errors));
        var link = added.Output.Split('\n').Single(line => line.Contains("/staff/sign-in/link/", StringComparison.Ordinal));
        using var client = new HttpClient(new SocketsHttpHandler());
        var page = await client.GetAsync(new Uri(node.Address, new Uri(link).PathAndQuery));
        Assert.True(page.IsSuccessStatusCode, page.StatusCode.ToString());

        var again = await folder.RunAsync("user", "add", "Ana", "--role", "administrator");
        Assert.Equal(1, again.Code);
        Assert.Contains("(" + Tambo.Platform.Access.AccessProblems.NameTaken.Code + ")", again.Errors, StringComparison.Ordinal);
        var list = await folder.RunAsync("user", "list");
        Assert.Matches("^ana .* administrator\n$", list.Output);

        var backup = await folder.RunAsync("backup", folder.Beside("copy.tar"));
        Assert.Equal((0, ""), (backup.Code, backup.Errors));
        Assert.Equal(0, (await folder.RunAsync("audit", "verify")).Code);
        Assert.Equal(0, await node.EndAsync());
        Assert.False(File.Exists(Path.Combine(folder.Data, "tambo.sock")));

        await using var db = await Tambo.Platform.Database.NodeDb.OpenAsync(new(folder.Data), TimeProvider.System, CancellationToken.None);
        await using var read = await db.ReadAsync(CancellationToken.None);
        var actors = await Dapper.SqlMapper.QueryAsync<string>(read, "select distinct actor from platform_audit_entries where change in ('users.added', 'node.backed_up')");
        Assert.Equal(["os:" + Environment.UserName], actors);
    }

    [Fact]
    public async Task A_backup_of_a_serving_node_is_restored_into_a_folder_of_its_own()
    {
        using var folder = new NodeFolder();
        await using (await NodeProcess.ServeAsync(folder))
        {
            Assert.Equal(0, (await folder.RunAsync("user", "add", "ana", "--role", "administrator")).Code);
            Assert.Equal(0, (await folder.RunAsync("backup", folder.Beside("copy.tar"))).Code);
        }

        var restored = await folder.RunAsync("restore", folder.Beside("copy.tar"), "--data", folder.Beside("restored"));
        Assert.Equal((0, ""), (restored.Code, restored.Errors));
        Assert.Matches("^ana ", (await folder.RunAsync("user", "list", "--data", folder.Beside("restored"))).Output);
        var doctor = await folder.RunAsync("doctor", "--json", "--data", folder.Beside("restored"));
        Assert.Equal(0, doctor.Code);
        Assert.DoesNotContain(JsonDocument.Parse(doctor.Output).RootElement.EnumerateArray(), finding => finding.GetProperty("health").GetString() == "failed");

        using var other = new NodeFolder();
        var wrong = await other.RunAsync("restore", folder.Beside("copy.tar"));
        Assert.Equal(1, wrong.Code);
        Assert.Contains("(node.wrong_key)", wrong.Errors, StringComparison.Ordinal);
        Assert.Single(wrong.Errors.Trim().Split('\n'));
    }

    [Fact]
    public async Task A_backup_stopped_half_way_leaves_no_file_that_passes_for_one()
    {
        using var folder = new NodeFolder();
        await using var node = await NodeProcess.ServeAsync(folder);
        // Large enough that the caller can be stopped while the copy is on its way.
        Directory.CreateDirectory(Path.Combine(folder.Data, "blobs"));
        await using (var blob = File.Create(Path.Combine(folder.Data, "blobs", "film")))
            blob.SetLength(400L * 1024 * 1024);
        var file = folder.Beside("copy.tar");
        foreach (var (signal, code) in new[] { ("INT", 130), ("KILL", 137) })
        {
            var command = folder.Command(["backup", file]);
            // Whatever a shell starts in the background is deaf to Ctrl-C, and so is all that it starts.
            command.ArgumentList.Insert(0, command.FileName);
            command.ArgumentList.Insert(0, "--default-signal=INT");
            command.FileName = "env";
            using var caller = Process.Start(command)!;
            while (!File.Exists(file + ".partial") || new FileInfo(file + ".partial").Length < 1_000_000)
                await Task.Delay(5);
            await NodeProcess.SignalAsync(caller.Id, signal);
            await caller.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(20));
            Assert.Equal(code, caller.ExitCode);
            Assert.False(File.Exists(file));
        }

        var refused = await folder.RunAsync("restore", file + ".partial", "--data", folder.Beside("restored"));
        Assert.Equal(1, refused.Code);
        Assert.Matches(@"\(backup\.(incomplete|damaged)\)", refused.Errors);
        File.Delete(Path.Combine(folder.Data, "blobs", "film"));
        var next = await folder.RunAsync("backup", file);
        Assert.Equal((0, ""), (next.Code, next.Errors));
    }

    [Fact]
    public async Task A_second_process_on_the_same_folder_is_refused_in_plain_words()
    {
        using var folder = new NodeFolder();
        await using var node = await NodeProcess.ServeAsync(folder);
        var second = await folder.RunAsync("serve", "--urls", "http://127.0.0.1:0");
        Assert.Equal(1, second.Code);
        Assert.Equal($"tambo: Another program has the node in {folder.Data} open. Stop it first, or work through it. (node.in_use)\n", second.Errors);
    }

    [Fact]
    [System.Runtime.Versioning.SupportedOSPlatform("linux")]
    public async Task Only_the_nodes_own_user_and_root_are_heard_at_the_socket()
    {
        using var folder = new NodeFolder();
        await using var node = await NodeProcess.ServeAsync(folder);
        var socket = Path.Combine(folder.Data, "tambo.sock");
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(socket));
        Assert.Matches("^[\\x10\\x17]", await KnockAsync(socket, asUser: null));
        if (!Environment.IsPrivilegedProcess)
            return;
        // Even when somebody has opened the modes, the kernel's word about who knocks decides.
        foreach (var path in new[] { Path.GetDirectoryName(folder.Data)!, folder.Data, socket })
            File.SetUnixFileMode(path, (UnixFileMode)0b111_111_111);
        Assert.Equal("", await KnockAsync(socket, asUser: "65534"));
    }

    [Fact]
    public async Task A_demonstration_is_served_only_when_that_is_said()
    {
        using var folder = new NodeFolder();
        Directory.CreateDirectory(folder.Data);
        await File.WriteAllTextAsync(Path.Combine(folder.Data, "tambo.json"), """{ "kind": "training" }""");
        var refused = await folder.RunAsync("serve", "--urls", "http://127.0.0.1:0");
        Assert.Equal(1, refused.Code);
        Assert.Contains("(node.demo_refused)", refused.Errors, StringComparison.Ordinal);
        await using var allowed = await NodeProcess.ServeAsync(folder, "--allow-demo");
    }

    [Fact]
    public async Task A_mistyped_folder_does_not_become_a_node()
    {
        using var folder = new NodeFolder();
        foreach (var verb in new[] { new[] { "backup", folder.Beside("copy.tar") }, ["audit", "verify"], ["user", "list"] })
        {
            var refused = await folder.RunAsync(verb);
            Assert.Equal(1, refused.Code);
            Assert.Contains("(node.none_here)", refused.Errors, StringComparison.Ordinal);
        }

        Assert.Empty(Directory.EnumerateFiles(folder.Data));
        Assert.Equal(1, (await folder.RunAsync("doctor")).Code);
    }

    [Theory]
    [InlineData("migrate")]
    [InlineData("serve")]
    public async Task An_older_node_is_backed_up_before_its_tables_change(string verb)
    {
        using var folder = new NodeFolder();
        var older = Tambo.Node.Parts.Migrations.Where(step => step is { Part: "platform", Number: <= 2 }).ToList();
        await using (var db = await Tambo.Platform.Database.NodeDb.OpenAsync(new(folder.Data), TimeProvider.System, CancellationToken.None))
            await db.MigrateAsync(older, CancellationToken.None);
        if (verb == "migrate")
            Assert.Equal(0, (await folder.RunAsync("migrate")).Code);
        else
            await (await NodeProcess.ServeAsync(folder)).DisposeAsync();

        var backup = Directory.EnumerateFiles(Path.Combine(folder.Data, "backups"), "*.tar").Single();
        var restored = await folder.RunAsync("restore", backup, "--data", folder.Beside("before"));
        Assert.Equal((0, ""), (restored.Code, restored.Errors));
        await using var before = await Tambo.Platform.Database.NodeDb.OpenAsync(new(folder.Beside("before")), TimeProvider.System, CancellationToken.None);
        var pending = await Tambo.Platform.Database.Migration.PendingAsync(before, Tambo.Node.Parts.Migrations, CancellationToken.None);
        Assert.Equal(Tambo.Node.Parts.Migrations.Count - older.Count, pending.Count);
        Assert.Equal("Nothing to do.\n", (await folder.RunAsync("migrate")).Output);
    }

    [Fact]
    public async Task Asked_to_end_a_node_finishes_the_requests_under_way()
    {
        using var folder = new NodeFolder();
        await using var node = await NodeProcess.ServeAsync(folder);
        using var connection = new TcpClient();
        await connection.ConnectAsync(node.Address.Host, node.Address.Port);
        var stream = connection.GetStream();
        const string Body = "name=ana&password=not-the-password";
        await stream.WriteAsync(Encoding.ASCII.GetBytes(
            $"POST /staff/sign-in HTTP/1.1\r\nHost: {node.Address.Authority}\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: {Body.Length}\r\n\r\n{Body[..10]}"));
        await Task.Delay(500);
        var ending = node.EndAsync();
        await Task.Delay(1000);
        Assert.False(ending.IsCompleted);
        await stream.WriteAsync(Encoding.ASCII.GetBytes(Body[10..]));
        using var reader = new StreamReader(stream);
        Assert.Matches("^HTTP/1.1 [1-5]", await reader.ReadLineAsync() ?? "no answer");
        Assert.Equal(0, await ending);
    }

    /// <summary>Asks the node to list its users, in Perl, which can change who it is before it connects; the first bytes of the answer.</summary>
    private static async Task<string> KnockAsync(string socket, string? asUser)
    {
        const string Script =
            """
            use Socket; $SIG{PIPE} = 'IGNORE'; my ($path, $user) = @ARGV; if ($user) { $( = $) = $user; $< = $> = $user; }
            socket(my $s, PF_UNIX, SOCK_STREAM, 0) or die; connect($s, sockaddr_un($path)) or die $!;
            my $typed = '{"Arguments":["user","list"]}';
            syswrite $s, pack('CV', 1, length $typed) . $typed . pack('CV', 4, 0); sysread $s, my $answer, 1; print $answer;
            """;
        var start = new ProcessStartInfo("perl", ["-e", Script, socket, .. asUser is null ? Array.Empty<string>() : [asUser]])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
        };
        using var perl = Process.Start(start)!;
        var answer = await perl.StandardOutput.ReadToEndAsync();
        await perl.WaitForExitAsync();
        Assert.Equal(0, perl.ExitCode);
        return answer;
    }
}
