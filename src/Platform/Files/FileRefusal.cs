using Tambo.Platform.Problems;

namespace Tambo.Platform.Files;

/// <summary>Refusals of files with the values that their sentences name: lines and limits, never contents beyond a name.</summary>
internal static class FileRefusal
{
    internal static Problem TooLarge(long limitBytes) => FileProblems.TooLarge.With(("limit", Megabytes(limitBytes)));

    internal static Problem Empty() => FileProblems.Empty.With();

    internal static Problem Encoding(string encoding) => FileProblems.Encoding.With(("encoding", Shown(encoding)));

    internal static Problem Binary() => FileProblems.Binary.With();

    internal static Problem Encrypted() => FileProblems.Encrypted.With();

    internal static Problem JsonSyntax(long line, long column) => FileProblems.JsonSyntax.With(("line", line), ("column", column));

    internal static Problem JsonDepth(int limit, long line) => FileProblems.JsonDepth.With(("limit", limit), ("line", line));

    internal static Problem JsonItemTooLarge(long line, long limitBytes) =>
        FileProblems.JsonItemTooLarge.With(("line", line), ("limit", Megabytes(limitBytes)));

    internal static Problem LinkDowngrade(string host) => FileProblems.LinkDowngrade.With(("host", Shown(host)));

    internal static Problem LinkPrivate(string host) => FileProblems.LinkPrivate.With(("host", Shown(host)));

    internal static Problem LinkRedirects(int limit) => FileProblems.LinkRedirects.With(("limit", limit));

    internal static Problem LinkScheme(string scheme) => FileProblems.LinkScheme.With(("scheme", Shown(scheme)));

    internal static Problem LinkTimeout(string host, TimeSpan limit) =>
        FileProblems.LinkTimeout.With(("host", Shown(host)), ("seconds", (long)Math.Ceiling(limit.TotalSeconds)));

    internal static Problem LinkUnreachable(string host) => FileProblems.LinkUnreachable.With(("host", Shown(host)));

    internal static Problem NotASpreadsheet() => FileProblems.NotASpreadsheet.With();

    internal static Problem RowTooLong(long line, int limit) => FileProblems.RowTooLong.With(("line", line), ("limit", limit));

    internal static Problem SheetMissing(string name) => FileProblems.SheetMissing.With(("name", Shown(name)));

    internal static Problem TooManyCells(long limit) => FileProblems.TooManyCells.With(("limit", limit));

    internal static Problem TooManyColumns(int limit) => FileProblems.TooManyColumns.With(("limit", limit));

    internal static Problem TooManyRows(int limit) => FileProblems.TooManyRows.With(("limit", limit));

    internal static Problem XmlAttributes(int limit, long line) => FileProblems.XmlAttributes.With(("limit", limit), ("line", line));

    internal static Problem XmlDepth(int limit, long line) => FileProblems.XmlDepth.With(("limit", limit), ("line", line));

    internal static Problem XmlDtd() => FileProblems.XmlDtd.With();

    internal static Problem XmlElements(int limit) => FileProblems.XmlElements.With(("limit", limit));

    internal static Problem XmlSyntax(long line, long column) => FileProblems.XmlSyntax.With(("line", line), ("column", column));

    internal static Problem ZipBomb(string name) => FileProblems.ZipBomb.With(("name", Shown(name)));

    internal static Problem ZipDamaged() => FileProblems.ZipDamaged.With();

    internal static Problem ZipEntries(int limit) => FileProblems.ZipEntries.With(("limit", limit));

    internal static Problem ZipName(string name) => FileProblems.ZipName.With(("name", Shown(name)));

    internal static Problem ZipNested(string name) => FileProblems.ZipNested.With(("name", Shown(name)));

    /// <summary>Words from a hostile file are shown short and without characters that change how a line reads.</summary>
    internal static string Shown(string text)
    {
        var end = Math.Min(text.Length, 80);
        return string.Create(end, text, static (span, source) =>
        {
            for (var at = 0; at < span.Length; at++)
                span[at] = char.IsControl(source[at]) || char.IsSurrogate(source[at]) || PlainNames.IsInvisible(source[at]) ? '�' : source[at];
        });
    }

    // Limits are set in whole megabytes (2^20 bytes); one decimal keeps smaller ones legible.
    private static double Megabytes(long bytes) => Math.Round(bytes / 1048576.0, 1);
}
