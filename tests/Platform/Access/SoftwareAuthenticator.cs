using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Tambo.Tests.Platform.Access;

/// <summary>
/// A device that makes and proves one passkey (ES256, attestation "none"), as WebAuthn level 3 describes it in sections
/// 6.1 (authenticator data), 6.5 (attestation) and 5.8.1 (client data).
/// </summary>
internal sealed class SoftwareAuthenticator(string origin) : IDisposable
{
    private const byte UserPresent = 0x01;
    private const byte UserVerified = 0x04;
    private const byte AttestedData = 0x40;

    private readonly ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    public string Origin { get; set; } = origin;

    /// <summary>False for a device that does not make sure who holds it.</summary>
    public bool Verifies { get; set; } = true;

    /// <summary>How often it was used, as it tells.</summary>
    public uint Uses { get; set; }

    /// <summary>The credential's name, which another device may pretend to have.</summary>
    public byte[] Id { get; set; } = RandomNumberGenerator.GetBytes(32);

    /// <summary>Whose passkey it says it is: whoever it was made for, unless a test says otherwise.</summary>
    public string Handle { get; set; } = "";

    public string Create(string optionsJson)
    {
        using var options = JsonDocument.Parse(optionsJson);
        var rp = options.RootElement.GetProperty("rp").GetProperty("id").GetString()!;
        Handle = Encoding.UTF8.GetString(Base64Url.DecodeFromChars(options.RootElement.GetProperty("user").GetProperty("id").GetString()));
        var client = ClientData("webauthn.create", options.RootElement.GetProperty("challenge").GetString()!);
        byte[] data = [.. AuthenticatorData(rp, UserPresent | UserVerified | AttestedData), .. new byte[16], 0, (byte)Id.Length, .. Id, .. CosePublicKey()];
        // {"fmt": "none", "attStmt": {}, "authData": data}
        byte[] attestation =
        [
            0xA3, 0x63, .. "fmt"u8, 0x64, .. "none"u8, 0x67, .. "attStmt"u8, 0xA0, 0x68, .. "authData"u8,
            0x59, (byte)(data.Length >> 8), (byte)data.Length, .. data,
        ];
        return Credential(new()
        {
            ["clientDataJSON"] = Base64Url.EncodeToString(client),
            ["attestationObject"] = Base64Url.EncodeToString(attestation),
            ["transports"] = new[] { "internal" },
        });
    }

    public string Prove(string optionsJson)
    {
        using var options = JsonDocument.Parse(optionsJson);
        var rp = options.RootElement.GetProperty("rpId").GetString()!;
        var client = ClientData("webauthn.get", options.RootElement.GetProperty("challenge").GetString()!);
        var data = AuthenticatorData(rp, UserPresent | (Verifies ? UserVerified : 0));
        var signature = key.SignData([.. data, .. SHA256.HashData(client)], HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);
        return Credential(new()
        {
            ["clientDataJSON"] = Base64Url.EncodeToString(client),
            ["authenticatorData"] = Base64Url.EncodeToString(data),
            ["signature"] = Base64Url.EncodeToString(signature),
            ["userHandle"] = Base64Url.EncodeToString(Encoding.UTF8.GetBytes(Handle)),
        });
    }

    /// <summary>Makes its passkey for whoever is signed in, on their account page.</summary>
    public async Task AddToAsync(StaffBrowser browser)
    {
        await browser.OpenAsync("/staff/account");
        var options = await browser.OptionsAsync("/staff/account/passkeys/options");
        await browser.SubmitAsync(
            "form[data-passkey]", ("credential", Create(options)), ("passkey-name", "work phone"), ("passkey-password", StaffBrowser.Password));
    }

    public void Dispose() => key.Dispose();

    private string Credential(Dictionary<string, object> response) => JsonSerializer.Serialize(new Dictionary<string, object>(StringComparer.Ordinal)
    {
        ["id"] = Base64Url.EncodeToString(Id),
        ["rawId"] = Base64Url.EncodeToString(Id),
        ["type"] = "public-key",
        ["clientExtensionResults"] = new Dictionary<string, object>(StringComparer.Ordinal),
        ["response"] = response,
    });

    private byte[] ClientData(string type, string challenge) =>
        JsonSerializer.SerializeToUtf8Bytes(new { type, challenge, origin = Origin, crossOrigin = false });

    private byte[] AuthenticatorData(string rp, int flags)
    {
        var data = new byte[37];
        SHA256.HashData(Encoding.UTF8.GetBytes(rp), data);
        data[32] = (byte)flags;
        BinaryPrimitives.WriteUInt32BigEndian(data.AsSpan(33), ++Uses);
        return data;
    }

    // RFC 9053, section 7.1.1: {1: 2 (EC2), 3: -7 (ES256), -1: 1 (P-256), -2: x, -3: y}
    private byte[] CosePublicKey()
    {
        var point = key.ExportParameters(includePrivateParameters: false).Q;
        return [0xA5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01, 0x21, 0x58, 0x20, .. point.X!, 0x22, 0x58, 0x20, .. point.Y!];
    }
}
