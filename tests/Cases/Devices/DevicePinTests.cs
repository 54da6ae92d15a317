using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Tambo.Tests.Support;

namespace Tambo.Tests.Cases.Devices;

/// <summary>Another PIN of a device: for whoever proves the one before, with another part of the key.</summary>
public sealed class DevicePinTests
{
    private const string Root = "/api/cases/devices";
    private static readonly string First = new('a', 43);
    private static readonly string Second = new('b', 43);

    [Theory]
    [OnEachEngine]
    public async Task With_another_pin_the_node_keeps_another_part_and_the_one_before_is_given_to_nobody(Engine engine)
    {
        await using var office = await CasesOffice.OpenAsync(engine);
        var (nora, omar) = (await office.OfficerAsync("nora", "case_worker"), await office.OfficerAsync("omar", "case_worker"));
        var made = (await nora.PostAsync(Root, new { name = "phone", proof = First })).Json;
        var (id, token) = (made.GetProperty("id").GetGuid(), made.GetProperty("token").GetString());
        var sealedBefore = (await office.ReadAsync<byte[]>("select server_part from cases_devices")).Single();
        var part = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));
        var path = $"{Root}/{id:D}/pin";

        Assert.Equal(404, (await omar.PostAsync(path, new { proof = First, newProof = Second, newPart = part })).Status);
        foreach (var unfit in new object[]
        {
            new { proof = First, newProof = "short", newPart = part },
            new { proof = First, newProof = Second, newPart = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(31)) },
            new { proof = First, newProof = Second, newPart = new string('-', 44) },
            new { proof = First, newProof = Second },
        })
            Assert.Equal((422, "cases.device_unfit"), CodeOf(await nora.PostAsync(path, unfit)));
        Assert.Equal((403, "cases.device_pin_wrong"), CodeOf(await nora.PostAsync(path, new { proof = Second, newProof = Second, newPart = part })));
        Assert.Equal([1L], await office.ReadAsync<long>("select wrong_tries from cases_devices"));
        Assert.False(await HasAsync(part));
        Assert.Equal(made.GetProperty("part").GetString(), await PartAsync(First));

        // Sent again by itself, as browsers do, it is done once, and no try.
        foreach (var status in new[] { 204, 409 })
            Assert.Equal(status, (await nora.PostAsync(path, new { proof = First, newProof = Second, newPart = part }, ("Idempotency-Key", "\"again\""))).Status);
        Assert.True(await HasAsync(part));
        Assert.False(await HasAsync(made.GetProperty("part").GetString()!));
        Assert.Equal(part, await PartAsync(Second));
        Assert.Equal((403, "cases.device_pin_wrong"), CodeOf(await nora.PostAsync($"{Root}/{id:D}/open", new { proof = First })));
        var sealedAfter = (await office.ReadAsync<byte[]>("select server_part from cases_devices")).Single();
        Assert.NotEqual(sealedBefore, sealedAfter);
        Assert.Equal(-1, sealedAfter.AsSpan().IndexOf(Base64Url.DecodeFromChars(part)));
        Assert.Equal(["cases.device.pin_changed"], await office.ReadAsync<string>("select change from platform_audit_entries where change like 'cases.device.pin%'"));

        // A part is told apart by whoever has the device's secret, and by nobody else.
        Assert.Equal(404, (await nora.PostAsync($"{Root}/{id:D}/standing", new { token = "other", part = HashOf(part) })).Status);
        Assert.False((await nora.PostAsync($"{Root}/{id:D}/standing", new { token })).Json.TryGetProperty("current", out var none) && none.ValueKind != System.Text.Json.JsonValueKind.Null);
        // Wrong tries count together, whatever they were for.
        for (var attempt = 1; attempt < 9; attempt++)
            Assert.Equal(403, (await (attempt % 2 == 0 ? nora.PostAsync(path, new { proof = First, newProof = First, newPart = part }) : nora.PostAsync($"{Root}/{id:D}/open", new { proof = First }))).Status);
        Assert.Equal((410, "cases.device_gone"), CodeOf(await nora.PostAsync(path, new { proof = First, newProof = First, newPart = part })));
        Assert.Equal((410, "cases.device_gone"), CodeOf(await nora.PostAsync(path, new { proof = Second, newProof = First, newPart = part })));
        Assert.Equal([0L], await office.ReadAsync<long>("select length(server_part) from cases_devices"));
        // An answer without a body is given again like any other.
        for (var turn = 0; turn < 2; turn++)
            Assert.Equal((204, ""), (await nora.PostAsync($"{Root}/{id:D}/wipe", new { }, ("Idempotency-Key", "\"wipe\""))) is var told ? (told.Status, told.Text) : default);

        async Task<string?> PartAsync(string proof) => (await nora.PostAsync($"{Root}/{id:D}/open", new { proof })).Json.GetProperty("part").GetString();
        async Task<bool> HasAsync(string which) => (await nora.PostAsync($"{Root}/{id:D}/standing", new { token, part = HashOf(which) })).Json.GetProperty("current").GetBoolean();
    }

    private static string HashOf(string part) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(part)));

    private static (int, string) CodeOf(Told told) => (told.Status, told.Status < 400 ? "" : told.Code);
}
