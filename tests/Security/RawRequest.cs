using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Tambo.Tests.Support;

namespace Tambo.Tests.Security;

/// <summary>
/// A request as bytes on a socket, for addresses and headers that a well-behaved client would mend before sending. HTTP/1.0,
/// so that the answer ends with the connection.
/// </summary>
internal static class RawRequest
{
    private static int last;

    public static Task<Answer> GetAsync(TestNode node, string target, params string[] headers) => SendAsync(node, "GET", target, headers);

    public static async Task<Answer> SendAsync(TestNode node, string method, string target, string[] headers, byte[]? body = null)
    {
        var head = new StringBuilder().Append(CultureInfo.InvariantCulture, $"{method} {target} HTTP/1.0\r\nHost: {node.Address.Authority}\r\n");
        foreach (var header in headers)
            head.Append(header).Append("\r\n");
        if (body is not null)
            head.Append(CultureInfo.InvariantCulture, $"Content-Length: {body.Length}\r\n");
        head.Append("\r\n");
        return await SendAsync(node, [.. Encoding.UTF8.GetBytes(head.ToString()), .. body ?? []]);
    }

    /// <summary>Sends bytes and reads what comes until the node closes.</summary>
    public static async Task<Answer> SendAsync(TestNode node, byte[] request)
    {
        // An address of its own every few dozen requests, as limits count by address.
        var number = Interlocked.Increment(ref last) / 40;
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        socket.Bind(new IPEndPoint(IPAddress.Parse(string.Create(CultureInfo.InvariantCulture, $"127.78.{number / 250}.{(number % 250) + 1}")), 0));
        await socket.ConnectAsync(IPAddress.Loopback, node.Address.Port);
        await using var stream = new NetworkStream(socket);
        using var received = new MemoryStream();
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        try
        {
            await stream.WriteAsync(request, patience.Token);
            await stream.CopyToAsync(received, patience.Token);
        }
        catch (OperationCanceledException silence)
        {
            throw new TimeoutException("No end of the answer to " + Encoding.UTF8.GetString(request, 0, Math.Min(200, request.Length)), silence);
        }
        catch (IOException) when (received.Length > 0)
        {
            // The node refused before it had read everything; what it said is enough.
        }

        return Parse(received.ToArray());
    }

    private static Answer Parse(byte[] received)
    {
        var end = received.AsSpan().IndexOf("\r\n\r\n"u8);
        var lines = Encoding.Latin1.GetString(received, 0, end).Split("\r\n");
        var headers = lines.Skip(1).Select(line => line.Split(": ", 2)).GroupBy(pair => pair[0], StringComparer.OrdinalIgnoreCase)
            .ToDictionary(group => group.Key, group => string.Join(", ", group.Select(pair => pair.ElementAtOrDefault(1) ?? "")), StringComparer.OrdinalIgnoreCase);
        return new Answer((HttpStatusCode)int.Parse(lines[0].Split(' ')[1], CultureInfo.InvariantCulture), headers, received[(end + 4)..]);
    }
}
