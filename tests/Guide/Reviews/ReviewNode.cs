using System.Net;
using System.Text.RegularExpressions;
using Dapper;
using Microsoft.Extensions.DependencyInjection;
using Tambo.Guide.Directory;
using Tambo.Guide.Reviews;
using Tambo.Platform.Database;
using Tambo.Platform.Settings;
using Tambo.Tests.Support;

namespace Tambo.Tests.Guide.Reviews;

/// <summary>A node with two services of a made-up house that are due, and an address outside that is asked about them.</summary>
internal sealed partial class ReviewNode : IAsyncDisposable
{
    public const string Outside = "house-desk@example.org";

    private ReviewNode(TestNode node, SettableTime time) => (Node, Time) = (node, time);

    public TestNode Node { get; }

    public SettableTime Time { get; }

    public Organization House { get; private init; } = null!;

    public Service Beds { get; private init; } = null!;

    public Service Soup { get; private init; } = null!;

    public static async Task<ReviewNode> StartAsync(Engine engine, bool mail = true, bool contact = true)
    {
        var time = new SettableTime(SettableTime.Noon);
        var node = await TestNode.StartAsync(engine, time, settings => settings with
        {
            File = settings.File with { PublicUrl = "https://guide.example", Mail = mail ? new MailFile { Drop = true, From = "guide@example.org" } : null },
        });
        var now = SettableTime.Noon;
        var house = new Organization { Id = Guid.CreateVersion7(now), Name = "House of the Lantern", TextLanguage = "es", CreatedAt = now, ChangedAt = now, ChangedBy = "test" };
        Service New(string name, int overdue) => new()
        {
            Id = Guid.CreateVersion7(now),
            OrganizationId = house.Id,
            Name = name,
            TextLanguage = "es",
            CreatedAt = now,
            ChangedAt = now,
            ChangedBy = "test",
            Phones = [new Phone { Id = Guid.CreateVersion7(now), Number = "+999 555 0110" }],
            ConfirmedAt = now.AddDays(-200),
            ReviewDue = DateOnly.FromDateTime(now.UtcDateTime).AddDays(-overdue),
        };
        var made = new ReviewNode(node, time) { House = house, Beds = New("Camas", 20), Soup = New("Sopa", 10) };
        await made.WriteAsync(change => DirectoryWriter.AddAsync(change, DirectoryRecords.Of([house, made.Beds, made.Soup]), "edited"));
        if (contact)
            await made.SetContactAsync(Outside);
        return made;
    }

    public async Task WriteAsync(Func<Change, Task> write)
    {
        await using var change = await Node.Db.BeginAsync(TestDatabase.Alice, "test.directory", "house", CancellationToken.None);
        await write(change);
        await change.CommitAsync(CancellationToken.None);
    }

    public Task SetContactAsync(string address)
    {
        var seals = Node.Services.GetRequiredService<ReviewSeals>();
        var contact = new ReviewContact { OwnerKind = "organization", OwnerId = House.Id };
        return WriteAsync(change => change.ExecuteAsync(
            "insert into guide_review_contacts (owner_kind, owner_id, address_hash, sealed, language, set_at) values ('organization', @Id, @Hash, @Sealed, '', @Now)",
            new { House.Id, Hash = seals.HashOfAddress(address), Sealed = seals.Seal(contact.Row, address), Now = Time.GetUtcNow() }));
    }

    /// <summary>One run of the job.</summary>
    public Task<string> AskAsync() => Node.Services.GetRequiredService<AskOwners>().RunAsync(CancellationToken.None);

    /// <summary>The number of mails that asked, by the node's own rows.</summary>
    public async Task<long> CountAsync(string sql)
    {
        await using var connection = await Node.Db.ReadAsync(CancellationToken.None);
        return await connection.ExecuteScalarAsync<long>(sql);
    }

    /// <summary>The mails in the folder, decoded, by when they were written.</summary>
    public async Task<IReadOnlyList<string>> DroppedAsync(int wanted)
    {
        var folder = Path.Combine(Node.Settings.Folder, "mail-out");
        for (var look = 0; look < 100; look++)
        {
            if (System.IO.Directory.Exists(folder) && System.IO.Directory.GetFiles(folder, "*.eml") is { } files && files.Length >= wanted)
                return [.. files.Order(StringComparer.Ordinal).Select(file => Decoded(File.ReadAllText(file)))];
            await Task.Delay(100);
        }

        return [];
    }

    /// <summary>The path of the link in a mail, in a language.</summary>
    public static string LinkOf(string mail, string language = "en") => $"/{language}" + Link().Match(mail).Groups["path"].Value;

    public async Task<ServiceDirectory> DirectoryAsync() => (await Node.Services.GetRequiredService<LiveDirectory>().GetAsync(CancellationToken.None)).Staff;

    public ValueTask DisposeAsync() => Node.DisposeAsync();

    // Quoted-printable, RFC 2045: soft line ends, and bytes of UTF-8 as =XX.
    private static string Decoded(string mail)
    {
        var text = mail.Replace("=\r\n", "", StringComparison.Ordinal);
        return Bytes().Replace(text, run => System.Text.Encoding.UTF8.GetString(Convert.FromHexString(run.Value.Replace("=", "", StringComparison.Ordinal))));
    }

    [GeneratedRegex("(=[0-9A-F]{2})+", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Bytes();

    [GeneratedRegex("https://guide.example/[a-z]+(?<path>/confirm/[0-9a-f]+)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Link();
}

/// <summary>What somebody without an account does by a link.</summary>
internal static class ByLink
{
    public static async Task<(HttpStatusCode Status, string Html)> OpenAsync(this ReviewNode node, string path)
    {
        using var client = node.Node.Client();
        using var answer = await client.GetAsync(path);
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync());
    }

    public static async Task<(HttpStatusCode Status, string Html)> PostAsync(this ReviewNode node, string path, params (string Name, string Value)[] fields)
    {
        using var client = node.Node.Client();
        using var form = new FormUrlEncodedContent(fields.Select(field => new KeyValuePair<string, string>(field.Name, field.Value)));
        using var answer = await client.PostAsync(path, form);
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync());
    }

    /// <summary>The picks that the buttons of a page carry.</summary>
    public static (string, string)[] Picks(string html) =>
        [.. Regex.Matches(html, "name=\"pick\" value=\"([^\"]+)\"", RegexOptions.None, TimeSpan.FromSeconds(1)).Select(match => match.Groups[1].Value).Distinct().Select(pick => ("pick", pick))];
}
