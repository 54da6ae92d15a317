using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Primitives;
using Tambo.Platform.Problems;

namespace Tambo.Platform.Idempotency;

/// <summary>The key by which a sender names one request, however often it is sent.</summary>
/// <param name="Value">The key itself.</param>
/// <param name="OfForm">True when a form of ours carried it: a person waits, and not a program.</param>
public sealed record RequestKey(string Value, bool OfForm)
{
    /// <summary>The header of draft-ietf-httpapi-idempotency-key-header-07: a string of RFC 9651, in quotes.</summary>
    public const string Header = "Idempotency-Key";

    /// <summary>The hidden field of a form.</summary>
    public const string Field = "idempotency-key";

    /// <summary>The longest key, in characters.</summary>
    public const int Longest = 255;

    /// <summary>The key of a request, or null. Many programs leave the quotes out; they are understood.</summary>
    /// <exception cref="Problem">It is empty, too long, or has other than visible ASCII characters.</exception>
    public static RequestKey? Of(HttpContext context)
    {
        if (context.Request.Headers.TryGetValue(Header, out var sent))
            return new RequestKey(Read(sent), OfForm: false);
        // Only a form that was read already: an upload that comes as a stream is not looked through for a field.
        var form = context.Features.Get<IFormFeature>()?.Form;
        return form is not null && form[Field] is [{ Length: > 0 } field] ? new RequestKey(Read(field), OfForm: true) : null;
    }

    private static string Read(StringValues sent)
    {
        var text = sent is [{ } single] ? single.Trim() : "";
        var quoted = text is ['"', .., '"'] && text.Length > 2;
        var key = quoted ? text[1..^1] : text;
        if (key.Length is 0 or > Longest || key.Any(c => c is < '!' or > '~' or '"' or '\\'))
            throw PlatformProblems.BadIdempotencyKey.With(("most", Longest));
        return key;
    }
}
