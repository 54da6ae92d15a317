using Tambo.Flows.Harmonising;
using Tambo.Flows.Imports;
using Tambo.Flows.Segments;
using Tambo.Flows.Structure;

namespace Tambo.Flows.Assistant;

/// <summary>One of the first observations that would come of a file.</summary>
/// <param name="Line">The line of the file.</param>
/// <param name="Codes">What it says, by component, where it says anything.</param>
/// <param name="Value">The number; null when it is unknown.</param>
public sealed record FirstObservation(int Line, IReadOnlyList<(string Component, string Code)> Codes, long? Value)
{
    /// <summary>For how long people were counted at its point in its period; null where that is not known.</summary>
    public (double Observed, double? Open)? Hours { get; init; }
}

/// <summary>What would come of a file, or of the first rows of a large one.</summary>
/// <param name="Mapping">Through which mapping.</param>
/// <param name="File">Rows, issues and ledger.</param>
/// <param name="First">The first observations.</param>
public sealed record MappingEffect(KeptMapping Mapping, HarmonisedFile File, IReadOnlyList<FirstObservation> First)
{
    /// <summary>True when figures of the series stand already.</summary>
    public bool IsFurther { get; init; }

    /// <summary>True when it counts only if somebody says so: figures stand already, and many rows are refused.</summary>
    public bool NeedsAcceptance => IsFurther && File is { Kept: > 0, ManyRefused: true };
}

/// <summary>Runs a file through a mapping to look at, and keeps nothing.</summary>
internal static class TryMapping
{
    private const int Shown = 8;

    /// <summary>What would come of it.</summary>
    /// <exception cref="Tambo.Platform.Problems.Problem">The file or the mapping is refused whole.</exception>
    public static MappingEffect Run(KeptMapping mapping, Stream file, string folder, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var staging = Path.Combine(Directory.CreateDirectory(Path.Combine(folder, "staging")).FullName, $"{Guid.CreateVersion7(now):N}.tried");
        try
        {
            HarmonisedFile done;
            using (var segment = new FileStream(staging, FileMode.Create, FileAccess.ReadWrite, FileShare.None, 1 << 16))
                done = new HarmoniseFile(mapping.Mapping, DateOnly.FromDateTime(now.UtcDateTime), Environment.ProcessorCount) { MostRows = TableProfile.MostRows }.Run(file, segment, cancellationToken);
            if (done.Kept == 0)
                return new MappingEffect(mapping, done, []);
            done.LookForRepeats(mapping.Mapping, staging);
            using var opened = SegmentFile.Open(staging);
            return new MappingEffect(mapping, done, [.. FirstOf(opened, Dataflow.Find(mapping.Mapping.Dataflow)!, done.Hours)]);
        }
        finally
        {
            File.Delete(staging);
        }
    }

    private static IEnumerable<FirstObservation> FirstOf(SegmentFile segment, Dataflow flow, HoursInFile hours)
    {
        var codes = flow.Components.Where(component => !component.IsMeasure && component.Code != Dataflow.Series).ToList();
        var measure = segment.Column(flow[Dataflow.Value] is null ? MappingRules.MeasuresOf(flow)[0].Code : Dataflow.Value)!;
        var lines = segment.Column(SegmentFooter.LineColumn)!;
        for (var row = 0; row < Math.Min(Shown, segment.Rows); row++)
        {
            string Code(string component) => segment.Find(component)!.Codes[(int)segment.Column(component)![row]];
            var said = codes.Select(component => (component.Code, Code(component.Code))).Where(pair => pair.Item2 != "_T");
            yield return new FirstObservation((int)lines[row], [.. said], measure.Unknown?[row] == true ? null : measure[row])
            {
                Hours = hours.Count > 0 && hours.Find(new CountedAt(Code("REF_AREA"), Code("POINT"), Code(Dataflow.Period))) is { Observed: { } observed } known ? (observed / 60d, known.Open / 60d) : null,
            };
        }
    }
}
