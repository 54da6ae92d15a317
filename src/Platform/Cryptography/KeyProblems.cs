using Tambo.Platform.Problems;

namespace Tambo.Platform.Cryptography;

/// <summary>Every way in which the store of data keys refuses.</summary>
public static class KeyProblems
{
    /// <summary>The key of the subject was destroyed for good, and no other is made.</summary>
    public static readonly ProblemKind SubjectErased = new("keys.subject_erased", 410);

    /// <summary>The PostgreSQL server of the keys does not answer.</summary>
    public static readonly ProblemKind DatabaseUnreachable = new("keys.database_unreachable", 503);

    /// <summary>The database of the keys is not there, and may not be made.</summary>
    public static readonly ProblemKind DatabaseMissing = new("keys.database_missing", 503);

    /// <summary>The database named for the keys is a node's own.</summary>
    public static readonly ProblemKind DatabaseNotApart = new("keys.database_not_apart", 503);

    /// <summary>A sealed key does not open: its bytes are not those that were written.</summary>
    public static readonly ProblemKind StoreDamaged = new("keys.store_damaged", 500);

    /// <summary>The store of keys was written by a newer version of the program.</summary>
    public static readonly ProblemKind NewerStore = new("keys.newer_store", 503);

    /// <summary>Keys are being sealed anew already.</summary>
    public static readonly ProblemKind RotationUnderWay = new("keys.rotation_under_way", 409);

    /// <summary>Keys are restored into an empty database only.</summary>
    public static readonly ProblemKind StoreNotEmpty = new("keys.store_not_empty", 409);
}
