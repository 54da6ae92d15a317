using System.Net;
using System.Text.Json;
using System.Text.Json.Serialization;
using Tambo.Platform.Clocks;
using Tambo.Platform.Cryptography;
using Tambo.Platform.Database;
using Tambo.Platform.Problems;

namespace Tambo.Platform.Settings;

/// <summary>What an operator writes in <c>tambo.json</c> of the data folder; every value has a default.</summary>
public sealed record NodeFile
{
    /// <summary>The name that readers see in the head of every page.</summary>
    public string Name { get; init; } = "Tambo";

    /// <summary>How to reach the people who run the node: an e-mail address or a telephone number.</summary>
    public string Contact { get; init; } = "";

    /// <summary>The languages that readers are offered, by their codes; all that there are when none is named.</summary>
    public IReadOnlyList<string> Languages { get; init; } = [];

    /// <summary>The address readers use, for QR codes, profiles, mail and passkeys.</summary>
    public string? PublicUrl { get; init; }

    /// <summary>Networks (CIDR) whose forwarded headers are believed.</summary>
    public IReadOnlyList<string> TrustedProxies { get; init; } = [];

    /// <summary>The country (ISO 3166-1 alpha-2) whose emergency numbers stand first.</summary>
    public string? Country { get; init; }

    /// <summary>The time zone (IANA name, <c>America/Costa_Rica</c>) in which staff read and write times; UTC when not said.</summary>
    public string? TimeZone { get; init; }

    /// <summary><c>demo</c> for a demonstration, <c>training</c> for a made-up town; empty for a real node.</summary>
    public string Kind { get; init; } = "";

    /// <summary>Where signed audit heads go; the data folder when empty.</summary>
    public string? AuditHead { get; init; }

    /// <summary>Where the node key is; outside the data folder.</summary>
    public string? KeyFile { get; init; }

    /// <summary>
    /// The PostgreSQL database of data keys: a name on the node's own server, or a connection string without a password. When
    /// not said, the name of the node's database and <c>_keys</c>. TAMBO_KEYS_DATABASE goes before it.
    /// </summary>
    public string? KeysDatabase { get; init; }

    /// <summary>A backup of keys may be restored for this many days.</summary>
    public int KeyBackupDays { get; init; } = 35;

    /// <summary>Largest upload of each kind in bytes, by kind name; 100 MB when not named.</summary>
    public IReadOnlyDictionary<string, long> UploadLimits { get; init; } = new Dictionary<string, long>();

    /// <summary>Figures of persons below this count are not told, nor what would give them away.</summary>
    public int SmallestCount { get; init; } = 5;

    /// <summary>What was brought in or confirmed is to be looked at again after this many days, unless somebody says otherwise.</summary>
    public int ReviewAfterDays { get; init; } = 180;

    /// <summary>The link of a mail that asks whether services are still right is good for this many days.</summary>
    public int ReviewLinkDays { get; init; } = 30;

    /// <summary>Who has not answered such a mail is reminded after this many days, at most twice.</summary>
    public int ReviewReminderDays { get; init; } = 14;

    /// <summary>Who opens a person's file in an emergency, beyond their rights, sees it for this many hours.</summary>
    public int BreakGlassHours { get; init; } = 4;

    /// <summary>What readers wrote is deleted this many months after it was done with.</summary>
    public int FeedbackKeptMonths { get; init; } = 12;

    /// <summary>What only the protection of readers reads is deleted this many months after it was done with.</summary>
    public int SensitiveFeedbackKeptMonths { get; init; } = 24;

    /// <summary>So many messages of readers may wait in one inbox; more are to be sent again later.</summary>
    public int FeedbackMostWaiting { get; init; } = 50_000;

    /// <summary>On what terms others may use what the node itself says of services; what it took over keeps its source's terms.</summary>
    public string Licence { get; init; } = "CC BY 4.0";

    /// <summary>True when staff must use a second factor.</summary>
    public bool SecondFactor { get; init; } = true;

    /// <summary>False to have readers' devices keep no pages any more and forget those they kept: the way out should keeping go wrong.</summary>
    public bool KeepOffline { get; init; } = true;

    /// <summary>Where traces and metrics go (OTLP); none when empty.</summary>
    public string? Telemetry { get; init; }

    /// <summary>How the node sends mail; it sends none when not said.</summary>
    public MailFile? Mail { get; init; }

    /// <summary>What staff may keep on their devices, and for how long; the defaults when not said.</summary>
    public DeviceFile? Devices { get; init; }
}

/// <summary>What staff may keep on their devices without internet, as an operator writes it.</summary>
public sealed record DeviceFile
{
    /// <summary>Without internet what is kept opens for so many hours after the last contact; 0 for never.</summary>
    public int OpenHours { get; init; } = 72;

    /// <summary>After so many days without contact a device destroys what it keeps.</summary>
    public int ForgetAfterDays { get; init; } = 14;

    /// <summary>A device keeps at most so many open records of work, the most urgent first.</summary>
    public int Most { get; init; } = 60;

    /// <summary>The parts of a record that may lie on a device; by itself those that the program names.</summary>
    public IReadOnlyList<string>? Parts { get; init; }
}

/// <summary>How the node sends mail, as an operator writes it: a mail server, or files in a folder.</summary>
public sealed record MailFile
{
    /// <summary>The mail server.</summary>
    public string Host { get; init; } = "";

    /// <summary>Its port; 587 takes mail from programs.</summary>
    public int Port { get; init; } = 587;

    /// <summary>False to speak in the clear: only to a server on the same machine.</summary>
    public bool Tls { get; init; } = true;

    /// <summary>The name by which the node signs in to the server.</summary>
    public string User { get; init; } = "";

    /// <summary>A file that holds the password, unless TAMBO_MAIL_PASSWORD does.</summary>
    public string? PasswordFile { get; init; }

    /// <summary>The address mails come from.</summary>
    public string From { get; init; } = "";

    /// <summary>True to write mails as files into <c>mail-out</c> of the data folder, for another program to carry.</summary>
    public bool Drop { get; init; }
}

/// <summary>The settings one process runs with: the data folder's file, the environment and the command line together.</summary>
public sealed record NodeSettings
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        ReadCommentHandling = JsonCommentHandling.Skip,
        AllowTrailingCommas = true,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    };

    /// <summary>The data folder, as an absolute path.</summary>
    public required string Folder { get; init; }

    /// <summary>What the folder's file says.</summary>
    public required NodeFile File { get; init; }

    /// <summary>Addresses to listen on.</summary>
    public string Urls { get; init; } = "http://localhost:5080";

    /// <summary>A PostgreSQL connection string, or null for SQLite.</summary>
    public string? PostgresConnection { get; init; }

    /// <summary>The database of data keys, when the environment says so.</summary>
    public string? KeysDatabase { get; init; }

    /// <summary>Networks whose forwarded headers are believed.</summary>
    public IReadOnlyList<IPNetwork> TrustedProxies { get; init; } = [];

    /// <summary>Where the node key is, when the command line says so.</summary>
    public string? KeyFile { get; init; }

    /// <summary>Where the signed audit heads go, when the command line says so.</summary>
    public string? AuditHead { get; init; }

    /// <summary>A PKCS#12 or PEM certificate to serve HTTPS with.</summary>
    public string? Certificate { get; init; }

    /// <summary>True for a node that shows data for demonstration.</summary>
    public bool IsDemonstration => File.Kind is "demo" or "training";

    /// <summary>True for a node with a made-up town.</summary>
    public bool IsTraining => File.Kind is "training";

    /// <summary>The database these settings mean.</summary>
    public DatabaseSettings Database => new(Folder, PostgresConnection);

    /// <summary>Where sealed keys lie; a backup takes them apart from the database.</summary>
    public string KeyStore => Path.Combine(Folder, "keys");

    /// <summary>The database of data keys as somebody has named it; null when nobody has.</summary>
    public string? KeysConnection => KeysDatabase ?? (File.KeysDatabase is { Length: > 0 } named ? named : null);

    /// <summary>For how many days a backup of keys may be restored: one to 365.</summary>
    public int KeyBackupDays => Math.Clamp(File.KeyBackupDays, 1, 365);

    /// <summary>The zone in which staff read and write times.</summary>
    /// <exception cref="Problem">The machine knows no zone of the name that the file says.</exception>
    public TimeZoneInfo Zone => File.TimeZone is not { Length: > 0 } name ? TimeZoneInfo.Utc
        : Zones.Find(name) ?? throw PlatformProblems.SettingUnusable.With(("name", "timeZone"), ("value", name));

    /// <summary>Where the signed audit heads go.</summary>
    public string AuditHeadFile => AuditHead ?? File.AuditHead ?? Path.Combine(Folder, "audit-heads.jsonl");

    /// <summary>After how many days what was brought in or confirmed is to be looked at again: one day to ten years.</summary>
    public int ReviewAfterDays => Math.Clamp(File.ReviewAfterDays, 1, 3650);

    /// <summary>For how many days the link of a mail that asks is good: one to 365.</summary>
    public int ReviewLinkDays => Math.Clamp(File.ReviewLinkDays, 1, 365);

    /// <summary>After how many days is asked again: one week to a year.</summary>
    public int ReviewReminderDays => Math.Clamp(File.ReviewReminderDays, 7, 365);

    /// <summary>For how many hours a file stays open to whoever opened it in an emergency: one to eight.</summary>
    public int BreakGlassHours => Math.Clamp(File.BreakGlassHours, 1, 8);

    /// <summary>The address by which others reach the node, to be written into mails; null when it is not known. A demonstration is reached on its own machine.</summary>
    public string? AddressForMail => File.PublicUrl is { Length: > 0 } url ? new Uri(url).GetLeftPart(UriPartial.Authority)
        : IsDemonstration ? Urls.Split(';')[0].TrimEnd('/') : null;

    /// <summary>After how many months what readers wrote is deleted, once it was done with: one to 120.</summary>
    public int FeedbackKeptMonths => Math.Clamp(File.FeedbackKeptMonths, 1, 120);

    /// <summary>The same for what only the protection of readers reads.</summary>
    public int SensitiveFeedbackKeptMonths => Math.Clamp(File.SensitiveFeedbackKeptMonths, 1, 120);

    /// <summary>How many messages of readers may wait in one inbox: one to ten million.</summary>
    public int FeedbackMostWaiting => Math.Clamp(File.FeedbackMostWaiting, 1, 10_000_000);

    /// <summary>The limit for uploads of a kind, in bytes.</summary>
    public long UploadLimit(string kind) => File.UploadLimits.GetValueOrDefault(kind, 100L * 1024 * 1024);

    /// <summary>Reads the folder's file, making the folder (mode 0700) when it is not there.</summary>
    /// <exception cref="Problem">The file cannot be read as settings.</exception>
    public static NodeSettings Of(string folder)
    {
        var path = Path.GetFullPath(folder);
        if (OperatingSystem.IsWindows())
            Directory.CreateDirectory(path);
        else
            Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        return new NodeSettings
        {
            Folder = path,
            File = ReadFile(Path.Combine(path, "tambo.json")),
            PostgresConnection = Environment.GetEnvironmentVariable("TAMBO_DATABASE") is { Length: > 0 } connection ? connection : null,
            KeysDatabase = Environment.GetEnvironmentVariable("TAMBO_KEYS_DATABASE") is { Length: > 0 } keys ? keys : null,
        };
    }

    /// <summary>Writes the folder's file: whatever happens meanwhile, it is the one before or the new one, whole.</summary>
    public void SaveFile()
    {
        var path = Path.Combine(Folder, "tambo.json");
        using (var part = new FileStream(path + ".part", FileMode.Create, FileAccess.Write, FileShare.None))
        {
            part.Write(JsonSerializer.SerializeToUtf8Bytes(File, Json));
            part.WriteByte((byte)'\n');
            part.Flush(flushToDisk: true);
        }

        System.IO.File.Move(path + ".part", path, overwrite: true);
        Blobs.DurableFolder.Sync(Folder);
    }

    /// <summary>
    /// The node key: TAMBO_NODE_KEY, the file the settings name, or a file in the operating-system user's own settings.
    /// A demonstration's lies in its folder and protects nothing.
    /// </summary>
    public NodeKey ReadKey()
    {
        if (Environment.GetEnvironmentVariable("TAMBO_NODE_KEY") is { Length: > 0 } text)
            return NodeKey.OfText(text, "TAMBO_NODE_KEY");
        if (IsDemonstration)
            return NodeKey.OfFile(DemonstrationKeyFile, isDemonstration: true);
        var path = KeyFilePath;
        // A new key for a node that has sealed secrets already would lock their owner out: only a new node gets one.
        if (!System.IO.File.Exists(path) && Directory.Exists(KeyStore))
            throw PlatformProblems.KeyMissing.With(("file", path));
        return NodeKey.OfFile(path);
    }

    /// <summary>The file that holds the node key, unless the environment does.</summary>
    public string KeyFilePath => IsDemonstration
        ? DemonstrationKeyFile
        : KeyFile ?? File.KeyFile ?? DefaultKeyFile();

    /// <summary>Where a demonstration keeps its key: beside its data.</summary>
    public string DemonstrationKeyFile => Path.Combine(Folder, "demo.key");

    /// <summary>The keys that lie where this operating-system user's keys lie by default.</summary>
    public static IReadOnlyList<string> KeyFilesOfUser() =>
        Directory.Exists(DefaultKeyFolder()) ? [.. Directory.EnumerateFiles(DefaultKeyFolder(), "*.key").Order(StringComparer.Ordinal)] : [];

    private static string DefaultKeyFolder() => Path.Combine(
        Environment.GetFolderPath(Environment.SpecialFolder.ApplicationData, Environment.SpecialFolderOption.Create), "tambo");

    private string DefaultKeyFile()
    {
        var name = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(Folder)))[..16];
        return Path.Combine(DefaultKeyFolder(), name + ".key");
    }

    /// <summary>Reads a settings file; all defaults when there is none.</summary>
    /// <exception cref="Problem">It cannot be read as settings.</exception>
    public static NodeFile ReadFile(string path)
    {
        if (!System.IO.File.Exists(path))
            return new NodeFile();
        try
        {
            return JsonSerializer.Deserialize<NodeFile>(System.IO.File.ReadAllText(path), Json) ?? new NodeFile();
        }
        catch (JsonException failure)
        {
            throw PlatformProblems.SettingsUnreadable.With(
                ("file", path), ("line", (failure.LineNumber ?? 0) + 1), ("reason", failure.Path ?? ""));
        }
    }
}
