using System.Text.Json;
using System.Text.Json.Serialization;
using Tambo.Cases.Access;
using Tambo.Cases.Deidentified;
using Tambo.Platform.Places;
using Tambo.Platform.Settings;

namespace Tambo.Cases.Screening;

/// <summary>An alert of a disaster that is in force in an area.</summary>
/// <param name="Area">The area, as records keep it: of the first or second level, or a country.</param>
/// <param name="From">The first day, in the node's zone; null when it is in force already.</param>
/// <param name="Until">The last day.</param>
internal sealed record DisasterAlert(string Area, DateOnly? From, DateOnly Until)
{
    /// <summary>True on a day on which it is in force.</summary>
    public bool IsOn(DateOnly day) => !(day < From) && day <= Until;
}

/// <summary>
/// What a node knows of where it stands, for the rules of screening: its region of the world, which states have a consulate within
/// reach, and where an alert of a disaster is in force. That is data of the node: <c>surroundings.json</c> of its folder, as
/// <c>{"consulates": ["CO", "VE"], "source": "…", "alerts": [{"area": "HT01", "until": "2026-12-01", "source": "…"}]}</c>.
/// </summary>
/// <param name="Region">The countries of the region, by two letters.</param>
/// <param name="Consulates">The states that have one, with the country of the node itself; empty when nobody has said which.</param>
internal sealed record Surroundings(IReadOnlySet<string> Region, IReadOnlySet<string> Consulates)
{
    /// <summary>The country of the node, by two letters; empty when it names none.</summary>
    public string Host { get; init; } = "";

    /// <summary>Alerts of disasters, past and to come.</summary>
    public IReadOnlyList<DisasterAlert> Alerts { get; init; } = [];

    /// <summary>The file.</summary>
    public const string Name = "surroundings.json";

    private const string Usual = "americas";
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow };

    /// <summary>Those of a node: the region (UN M49) of its country, or the Americas where it names none.</summary>
    /// <exception cref="Platform.Problems.Problem">The file cannot be read, names what is no country or area, or says not where it has that from.</exception>
    public static Surroundings Of(NodeSettings settings)
    {
        var host = settings.File.Country is { Length: > 0 } country ? Countries.Find(country)?.Alpha2 : null;
        var within = (host is null ? null : Coarse.RegionOf(host)?.Within) ?? Usual;
        var said = Read(Path.Combine(settings.Folder, Name));
        var consulates = said.Consulates.Select(code => Countries.Find(code)?.Alpha2 ?? throw LiftProblems.SurroundingsUnfit.With(("file", Name))).ToHashSet(StringComparer.Ordinal);
        if (consulates.Count > 0 && host is not null)
            consulates.Add(host);
        return new Surroundings(Coarse.Regions.Where(region => region.Within == within).SelectMany(region => region.Countries).ToHashSet(StringComparer.Ordinal), consulates)
        {
            Host = host ?? "",
            Alerts = [.. said.Alerts.Select(Of)],
        };
    }

    /// <summary>True when an alert is in force on a day in an area or around it.</summary>
    /// <param name="area">The code of the area; empty when nobody knows more than that it is in the node's country.</param>
    /// <param name="day">The day, in the node's zone.</param>
    public bool IsAlertIn(string area, DateOnly day) =>
        Alerts.Count > 0 && CaseAreas.PathOf(area.Length > 0 ? area : Host) is var around && Alerts.Any(alert => alert.IsOn(day) && around.Contains($"/{alert.Area}/", StringComparison.Ordinal));

    /// <summary>The areas with an alert on a day, for whoever is asked where they talk.</summary>
    public IReadOnlyList<string> AlertsOn(DateOnly day) => [.. Alerts.Where(alert => alert.IsOn(day)).Select(alert => alert.Area).Distinct(StringComparer.Ordinal)];

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
            return said is not { Consulates: not null, Alerts: not null } || (said.Consulates.Count > 0 && string.IsNullOrWhiteSpace(said.Source)) ? throw LiftProblems.SurroundingsUnfit.With(("file", Name)) : said;
        }
        catch (JsonException)
        {
            throw LiftProblems.SurroundingsUnfit.With(("file", Name));
        }
    }

    // An alert without an end would be forgotten there.
    private static DisasterAlert Of(SaidAlert? said) =>
        said is { Until: { } until } && !string.IsNullOrWhiteSpace(said.Source) && !(said.From > until) && CaseAreas.Find(said.Area) is { } area
            ? new DisasterAlert(area, said.From, until)
            : throw LiftProblems.SurroundingsUnfit.With(("file", Name));

    private sealed record SaidAlert
    {
        public string Area { get; set; } = "";

        public DateOnly? From { get; init; }

        public DateOnly? Until { get; init; }

        /// <summary>Whose alert it is, and of which day.</summary>
        public string Source { get; set; } = "";
    }

    private sealed record Said
    {
        public IReadOnlyList<SaidAlert> Alerts { get; set; } = [];

        public IReadOnlyList<string> Consulates { get; set; } = [];

        /// <summary>From where and of which day the list is.</summary>
        public string Source { get; set; } = "";
    }
}
