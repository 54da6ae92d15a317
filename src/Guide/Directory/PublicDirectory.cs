namespace Tambo.Guide.Directory;

/// <summary>
/// The directory as anybody may know it. Pages, the open interface, packs, search and exports take this type and no
/// other, so that what is confidential cannot leave by any of them. Only <see cref="PublicView"/> makes one.
/// </summary>
public sealed class PublicDirectory : ServiceDirectory
{
    private PublicDirectory(DirectoryRecords records, long version)
        : base(records, version)
    {
    }

    /// <summary>A directory with nothing in it.</summary>
    public static PublicDirectory Empty { get; } = new(DirectoryRecords.None, 0);

    /// <summary>What may leave of a directory.</summary>
    public static PublicDirectory Of(ServiceDirectory full) => new(PublicView.Of(full), full.Version);
}
