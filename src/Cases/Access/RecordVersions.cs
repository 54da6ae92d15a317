using System.Globalization;
using Microsoft.AspNetCore.Http;
using Tambo.Platform.Problems;

namespace Tambo.Cases.Access;

/// <summary>The version of a record in the headers ETag and If-Match: whoever changes it says which one they have read.</summary>
internal static class RecordVersions
{
    /// <summary>The entity tag of a version.</summary>
    public static string Tag(int version) => string.Create(CultureInfo.InvariantCulture, $"\"v{version}\"");

    /// <summary>The version that a change is meant for.</summary>
    /// <exception cref="Problem">None is named, or one that never was.</exception>
    public static int Meant(HttpContext context)
    {
        var tag = context.Request.Headers.IfMatch.ToString().Trim();
        if (tag is "" or "*")
            throw CasesProblems.VersionNeeded.With();
        return tag is ['"', 'v', .. var digits, '"'] && int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var version)
            ? version
            : throw PlatformProblems.Changed.With();
    }
}
