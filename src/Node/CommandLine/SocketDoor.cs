using System.CommandLine;
using System.Net.Sockets;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Tambo.Node.Verbs;
using Tambo.Platform.Access;
using Tambo.Platform.Problems;
using Tambo.Platform.Settings;

namespace Tambo.Node.CommandLine;

/// <summary>Lets verbs typed on the node's own machine run inside the serving process, which alone may write.</summary>
internal sealed partial class SocketDoor(NodeSettings settings, IServiceProvider services, TimeProvider time, ILogger<SocketDoor> log)
    : BackgroundService
{
    private Socket? door;

    /// <summary>Listens before the node says that it has started, so that a verb typed right then finds the door.</summary>
    public override Task StartAsync(CancellationToken cancellationToken)
    {
        if (settings.PostgresConnection is null && NodeSocket.PathOf(settings) is { } path)
            door = Listen(path);
        return base.StartAsync(cancellationToken);
    }

    public override void Dispose()
    {
        door?.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (door is not { } listener || NodeSocket.PathOf(settings) is not { } path)
            return;
        var visits = new List<Task>();
        try
        {
            while (true)
            {
                var peer = await AcceptAsync(listener, stoppingToken);
                visits.RemoveAll(visit => visit.IsCompleted);
                if (peer is not null)
                    visits.Add(ReceiveAsync(peer, stoppingToken));
            }
        }
        catch (OperationCanceledException)
        {
            // The node stops; verbs under way have been asked to.
        }
        finally
        {
            File.Delete(path);
            await Task.WhenAll(visits);
        }
    }

    /// <summary>Listens; null on a file system that knows no sockets, where the node serves without this door.</summary>
    private Socket? Listen(string path)
    {
        try
        {
            return NodeSocket.Listen(path);
        }
        catch (Exception failure) when (failure is SocketException or IOException or UnauthorizedAccessException)
        {
            DoorShut(log, failure.Message);
            return null;
        }
    }

    /// <summary>The next to knock; null when they could not be let in just now, as with too many open files.</summary>
    private async Task<Socket?> AcceptAsync(Socket listener, CancellationToken cancellationToken)
    {
        try
        {
            return await listener.AcceptAsync(cancellationToken);
        }
        catch (SocketException failure)
        {
            DoorJammed(log, failure.Message);
            await Task.Delay(TimeSpan.FromSeconds(1), time, cancellationToken);
            return null;
        }
    }

    private async Task ReceiveAsync(Socket peer, CancellationToken cancellationToken)
    {
        await using var frames = new FrameStream(new NetworkStream(peer, ownsSocket: true));
        try
        {
            if (NodeSocket.AdmittedUser(peer) is not { } user)
            {
                PeerRefused(log);
                return;
            }

            if (await frames.ReadAsync(cancellationToken) is { Kind: FrameKind.Typed } first)
                await ServeAsync(frames, first.Json<TypedVerb>(), Actor.OperatingSystem(user), cancellationToken);
        }
        catch (Exception failure) when (failure is IOException or SocketException or InvalidDataException or System.Text.Json.JsonException or OperationCanceledException)
        {
            // The other side has gone or talks nonsense, or the node stops; nobody is left to be told.
            VisitEnded(log, failure.GetType().Name);
        }
    }

    private async Task ServeAsync(FrameStream frames, TypedVerb typed, Actor actor, CancellationToken cancellationToken)
    {
        using var uploads = new Uploads(settings.Folder, Guid.CreateVersion7(time.GetUtcNow()));
        if (!await uploads.ReceiveAsync(frames, cancellationToken))
            return;
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var caller = new RemoteCaller(frames, uploads.Paths);
        var listening = ListenAsync(frames, caller, stop);
        var parsed = CommandRoot.Make().Parse(typed.Arguments);
        var code = 2;
        if (parsed.Errors.Count == 0 && CommandRoot.VerbOf(parsed) is { RunsInNode: true } verb)
            code = await Shared.GuardAsync(() => RunAsync(verb, new VerbContext(settings, services, parsed, actor, caller, time), stop.Token), caller);
        else
            await caller.ErrorAsync("tambo: the running node does not know this verb; is it of another version?");
        await frames.WriteAsync(FrameKind.Exit, new[] { (byte)code }, CancellationToken.None);
        await stop.CancelAsync();
        await listening;
    }

    private async Task<int> RunAsync(Verb verb, VerbContext context, CancellationToken cancellationToken)
    {
        try
        {
            return await verb.RunAsync(context, cancellationToken);
        }
        catch (Exception failure) when (failure is not (Problem or OperationCanceledException or IOException or UnauthorizedAccessException))
        {
            // Our own mistake ends the verb and not the node.
            VerbFailed(log, failure, verb.Command.Name);
            await context.Caller.ErrorAsync($"tambo: {verb.Command.Name} failed by a mistake of the program; the node's log tells more");
            return 70;
        }
    }

    /// <summary>Hears of Ctrl-C, of files kept, and of a caller who has gone.</summary>
    private static async Task ListenAsync(FrameStream frames, RemoteCaller caller, CancellationTokenSource stop)
    {
        try
        {
            while (await frames.ReadAsync(stop.Token) is { Kind: not FrameKind.Cancel } frame)
                caller.Answer(frame);
            await stop.CancelAsync();
        }
        catch (OperationCanceledException)
        {
            // The verb has ended.
        }
    }

    [LoggerMessage(EventId = 1201, Level = LogLevel.Warning, Message = "Another operating-system user knocked at the node's socket and was refused.")]
    private static partial void PeerRefused(ILogger logger);

    [LoggerMessage(EventId = 1204, Level = LogLevel.Warning, Message = "No socket can be made in the data folder, so verbs cannot reach this node while it runs: {Reason}")]
    private static partial void DoorShut(ILogger logger, string reason);

    [LoggerMessage(EventId = 1205, Level = LogLevel.Warning, Message = "A verb could not be let in; the node tries again in a second: {Reason}")]
    private static partial void DoorJammed(ILogger logger, string reason);

    [LoggerMessage(EventId = 1203, Level = LogLevel.Error, Message = "The verb {Verb} failed.")]
    private static partial void VerbFailed(ILogger logger, Exception failure, string verb);

    [LoggerMessage(EventId = 1202, Level = LogLevel.Information, Message = "A verb's connection ended early ({Reason}).")]
    private static partial void VisitEnded(ILogger logger, string reason);
}
