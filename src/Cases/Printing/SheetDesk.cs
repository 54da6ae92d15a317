using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Tambo.Cases.Desk;
using Tambo.Platform.Access;
using Tambo.Platform.Http;

namespace Tambo.Cases.Printing;

/// <summary>The pages from which a person's or a case's sheet is printed. Their own pages print nothing: paper goes this way.</summary>
internal static class SheetDesk
{
    /// <summary>Where the sheet of a person is.</summary>
    public static string OfPerson(Guid id) => CasesDesk.PersonAddress(id) + "/sheet";

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet(CasesDesk.Persons + "/{id:guid}/sheet", async Task<IResult> (HttpContext context, Guid id, PrintSheet sheet, CancellationToken cancellationToken) =>
            StaffForm.Page<SheetPage>(context, null, ("Sheet", await sheet.OfPersonAsync(id, context.Actor(), context.PageTexts(), cancellationToken)))).Needs(CasesRights.Read).ExcludeFromDescription();
        routes.MapGet(CasesDesk.Root + "/{id:guid}/sheet", async Task<IResult> (HttpContext context, Guid id, PrintSheet sheet, CancellationToken cancellationToken) =>
            StaffForm.Page<SheetPage>(context, null, ("Sheet", await sheet.OfCaseAsync(id, context.Actor(), context.PageTexts(), cancellationToken)))).Needs(CasesRights.Read).ExcludeFromDescription();
    }
}
