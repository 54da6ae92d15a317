using System.Text.Json;
using Microsoft.AspNetCore.Identity;

namespace Tambo.Platform.Access.Users;

/// <summary>A passkey as it lies in the database, in JSON.</summary>
internal sealed record StoredPasskey(
    byte[] CredentialId,
    byte[] PublicKey,
    string Name,
    DateTimeOffset CreatedAt,
    uint SignCount,
    string[] Transports,
    bool IsUserVerified,
    bool IsBackupEligible,
    bool IsBackedUp,
    byte[] AttestationObject,
    byte[] ClientDataJson)
{
    public static StoredPasskey Of(UserPasskeyInfo passkey) => new(
        passkey.CredentialId, passkey.PublicKey, passkey.Name ?? "", passkey.CreatedAt, passkey.SignCount,
        passkey.Transports ?? [], passkey.IsUserVerified, passkey.IsBackupEligible, passkey.IsBackedUp,
        passkey.AttestationObject, passkey.ClientDataJson);

    public static UserPasskeyInfo Read(string json)
    {
        var stored = JsonSerializer.Deserialize<StoredPasskey>(json)
            ?? throw new InvalidOperationException("A stored passkey is empty.");
        return new UserPasskeyInfo(
            stored.CredentialId, stored.PublicKey, stored.CreatedAt, stored.SignCount, stored.Transports,
            stored.IsUserVerified, stored.IsBackupEligible, stored.IsBackedUp, stored.AttestationObject, stored.ClientDataJson)
        {
            Name = stored.Name,
        };
    }
}
