using System.Diagnostics.CodeAnalysis;
using Microsoft.Data.Sqlite;

namespace Tambo.Platform.Database;

/// <summary>
/// A connection whose parameters are called as the statements call them, <c>@Name</c>. Dapper leaves the sign out, and
/// the driver then asks SQLite four times where each parameter of each row is: a tenth of what an import takes.
/// </summary>
internal sealed class SqliteNamedConnection(string connectionString) : SqliteConnection(connectionString)
{
    public override SqliteCommand CreateCommand() =>
        new NamedCommand { Connection = this, CommandTimeout = DefaultTimeout, Transaction = Transaction };

    private sealed class NamedCommand : SqliteCommand
    {
        public override SqliteParameter CreateParameter() => new NamedParameter();
    }

    private sealed class NamedParameter : SqliteParameter
    {
        [AllowNull]
        public override string ParameterName
        {
            get => base.ParameterName;
            set => base.ParameterName = value is { Length: > 0 } && char.IsAsciiLetter(value[0]) ? "@" + value : value;
        }
    }
}
