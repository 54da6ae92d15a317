using System.Text.Json;
using System.Text.Json.Serialization;
using Tambo.Platform.Audit;

namespace Tambo.Platform.Backup;

/// <summary>
/// The table of contents of a backup, its last entry: an archive without it, or with other bytes than it names, is not
/// a backup.
/// </summary>
public sealed record BackupManifest
{
    /// <summary>The name of the entry.</summary>
    public const string EntryName = "manifest.json";

    /// <summary>The kind of an archive that holds a node without its key store.</summary>
    public const string NodeKind = "node";

    /// <summary>The kind of an archive that holds a key store.</summary>
    public const string KeysKind = "keys";

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };

    /// <summary>The layout of the archive; this program reads layout 1.</summary>
    public int Layout { get; init; } = 1;

    /// <summary><see cref="NodeKind"/> or <see cref="KeysKind"/>.</summary>
    public required string Kind { get; init; }

    /// <summary>Names the backup; the key store made with it carries the same.</summary>
    public required Guid Id { get; init; }

    /// <summary>When the database was copied.</summary>
    public required string Created { get; init; }

    /// <summary>The version of the program that made it.</summary>
    public required string Program { get; init; }

    /// <summary>The database engine it was made on.</summary>
    public required string Engine { get; init; }

    /// <summary>A keyed hash by which another node key is noticed; it tells nothing about the key.</summary>
    public required string KeyCheck { get; init; }

    /// <summary>The steps that the tables have gone through.</summary>
    public IReadOnlyList<BackedUpMigration> Migrations { get; init; } = [];

    /// <summary>The ends of the audit chains in the copy, signed.</summary>
    public SignedHeads? AuditHeads { get; init; }

    /// <summary>Lines of the audit in the copy.</summary>
    public long AuditEntries { get; init; }

    /// <summary>Where the node kept its signed audit heads, when outside its folder.</summary>
    public string? AuditHeadFile { get; init; }

    /// <summary>Of a key store with keys of subjects: until when it may be restored. What is older could bring keys back that were destroyed since.</summary>
    public string? RestorableUntil { get; init; }

    /// <summary>Everything else in the archive, in order.</summary>
    public IReadOnlyList<BackedUpFile> Files { get; init; } = [];

    internal byte[] Write() => JsonSerializer.SerializeToUtf8Bytes(this, Json);

    internal static BackupManifest? Read(ReadOnlySpan<byte> bytes)
    {
        try
        {
            return JsonSerializer.Deserialize<BackupManifest>(bytes, Json);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}

/// <summary>A migration that had run when the backup was made.</summary>
public sealed record BackedUpMigration(string Part, int Number, string Hash);

/// <summary>One file of a backup.</summary>
/// <param name="Name">Its path inside the archive, with forward slashes.</param>
/// <param name="Length">Bytes.</param>
/// <param name="Sha256">Lower-case hexadecimal.</param>
public sealed record BackedUpFile(string Name, long Length, string Sha256);

/// <summary>How far long work has come, for whoever waits for it.</summary>
/// <param name="Step">What is being done, in English.</param>
/// <param name="Done">Units done.</param>
/// <param name="Total">Units in all; 0 when not known.</param>
public readonly record struct WorkProgress(string Step, long Done, long Total);
