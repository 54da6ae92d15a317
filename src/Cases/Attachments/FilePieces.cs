using System.Globalization;
using Dapper;
using Tambo.Platform.Cryptography;
using Tambo.Platform.Database;

namespace Tambo.Cases.Attachments;

/// <summary>The bytes of files in pieces of at most 1 MiB, each sealed by the person's key for its place in one file: with the key they are gone.</summary>
internal static class FilePieces
{
    /// <summary>Bytes of a piece at most.</summary>
    public const int Largest = 1 << 20;

    /// <summary>Pieces as they came, before the file was looked at.</summary>
    public const string Coming = "coming";

    /// <summary>Pieces of what is kept.</summary>
    public const string Kept = "kept";

    /// <summary>Pieces of what belongs to a consent; they lie in a table of their own.</summary>
    public const string Evidence = "evidence";

    /// <summary>Keeps a piece.</summary>
    public static Task WriteAsync(Change change, DataKey key, Guid file, string stage, long at, ReadOnlySpan<byte> bytes) => change.ExecuteAsync(
        stage == Evidence ? "insert into cases_consent_pieces (file_id, at, sealed) values (@file, @at, @Sealed)" : "insert into cases_file_pieces (entry_id, at, sealed) values (@file, @at, @Sealed)",
        new { file, at, Sealed = key.Seal(bytes, FieldOf(file, stage, at)) });

    /// <summary>Opens all pieces of a file, in order.</summary>
    /// <exception cref="System.Security.Cryptography.CryptographicException">One was changed, or put elsewhere.</exception>
    public static byte[] Open(DataKey key, Guid file, string stage, IEnumerable<(long At, byte[] Sealed)> pieces)
    {
        using var whole = new MemoryStream();
        foreach (var (at, piece) in pieces)
            whole.Write(key.Open(piece, FieldOf(file, stage, at)));
        return whole.ToArray();
    }

    /// <summary>All pieces of a file as they lie there.</summary>
    public static async Task<IReadOnlyList<(long At, byte[] Sealed)>> ReadAsync(System.Data.Common.DbConnection connection, Guid file) =>
        [.. await connection.QueryAsync<(long At, byte[] Sealed)>("select at, sealed from cases_file_pieces where entry_id = @file order by at", new { file })];

    /// <summary>The same of what belongs to a consent.</summary>
    public static async Task<IReadOnlyList<(long At, byte[] Sealed)>> ReadEvidenceAsync(System.Data.Common.DbConnection connection, Guid file) =>
        [.. await connection.QueryAsync<(long At, byte[] Sealed)>("select at, sealed from cases_consent_pieces where file_id = @file order by at", new { file })];

    private static string FieldOf(Guid file, string stage, long at) => string.Create(CultureInfo.InvariantCulture, $"file {file:D} {stage} {at}");
}
