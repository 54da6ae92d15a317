using System.Globalization;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using Tambo.Platform.Files;
using Tambo.Platform.Problems;

namespace Tambo.Platform.Sending;

/// <summary>Posts a message to a program of somebody else, signed, through the one door for requests that leave the node.</summary>
internal sealed class WebhookDelivery(HttpClient client, TimeProvider time)
{
    /// <summary>The identifier of the message, the same at each delivery.</summary>
    public const string IdHeader = "X-Tambo-Delivery";

    /// <summary>What the message is about.</summary>
    public const string PurposeHeader = "X-Tambo-Event";

    /// <summary>When it was sent, in seconds since 1970; part of what is signed, so that an old message cannot be sent again.</summary>
    public const string TimeHeader = "X-Tambo-Timestamp";

    /// <summary><c>v1=</c> and the signature in hexadecimal.</summary>
    public const string SignatureHeader = "X-Tambo-Signature";

    /// <exception cref="DeliveryFailure">It was not taken.</exception>
    public async Task DeliverAsync(Guid id, string purpose, OutgoingWebhook message, CancellationToken cancellationToken)
    {
        var sent = time.GetUtcNow().ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        using var request = new HttpRequestMessage(HttpMethod.Post, message.Address);
        request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(message.Json));
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        request.Headers.Add("Idempotency-Key", $"\"{id:D}\"");
        request.Headers.Add(IdHeader, id.ToString("D"));
        request.Headers.Add(PurposeHeader, purpose);
        request.Headers.Add(TimeHeader, sent);
        request.Headers.Add(SignatureHeader, "v1=" + Sign(message.Secret, sent, message.Json));
        int status;
        try
        {
            using var answer = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            status = (int)answer.StatusCode;
        }
        catch (Problem refused)
        {
            throw new DeliveryFailure(refused.Kind.Code, forGood: false);
        }

        if (status is < 200 or >= 300)
            throw new DeliveryFailure(string.Create(CultureInfo.InvariantCulture, $"http {status}"), IsForGood(status));
    }

    /// <summary>HMAC-SHA-256 over the time, a full stop and the content.</summary>
    public static string Sign(string secret, string sent, string json) =>
        Convert.ToHexStringLower(HMACSHA256.HashData(Convert.FromBase64String(secret), Encoding.UTF8.GetBytes($"{sent}.{json}")));

    // What the other side calls our mistake stays one, but for what it asks to be given again.
    private static bool IsForGood(int status) => status is >= 400 and < 500 and not (408 or 409 or 423 or 425 or 429);
}
