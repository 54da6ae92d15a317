using Microsoft.Extensions.Logging;
using Tambo.Platform.Problems;
using Tambo.Platform.Settings;

namespace Tambo.Cases.Screening;

/// <summary>
/// The surroundings of a node as its file says them now: an alert that begins or ends is known without a restart. A file that cannot be
/// read stops the node when it starts; later the log says so, and what was known before counts.
/// </summary>
internal sealed partial class SurroundingsFile(NodeSettings settings, ILogger<SurroundingsFile> log)
{
    private readonly Lock reading = new();
    private (DateTime Stamp, Surroundings Known)? last;

    /// <summary>What is known now.</summary>
    /// <exception cref="Problem">The file cannot be read, and nothing was known before.</exception>
    public Surroundings Current
    {
        get
        {
            // Of a file that there is not, a time long ago.
            var stamp = File.GetLastWriteTimeUtc(Path.Combine(settings.Folder, Surroundings.Name));
            lock (reading)
            {
                if (last is { } known && known.Stamp == stamp)
                    return known.Known;
                try
                {
                    last = (stamp, Surroundings.Of(settings));
                }
                catch (Problem) when (last is { } before)
                {
                    Unreadable(log, Surroundings.Name);
                    last = (stamp, before.Known);
                }

                return last.Value.Known;
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "{File} cannot be read; what it said before counts")]
    private static partial void Unreadable(ILogger log, string file);
}
