using Npgsql;
using Tambo.Platform.Problems;
using Tambo.Platform.Settings;

namespace Tambo.Platform.Cryptography;

/// <summary>
/// Where data keys are kept: a file in the folder, or a PostgreSQL database which is never the node's own.
/// </summary>
/// <param name="Folder">The folder of the file.</param>
/// <param name="Postgres">The connection string of the keys' database; null for the file.</param>
/// <param name="NodePostgres">The connection string of the node's own database.</param>
/// <param name="MayBeMade">True when nobody named the database, so that it is made when it is missing.</param>
internal sealed record KeyPlace(string Folder, string? Postgres, string? NodePostgres, bool MayBeMade)
{
    /// <summary>The name of the database.</summary>
    public string Database => DatabaseOf(new NpgsqlConnectionStringBuilder(Postgres));

    /// <summary>The place that the settings of a node mean.</summary>
    /// <exception cref="Problem">They name the node's own database, or one for a node that is on SQLite.</exception>
    public static KeyPlace Of(NodeSettings settings)
    {
        if (settings.PostgresConnection is not { } own)
            return settings.KeysConnection is null ? new KeyPlace(settings.KeyStore, null, null, false) : throw Unusable("a node on SQLite keeps its keys in its folder");
        var node = Parse(own);
        var name = DatabaseOf(node);
        NpgsqlConnectionStringBuilder keys;
        if (settings.KeysConnection is not { } said)
            keys = new NpgsqlConnectionStringBuilder(own) { Database = name + "_keys" };
        else
            keys = said.Contains('=', StringComparison.Ordinal) ? Parse(said) : new NpgsqlConnectionStringBuilder(own) { Database = said };
        // The settings file is in every backup of the node, and is read by more people than the environment is.
        if (settings.KeysDatabase is null && settings.KeysConnection is not null && keys.Password is not null && keys.Password != node.Password)
            throw Unusable("with a password; put it into TAMBO_KEYS_DATABASE");
        if (keys.Host == node.Host && keys.Port == node.Port && DatabaseOf(keys) == name)
            throw KeyProblems.DatabaseNotApart.With(("database", name));
        return new KeyPlace(settings.KeyStore, keys.ConnectionString, own, settings.KeysConnection is null);
    }

    private static NpgsqlConnectionStringBuilder Parse(string text)
    {
        try
        {
            return new NpgsqlConnectionStringBuilder(text);
        }
        catch (ArgumentException)
        {
            // Not said again: it may hold a password.
            throw Unusable("no connection string");
        }
    }

    private static Problem Unusable(string why) => PlatformProblems.SettingUnusable.With(("name", "keysDatabase"), ("value", why));

    private static string DatabaseOf(NpgsqlConnectionStringBuilder text) => text.Database ?? text.Username ?? "";
}
