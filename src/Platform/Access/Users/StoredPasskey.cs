using System.Buffers.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Identity;
using Tambo.Platform.Database;

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

    /// <summary>
    /// Notes the count of uses that a passkey has just proved. False when the passkey was removed meanwhile, or another
    /// answer with this count or a later one was taken first: then this one proves nothing.
    /// </summary>
    public static async Task<bool> NoteUseAsync(Change change, User user, UserPasskeyInfo used)
    {
        var id = Base64Url.EncodeToString(used.CredentialId);
        // Writing first makes two uses of one passkey wait for each other on both engines.
        if (await change.ExecuteAsync(
            "update platform_passkeys set name = name where credential_id = @id and user_id = @user", new { id, user = user.Id }) == 0)
            return false;
        var known = Read(await change.QuerySingleOrDefaultAsync<string>(
            "select data from platform_passkeys where credential_id = @id", new { id }) ?? "");
        // Devices that do not count say 0 always (WebAuthn level 3, section 7.2, step 22).
        if (used.SignCount <= known.SignCount && (used.SignCount, known.SignCount) != (0, 0))
            return false;
        await change.ExecuteAsync(
            "update platform_passkeys set data = @data where credential_id = @id", new { id, data = JsonSerializer.Serialize(Of(used)) });
        return true;
    }
}
