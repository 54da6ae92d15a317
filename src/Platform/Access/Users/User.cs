namespace Tambo.Platform.Access.Users;

/// <summary>Somebody who works with the node.</summary>
public sealed class User
{
    /// <summary>The key.</summary>
    public Guid Id { get; init; }

    /// <summary>What they type to sign in, normalised by <see cref="SignInName.Normalise"/>.</summary>
    public string SignInName { get; set; } = "";

    /// <summary>How pages name them.</summary>
    public string DisplayName { get; set; } = "";

    /// <summary>Where mail reaches them, or empty.</summary>
    public string Email { get; set; } = "";

    /// <summary>The language they read; empty for what their browser asks for.</summary>
    public string Language { get; set; } = "";

    /// <summary>The agency they work for, if any.</summary>
    public Guid? AgencyId { get; set; }

    /// <summary>PBKDF2 hash, or empty while they have no password.</summary>
    public string PasswordHash { get; set; } = "";

    /// <summary>True when the next sign-in asks for a new password.</summary>
    public bool MustChangePassword { get; set; }

    /// <summary>The authenticator secret, sealed; empty while there is none.</summary>
    public string TotpSecret { get; set; } = "";

    /// <summary>A random value that changes with every credential.</summary>
    public string SecurityStamp { get; set; } = "";

    /// <summary>When they were added.</summary>
    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>When they were shut out, if they are.</summary>
    public DateTimeOffset? DisabledAt { get; set; }

    /// <summary>Grows with every change.</summary>
    public int Version { get; set; } = 1;

    /// <summary>How the audit names them.</summary>
    public string Subject => $"user:{Id:D}";
}

/// <summary>The names people sign in with: 2 to 64 letters, digits, dots, hyphens, underscores, and one optional @.</summary>
internal static class SignInName
{
    /// <summary>The one form in which a name is stored and looked up, so that Ana, ANA and "ana " are the same person.</summary>
    public static string Normalise(string? typed) =>
        Places.Spelling.Normalise((typed ?? "").Trim(), System.Text.NormalizationForm.FormKC).ToLowerInvariant();

    /// <summary>True when a normalised name may be given to a new user.</summary>
    public static bool IsUsable(string name) =>
        name.Length is >= 2 and <= 64
        && name.Count(c => c == '@') <= 1
        && name.All(c => char.IsLetterOrDigit(c) || c is '.' or '-' or '_' or '@');
}
