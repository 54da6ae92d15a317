using Tambo.Platform.Problems;

namespace Tambo.Platform.Backup;

/// <summary>Every way in which backing up and restoring refuse.</summary>
public static class BackupProblems
{
    /// <summary>Another backup of the same data folder is under way.</summary>
    public static readonly ProblemKind AlreadyRunning = new("backup.already_running", 409);

    /// <summary>The copy just made is not whole, so it is not kept.</summary>
    public static readonly ProblemKind CopyNotWhole = new("backup.copy_not_whole", 500);

    /// <summary>The backup stops before its end.</summary>
    public static readonly ProblemKind Incomplete = new("backup.incomplete", 422);

    /// <summary>The backup's bytes are not those that were written.</summary>
    public static readonly ProblemKind Damaged = new("backup.damaged", 422);

    /// <summary>The file is a backup of another kind: a key store where a node was expected, or the reverse.</summary>
    public static readonly ProblemKind OtherKind = new("backup.other_kind", 422);

    /// <summary>The key store belongs to a backup of another node.</summary>
    public static readonly ProblemKind OtherBackup = new("backup.other_backup", 422);

    /// <summary>The time is over for which this key store could be restored.</summary>
    public static readonly ProblemKind KeysExpired = new("backup.keys_expired", 410);

    /// <summary>The backup was made by a newer program.</summary>
    public static readonly ProblemKind NewerProgram = new("backup.newer_program", 422);

    /// <summary>The backup was made on the other database engine.</summary>
    public static readonly ProblemKind OtherEngine = new("backup.other_engine", 422);

    /// <summary>Restoring goes into an empty folder only.</summary>
    public static readonly ProblemKind FolderNotEmpty = new("backup.folder_not_empty", 409);

    /// <summary>Restoring goes into an empty database only.</summary>
    public static readonly ProblemKind DatabaseNotEmpty = new("backup.database_not_empty", 409);

    /// <summary>What was restored does not verify; nothing of it is kept.</summary>
    public static readonly ProblemKind RestoreNotWhole = new("backup.restore_not_whole", 422);
}
