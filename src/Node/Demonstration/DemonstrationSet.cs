using Tambo.Guide.Imports;

namespace Tambo.Node.Demonstration;

/// <summary>Files of services that come with the program and go together into a demonstration.</summary>
/// <param name="Name">The set that their identifiers belong to.</param>
/// <param name="Mapping">The shipped mapping they are read through; null for HSDS.</param>
/// <param name="Files">Their paths below the shipped data folder.</param>
/// <param name="RetrievedAt">When the source was read; null for what is made up.</param>
internal sealed record DemonstrationSet(string Name, string? Mapping, IReadOnlyList<string> Files, DateTimeOffset? RetrievedAt)
{
    private static readonly string Shipped = Path.Combine(AppContext.BaseDirectory, "data");

    /// <summary>Real services of Tijuana and the real consular network of Argentina.</summary>
    public static IReadOnlyList<DemonstrationSet> Real { get; } =
    [
        new("tijuana", "tijuana", ["demo/tijuana/services.csv"], Day(2025, 5, 28)),
        new("argentina-missions", "argentina-missions", ["demo/argentina/missions.csv", "demo/argentina/sections.csv"], Day(2025, 9, 11)),
    ];

    /// <summary>The made-up town.</summary>
    public static IReadOnlyList<DemonstrationSet> MadeUp { get; } = [new("training-town", null, ["training/services.json"], null) { Title = "Puerto Quimera" }];

    /// <summary>The made-up house that answers referrals; it belongs to the agency of its people.</summary>
    public static DemonstrationSet Answering { get; } = new("practice-house", null, ["training/agency.json"], null) { Title = "Casa Brújula" };

    /// <summary>What readers are told it is; empty for the mapping's word.</summary>
    public string Title { get; init; } = "";

    /// <summary>Whose files the set holds, opened; the made-up town's dates are moved to a day.</summary>
    public IReadOnlyList<ImportFile> Open(DateOnly today) =>
    [
        .. Files.Select(file => new ImportFile(
            Path.GetFileName(file),
            RetrievedAt is null ? TrainingDates.Moved(new FileInfo(PathOf(file)), today) : File.OpenRead(PathOf(file)))),
    ];

    private static string PathOf(string file) => Path.Combine(Shipped, Path.Combine(file.Split('/')));

    private static DateTimeOffset Day(int year, int month, int day) => new(year, month, day, 0, 0, 0, TimeSpan.Zero);
}
