using Tambo.Platform.Backup;

namespace Tambo.Node.CommandLine;

/// <summary>Whoever typed a verb, at this terminal or at the other end of the socket: lines and files go to them.</summary>
internal abstract class Caller : IProgress<WorkProgress>
{
    /// <summary>Writes a line of the result.</summary>
    public abstract Task LineAsync(string text);

    /// <summary>Writes a line about what went wrong.</summary>
    public abstract Task ErrorAsync(string text);

    /// <summary>Shows how far long work has come, to a terminal only.</summary>
    public abstract void Report(WorkProgress value);

    /// <summary>Begins a file at a path as typed; it gets its name when kept.</summary>
    public abstract Task<CallerFile> CreateFileAsync(string path, CancellationToken cancellationToken);

    /// <summary>Where the content of a file or folder, named as typed, can be read by this process.</summary>
    public abstract string PathOf(string path);
}

/// <summary>A file on its way to the caller. Disposed without being kept, it leaves nothing behind.</summary>
internal abstract class CallerFile : IAsyncDisposable
{
    /// <summary>Takes its bytes.</summary>
    public abstract Stream Content { get; }

    /// <summary>Returns when the file is on the caller's disk, checked, under its name.</summary>
    public abstract Task KeepAsync(CancellationToken cancellationToken);

    /// <inheritdoc />
    public abstract ValueTask DisposeAsync();
}

/// <summary>A file written beside its place as <c>NAME.partial</c>, flushed, checked and renamed.</summary>
internal sealed class PartialFile : CallerFile
{
    private readonly string path;
    private readonly Func<string, CancellationToken, Task> checkAsync;
    private readonly FileStream file;
    private bool kept;

    public PartialFile(string path, Func<string, CancellationToken, Task> checkAsync)
    {
        this.path = path;
        this.checkAsync = checkAsync;
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write, Share = FileShare.Read, BufferSize = 1 << 16 };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        file = new FileStream(Partial, options);
    }

    public override Stream Content => file;

    private string Partial => path + ".partial";

    public override async Task KeepAsync(CancellationToken cancellationToken)
    {
        file.Flush(flushToDisk: true);
        await file.DisposeAsync();
        await checkAsync(Partial, cancellationToken);
        File.Move(Partial, path, overwrite: true);
        kept = true;
    }

    public override async ValueTask DisposeAsync()
    {
        await file.DisposeAsync();
        if (!kept)
            File.Delete(Partial);
    }
}

/// <summary>What the next program in a pipe reads; the caller's lines then go to standard error.</summary>
internal sealed class StandardOutput : CallerFile
{
    /// <summary>The path that means it.</summary>
    public const string Name = "-";

    public override Stream Content { get; } = Console.OpenStandardOutput();

    public override Task KeepAsync(CancellationToken cancellationToken) => Content.FlushAsync(cancellationToken);

    public override ValueTask DisposeAsync() => Content.DisposeAsync();
}

/// <summary>Whoever sits at this process's own terminal.</summary>
internal sealed class Terminal(Func<string, CancellationToken, Task> checkMadeAsync) : Caller
{
    private static readonly bool Shows = !Console.IsOutputRedirected && !Console.IsErrorRedirected;
    private string shown = "";

    public override Task LineAsync(string text)
    {
        Clear();
        return Console.Out.WriteLineAsync(text);
    }

    public override Task ErrorAsync(string text)
    {
        Clear();
        return Console.Error.WriteLineAsync(text);
    }

    public override void Report(WorkProgress value)
    {
        if (!Shows)
            return;
        var text = value.Total > 0 ? $"{value.Step}: {100 * value.Done / value.Total} %" : value.Step + " …";
        if (text == shown)
            return;
        Clear();
        Console.Error.Write("\r" + text);
        shown = text;
    }

    public override Task<CallerFile> CreateFileAsync(string path, CancellationToken cancellationToken) =>
        Task.FromResult<CallerFile>(path == StandardOutput.Name ? new StandardOutput() : new PartialFile(Path.GetFullPath(path), checkMadeAsync));

    public override string PathOf(string path) => Path.GetFullPath(path);

    private void Clear()
    {
        if (shown.Length > 0)
            Console.Error.Write("\r" + new string(' ', shown.Length) + "\r");
        shown = "";
    }
}
