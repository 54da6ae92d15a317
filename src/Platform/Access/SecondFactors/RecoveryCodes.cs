using System.Security.Cryptography;
using Tambo.Platform.Access.Users;
using Tambo.Platform.Database;

namespace Tambo.Platform.Access.SecondFactors;

/// <summary>Ten codes on paper for the day the telephone is lost; each works once.</summary>
internal static class RecoveryCodes
{
    /// <summary>How many a user gets.</summary>
    public const int Count = 10;

    // Digits and letters that cannot be mistaken for each other on paper: no i, l, o, u (the alphabet of Crockford's base32).
    private const string Alphabet = "0123456789abcdefghjkmnpqrstvwxyz";

    /// <summary>New codes of 80 random bits each, as they are printed: <c>7k2m-9qxe-...</c>.</summary>
    public static IReadOnlyList<string> New() =>
    [
        .. Enumerable.Range(0, Count).Select(_ =>
            string.Join('-', RandomNumberGenerator.GetItems<char>(Alphabet, 16).Chunk(4).Select(group => new string(group)))),
    ];

    /// <summary>The hash under which a code is stored, the same however it is typed.</summary>
    public static string HashOf(string typed)
    {
        var code = typed.Trim().ToLowerInvariant()
            .Replace('o', '0').Replace('i', '1').Replace('l', '1')
            .Where(c => Alphabet.Contains(c, StringComparison.Ordinal));
        return Secrets.Hash("recovery:" + new string([.. code]));
    }

    /// <summary>Replaces all codes of a user, inside the change that gives them.</summary>
    public static async Task ReplaceAsync(Change change, User user, IReadOnlyList<string> codes)
    {
        await change.ExecuteAsync("delete from platform_recovery_codes where user_id = @Id", new { user.Id });
        await change.ExecuteAsync(
            "insert into platform_recovery_codes (hash, user_id) values (@Hash, @Id)",
            codes.Select(code => new { Hash = HashOf(code), user.Id }).ToArray());
    }
}
