using System.Security.Cryptography;
using System.Text;
using Dapper;
using Tambo.Platform.Blobs;
using Tambo.Platform.Cryptography;
using Tambo.Tests.Support;

namespace Tambo.Tests.Platform.Blobs;

public sealed class BroughtFilesTests
{
    private const string Word = "Nokoloko of the hill";
    private static readonly NodeKey Key = new([.. Enumerable.Repeat((byte)7, 32)]);
    private readonly SettableTime time = new(SettableTime.Noon);

    [Theory, OnEachEngine]
    public async Task A_file_is_read_from_any_place_and_nothing_of_it_lies_open(Engine engine)
    {
        await using var test = await TestDatabase.CreateAsync(engine, time);
        var brought = new BroughtFiles(test.Db, test.Settings.Folder, Key);
        // Two pieces of 1 MiB and a third that is shorter, and the borders between them.
        var file = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Range(0, 130_000).Select(line => $"{line:D6} {Word.AsSpan(0, 10)}\n")));
        var id = await brought.KeepAsync(new MemoryStream(file), TimeSpan.FromHours(1), CancellationToken.None);

        await using var opened = (await brought.OpenAsync(id, CancellationToken.None))!;
        Assert.Equal(file.Length, opened.Length);
        Assert.Equal(SHA256.HashData(file), await SHA256.HashDataAsync(opened));
        var buffer = new byte[100];
        foreach (var at in new[] { (1 << 20) - 50, 0, (2 << 20) - 1, file.Length - 100 })
        {
            opened.Position = at;
            opened.ReadExactly(buffer);
            Assert.Equal(file.AsSpan(at, 100).ToArray(), buffer);
        }

        Assert.Equal(0, opened.Read(buffer));
        foreach (var path in Directory.GetFiles(test.Settings.Folder, "*", SearchOption.AllDirectories).Where(path => !path.EndsWith(".lock", StringComparison.Ordinal)))
        {
            await using var lies = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            var bytes = new byte[lies.Length];
            await lies.ReadExactlyAsync(bytes);
            Assert.True(bytes.AsSpan().IndexOf(Encoding.UTF8.GetBytes(Word[..10])) < 0, path);
        }

        await using var connection = await test.Db.ReadAsync(CancellationToken.None);
        Assert.All(await connection.QueryAsync<byte[]>("select sealed from platform_brought_pieces"), piece => Assert.True(piece.AsSpan().IndexOf(Encoding.UTF8.GetBytes(Word[..10])) < 0));
        // Another node's key opens nothing of it.
        await using var other = (await new BroughtFiles(test.Db, test.Settings.Folder, new NodeKey(new byte[32])).OpenAsync(id, CancellationToken.None))!;
        Assert.ThrowsAny<CryptographicException>(() => other.ReadByte());
    }

    [Theory, OnEachEngine]
    public async Task When_its_time_is_over_nothing_is_left(Engine engine)
    {
        await using var test = await TestDatabase.CreateAsync(engine, time);
        var brought = new BroughtFiles(test.Db, test.Settings.Folder, Key);
        var first = await brought.KeepAsync(new MemoryStream("one"u8.ToArray()), TimeSpan.FromHours(1), CancellationToken.None);
        var empty = await brought.KeepAsync(new MemoryStream(), TimeSpan.FromHours(1), CancellationToken.None);
        time.Advance(TimeSpan.FromMinutes(30));
        var second = await brought.KeepAsync(new MemoryStream("two"u8.ToArray()), TimeSpan.FromHours(1), CancellationToken.None);
        await using (var nothing = (await brought.OpenAsync(empty, CancellationToken.None))!)
            Assert.Equal(-1, nothing.ReadByte());

        time.Advance(TimeSpan.FromMinutes(30));
        Assert.Null(await brought.OpenAsync(first, CancellationToken.None));
        Assert.Equal("2 files", await brought.SweepAsync(CancellationToken.None));
        Assert.Equal((1, 1), await LeftAsync(test, engine));
        using (var kept = new StreamReader((await brought.OpenAsync(second, CancellationToken.None))!))
            Assert.Equal("two", await kept.ReadToEndAsync());

        await brought.ForgetAsync([second, first], CancellationToken.None);
        Assert.Null(await brought.OpenAsync(second, CancellationToken.None));
        Assert.Equal((0, 0), await LeftAsync(test, engine));
    }

    [Theory, OnEachEngine]
    public async Task Of_one_person_only_the_last_few_are_kept_and_those_of_others_stay(Engine engine)
    {
        await using var test = await TestDatabase.CreateAsync(engine, time);
        var brought = new BroughtFiles(test.Db, test.Settings.Folder, Key);
        async Task<string> KeepAsync(string owner, int most)
        {
            time.Advance(TimeSpan.FromSeconds(1));
            return await brought.KeepAsync(new MemoryStream("one"u8.ToArray()), TimeSpan.FromHours(1), CancellationToken.None, owner.Length == 0 ? null : new FewOfOwner(owner, most));
        }

        string[] all = [await KeepAsync("", 0), await KeepAsync("bo", 2), await KeepAsync("al", 2), await KeepAsync("al", 2), await KeepAsync("al", 2), await KeepAsync("", 0)];
        var left = new List<bool>();
        foreach (var id in all)
        {
            await using var file = await brought.OpenAsync(id, CancellationToken.None);
            left.Add(file is not null);
        }

        Assert.Equal([true, true, false, true, true, true], left);
        Assert.Equal((5, 5), await LeftAsync(test, engine));
    }

    [Fact]
    public async Task What_a_power_cut_has_left_goes_too()
    {
        await using var test = await TestDatabase.CreateAsync(Engine.Sqlite, time);
        var folder = Directory.CreateDirectory(Path.Combine(test.Settings.Folder, "brought")).FullName;
        foreach (var (name, age) in new[] { ("of-yesterday", 24), ("of-now", 0) })
        {
            await File.WriteAllTextAsync(Path.Combine(folder, name), "half of it");
            File.SetLastWriteTimeUtc(Path.Combine(folder, name), time.GetUtcNow().UtcDateTime.AddHours(-age));
        }

        Assert.Equal("1 files", await new BroughtFiles(test.Db, test.Settings.Folder, Key).SweepAsync(CancellationToken.None));
        Assert.Equal(["of-now"], Directory.GetFiles(folder).Select(Path.GetFileName));
    }

    private static async Task<(int Rows, int Pieces)> LeftAsync(TestDatabase test, Engine engine)
    {
        await using var connection = await test.Db.ReadAsync(CancellationToken.None);
        return (await connection.ExecuteScalarAsync<int>("select count(*) from platform_brought_files"),
            engine == Engine.Sqlite ? Directory.GetFiles(Path.Combine(test.Settings.Folder, "brought")).Length : await connection.ExecuteScalarAsync<int>("select count(*) from platform_brought_pieces"));
    }
}
