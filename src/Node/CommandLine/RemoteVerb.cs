using System.CommandLine;
using System.Globalization;
using System.Net.Sockets;
using System.Text;
using Tambo.Node.Verbs;
using Tambo.Platform.Backup;
using Tambo.Platform.Problems;

namespace Tambo.Node.CommandLine;

/// <summary>Hands a verb to the running node and plays back what it answers.</summary>
internal sealed class RemoteVerb(Verb verb, Socket socket) : IAsyncDisposable
{
    private readonly FrameStream frames = new(new NetworkStream(socket, ownsSocket: true));
    private readonly Terminal terminal = new(verb.CheckMadeAsync);
    private readonly Dictionary<byte, CallerFile> files = [];

    /// <summary>Sends the verb with the files it reads, and returns its exit code.</summary>
    public async Task<int> RunAsync(ParseResult parsed, IReadOnlyList<string> arguments, CancellationToken cancellationToken)
    {
        await SendAsync(parsed, arguments, cancellationToken);
        await using var stop = cancellationToken.Register(() => _ = CancelAsync());
        while (await frames.ReadAsync(CancellationToken.None) is { } frame)
        {
            if (frame.Kind == FrameKind.Exit)
                return frame.Bytes[0];
            await PlayAsync(frame, cancellationToken);
        }

        await terminal.ErrorAsync("tambo: the node ended before it had answered");
        return 1;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var file in files.Values)
            await file.DisposeAsync();
        await frames.DisposeAsync();
    }

    private async Task SendAsync(ParseResult parsed, IReadOnlyList<string> arguments, CancellationToken cancellationToken)
    {
        try
        {
            await frames.WriteJsonAsync(FrameKind.Typed, new TypedVerb(arguments), cancellationToken);
            foreach (var typed in verb.Reads(parsed))
                await SendAsync(typed, cancellationToken);
            await frames.WriteAsync(FrameKind.Run, ReadOnlyMemory<byte>.Empty, cancellationToken);
        }
        catch (IOException cut) when (cut.InnerException is SocketException)
        {
            // The node has hung up before it had everything: why it refused is there to be read.
        }
    }

    private async Task CancelAsync()
    {
        try
        {
            await frames.WriteAsync(FrameKind.Cancel, ReadOnlyMemory<byte>.Empty, CancellationToken.None);
        }
        catch (IOException)
        {
            // The node has gone by itself.
        }
    }

    private async Task PlayAsync(Frame frame, CancellationToken cancellationToken)
    {
        switch (frame.Kind)
        {
            case FrameKind.Line:
                await terminal.LineAsync(frame.Text);
                break;
            case FrameKind.Error:
                await terminal.ErrorAsync(frame.Text);
                break;
            case FrameKind.Progress:
                terminal.Report(frame.Json<WorkProgress>());
                break;
            case FrameKind.File:
                files[frame.Bytes[0]] = await terminal.CreateFileAsync(Encoding.UTF8.GetString(frame.Bytes.AsSpan(1)), cancellationToken);
                break;
            case FrameKind.FileBytes:
                await files[frame.Bytes[0]].Content.WriteAsync(frame.Bytes.AsMemory(1), cancellationToken);
                break;
            case FrameKind.Keep:
                await KeepAsync(frame.Bytes[0], cancellationToken);
                break;
            case FrameKind.Drop when files.Remove(frame.Bytes[0], out var dropped):
                await dropped.DisposeAsync();
                break;
            default:
                throw new InvalidDataException(string.Create(CultureInfo.InvariantCulture, $"An unknown frame {frame.Kind}."));
        }
    }

    private async Task KeepAsync(byte number, CancellationToken cancellationToken)
    {
        try
        {
            await files[number].KeepAsync(cancellationToken);
            await frames.WriteAsync(FrameKind.Kept, (byte[])[number], CancellationToken.None);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or Problem)
        {
            var reason = failure is Problem problem ? Shared.Sentence(problem) : failure.Message;
            await frames.WriteAsync(FrameKind.NotKept, (byte[])[number, .. Encoding.UTF8.GetBytes(reason)], CancellationToken.None);
        }
    }

    private async Task SendAsync(string typed, CancellationToken cancellationToken)
    {
        if (!Directory.Exists(typed))
        {
            await SendFileAsync(typed, typed, "", cancellationToken);
            return;
        }

        foreach (var path in Directory.EnumerateFiles(typed, "*", SearchOption.AllDirectories))
            await SendFileAsync(path, typed, Path.GetRelativePath(typed, path), cancellationToken);
    }

    private async Task SendFileAsync(string path, string typed, string below, CancellationToken cancellationToken)
    {
        await using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read);
        await frames.WriteJsonAsync(FrameKind.Upload, new UploadedFile(typed, below), cancellationToken);
        var buffer = new byte[1 << 16];
        while (await file.ReadAsync(buffer, cancellationToken) is var read and > 0)
            await frames.WriteAsync(FrameKind.UploadBytes, buffer.AsMemory(0, read), cancellationToken);
    }
}
