using System.Diagnostics;
using Tambo.Flows.Cube;
using Tambo.Flows.Imports;
using Tambo.Platform.Blobs;
using Tambo.Platform.Database;
using Tambo.Tests.Support;

namespace Tambo.Tests.Flows;

/// <summary>What was imported is answered from within two seconds, in every process of the node.</summary>
public sealed class QueryableAtOnceTests
{
    [Fact]
    public async Task Another_process_on_the_same_PostgreSQL_answers_from_a_committed_import_within_two_seconds()
    {
        await using var office = await FlowsOffice.OpenAsync(Engine.Postgres);
        var folder = Directory.CreateTempSubdirectory("tambo-other-").FullName;
        await using (var other = await NodeDb.OpenAsync(office.Database.Settings with { Folder = folder }, TimeProvider.System, CancellationToken.None))
        {
            // From then on it hears of what others commit.
            await other.MigrateAsync(Node.Parts.Migrations, CancellationToken.None);
            using var live = new LiveSegments(other, new BlobStore(other, folder));
            var flows = new QueryFlows(live);
            for (var month = 1; month <= 3; month++)
            {
                await office.ImportAsync($"2023-0{month},VEN,adults,{month}\n");
                var committed = Stopwatch.GetTimestamp();
                while ((await flows.RunAsync(new FlowsQuery { By = ["month"] }, CancellationToken.None)).Figures is not [{ } figure] || figure.Sure != month)
                {
                    Assert.True(Stopwatch.GetElapsedTime(committed) < TimeSpan.FromSeconds(2), "The other process does not answer from it.");
                    await Task.Delay(20, TestContext.Current.CancellationToken);
                }
            }
        }

        Directory.Delete(folder, recursive: true);
    }
}
