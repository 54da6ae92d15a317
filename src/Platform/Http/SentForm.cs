using Microsoft.AspNetCore.Http;
using Tambo.Platform.Problems;

namespace Tambo.Platform.Http;

/// <summary>Reads a form that somebody sent; whatever is no form is refused with its code, never with a failure.</summary>
public static class SentForm
{
    /// <summary>The fields of the form.</summary>
    /// <exception cref="Problem">The body is of another kind, or cannot be read as a form.</exception>
    public static async Task<IFormCollection> ReadAsync(HttpContext context, CancellationToken cancellationToken)
    {
        if (!context.Request.HasFormContentType)
            throw PlatformProblems.UnsupportedMedia.With();
        try
        {
            return await context.Request.ReadFormAsync(cancellationToken);
        }
        catch (Exception failure) when (failure is InvalidDataException or NotSupportedException or ArgumentException)
        {
            // Too many fields, an unfinished part, or a character set that is refused (UTF-7) or unknown.
            throw PlatformProblems.Malformed.With();
        }
    }

    /// <summary>What a file is called: the files of a folder come with their path, and some with a name that nobody can show.</summary>
    public static string NameOf(IFormFile file) => Path.GetFileName(file.FileName.Replace('\\', '/')) is { Length: > 0 and <= 200 } plain ? plain : "file";
}
