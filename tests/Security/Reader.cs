using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Tambo.Tests.Support;

namespace Tambo.Tests.Security;

/// <summary>
/// Somebody who asks a node without keeping anything: no cookie but those given, no redirect followed, nothing unpacked.
/// Each comes from a network address of its own, as limits on requests count by address.
/// </summary>
internal sealed class Reader(TestNode node) : IDisposable
{
    private static int last;
    private readonly HttpClient client = Connect(node);

    /// <summary>Asks and reads the whole answer.</summary>
    public async Task<Answer> AskAsync(
        HttpMethod method, string address, HttpContent? content = null, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, new Uri(address, UriKind.Relative)) { Content = content };
        foreach (var (name, value) in headers)
            request.Headers.TryAddWithoutValidation(name, value);
        using var response = await client.SendAsync(request);
        var told = response.Headers.Concat(response.Content.Headers)
            .ToDictionary(header => header.Key, header => string.Join(", ", header.Value), StringComparer.OrdinalIgnoreCase);
        return new Answer(response.StatusCode, told, await response.Content.ReadAsByteArrayAsync());
    }

    public Task<Answer> GetAsync(string address, params (string Name, string Value)[] headers) =>
        AskAsync(HttpMethod.Get, address, null, headers);

    public void Dispose() => client.Dispose();

    private static HttpClient Connect(TestNode node)
    {
        var number = Interlocked.Increment(ref last);
        var from = IPAddress.Parse(string.Create(CultureInfo.InvariantCulture, $"127.77.{number / 250}.{(number % 250) + 1}"));
#pragma warning disable RS0030 // Tests talk to their own node on loopback, which SafeHttp refuses by design.
        return new HttpClient(new SocketsHttpHandler
        {
            UseCookies = false,
            AllowAutoRedirect = false,
            ConnectCallback = async (context, cancellationToken) =>
            {
                var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
                socket.Bind(new IPEndPoint(from, 0));
                await socket.ConnectAsync(new IPEndPoint(IPAddress.Loopback, context.DnsEndPoint.Port), cancellationToken);
                return new NetworkStream(socket, ownsSocket: true);
            },
        })
        {
            BaseAddress = node.Address,
            Timeout = TimeSpan.FromSeconds(30),
        };
#pragma warning restore RS0030
    }
}

/// <summary>What a node answered.</summary>
internal sealed record Answer(HttpStatusCode Status, IReadOnlyDictionary<string, string> Headers, byte[] Body)
{
    public string Text => System.Text.Encoding.UTF8.GetString(Body);

    public string Header(string name) => Headers.TryGetValue(name, out var value) ? value : "";
}
