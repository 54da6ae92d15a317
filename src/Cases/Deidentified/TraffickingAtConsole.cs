using Tambo.Platform.Access;
using Tambo.Platform.Problems;

namespace Tambo.Cases.Deidentified;

/// <summary>A file of cases without names, and how much stands in it.</summary>
/// <param name="Bytes">The file.</param>
/// <param name="Records">How many cases.</param>
/// <param name="LeftOut">How many persons are not in it because too few are like them, rounded up.</param>
public sealed record TraffickingFile(byte[] Bytes, int Records, int LeftOut);

/// <summary>Cases of trafficking as HTCDS for whoever works at the node's own console.</summary>
public sealed class TraffickingAtConsole
{
    private readonly ExportDeidentified export;

    internal TraffickingAtConsole(ExportDeidentified export) => this.export = export;

    /// <summary>The file, once it is kept to whom it goes.</summary>
    /// <param name="to">The receiver's name.</param>
    /// <param name="kind">What kind of recipient it is.</param>
    /// <param name="country">Its country, 001 of one that belongs to no state, or null when nobody knows.</param>
    /// <param name="asCsv">True for a table, false for JSON with its description.</param>
    /// <param name="actor">Who gives it.</param>
    /// <param name="cancellationToken">Stops the waiting.</param>
    /// <exception cref="Problem">No receiver is named or nobody says what it is, or there is no such country.</exception>
    public async Task<TraffickingFile> ExportAsync(string to, string kind, string? country, bool asCsv, Actor actor, CancellationToken cancellationToken)
    {
        var said = new SentDeidentified { Purpose = ConsentingPersons.Purpose, To = to.Trim(), Kind = kind, Country = country };
        ExportDeidentified.LookOver(said, []);
        var file = await export.TraffickingAsync(said, actor, cancellationToken);
        return new TraffickingFile(asCsv ? file.AsCsv() : file.AsJson(), file.Rows.Count, file.Description.LeftOut ?? 0);
    }
}
