using System.Reflection;

namespace Tambo.Platform.Problems;

/// <summary>Every way in which the ground refuses.</summary>
public static class PlatformProblems
{
    /// <summary>Another process has this SQLite node open.</summary>
    public static readonly ProblemKind NodeInUse = new("node.in_use", 503);

    /// <summary>The database was written by a newer version of the program.</summary>
    public static readonly ProblemKind NewerDatabase = new("node.newer_database", 503);

    /// <summary>A released migration has another text than the one that ran.</summary>
    public static readonly ProblemKind EditedMigration = new("node.edited_migration", 503);

    /// <summary>The tables are of an older version, and are changed on purpose only, after a backup.</summary>
    public static readonly ProblemKind MigrationPending = new("node.migration_pending", 503);

    /// <summary>The PostgreSQL server does not answer.</summary>
    public static readonly ProblemKind DatabaseUnreachable = new("node.database_unreachable", 503);

    /// <summary>The settings file of the data folder cannot be read.</summary>
    public static readonly ProblemKind SettingsUnreadable = new("node.settings_unreadable", 503);

    /// <summary>The file of the node key can be read by others.</summary>
    public static readonly ProblemKind KeyFileOpen = new("node.key_file_open", 503);

    /// <summary>What should hold the node key holds none.</summary>
    public static readonly ProblemKind KeyUnreadable = new("node.key_unreadable", 503);

    /// <summary>The key that sealed this node's secrets is not where it should be.</summary>
    public static readonly ProblemKind KeyMissing = new("node.key_missing", 503);

    /// <summary>The node key given is not the one that sealed this node's secrets.</summary>
    public static readonly ProblemKind WrongKey = new("node.wrong_key", 503);

    /// <summary>The data folder holds no node.</summary>
    public static readonly ProblemKind NoNode = new("node.none_here", 404);

    /// <summary>A demonstration is not served as a real node.</summary>
    public static readonly ProblemKind DemoRefused = new("node.demo_refused", 503);

    /// <summary>A demonstration is not made in the folder of another node.</summary>
    public static readonly ProblemKind DemoFolder = new("node.demo_folder", 503);

    /// <summary>A demonstration listens on its own machine only.</summary>
    public static readonly ProblemKind DemoOpen = new("node.demo_open", 503);

    /// <summary>A file or folder named on the command line cannot be used.</summary>
    public static readonly ProblemKind FileUnusable = new("node.file_unusable", 422);

    /// <summary>A value on the command line or in the settings is none that is understood.</summary>
    public static readonly ProblemKind SettingUnusable = new("node.setting_unusable", 422);

    /// <summary>The disk is full: nothing is written, reading goes on.</summary>
    public static readonly ProblemKind StorageFull = new("storage.full", 507);

    /// <summary>The disk failed: nothing more is written until an operator has looked.</summary>
    public static readonly ProblemKind StorageFailed = new("storage.failed", 503);

    /// <summary>Changes of several people waited for each other, and the database let this one go: nothing of it stands.</summary>
    public static readonly ProblemKind StorageBusy = new("storage.busy", 503);

    /// <summary>Our own mistake, of which the reader learns only that it is noted.</summary>
    public static readonly ProblemKind Unexpected = new("request.unexpected", 500);

    /// <summary>No such page or record, or none for this reader.</summary>
    public static readonly ProblemKind NotFound = new("request.not_found", 404);

    /// <summary>The address exists, the method does not.</summary>
    public static readonly ProblemKind MethodNotAllowed = new("request.method_not_allowed", 405);

    /// <summary>The request cannot be read.</summary>
    public static readonly ProblemKind Malformed = new("request.malformed", 400);

    /// <summary>A parameter has a value outside what is allowed.</summary>
    public static readonly ProblemKind BadParameter = new("request.bad_parameter", 400);

    /// <summary>The body is larger than this address takes.</summary>
    public static readonly ProblemKind TooLarge = new("request.too_large", 413);

    /// <summary>The body is of a kind this address does not take.</summary>
    public static readonly ProblemKind UnsupportedMedia = new("request.unsupported_media", 415);

    /// <summary>Too many requests in a short time.</summary>
    public static readonly ProblemKind TooMany = new("request.too_many", 429);

    /// <summary>As much work of the kind is under way already as the machine bears at once.</summary>
    public static readonly ProblemKind WorksAtOnce = new("request.works_at_once", 429);

    /// <summary>The program was stopped while it imported a file, which is still kept for whoever brought it.</summary>
    public static readonly ProblemKind WorkBrokenOff = new("request.work_broken_off", 409);

    /// <summary>The form is too old or came from elsewhere.</summary>
    public static readonly ProblemKind StaleForm = new("request.stale_form", 400);

    /// <summary>The idempotency key cannot be one.</summary>
    public static readonly ProblemKind BadIdempotencyKey = new("request.bad_key", 400);

    /// <summary>The key came before with another request.</summary>
    public static readonly ProblemKind KeyReused = new("request.key_reused", 422);

    /// <summary>The same request is being done at this moment.</summary>
    public static readonly ProblemKind InProgress = new("request.in_progress", 409);

    /// <summary>The same request was done before, and its answer is not kept.</summary>
    public static readonly ProblemKind DoneAlready = new("request.done_already", 409);

    /// <summary>Somebody else has changed the record meanwhile.</summary>
    public static readonly ProblemKind Changed = new("request.changed_meanwhile", 412);

    /// <summary>This needs a signed-in person.</summary>
    public static readonly ProblemKind SignInNeeded = new("access.sign_in_needed", 401);

    /// <summary>The person signed in may not do this.</summary>
    public static readonly ProblemKind Forbidden = new("access.forbidden", 403);

    /// <summary>Staff sign in over an encrypted connection, or on the machine itself.</summary>
    public static readonly ProblemKind InsecureConnection = new("access.insecure_connection", 403);

    /// <summary>The kinds a class of problems declares.</summary>
    public static IReadOnlyList<ProblemKind> In(Type catalogue) =>
    [
        .. catalogue.GetFields(BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Static)
            .Where(field => field.FieldType == typeof(ProblemKind))
            .Select(field => (ProblemKind)field.GetValue(null)!),
    ];
}
