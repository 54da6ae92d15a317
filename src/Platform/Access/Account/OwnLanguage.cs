using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Tambo.Platform.Access.Users;
using Tambo.Platform.Database;
using Tambo.Platform.Http;
using Tambo.Platform.Idempotency;
using Tambo.Platform.Languages;
using Tambo.Platform.Problems;

namespace Tambo.Platform.Access.Account;

/// <summary>Somebody signed in picks the language of their pages and mails, on every device.</summary>
internal static class OwnLanguage
{
    public const string Address = "/staff/language";

    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapPost(Address, ChooseAsync).TakesForm().NeedsSignIn().MayRepeat("chooses the same language again");

    private static async Task<IResult> ChooseAsync(HttpContext context, NodeDb db, TextCatalog catalog, CancellationToken cancellationToken)
    {
        var (_, user) = AccountPages.Own(context);
        var form = await SentForm.ReadAsync(context, cancellationToken);
        if (!catalog.Has(form.Field("language")))
            throw PlatformProblems.Malformed.With();
        var code = catalog.In(form.Field("language")).Code;
        if (user.Language != code)
        {
            user.Language = code;
            await using var change = await db.BeginAsync(context.Actor(), "access.language_chosen", user.Subject, cancellationToken);
            change.Describe(new { language = code });
            if (!await UserRows.UpdateAsync(change, user))
                throw PlatformProblems.Changed.With();
            await change.CommitAsync(cancellationToken);
        }

        ChooseLanguage.Remember(context, code);
        return Results.Redirect(ChooseLanguage.LocalPath(form.Field("to")) ?? StaffPage.Home);
    }
}
