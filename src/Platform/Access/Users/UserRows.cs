using System.Security.Cryptography;
using Dapper;
using Tambo.Platform.Database;

namespace Tambo.Platform.Access.Users;

/// <summary>The statements on the table of users.</summary>
internal static class UserRows
{
    public static async Task<User?> ByIdAsync(NodeDb db, Guid id, CancellationToken cancellationToken)
    {
        await using var connection = await db.ReadAsync(cancellationToken);
        return await connection.QuerySingleOrDefaultAsync<User>("select * from platform_users where id = @id", new { id });
    }

    public static async Task<User?> ByNameAsync(NodeDb db, string name, CancellationToken cancellationToken)
    {
        await using var connection = await db.ReadAsync(cancellationToken);
        return await connection.QuerySingleOrDefaultAsync<User>(
            "select * from platform_users where sign_in_name = @name", new { name });
    }

    public static Task InsertAsync(Change change, User user) => change.ExecuteAsync(
        """
        insert into platform_users
            (id, sign_in_name, display_name, email, language, agency_id, password_hash, must_change_password,
             totp_secret, security_stamp, created_at, disabled_at, version)
        values
            (@Id, @SignInName, @DisplayName, @Email, @Language, @AgencyId, @PasswordHash, @MustChangePassword,
             @TotpSecret, @SecurityStamp, @CreatedAt, @DisabledAt, 1)
        """,
        user);

    /// <summary>Writes the whole user; false when somebody else changed them since they were read.</summary>
    public static async Task<bool> UpdateAsync(Change change, User user) => await change.ExecuteAsync(
        """
        update platform_users set
            sign_in_name = @SignInName, display_name = @DisplayName, email = @Email, language = @Language,
            agency_id = @AgencyId, password_hash = @PasswordHash, must_change_password = @MustChangePassword,
            totp_secret = @TotpSecret, security_stamp = @SecurityStamp, disabled_at = @DisabledAt, version = version + 1
        where id = @Id and version = @Version
        """,
        user) == 1;

    /// <summary>A new value for <see cref="User.SecurityStamp"/>.</summary>
    public static string NewStamp() => RandomNumberGenerator.GetHexString(32, lowercase: true);
}
