using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Tambo.Tests.Support;

/// <summary>
/// The line between a phone and a node, at one address for good: a test can cut it, make it slow, or have another node at its
/// end.
/// </summary>
public sealed class NetworkLine : IAsyncDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource closing = new();
    private readonly HashSet<Socket> open = [];
    private readonly Lock gate = new();
    private readonly Task accepting;
    private Uri node;
    private bool cut;
    private TimeSpan delay;
    private byte[]? refused;
    private int broken;
    private long sent;

    public NetworkLine(Uri node)
    {
        this.node = node;
        listener.Start();
        Address = new Uri($"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}/");
        accepting = AcceptAsync();
    }

    /// <summary>Where the phone finds whatever node is at the other end.</summary>
    public Uri Address { get; }

    /// <summary>Flight mode: what is under way breaks off, and nothing new is answered.</summary>
    public void Cut()
    {
        lock (gate)
            cut = true;
        Break();
    }

    /// <summary>The network is back.</summary>
    public void Mend()
    {
        lock (gate)
            (cut, delay) = (false, TimeSpan.Zero);
    }

    /// <summary>Whatever the node says comes that much later.</summary>
    public void Slow(TimeSpan by)
    {
        lock (gate)
            delay = by;
        Break();
    }

    /// <summary>One path breaks off each time somebody asks for it; null for none.</summary>
    public void BreakAt(string? path)
    {
        lock (gate)
            refused = path is null ? null : Encoding.ASCII.GetBytes($"GET {path} ");
    }

    /// <summary>Bytes of a request for <see cref="Breaks"/>: all of it arrives, and its answer is lost.</summary>
    public const long Answer = long.MaxValue;

    /// <summary>Asked of each request that begins, by its first line: after how many of its bytes the line breaks; null where it holds.</summary>
    /// <remarks>Each request has a connection of its own from then on: what breaks on one that was used before, a browser sends again by itself.</remarks>
    public Func<string, long?>? Breaks
    {
        get;
        set
        {
            field = value;
            Break();
        }
    }

    /// <summary>How many requests broke off so.</summary>
    public int Broken => Volatile.Read(ref broken);

    /// <summary>Bytes that the phone has sent so far, headers too.</summary>
    public long Sent => Volatile.Read(ref sent);

    /// <summary>Another node answers from now on.</summary>
    public void LeadTo(Uri other)
    {
        lock (gate)
            node = other;
        Break();
    }

    public async ValueTask DisposeAsync()
    {
        await closing.CancelAsync();
        listener.Stop();
        Break();
        await accepting;
        closing.Dispose();
    }

    private void Break()
    {
        Socket[] broken;
        lock (gate)
        {
            broken = [.. open];
            open.Clear();
        }

        foreach (var socket in broken)
            socket.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
                _ = CarryAsync(await listener.AcceptSocketAsync(closing.Token));
        }
        catch (Exception) when (closing.IsCancellationRequested)
        {
            // The test is over, whether it was waiting or was about to.
        }
    }

    private async Task CarryAsync(Socket phone)
    {
        using var far = new Socket(SocketType.Stream, ProtocolType.Tcp);
        TimeSpan wait;
        Uri end;
        lock (gate)
        {
            if (cut)
            {
                phone.Dispose();
                return;
            }

            (wait, end) = (delay, node);
            open.Add(phone);
            open.Add(far);
        }

        try
        {
            await far.ConnectAsync(end.Host, end.Port);
            var request = new Request();
            var (there, back) = (CopyAsync(phone, far, TimeSpan.Zero, request, isRequest: true), CopyAsync(far, phone, wait, request, isRequest: false));
            if (await await Task.WhenAny(there, back) && back.IsCompleted)
            {
                // The node has ended it: what it said last is still to be read.
                phone.Shutdown(SocketShutdown.Send);
                await Task.WhenAny(there, Task.Delay(TimeSpan.FromSeconds(5)));
            }
        }
        catch (Exception broken) when (broken is SocketException or ObjectDisposedException)
        {
            // Cut while connecting.
        }
        finally
        {
            phone.Dispose();
            lock (gate)
            {
                open.Remove(phone);
                open.Remove(far);
            }
        }
    }

    // True when one side has ended it, false when it broke.
    private async Task<bool> CopyAsync(Socket from, Socket to, TimeSpan wait, Request request, bool isRequest)
    {
        var buffer = new byte[16 * 1024];
        try
        {
            while (await from.ReceiveAsync(buffer) is var count && count > 0)
            {
                // A browser sends a request in one piece, or its head before the rest.
                if (isRequest && refused is { } path && buffer.AsSpan(0, count).StartsWith(path))
                    return false;
                if (isRequest)
                {
                    Interlocked.Add(ref sent, count);
                    var head = request.Begin(Breaks, buffer.AsSpan(0, count));
                    if (request.Left < count)
                    {
                        await to.SendAsync(buffer.AsMemory(0, (int)request.Left));
                        Interlocked.Increment(ref broken);
                        return false;
                    }

                    if (request.Left != Answer)
                        request.Left -= count;
                    if (head > 0)
                    {
                        await to.SendAsync(buffer.AsMemory(0, head));
                        await to.SendAsync("Connection: close\r\n"u8.ToArray());
                        buffer.AsSpan(head, count - head).CopyTo(buffer);
                        count -= head;
                    }
                }
                else if (request.IsAnswerLost)
                {
                    Interlocked.Increment(ref broken);
                    return false;
                }

                if (wait > TimeSpan.Zero)
                    await Task.Delay(wait);
                for (var given = 0; given < count;)
                    given += await to.SendAsync(buffer.AsMemory(given, count - given));
            }

            return true;
        }
        catch (Exception gone) when (gone is SocketException or ObjectDisposedException)
        {
            // One side has gone; so goes the other.
            return false;
        }
    }

    /// <summary>The request that a connection carries at the moment.</summary>
    private sealed class Request
    {
        private static readonly byte[][] Methods = ["GET "u8.ToArray(), "POST "u8.ToArray(), "PATCH "u8.ToArray()];

        /// <summary>Bytes of it that still pass.</summary>
        public long Left { get; set; } = Answer;

        public bool IsAnswerLost { get; private set; }

        /// <summary>Looks whether these bytes begin a request, and what is to become of it; the length of its first line, zero where none begins.</summary>
        public int Begin(Func<string, long?>? breaks, ReadOnlySpan<byte> bytes)
        {
            var end = bytes.IndexOf("\r\n"u8);
            if (breaks is null || end < 0)
                return 0;
            foreach (var method in Methods)
            {
                if (!bytes.StartsWith(method))
                    continue;
                var passes = breaks(Encoding.ASCII.GetString(bytes[..end]));
                (Left, IsAnswerLost) = (passes ?? Answer, passes == Answer);
                return end + 2;
            }

            return 0;
        }
    }
}
