using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Rendering;
using Microsoft.AspNetCore.Http;
using Tambo.Platform.Http;
using Tambo.Platform.Shell;

namespace Tambo.Tests.Platform.Shell;

/// <summary>Pages of a made-up node for what the design page cannot show: a staff page, a map, passkeys.</summary>
internal static class ShellExamples
{
    /// <summary>A challenge or a user id as WebAuthn sends it: 32 bytes, base64url.</summary>
    private const string Bytes = "__79_Pv6-fj39vX08_Lx8O_u7ezr6uno5-bl5OPi4eA";

    public static void Map(WebApplication app)
    {
        app.MapGet("/staff/example", (HttpContext http) => new PageResult<StaffFrame>(
            http.Texts(),
            (nameof(StaffFrame.Title), "Desk"),
            (nameof(StaffFrame.SignedInAs), "dora"),
            (nameof(StaffFrame.Menu), new MenuLink[]
            {
                new("shell.about", "/staff/example", "home"),
                new("shell.contact", "/staff/other", "family") { Waiting = 3, GroupKey = "shell.menu" },
            }),
            (nameof(StaffFrame.ChildContent), (RenderFragment)Desk))).NeedsSignIn();
        app.MapGet("/en/map", (HttpContext http) => new PageResult<PageFrame>(
            http.Texts(), (nameof(PageFrame.Title), "Map"), (nameof(PageFrame.ChildContent), (RenderFragment)MapOfIslaVerde)));
        app.MapGet("/outlines.geojson", () => Results.Text(
            """
            {"type":"FeatureCollection","features":[{"type":"Feature","properties":{},"geometry":
            {"type":"Polygon","coordinates":[[[-60.2,10.1],[-59.1,10.3],[-58.8,11.2],[-59.9,11.4],[-60.2,10.1]]]}}]}
            """, "application/geo+json"));
        app.MapGet("/places.geojson", () => Results.Text(
            """
            {"type":"FeatureCollection","features":[
            {"type":"Feature","properties":{"name":"Casa del Puente <b>","href":"/en/services/casa"},"geometry":{"type":"Point","coordinates":[-59.7,10.6]}},
            {"type":"Feature","properties":{"name":"Puerto Sur","href":"/en/services/puerto"},"geometry":{"type":"Point","coordinates":[-59.2,10.9]}}]}
            """, "application/geo+json"));
        app.MapPost("/staff/passkey/add", () => Results.Text(
            $$$"""
            {"challenge":"{{{Bytes}}}","rp":{"id":"localhost","name":"Isla Verde"},
            "user":{"id":"{{{Bytes}}}","name":"dora","displayName":"Dora"},
            "pubKeyCredParams":[{"type":"public-key","alg":-7}],"excludeCredentials":[],
            "authenticatorSelection":{"residentKey":"required","userVerification":"required"}}
            """, "application/json"));
        app.MapPost("/staff/passkey/sign-in", () => Results.Text(
            $$"""{"challenge":"{{Bytes}}","rpId":"localhost","allowCredentials":[],"userVerification":"required"}""",
            "application/json"));
        app.MapPost("/staff/passkey/answer", (HttpRequest request) => Results.Text(request.Form["credential"].ToString()));
    }

    private static void Desk(RenderTreeBuilder builder)
    {
        builder.AddMarkupContent(0, """
            <h1>Desk</h1>
            <ul class="tiles"><li class="card"><b>1 284</b>Registered this week</li><li class="card"><b>3</b>Referrals waiting</li></ul>
            """);
        foreach (var adds in new[] { true, false })
        {
            builder.OpenComponent<PasskeyForm>(1);
            builder.AddComponentParameter(2, nameof(PasskeyForm.Action), "/staff/passkey/answer");
            builder.AddComponentParameter(3, nameof(PasskeyForm.Options), adds ? "/staff/passkey/add" : "/staff/passkey/sign-in");
            builder.AddComponentParameter(4, nameof(PasskeyForm.Adds), adds);
            builder.CloseComponent();
        }
    }

    private static void MapOfIslaVerde(RenderTreeBuilder builder)
    {
        builder.AddMarkupContent(0, "<h1>Map</h1>");
        builder.OpenComponent<MapLink>(1);
        builder.AddComponentParameter(2, nameof(MapLink.Outlines), "/outlines.geojson");
        builder.AddComponentParameter(3, nameof(MapLink.Places), "/places.geojson");
        builder.AddComponentParameter(4, nameof(MapLink.ChildContent), (RenderFragment)(inner => inner.AddMarkupContent(
            0, """<svg class="map" viewBox="0 0 100 60" role="img" aria-label="Isla Verde"><path d="M10 50 90 40 80 10 20 15z"/></svg>""")));
        builder.CloseComponent();
    }
}
