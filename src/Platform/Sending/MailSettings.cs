using System.Net.Mail;
using Tambo.Platform.Problems;
using Tambo.Platform.Settings;

namespace Tambo.Platform.Sending;

/// <summary>How this node sends mail: to a mail server, or as files into a folder.</summary>
public sealed record MailSettings
{
    private const string PasswordVariable = "TAMBO_MAIL_PASSWORD";

    /// <summary>Where mails go as files; null when there is a server.</summary>
    public string? Folder { get; init; }

    /// <summary>The mail server.</summary>
    public string Host { get; init; } = "";

    /// <summary>Its port.</summary>
    public int Port { get; init; }

    /// <summary>True when nothing is said to the server before the connection is encrypted (STARTTLS).</summary>
    public bool Encrypted { get; init; }

    /// <summary>The name by which the node signs in to the server; empty when it need not.</summary>
    public string User { get; init; } = "";

    /// <summary>The password that goes with it.</summary>
    public string Password { get; init; } = "";

    /// <summary>The address that readers see as the sender's.</summary>
    public required string From { get; init; }

    /// <summary>The name that goes with that address.</summary>
    public string Name { get; init; } = "";

    /// <summary>The last part of every Message-ID.</summary>
    public required string Domain { get; init; }

    /// <summary>What the settings of a node mean; null when it sends no mail. A demonstration writes files.</summary>
    /// <exception cref="Problem">They cannot be right.</exception>
    public static MailSettings? Of(NodeSettings node)
    {
        var file = node.File.Mail ?? (node.IsDemonstration ? new MailFile { Drop = true } : null);
        if (file is null)
            return null;
        if (file.Drop == file.Host.Length > 0)
            throw Unusable("mail", "host or drop, one of them");
        var from = file.From.Length > 0 || !file.Drop ? AddressOf(file.From, node.File.Name) : "tambo@localhost.localdomain";
        if (file.Port is < 1 or > 65535)
            throw Unusable("mail.port", file.Port.ToString(System.Globalization.CultureInfo.InvariantCulture));
        return new MailSettings
        {
            Folder = file.Drop ? Path.Combine(node.Folder, "mail-out") : null,
            Host = file.Host,
            Port = file.Port,
            Encrypted = file.Tls,
            User = file.User,
            Password = file.User.Length > 0 ? ReadPassword(file) : "",
            From = from,
            Name = node.File.Name,
            Domain = node.File.PublicUrl is { Length: > 0 } url ? new Uri(url).IdnHost : from[(from.LastIndexOf('@') + 1)..],
        };
    }

    private static string AddressOf(string text, string name) => MailAddress.TryCreate(text, name, out var sender) ? sender.Address : throw Unusable("mail.from", text);

    private static string ReadPassword(MailFile file)
    {
        if (Environment.GetEnvironmentVariable(PasswordVariable) is { Length: > 0 } password)
            return password;
        return file.PasswordFile is { Length: > 0 } path && File.Exists(path)
            ? File.ReadAllText(path).Trim()
            : throw Unusable("mail.passwordFile", file.PasswordFile ?? "");
    }

    private static Problem Unusable(string name, string value) => PlatformProblems.SettingUnusable.With(("name", name), ("value", value));
}
