using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Tambo.Bench.Collect;

/// <summary>What became of a load of records.</summary>
/// <param name="Seconds">Wall time from the first to the last answer.</param>
/// <param name="Milliseconds">Of each request that was acknowledged, sorted.</param>
/// <param name="Taken">Records answered with taken.</param>
/// <param name="There">Records answered with already there.</param>
/// <param name="Other">Any other answer.</param>
internal sealed record FieldRun(double Seconds, double[] Milliseconds, int Taken, int There, int Other);

/// <summary>Devices that send one group each over connections kept open; written on plain sockets, so that the client takes little of the machine.</summary>
internal sealed class FieldLoad(int port, string token, int connections)
{
    /// <summary>Answers of taken and of already there so far, whatever becomes of the rest.</summary>
    public int Acknowledged;

    /// <summary>Sends every record once.</summary>
    public async Task<FieldRun> SendAsync(string[] records)
    {
        var next = -1;
        var (taken, there, other) = (0, 0, 0);
        var times = new List<double>[connections];
        var start = Stopwatch.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, connections).Select(worker => Task.Run(async () =>
        {
            times[worker] = new List<double>(records.Length / connections * 2);
            using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            await socket.ConnectAsync(IPAddress.Loopback, port);
            var buffer = new byte[8192];
            while (socket.Connected && Interlocked.Increment(ref next) is var number && number < records.Length)
            {
                var sent = Stopwatch.GetTimestamp();
                var answer = await AskAsync(socket, buffer, RequestOf(records[number], number));
                times[worker].Add(Stopwatch.GetElapsedTime(sent).TotalMilliseconds);
                if (answer.Length == 0)
                    break;
                if (answer.Contains("\"taken\"", StringComparison.Ordinal))
                {
                    Interlocked.Increment(ref taken);
                    Interlocked.Increment(ref Acknowledged);
                }
                else if (answer.Contains("\"already_there\"", StringComparison.Ordinal))
                {
                    Interlocked.Increment(ref there);
                    Interlocked.Increment(ref Acknowledged);
                }
                else if (Interlocked.Increment(ref other) == 1)
                    await Results.ProgressAsync($"answered: {answer}");
            }
        })));
        var seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        var all = times.SelectMany(own => own).ToArray();
        Array.Sort(all);
        return new FieldRun(seconds, all, taken, there, other);
    }

    /// <summary>A made-up group of four, as a phone sends it.</summary>
    public static string Record(Guid id, DateTimeOffset at) => string.Create(
        CultureInfo.InvariantCulture,
        $$"""{"id":"{{id:D}}","version":1,"point":"BENCH","observedAt":"{{at:yyyy-MM-ddTHH:mm:ssZ}}","direction":"IN","size":4,"parts":[{"nationality":"VEN","persons":4,"women":1,"men":1,"girls":2,"boys":0}],"previous":"COL","next":"CRI","destination":"USA","transport":"FOOT","method":"OBS"}""");

    private byte[] RequestOf(string record, int number) => Encoding.UTF8.GetBytes(string.Create(
        CultureInfo.InvariantCulture,
        $"POST /api/flows/groups HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {token}\r\nX-Forwarded-For: 10.0.{number / 100 % 256}.{number % 100}\r\nX-Forwarded-Proto: https\r\nContent-Type: application/json\r\nContent-Length: {Encoding.UTF8.GetByteCount(record)}\r\n\r\n{record}"));

    private static async Task<string> AskAsync(Socket socket, byte[] buffer, byte[] request)
    {
        var read = 0;
        while (true)
        {
            int got;
            try
            {
                if (read == 0)
                    await socket.SendAsync(request);
                got = await socket.ReceiveAsync(buffer.AsMemory(read));
            }
            catch (SocketException)
            {
                // The node was killed.
                return "";
            }

            if (got == 0)
                return "";
            read += got;
            var text = Encoding.ASCII.GetString(buffer, 0, read);
            var head = text.IndexOf("\r\n\r\n", StringComparison.Ordinal);
            if (head < 0)
                continue;
            var length = text.IndexOf("Content-Length: ", StringComparison.OrdinalIgnoreCase);
            if (length >= 0 && length < head)
            {
                var end = text.IndexOf('\r', length);
                if (read >= head + 4 + int.Parse(text.AsSpan(length + 16, end - length - 16), CultureInfo.InvariantCulture))
                    return text;
            }
            else if (text.EndsWith("\r\n0\r\n\r\n", StringComparison.Ordinal))
            {
                return text;
            }
        }
    }
}
