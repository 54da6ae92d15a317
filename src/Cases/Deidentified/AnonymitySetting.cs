using System.Text.Json;
using Tambo.Platform.Problems;
using Tambo.Platform.Settings;

namespace Tambo.Cases.Deidentified;

/// <summary>How many persons have to be alike before records of them leave: 10, or what <c>deidentified.json</c> of the data folder says.</summary>
internal sealed class AnonymitySetting(NodeSettings settings)
{
    /// <summary>The file.</summary>
    public const string Name = "deidentified.json";

    /// <summary>What holds when nothing is said.</summary>
    public const int Usual = 10;

    /// <summary>Fewer hide nobody.</summary>
    public const int Least = 5;

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { UnmappedMemberHandling = System.Text.Json.Serialization.JsonUnmappedMemberHandling.Disallow };

    /// <summary>The number.</summary>
    /// <exception cref="Problem">The file cannot be read, or says fewer than five.</exception>
    public async Task<int> ReadAsync(CancellationToken cancellationToken)
    {
        var path = Path.Combine(settings.Folder, Name);
        if (!File.Exists(path))
            return Usual;
        try
        {
            var said = JsonSerializer.Deserialize<Said>(await File.ReadAllTextAsync(path, cancellationToken), Json);
            return said is { K: >= Least } ? said.K : throw DeidentifiedProblems.SettingUnfit.With(("file", Name), ("least", Least));
        }
        catch (JsonException)
        {
            throw DeidentifiedProblems.SettingUnfit.With(("file", Name), ("least", Least));
        }
    }

    private sealed record Said(int K = Usual);
}
