using Tambo.Platform.Files;
using Xunit;

namespace Tambo.Tests.Platform.Files;

/// <summary>Measures of the whole process, which other tests would disturb.</summary>
[CollectionDefinition(nameof(AloneInTheProcess), DisableParallelization = true)]
public sealed class AloneInTheProcess;

[Collection(nameof(AloneInTheProcess))]
public sealed class MemoryTests
{
    [Fact]
    public void Memory_stays_level_over_a_long_file()
    {
        var folder = Directory.CreateTempSubdirectory("tambo-files-");
        try
        {
            using var file = new FileStream(Path.Combine(folder.FullName, "long.csv"), FileMode.CreateNew);
            file.Write("id,name,city,note\n"u8);
            var line = "12345,Casa Luz,Ribera,\"una nota, con coma\"\n"u8.ToArray();
            for (var row = 0; row < 400_000; row++)
                file.Write(line);
            using var reader = DelimitedReader.Open(file, new IssueReport());
            var count = 0;
            var before = GC.GetTotalMemory(forceFullCollection: true);
            var highest = 0L;
            foreach (var row in reader.Rows())
                if (++count % 50_000 == 0)
                    highest = Math.Max(highest, GC.GetTotalMemory(forceFullCollection: true));
            Assert.Equal(400_000, count);
            // The file is 18 MB.
            Assert.InRange(highest - before, long.MinValue, 2_000_000);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
