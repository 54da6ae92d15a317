namespace Tambo.Cases.Attachments;

/// <summary>A file as it is kept: of a known kind, without what says where or by whom it was made.</summary>
/// <param name="MediaType">What it is, told from its bytes alone.</param>
/// <param name="Extension">How its name ends, with the dot.</param>
/// <param name="Bytes">What is kept of it.</param>
public sealed record CleanedFile(string MediaType, string Extension, byte[] Bytes);

/// <summary>
/// Makes of a file what may be kept: pictures are written anew from the blocks that show something, so that no position, camera,
/// name or hidden second file stays in them; documents are taken only when they do nothing by themselves. Pure.
/// </summary>
public static class CleanFile
{
    /// <summary>Bytes of a file at most.</summary>
    public const int MostBytes = 20 * 1024 * 1024;

    /// <summary>Points of a picture at most: twice what phones make.</summary>
    internal const long MostPoints = 200_000_000;

    /// <summary>What may be kept of a file.</summary>
    /// <param name="bytes">The file.</param>
    /// <param name="voiceToo">True where a voice recording is taken, too.</param>
    /// <exception cref="Platform.Problems.Problem">It is too long, of no kind that is taken, damaged, or does something when opened.</exception>
    public static CleanedFile Clean(ReadOnlySpan<byte> bytes, bool voiceToo = false)
    {
        if (bytes.Length > MostBytes)
            throw AttachmentProblems.TooLarge.With(("megabytes", MostBytes / (1024 * 1024)));
        if (bytes.StartsWith(JpegPicture.Beginning))
            return new CleanedFile("image/jpeg", ".jpg", JpegPicture.Clean(bytes));
        if (bytes.StartsWith(PngPicture.Beginning))
            return new CleanedFile("image/png", ".png", PngPicture.Clean(bytes));
        if (WebpPicture.Is(bytes))
            return new CleanedFile("image/webp", ".webp", WebpPicture.Clean(bytes));
        if (bytes.StartsWith(PdfDocument.Beginning))
            return new CleanedFile("application/pdf", ".pdf", PdfDocument.Checked(bytes));
        return (voiceToo ? VoiceRecording.Clean(bytes) : null) ?? throw AttachmentProblems.KindUnknown.With();
    }

    internal static void RequireSize(long width, long height)
    {
        if (width <= 0 || height <= 0)
            throw AttachmentProblems.Damaged.With();
        if (width * height > MostPoints)
            throw AttachmentProblems.TooManyPoints.With();
    }
}
