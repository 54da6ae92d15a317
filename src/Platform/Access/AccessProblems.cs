using Tambo.Platform.Problems;

namespace Tambo.Platform.Access;

/// <summary>Every way in which signing in and the care of users refuse.</summary>
public static class AccessProblems
{
    /// <summary>Name and password do not belong together; whether the name exists is not said.</summary>
    public static readonly ProblemKind WrongPassword = new("access.wrong_password", 401);

    /// <summary>Somebody signed in was asked for their present password and typed another.</summary>
    public static readonly ProblemKind WrongPresentPassword = new("access.wrong_present_password", 401);

    /// <summary>The code of the second step is wrong, too old or used before.</summary>
    public static readonly ProblemKind WrongCode = new("access.wrong_code", 401);

    /// <summary>Too many wrong attempts; try again later.</summary>
    public static readonly ProblemKind TooManyAttempts = new("access.too_many_attempts", 429);

    /// <summary>The sign-in stood too long between two steps, or is over.</summary>
    public static readonly ProblemKind SignInExpired = new("access.sign_in_expired", 401);

    /// <summary>The one-time link was used, is too old or never existed.</summary>
    public static readonly ProblemKind LinkUsed = new("access.link_used", 410);

    /// <summary>The password has fewer than twelve characters.</summary>
    public static readonly ProblemKind PasswordTooShort = new("access.password_too_short", 422);

    /// <summary>The password is longer than the node reads.</summary>
    public static readonly ProblemKind PasswordTooLong = new("access.password_too_long", 422);

    /// <summary>The password is made of common words, rows of keys or repetitions.</summary>
    public static readonly ProblemKind PasswordGuessable = new("access.password_guessable", 422);

    /// <summary>The password contains the user's name or the node's.</summary>
    public static readonly ProblemKind PasswordPersonal = new("access.password_personal", 422);

    /// <summary>The new password is the old one.</summary>
    public static readonly ProblemKind PasswordUnchanged = new("access.password_unchanged", 422);

    /// <summary>The two entries of the new password differ.</summary>
    public static readonly ProblemKind PasswordsDiffer = new("access.passwords_differ", 422);

    /// <summary>The passkey was not accepted.</summary>
    public static readonly ProblemKind PasskeyRefused = new("access.passkey_refused", 401);

    /// <summary>Nobody was signed in by a passkey; whether there is such a passkey or account is not said.</summary>
    public static readonly ProblemKind PasskeySignInRefused = new("access.passkey_sign_in_refused", 401);

    /// <summary>The last second factor cannot be removed while the node asks for one.</summary>
    public static readonly ProblemKind LastSecondFactor = new("access.last_second_factor", 409);

    /// <summary>A user of this name exists already.</summary>
    public static readonly ProblemKind NameTaken = new("users.name_taken", 409);

    /// <summary>The sign-in name is empty, too long or has characters outside what is allowed.</summary>
    public static readonly ProblemKind NameUnusable = new("users.name_unusable", 422);

    /// <summary>No user, team, agency or role of this name.</summary>
    public static readonly ProblemKind Unknown = new("users.no_such", 404);

    /// <summary>A scope that does not exist, or an identifier that does not fit it.</summary>
    public static readonly ProblemKind BadScope = new("users.bad_scope", 422);

    /// <summary>A role that is given for the whole node or not at all.</summary>
    public static readonly ProblemKind OnlyForNode = new("users.only_for_node", 422);

    /// <summary>Nobody can grant more than they hold.</summary>
    public static readonly ProblemKind BeyondOwnRights = new("users.beyond_own_rights", 403);

    /// <summary>The last person who can care for users would lose that right.</summary>
    public static readonly ProblemKind LastAdministrator = new("users.last_administrator", 409);

    /// <summary>An API token has a name, at least one permission of its owner's, and an end within a year.</summary>
    public static readonly ProblemKind BadToken = new("users.bad_token", 422);
}
