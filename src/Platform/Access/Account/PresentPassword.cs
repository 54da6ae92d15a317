using Tambo.Platform.Http;
using Microsoft.AspNetCore.Http;
using Tambo.Platform.Access.Passwords;
using Tambo.Platform.Access.SignIn;
using Tambo.Platform.Access.Users;
using Tambo.Platform.Problems;

namespace Tambo.Platform.Access.Account;

/// <summary>
/// Asks for the present password before anything is made that would let somebody in later: a session left open on a
/// table is not enough for that.
/// </summary>
internal sealed class PresentPassword(SignInGuard guard, PasswordDesk passwords)
{
    /// <summary>Passes when the form's field holds the user's password; attempts count as those of signing in do.</summary>
    /// <exception cref="Problem">It does not, or there were too many attempts.</exception>
    public async Task RequireAsync(HttpContext context, User user, string field, CancellationToken cancellationToken)
    {
        var form = await SentForm.ReadAsync(context, cancellationToken);
        var attempt = await guard.CountAsync(context, user.SignInName, user.SignInName, cancellationToken);
        if (!passwords.Verify(user, form.Field(field)))
            throw AccessProblems.WrongPresentPassword.With().At(field);
        await guard.ForgetAsync(attempt, cancellationToken);
    }
}
