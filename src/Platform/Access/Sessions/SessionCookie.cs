using System.Net;
using Microsoft.AspNetCore.Http;
using Tambo.Platform.Problems;

namespace Tambo.Platform.Access.Sessions;

/// <summary>
/// The cookies of staff. Over HTTPS they bear the <c>__Host-</c> prefix, which no other site and no plain connection can
/// set; over plain HTTP they exist on the machine itself only.
/// </summary>
internal static class SessionCookie
{
    private const string Session = "tambo-session";
    private const string Device = "tambo-device";

    /// <summary>Refuses a plain connection from another machine: a password would be readable on the way.</summary>
    public static void RequireSafeConnection(HttpContext context)
    {
        if (!IsSafe(context))
            throw PlatformProblems.InsecureConnection.With();
    }

    /// <summary>
    /// True over HTTPS, and on the machine itself. Both the peer and the address asked for must be the machine: behind a
    /// proxy that the node does not trust, the peer is local and the reader is not.
    /// </summary>
    public static bool IsSafe(HttpContext context) =>
        context.Request.IsHttps
        || (!IsForwarded(context.Request.Headers) && context.Connection.RemoteIpAddress is { } peer && IPAddress.IsLoopback(peer) && IsLoopback(context.Request.Host.Host));

    /// <summary>The session's secret that the request carries, or null.</summary>
    public static string? ReadSession(HttpContext context) => context.Request.Cookies[Name(context, Session)];

    /// <summary>The device's secret that the request carries, or null.</summary>
    public static string? ReadDevice(HttpContext context) => context.Request.Cookies[Name(context, Device)];

    /// <summary>Gives the session's secret; the browser forgets it when it closes.</summary>
    public static void WriteSession(HttpContext context, string secret) =>
        context.Response.Cookies.Append(Name(context, Session), secret, Options(context));

    /// <summary>Takes the session's secret back.</summary>
    public static void DeleteSession(HttpContext context) =>
        context.Response.Cookies.Delete(Name(context, Session), Options(context));

    /// <summary>Gives the device's secret.</summary>
    public static void WriteDevice(HttpContext context, string secret, TimeSpan keepFor)
    {
        var options = Options(context);
        options.MaxAge = keepFor;
        options.Path = "/";
        context.Response.Cookies.Append(Name(context, Device), secret, options);
    }

    // A proxy on this machine may ask for "localhost" on a distant reader's behalf; it says so in these headers.
    private static bool IsForwarded(IHeaderDictionary headers) =>
        headers.ContainsKey("X-Forwarded-For") || headers.ContainsKey("X-Forwarded-Proto") || headers.ContainsKey("X-Real-IP")
        || headers.ContainsKey("Forwarded") || headers.ContainsKey("Via");

    private static bool IsLoopback(string host) =>
        host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
        || (IPAddress.TryParse(host.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address));

    private static string Name(HttpContext context, string name) => context.Request.IsHttps ? "__Host-" + name : name;

    // Lax, not Strict: a link in a staff mail must open signed in. Every change asks for a form token besides.
    private static CookieOptions Options(HttpContext context) => new()
    {
        HttpOnly = true,
        Secure = context.Request.IsHttps,
        SameSite = SameSiteMode.Lax,
        Path = "/",
        IsEssential = true,
    };
}
