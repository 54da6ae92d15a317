using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Tambo.Guide.Directory;
using Tambo.Guide.Finding;
using Tambo.Guide.Offline;
using Tambo.Tests.Journeys;
using Tambo.Tests.Support;

namespace Tambo.Tests.Guide.Offline;

/// <summary>What stands in a pack, who signed it, and what must never stand in one.</summary>
public sealed class PackContentTests
{
    private const string EveryDay = "MO,TU,WE,TH,FR,SA,SU";

    private static readonly Spot Open = new("Comedor abierto") { Street = "Calle Mayor 1", Need = "food", Phone = "+999 555 0001", Days = EveryDay, NameHt = "Kantin louvri" };

    private static readonly Spot Withheld = new("Casa sin nombre") { Kilometres = 21.37, KilometresEast = 3.71, Street = "Pasaje Murmullo 77", Phone = "+999 555 0771", ServiceLevel = Confidentiality.Withheld, PlaceLevel = Confidentiality.Withheld };

    private static readonly Spot AreaOnly = new("Refugio resguardado") { Kilometres = 33.11, KilometresEast = 5.91, Street = "Callejón Susurro 55", Phone = "+999 555 0552", ServiceLevel = Confidentiality.AreaOnly, PlaceLevel = Confidentiality.AreaOnly };

    private static readonly Spot HiddenHouse = new("Taller de las manos") { Kilometres = 57.29, KilometresEast = 11.17, Street = "Rincón Callado 99", Phone = "+999 555 0994", PlaceLevel = Confidentiality.Withheld };

    [Theory, OnEachEngine]
    public async Task A_pack_is_signed_hashed_and_weighs_what_it_says(Engine engine)
    {
        await using var node = await StartAsync(engine);
        using var client = node.Client();

        var (manifest, pack) = await DownloadAsync(client, "es");

        using var key = ECDsa.Create();
        using var told = JsonDocument.Parse(await client.GetStringAsync("/packs/key.json", TestContext.Current.CancellationToken));
        key.ImportSubjectPublicKeyInfo(Convert.FromBase64String(told.RootElement.GetProperty("publicKey").GetString()!), out _);
        Assert.True(key.VerifyData(Encoding.UTF8.GetBytes(manifest.Text), Convert.FromBase64String(manifest.Signature), HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation));
        Assert.False(key.VerifyData(Encoding.UTF8.GetBytes(manifest.Text.Replace("\"count\":", "\"count\":1", StringComparison.Ordinal)), Convert.FromBase64String(manifest.Signature), HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation));
        Assert.Equal(manifest.Version, PackOf(pack).Version);
        using var asked = new HttpRequestMessage(HttpMethod.Get, $"/packs/es/all/{manifest.Version}.json");
        asked.Headers.AcceptEncoding.Add(new StringWithQualityHeaderValue("br"));
        using var plain = new HttpMessageInvoker(new SocketsHttpHandler { AutomaticDecompression = DecompressionMethods.None });
        asked.RequestUri = new Uri(node.Address, asked.RequestUri!);
        var answer = await plain.SendAsync(asked, TestContext.Current.CancellationToken);
        Assert.Equal(manifest.Bytes, (await answer.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken)).Length);
        Assert.Equal("public, max-age=31536000, immutable", answer.Headers.CacheControl!.ToString());
    }

    [Theory, OnEachEngine]
    public async Task Nothing_of_a_hidden_place_stands_in_any_pack_in_any_language(Engine engine)
    {
        await using var node = await StartAsync(engine);
        using var client = node.Client();
        Spot[] hidden = [Withheld, AreaOnly, HiddenHouse];
        string[] secrets =
        [
            Withheld.Name, Withheld.Phone, ServiceCode.Of(Withheld.Id), .. hidden.Select(spot => spot.Street),
            .. hidden.SelectMany(spot => new[] { spot.Latitude, spot.Longitude }).Select(degrees => $"{Math.Round(degrees * 10_000):0}"),
        ];
        foreach (var language in new[] { "es", "en", "fr", "pt", "ht" })
        {
            var (_, pack) = await DownloadAsync(client, language);
            var said = string.Join('\n', PackOf(pack).Rows.Select(row => row.Json).Prepend(PackOf(pack).Head));
            Assert.Contains(AreaOnly.Phone, said, StringComparison.Ordinal);
            Assert.Contains(Open.Street, said, StringComparison.Ordinal);
            Assert.Contains(Math.Round(Open.Latitude * 10_000).ToString("0", null), said, StringComparison.Ordinal);
            Assert.DoesNotContain(secrets, secret => said.Contains(secret, StringComparison.Ordinal) || pack.Contains(secret, StringComparison.Ordinal));
        }
    }

    [Theory, OnEachEngine]
    public async Task A_service_that_is_hidden_afterwards_leaves_with_the_next_delta_and_the_old_pack_is_gone(Engine engine)
    {
        await using var node = await StartAsync(engine);
        using var client = node.Client();
        var (manifest, text) = await DownloadAsync(client, "es");
        var before = PackOf(text);

        await TownNode.ReplaceAsync(node, new DirectoryRecords { Services = [(Open with { ServiceLevel = Confidentiality.Withheld }).ServiceAt(TownNode.Morning) with { Version = 1 }] });

        var old = await client.GetAsync($"/packs/es/all/{manifest.Version}.json", TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.Gone, old.StatusCode);
        using var marks = new ByteArrayContent(PackMarks.Of(before.Head, before.Rows, PackMarks.GroupsFor(before.Rows.Count)));
        var answer = await client.PostAsync("/packs/es/all/delta", marks, TestContext.Current.CancellationToken);
        var delta = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.DoesNotContain(Open.Name, delta, StringComparison.Ordinal);
        using var json = JsonDocument.Parse(delta);
        Assert.Contains(PackMarks.GroupOf(ServiceCode.Of(Open.Id), PackMarks.GroupsFor(before.Rows.Count)), json.RootElement.GetProperty("groups").EnumerateArray().Select(group => group.GetInt32()));
    }

    [Fact]
    public async Task A_pack_speaks_its_language_and_marks_texts_that_do_not()
    {
        await using var node = await StartAsync(Engine.Sqlite);
        using var client = node.Client();

        var kreyol = PackOf((await DownloadAsync(client, "ht")).Pack).Rows;
        var spanish = PackOf((await DownloadAsync(client, "es")).Pack).Rows;

        Assert.Contains(kreyol, row => row.Json.Contains("\"Kantin louvri\"", StringComparison.Ordinal));
        Assert.Contains(kreyol, row => row.Json.Contains($"\"\\tes\\t{HiddenHouse.Name}\"", StringComparison.Ordinal));
        Assert.Contains(spanish, row => row.Json.Contains($"\"{Open.Name}\"", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_short_code_leads_to_the_page_of_its_service_and_one_of_a_hidden_service_nowhere()
    {
        await using var node = await StartAsync(Engine.Sqlite);
        using var client = node.Client();

        var led = await client.GetAsync($"/ht/services/{ServiceCode.Of(Open.Id)}", TestContext.Current.CancellationToken);
        Assert.Equal($"/ht/services/{Open.Id:D}", led.Headers.Location!.ToString());
        var hidden = await client.GetAsync($"/ht/services/{ServiceCode.Of(Withheld.Id)}", TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.NotFound, hidden.StatusCode);
    }

    [Fact]
    public async Task Addresses_that_name_no_pack_and_bodies_that_are_no_marks_are_refused()
    {
        await using var node = await StartAsync(Engine.Sqlite);
        using var client = node.Client();
        foreach (var path in new[] { "/packs/xx/all.json", "/packs/es/nowhere.json", "/packs/es/nowhere/abc.json" })
            Assert.Equal(HttpStatusCode.NotFound, (await client.GetAsync(path, TestContext.Current.CancellationToken)).StatusCode);
        foreach (var length in new[] { 0, 1, 35, 100, 9000 })
        {
            using var body = new ByteArrayContent(new byte[length]);
            Assert.Equal(HttpStatusCode.BadRequest, (await client.PostAsync("/packs/es/all/delta", body, TestContext.Current.CancellationToken)).StatusCode);
        }
    }

    [Fact]
    public async Task Two_processes_of_a_node_sign_with_the_same_key_and_make_the_same_pack()
    {
        await using var one = await StartAsync(Engine.Postgres);
        var settings = one.Settings with { Urls = "http://127.0.0.1:0" };
        await using var other = await Node.NodeHost.BuildAsync(settings, new SettableTime(TownNode.Morning), CancellationToken.None, quiet: true);

        Assert.Equal(
            one.Services.GetRequiredKeyedService<Tambo.Platform.Cryptography.SigningKey>(PackAddresses.Purpose).Fingerprint,
            other.Services.GetRequiredKeyedService<Tambo.Platform.Cryptography.SigningKey>(PackAddresses.Purpose).Fingerprint);
        Assert.Equal(
            (await one.Services.GetRequiredService<PackShelf>().GetAsync("fr", CancellationToken.None)).Select(pack => pack.Pack.Version),
            (await other.Services.GetRequiredService<PackShelf>().GetAsync("fr", CancellationToken.None)).Select(pack => pack.Pack.Version));
    }

    private static async Task<TestNode> StartAsync(Engine engine)
    {
        var node = await TestNode.StartAsync(engine, new SettableTime(TownNode.Morning));
        await TownNode.AddAsync(node, Spot.Records([Open, Withheld, AreaOnly, HiddenHouse], TownNode.Morning));
        return node;
    }

    private static async Task<(Told Manifest, string Pack)> DownloadAsync(HttpClient client, string language)
    {
        using var signed = JsonDocument.Parse(await client.GetStringAsync($"/packs/{language}/all.json", TestContext.Current.CancellationToken));
        var text = signed.RootElement.GetProperty("manifest").GetString()!;
        using var manifest = JsonDocument.Parse(text);
        var told = new Told(text, signed.RootElement.GetProperty("signature").GetString()!, manifest.RootElement.GetProperty("version").GetString()!, manifest.RootElement.GetProperty("bytes").GetInt32());
        return (told, await client.GetStringAsync($"/packs/{language}/all/{told.Version}.json", TestContext.Current.CancellationToken));
    }

    private static Pack PackOf(string text)
    {
        using var json = JsonDocument.Parse(text);
        return new Pack(json.RootElement.GetProperty("head").GetRawText(), PackDeltaTests.RowsOf(json.RootElement.GetProperty("columns")));
    }

    private sealed record Told(string Text, string Signature, string Version, int Bytes);
}
