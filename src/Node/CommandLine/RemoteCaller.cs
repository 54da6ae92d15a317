using System.Collections.Concurrent;
using System.Diagnostics;
using Tambo.Platform.Backup;
using Tambo.Platform.Problems;

namespace Tambo.Node.CommandLine;

/// <summary>Whoever typed a verb in another process; everything for them goes over the socket.</summary>
internal sealed class RemoteCaller(FrameStream frames, IReadOnlyDictionary<string, string> uploads) : Caller
{
    private static readonly TimeSpan BetweenReports = TimeSpan.FromMilliseconds(100);
    private readonly ConcurrentDictionary<byte, TaskCompletionSource> awaited = new();
    private long reported;
    private byte files;

    public override Task LineAsync(string text) => frames.WriteAsync(FrameKind.Line, text, CancellationToken.None);

    public override Task ErrorAsync(string text) => frames.WriteAsync(FrameKind.Error, text, CancellationToken.None);

    public override void Report(WorkProgress value)
    {
        if (reported != 0 && Stopwatch.GetElapsedTime(reported) < BetweenReports)
            return;
        reported = Stopwatch.GetTimestamp();
        // Progress is told in passing: whether it arrives is of no consequence to the work.
        _ = frames.WriteJsonAsync(FrameKind.Progress, value, CancellationToken.None);
    }

    public override async Task<CallerFile> CreateFileAsync(string path, CancellationToken cancellationToken)
    {
        var number = ++files;
        await frames.WriteAsync(FrameKind.File, (byte[])[number, .. System.Text.Encoding.UTF8.GetBytes(path)], cancellationToken);
        return new RemoteFile(this, number);
    }

    public override string PathOf(string path) =>
        uploads.TryGetValue(path, out var here) ? here : throw PlatformProblems.FileUnusable.With(("file", path), ("reason", "was not sent along"));

    /// <summary>The caller has answered whether a file is kept.</summary>
    public void Answer(Frame frame)
    {
        if (frame.Bytes.Length == 0 || !awaited.TryGetValue(frame.Bytes[0], out var waiting))
            return;
        if (frame.Kind == FrameKind.Kept)
            waiting.TrySetResult();
        else
            waiting.TrySetException(new IOException(System.Text.Encoding.UTF8.GetString(frame.Bytes.AsSpan(1))));
    }

    private sealed class RemoteFile(RemoteCaller caller, byte number) : CallerFile
    {
        private bool ended;

        public override Stream Content { get; } = new FileFrames(caller, number);

        public override async Task KeepAsync(CancellationToken cancellationToken)
        {
            var waiting = caller.awaited[number] = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            ended = true;
            await caller.Frames.WriteAsync(FrameKind.Keep, (byte[])[number], cancellationToken);
            await waiting.Task.WaitAsync(cancellationToken);
        }

        public override async ValueTask DisposeAsync()
        {
            if (!ended)
                await caller.Frames.WriteAsync(FrameKind.Drop, (byte[])[number], CancellationToken.None);
        }
    }

    private FrameStream Frames => frames;

    /// <summary>A stream that writes into frames of one file.</summary>
    private sealed class FileFrames(RemoteCaller caller, byte number) : Stream
    {
        public override bool CanRead => false;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            while (buffer.Length > 0)
            {
                var part = buffer[..Math.Min(buffer.Length, FrameStream.Largest - 1)];
                await caller.Frames.WriteAsync(FrameKind.FileBytes, (byte[])[number, .. part.Span], cancellationToken);
                buffer = buffer[part.Length..];
            }
        }

        public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
            WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public override void Flush()
        {
        }

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();
    }
}
