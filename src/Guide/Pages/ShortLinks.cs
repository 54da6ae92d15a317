using System.Buffers.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Tambo.Platform.Http;
using Tambo.Platform.Problems;

namespace Tambo.Guide.Pages;

/// <summary>
/// Short addresses for messages, squares on paper and wall screens: they lead to a service's page, or to where one says
/// something about it, in whichever language their reader has. The service worker knows them too (web/src/sw.ts).
/// </summary>
internal static class ShortLinks
{
    private const string Service = "/s/";
    private const string Feedback = "/f";

    /// <summary>Declares <c>/s/{code}</c>, <c>/f</c> and <c>/f/{code}</c>.</summary>
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet(Service + "{code}", static (HttpContext context, string code) => Lead(context, $"services/{Named(code):D}")).Open().ExcludeFromDescription();
        routes.MapGet(Feedback, static (HttpContext context) => Lead(context, "feedback")).Open().ExcludeFromDescription();
        routes.MapGet(Feedback + "/{code}", static (HttpContext context, string code) => Lead(context, $"feedback?about=services/{Named(code):D}")).Open().ExcludeFromDescription();
    }

    /// <summary>The shortest address of a service's page.</summary>
    public static string ToService(Uri site, Guid service) => site.GetLeftPart(UriPartial.Authority) + Service + Code(service);

    /// <summary>The shortest address of the form for messages about a service, or about the site.</summary>
    public static string ToFeedback(Uri site, Guid? service) =>
        site.GetLeftPart(UriPartial.Authority) + Feedback + (service is { } about ? "/" + Code(about) : "");

    /// <summary>The service that a code names, or null.</summary>
    internal static Guid? OfCode(string code)
    {
        Span<byte> bytes = stackalloc byte[16];
        return code.Length == 22 && Base64Url.IsValid(code) && Base64Url.DecodeFromChars(code, bytes) == 16 ? new Guid(bytes, bigEndian: true) : null;
    }

    private static string Code(Guid service) => Base64Url.EncodeToString(service.ToByteArray(bigEndian: true));

    private static Guid Named(string code) => OfCode(code) ?? throw PlatformProblems.NotFound.With();

    private static IResult Lead(HttpContext context, string path)
    {
        context.Response.Headers.Vary = "Accept-Language, Cookie";
        return Results.Redirect($"/{context.Texts().Code}/{path}");
    }
}
