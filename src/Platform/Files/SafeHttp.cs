using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using Tambo.Platform.Problems;

namespace Tambo.Platform.Files;

/// <summary>What a request to somebody else's server may cost at most.</summary>
public sealed record SafeHttpSettings
{
    /// <summary>Lets the node reach itself: for demonstrations and tests, never with links that strangers give.</summary>
    public bool AllowLoopback { get; init; }

    /// <summary>From the first byte out to the last byte in.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>To set up one connection.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Size of an answer, once unpacked.</summary>
    public long Bytes { get; init; } = LimitedStream.DefaultLimit;

    /// <summary>How often a link may lead on.</summary>
    public int Redirects { get; init; } = 3;
}

/// <summary>The one door for requests that leave the node: the address that a name leads to is checked when connecting, on every redirect anew.</summary>
public static class SafeHttp
{
    /// <summary>A client that throws <see cref="Problem"/> where a request is not allowed or costs too much. Keep it; one serves all threads.</summary>
    public static HttpClient Create(SafeHttpSettings? settings = null)
    {
        settings ??= new SafeHttpSettings();
        var sockets = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            // A proxy would resolve the name itself, past the check below.
            UseProxy = false,
            AutomaticDecompression = DecompressionMethods.All,
            ConnectTimeout = settings.ConnectTimeout,
            MaxResponseHeadersLength = 64,
            MaxResponseDrainSize = 64 * 1024,
            PooledConnectionLifetime = TimeSpan.FromMinutes(2),
            ConnectCallback = (context, cancellationToken) => ConnectAsync(context.DnsEndPoint, settings, cancellationToken),
        };
        var client = new HttpClient(new CheckedRequests(sockets, settings), disposeHandler: true)
        {
            // The limit is kept below, where it covers the body too.
            Timeout = System.Threading.Timeout.InfiniteTimeSpan,
        };
        client.DefaultRequestHeaders.UserAgent.Add(new ProductInfoHeaderValue("Tambo", typeof(SafeHttp).Assembly.GetName().Version?.ToString(2)));
        return client;
    }

    private static async ValueTask<Stream> ConnectAsync(DnsEndPoint target, SafeHttpSettings settings, CancellationToken cancellationToken)
    {
        // Numbers in any notation (decimal, octal, hexadecimal, mapped) are parsed as what they mean.
        var addresses = IPAddress.TryParse(target.Host, out var number) ? [number] : await Dns.GetHostAddressesAsync(target.Host, cancellationToken);
        var allowed = Array.FindAll(addresses, address =>
            PublicAddress.IsPublic(address) || (settings.AllowLoopback && PublicAddress.IsLoopback(address)));
        if (addresses.Length > 0 && allowed.Length == 0)
            throw FileRefusal.LinkPrivate(target.Host);
        Exception? last = null;
        foreach (var address in allowed)
        {
            var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            try
            {
                await socket.ConnectAsync(new IPEndPoint(address, target.Port), cancellationToken);
                return new NetworkStream(socket, ownsSocket: true);
            }
            catch (Exception failure)
            {
                socket.Dispose();
                if (failure is not SocketException)
                    throw;
                last = failure;
            }
        }
        throw last ?? new SocketException((int)SocketError.HostNotFound);
    }
}

/// <summary>Checks every address of a request and follows redirects by itself, because each leads to a new place.</summary>
internal sealed class CheckedRequests(HttpMessageHandler next, SafeHttpSettings settings) : DelegatingHandler(next)
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(settings.Timeout);
        try
        {
            var response = await FollowAsync(request, deadline.Token);
            var body = await response.Content.ReadAsStreamAsync(deadline.Token);
            var limited = new StreamContent(new AnswerStream(body, settings, deadline, HostOf(request)));
            foreach (var header in response.Content.Headers)
                limited.Headers.TryAddWithoutValidation(header.Key, header.Value);
            response.Content = limited;
            return response;
        }
        catch (Exception failure)
        {
            deadline.Dispose();
            if (Refusal(failure, HostOf(request), cancellationToken) is { } refusal)
                throw refusal;
            throw;
        }
    }

    private static string HostOf(HttpRequestMessage request) => request.RequestUri?.IdnHost ?? "";

    private async Task<HttpResponseMessage> FollowAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var startedSecure = false;
        for (var followed = 0; ; followed++)
        {
            Check(request.RequestUri!, startedSecure);
            startedSecure |= request.RequestUri!.Scheme == Uri.UriSchemeHttps;
            var response = await base.SendAsync(request, cancellationToken);
            // What is sent goes to the place it was meant for or nowhere: only reading follows.
            var reading = request.Method == HttpMethod.Get || request.Method == HttpMethod.Head;
            if (!reading || response.Headers.Location is not { } location || !LeadsOn(response.StatusCode))
                return response;
            response.Dispose();
            if (followed == settings.Redirects)
                throw FileRefusal.LinkRedirects(settings.Redirects);
            var target = new Uri(request.RequestUri, location);
            var elsewhere = !string.Equals(target.Authority, request.RequestUri.Authority, StringComparison.OrdinalIgnoreCase);
            request.RequestUri = target;
            request.Headers.Host = null;
            if (elsewhere)
                request.Headers.Authorization = null;
        }
    }

    private static bool LeadsOn(HttpStatusCode status) => status
        is HttpStatusCode.MovedPermanently or HttpStatusCode.Found or HttpStatusCode.SeeOther
        or HttpStatusCode.TemporaryRedirect or HttpStatusCode.PermanentRedirect;

    private static void Check(Uri address, bool startedSecure)
    {
        if (address.Scheme != Uri.UriSchemeHttp && address.Scheme != Uri.UriSchemeHttps)
            throw FileRefusal.LinkScheme(address.Scheme);
        if (startedSecure && address.Scheme != Uri.UriSchemeHttps)
            throw FileRefusal.LinkDowngrade(address.IdnHost);
        if (address.UserInfo.Length > 0)
            throw FileRefusal.LinkScheme("user@" + address.IdnHost);
    }

    private Problem? Refusal(Exception failure, string host, CancellationToken cancellationToken) => failure switch
    {
        Problem problem => problem,
        _ when Cause(failure) is { } problem => problem,
        OperationCanceledException when !cancellationToken.IsCancellationRequested => FileRefusal.LinkTimeout(host, settings.Timeout),
        HttpRequestException { HttpRequestError: HttpRequestError.ConfigurationLimitExceeded } => FileRefusal.TooLarge(settings.Bytes),
        HttpRequestException or IOException or SocketException or UriFormatException => FileRefusal.LinkUnreachable(host),
        _ => null,
    };

    private static Problem? Cause(Exception failure)
    {
        for (var inner = failure.InnerException; inner is not null; inner = inner.InnerException)
            if (inner is Problem problem)
                return problem;
        return null;
    }

    /// <summary>The body of an answer: counted while it arrives, and stopped by the same clock as the request.</summary>
    private sealed class AnswerStream(Stream body, SafeHttpSettings settings, CancellationTokenSource deadline, string host)
        : ReadThroughStream(body, leaveOpen: false)
    {
        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
            try
            {
                return await base.ReadAsync(buffer, either.Token);
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                throw FileRefusal.LinkTimeout(host, settings.Timeout);
            }
        }

        private protected override void Passed(ReadOnlySpan<byte> bytes)
        {
            if (BytesRead > settings.Bytes)
                throw FileRefusal.TooLarge(settings.Bytes);
        }

        private protected override Problem? Refuse(Exception failure) => failure switch
        {
            Problem problem => problem,
            // Zlib and Brotli report broken or cut-off data so; the network reports a lost connection so.
            InvalidDataException or IOException or HttpRequestException => FileRefusal.LinkUnreachable(host),
            _ => null,
        };

        protected override void Dispose(bool disposing)
        {
            if (disposing)
                deadline.Dispose();
            base.Dispose(disposing);
        }
    }
}
