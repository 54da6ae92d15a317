using System.Security.Cryptography;
using Dapper;
using Tambo.Flows.Harmonising;
using Tambo.Platform.Access;
using Tambo.Platform.Blobs;
using Tambo.Platform.Database;
using Tambo.Platform.Problems;

namespace Tambo.Flows.Imports;

/// <summary>Makes a damaged segment again from the file as it came and the mapping kept with its import; the same bytes, or nothing.</summary>
internal sealed class RebuildSegment(NodeDb db, BlobStore blobs)
{
    private static readonly Actor Mender = Actor.Job("flows.segment");

    /// <summary>True when the segment's bytes are right again.</summary>
    public async Task<bool> RunAsync(StandingImport import, CancellationToken cancellationToken)
    {
        // On PostgreSQL only this process's copy may be damaged: the next one is checked as it is made.
        blobs.DropCopy(import.SegmentHash);
        if (await blobs.FileOfAsync(import.SegmentHash, cancellationToken) is { } path && await HashAsync(path, cancellationToken) == import.SegmentHash)
            return true;
        var staging = Path.Combine(Directory.CreateDirectory(Path.Combine(blobs.Folder, "staging")).FullName, $"{Guid.CreateVersion7(db.Time.GetUtcNow()):N}.segment");
        try
        {
            if (!await MakeAsync(import, staging, cancellationToken))
                return false;
            await using (var made = File.OpenRead(staging))
            {
                if (!await blobs.MendAsync(import.SegmentHash, made, cancellationToken))
                    return false;
            }

            await using var change = await db.BeginAsync(Mender, "flows.segment.rebuilt", import.Id.ToString("D"), cancellationToken);
            change.Describe(new { series = import.Series, import.SegmentHash });
            await change.CommitAsync(cancellationToken);
            return true;
        }
        finally
        {
            File.Delete(staging);
        }
    }

    private async Task<bool> MakeAsync(StandingImport import, string staging, CancellationToken cancellationToken)
    {
        await using var original = await blobs.OpenAsync(import.FileHash, cancellationToken);
        if (original is null || Convert.ToHexStringLower(await SHA256.HashDataAsync(original, cancellationToken)) != import.FileHash)
            return false;
        original.Position = 0;
        await using var connection = await db.ReadAsync(cancellationToken);
        var (json, startedAt) = await connection.QuerySingleAsync<(string Json, DateTimeOffset StartedAt)>("select mapping_json, started_at from flows_imports where id = @Id", new { import.Id });
        try
        {
            await using var segment = new FileStream(staging, FileMode.Create, FileAccess.ReadWrite, FileShare.None, 1 << 20);
            if (import.MappingHash == Collecting.SealGroups.Sealed)
            {
                await Collecting.SealGroups.WriteAsync(segment, original, import.Series, await Collecting.LivePoints.ReadAsync(db, cancellationToken), cancellationToken);
                return true;
            }

            // What had not begun when the file came is refused still.
            await Task.Run(
                () => new HarmoniseFile(MappingShelf.Read(json, import.Series).Mapping, DateOnly.FromDateTime(startedAt.UtcDateTime), Environment.ProcessorCount).Run(original, segment, cancellationToken),
                cancellationToken);
            return true;
        }
        catch (Problem)
        {
            return false;
        }
    }

    private static async Task<string> HashAsync(string path, CancellationToken cancellationToken)
    {
        await using var bytes = File.OpenRead(path);
        return Convert.ToHexStringLower(await SHA256.HashDataAsync(bytes, cancellationToken));
    }
}
