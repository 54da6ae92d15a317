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
            await Task.WhenAny(CopyAsync(phone, far, TimeSpan.Zero, mayBreak: true), CopyAsync(far, phone, wait, mayBreak: false));
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

    private async Task CopyAsync(Socket from, Socket to, TimeSpan wait, bool mayBreak)
    {
        var buffer = new byte[16 * 1024];
        try
        {
            while (await from.ReceiveAsync(buffer) is var count and > 0)
            {
                // A browser sends a request in one piece.
                if (mayBreak && refused is { } path && buffer.AsSpan(0, count).StartsWith(path))
                    return;
                if (wait > TimeSpan.Zero)
                    await Task.Delay(wait);
                for (var sent = 0; sent < count;)
                    sent += await to.SendAsync(buffer.AsMemory(sent, count - sent));
            }
        }
        catch (Exception broken) when (broken is SocketException or ObjectDisposedException)
        {
            // One side has gone; so goes the other.
        }
    }
}
