using Dapper;
using Microsoft.AspNetCore.Http;
using Tambo.Platform.Database;
using Tambo.Platform.Settings;

namespace Tambo.Platform.Http;

/// <summary>Tells a load balancer whether this process can serve.</summary>
public static class Health
{
    /// <summary>Below this much free disk a node no longer writes.</summary>
    public const long LeastFreeBytes = 50L * 1024 * 1024;

    /// <summary>200 when the database answers; 503 with what is wrong otherwise. Reading goes on when the disk is nearly full.</summary>
    public static async Task<IResult> ReadyAsync(NodeDb db, NodeSettings settings, Troubles troubles, CancellationToken cancellationToken)
    {
        try
        {
            await using var connection = await db.ReadAsync(cancellationToken);
            await connection.ExecuteScalarAsync<int>("select 1");
        }
        catch (System.Data.Common.DbException)
        {
            return Results.Text("database does not answer\n", statusCode: StatusCodes.Status503ServiceUnavailable);
        }

        if (!db.CanWrite)
            return Results.Text("the disk failed; start the node again\n", statusCode: StatusCodes.Status503ServiceUnavailable);
        string[] wrong = [.. IsNearlyFull(settings.Folder) ? ["disk nearly full"] : Array.Empty<string>(), .. troubles.All];
        return Results.Text(string.Join(", ", wrong.Prepend("ready")) + "\n");
    }

    /// <summary>True when the disk of the data folder has less room than a node needs to write safely.</summary>
    public static bool IsNearlyFull(string folder)
    {
        try
        {
            return new DriveInfo(folder).AvailableFreeSpace < LeastFreeBytes;
        }
        catch (IOException)
        {
            return false;
        }
    }
}
