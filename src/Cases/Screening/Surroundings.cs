using System.Text.Json;
using System.Text.Json.Serialization;
using Tambo.Cases.Deidentified;
using Tambo.Platform.Places;
using Tambo.Platform.Settings;

namespace Tambo.Cases.Screening;

/// <summary>
/// What a node knows of where it stands, for the rules of screening: its region of the world, and which states have a consulate within
/// reach. That is data of the node: <c>surroundings.json</c> of its folder, as <c>{"consulates": ["CO", "VE"], "source": "…"}</c>.
/// </summary>
/// <param name="Region">The countries of the region, by two letters.</param>
/// <param name="Consulates">The states that have one, with the country of the node itself; empty when nobody has said which.</param>
internal sealed record Surroundings(IReadOnlySet<string> Region, IReadOnlySet<string> Consulates)
{
    /// <summary>The file.</summary>
    public const string Name = "surroundings.json";

    private const string Usual = "americas";
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow };

    /// <summary>Those of a node: the region (UN M49) of its country, or the Americas where it names none.</summary>
    /// <exception cref="Platform.Problems.Problem">The file cannot be read, names what is no country, or says not where it has that from.</exception>
    public static Surroundings Of(NodeSettings settings)
    {
        var host = settings.File.Country is { Length: > 0 } country ? Countries.Find(country)?.Alpha2 : null;
        var within = (host is null ? null : Coarse.RegionOf(host)?.Within) ?? Usual;
        var said = Read(Path.Combine(settings.Folder, Name));
        var consulates = said.Consulates.Select(code => Countries.Find(code)?.Alpha2 ?? throw LiftProblems.SurroundingsUnfit.With(("file", Name))).ToHashSet(StringComparer.Ordinal);
        if (consulates.Count > 0 && host is not null)
            consulates.Add(host);
        return new Surroundings(Coarse.Regions.Where(region => region.Within == within).SelectMany(region => region.Countries).ToHashSet(StringComparer.Ordinal), consulates);
    }

    /// <summary>True when every nationality is known, and of another region.</summary>
    public bool AreOutside(IReadOnlyCollection<string> nationalities) => nationalities.Count > 0 && nationalities.All(code => Countries.Find(code) is { } known && !Region.Contains(known.Alpha2));

    /// <summary>True when every nationality is known, and none has a consulate; never where nobody has said which have.</summary>
    public bool LackConsulate(IReadOnlyCollection<string> nationalities) =>
        Consulates.Count > 0 && nationalities.Count > 0 && nationalities.All(code => Countries.Find(code) is { } known && !Consulates.Contains(known.Alpha2));

    private static Said Read(string path)
    {
        if (!File.Exists(path))
            return new Said();
        try
        {
            var said = JsonSerializer.Deserialize<Said>(File.ReadAllText(path), Json);
            return said is not { Consulates: not null } || (said.Consulates.Count > 0 && string.IsNullOrWhiteSpace(said.Source)) ? throw LiftProblems.SurroundingsUnfit.With(("file", Name)) : said;
        }
        catch (JsonException)
        {
            throw LiftProblems.SurroundingsUnfit.With(("file", Name));
        }
    }

    private sealed record Said
    {
        public IReadOnlyList<string> Consulates { get; set; } = [];

        /// <summary>From where and of which day the list is.</summary>
        public string Source { get; set; } = "";
    }
}
