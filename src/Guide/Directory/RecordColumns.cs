using System.Data;
using System.Text.Json;
using Dapper;

namespace Tambo.Guide.Directory;

/// <summary>How lists within a part, and what goes beyond the known fields, stand in columns: as JSON.</summary>
internal static class RecordColumns
{
    private static readonly Lock Gate = new();
    private static bool registered;

    /// <summary>Registers the conversions with Dapper, once a process.</summary>
    public static void Register()
    {
        lock (Gate)
        {
            if (registered)
                return;
            SqlMapper.AddTypeHandler(new JsonColumn<IReadOnlyList<LanguageSpoken>>("[]"));
            SqlMapper.AddTypeHandler(new JsonColumn<IReadOnlyList<Phone>>("[]"));
            SqlMapper.AddTypeHandler(new JsonColumn<CapacityUnit>(null));
            SqlMapper.AddTypeHandler(new JsonColumn<Dictionary<string, JsonElement>>(null));
            registered = true;
        }
    }

    /// <param name="empty">What stands for nothing; null writes null.</param>
    private sealed class JsonColumn<T>(string? empty) : SqlMapper.TypeHandler<T>
        where T : class
    {
        public override void SetValue(IDbDataParameter parameter, T? value)
        {
            parameter.DbType = DbType.String;
            parameter.Value = value switch
            {
                null or System.Collections.ICollection { Count: 0 } => (object?)empty ?? DBNull.Value,
                _ => JsonSerializer.Serialize(value, RecordJson.Options),
            };
        }

        public override T? Parse(object value) =>
            value is string text && text != "[]" ? JsonSerializer.Deserialize<T>(text, RecordJson.Options) : Nothing();

        // An empty list of the very type, shared by all that are empty.
        private static T? Nothing() => empty_.Value;

        private static readonly Lazy<T?> empty_ = new(() =>
            typeof(T).IsInterface ? JsonSerializer.Deserialize<T>("[]", RecordJson.Options) : null);
    }
}
