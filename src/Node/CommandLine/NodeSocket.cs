using System.Buffers.Binary;
using System.Globalization;
using System.Net.Sockets;
using Tambo.Platform.Settings;

namespace Tambo.Node.CommandLine;

/// <summary>
/// The Unix socket by which verbs reach a running node: in the data folder (mode 0700), itself of mode 0600, and open
/// only to the node's own operating-system user and to root, as the kernel names them.
/// </summary>
internal static class NodeSocket
{
    /// <summary>The kernel's limit for the path of a Unix socket, less its terminating zero.</summary>
    private const int LongestPath = 107;

    private const int SolSocket = 1;
    private const int SoPeerCred = 17;

    /// <summary>The socket of a data folder; null when its path would be too long, or where there are no Unix sockets.</summary>
    public static string? PathOf(NodeSettings settings)
    {
        var path = Path.Combine(settings.Folder, "tambo.sock");
        return !OperatingSystem.IsWindows() && System.Text.Encoding.UTF8.GetByteCount(path) <= LongestPath ? path : null;
    }

    /// <summary>Listens; remains of a node that was killed are cleared, for the caller owns the data folder's lock.</summary>
    public static Socket Listen(string path)
    {
        File.Delete(path);
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            socket.Bind(new UnixDomainSocketEndPoint(path));
            if (!OperatingSystem.IsWindows())
                File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
            socket.Listen(8);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Connects to a running node; null when none listens.</summary>
    public static async Task<Socket?> TryConnectAsync(NodeSettings settings, CancellationToken cancellationToken)
    {
        if (PathOf(settings) is not { } path || !File.Exists(path))
            return null;
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), cancellationToken);
            return socket;
        }
        catch (SocketException)
        {
            socket.Dispose();
            return null;
        }
    }

    /// <summary>
    /// The name of the operating-system user at the other end, or null when it is one who may not: neither the user this
    /// process runs as, nor root.
    /// </summary>
    public static string? AdmittedUser(Socket peer)
    {
        // Elsewhere than on Linux the modes of folder and socket alone keep others out.
        if (!OperatingSystem.IsLinux())
            return Environment.UserName;
        Span<byte> credentials = stackalloc byte[12];
        if (peer.GetRawSocketOption(SolSocket, SoPeerCred, credentials) != credentials.Length)
            return null;
        var user = BinaryPrimitives.ReadUInt32LittleEndian(credentials[4..]);
        if (user == OwnUser())
            return Environment.UserName;
        return user == 0 ? "root" : null;
    }

    /// <summary>The effective user of this process: the second number of the line "Uid:".</summary>
    private static uint OwnUser() => uint.Parse(
        File.ReadLines("/proc/self/status").First(line => line.StartsWith("Uid:", StringComparison.Ordinal))
            .Split('\t', StringSplitOptions.RemoveEmptyEntries)[2],
        CultureInfo.InvariantCulture);
}
