using Microsoft.AspNetCore.Routing;
using Tambo.Guide.Translating;

namespace Tambo.Guide.Staff;

/// <summary>The staff pages of the directory.</summary>
internal static class GuideStaff
{
    /// <summary>Declares their addresses; each states its access.</summary>
    public static void Map(IEndpointRouteBuilder routes)
    {
        LookUpServices.Map(routes);
        AddService.Map(routes);
        EditService.Map(routes);
        ServiceState.Map(routes);
        ConfirmServices.Map(routes);
        EditPlace.Map(routes);
        EditOrganization.Map(routes);
        ShowDesk.Map(routes);
        Translate.Map(routes);
        TranslationFiles.Map(routes);
        ReadHistory.Map(routes);
        RunImport.Map(routes);
    }
}
