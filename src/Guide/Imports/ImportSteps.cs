using Tambo.Platform.Jobs;

namespace Tambo.Guide.Imports;

/// <summary>Tells how far an import is, and breaks it off where it is to stop. Files are read, then compared with the directory, then written.</summary>
/// <param name="progress">Is told the rows read and a share of the whole; null when nobody asks.</param>
/// <param name="dryRun">True when nothing is written.</param>
/// <param name="cancellationToken">Breaks the import off.</param>
internal sealed class ImportSteps(IProgress<WorkSoFar>? progress, bool dryRun, CancellationToken cancellationToken)
{
    /// <summary>What is done of <see cref="Whole"/> once all is read.</summary>
    public const int Read = 40;

    /// <summary>What is done once all is compared: of a dry run everything.</summary>
    public const int Compared = 60;

    private const int Made = 50;
    private const int Whole = 100;
    private const int BetweenTellings = 256;
    private long rows;

    /// <summary>An import that nobody follows and nobody stops.</summary>
    public static ImportSteps Unseen => new(null, dryRun: false, CancellationToken.None);

    /// <summary>One more row of a file is read, or one more JSON record.</summary>
    /// <param name="share">How much of all files is read, from 0 to 1.</param>
    public void HasReadRow(double share)
    {
        if (++rows % BetweenTellings == 0)
            Tell(Read * share);
    }

    /// <summary>Everything is read.</summary>
    public void HasRead() => Tell(Read);

    /// <summary>One more record is about to be made of what was read.</summary>
    /// <param name="record">Which one, from 0.</param>
    /// <param name="of">How many there are.</param>
    public void Making(int record, int of) => Between(Read, Made, record, of);

    /// <summary>One more record is about to be compared with the directory.</summary>
    /// <param name="record">Which one, from 0.</param>
    /// <param name="of">How many there are.</param>
    public void Comparing(int record, int of) => Between(Made, Compared, record, of);

    /// <summary>One more statement is about to write.</summary>
    /// <param name="statement">Which one, from 0.</param>
    /// <param name="of">About how many there are.</param>
    public void Writing(int statement, int of) => Tell(Compared + ((Whole - Compared) * Math.Min(0.99, (double)statement / of)));

    private void Between(int from, int to, int record, int of)
    {
        if (record % BetweenTellings == 0)
            Tell(from + ((to - from) * (double)record / of));
    }

    private void Tell(double done)
    {
        cancellationToken.ThrowIfCancellationRequested();
        progress?.Report(new WorkSoFar(rows, (long)done, dryRun ? Compared : Whole));
    }
}
