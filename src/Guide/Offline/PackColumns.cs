using System.Text;

namespace Tambo.Guide.Offline;

/// <summary>
/// Rows as columns, which a compressor makes a third smaller than rows: each column is a list of values, or
/// <c>{"d":[different values],"i":[which]}</c> where values repeat, or <c>{"n":[differences to the row before]}</c>.
/// </summary>
internal static class PackColumns
{
    /// <summary>Writes the columns of rows as JSON.</summary>
    public static void Write(StringBuilder json, IReadOnlyList<PackRow> rows)
    {
        json.Append('[');
        for (var field = 0; field < PackRow.Fields.Count; field++)
        {
            if (field > 0)
                json.Append(',');
            var at = field;
            WriteColumn(json, field, [.. rows.Select(row => row.Values[at])]);
        }

        json.Append(']');
    }

    private static void WriteColumn(StringBuilder json, int field, List<object> values)
    {
        if (PackRow.IsPosition(field))
        {
            var before = 0;
            PackJson.Write(json, Object(("n", values.Select(value =>
            {
                var difference = (int)value - before;
                before = (int)value;
                return (object)difference;
            }))));
            return;
        }

        var different = values.Distinct().ToList();
        if (different.Count > values.Count * 2 / 3)
        {
            PackJson.Write(json, values);
            return;
        }

        var places = different.Select((value, place) => (value, place)).ToDictionary(pair => pair.value, pair => pair.place);
        PackJson.Write(json, Object(("d", different), ("i", values.Select(value => (object)places[value]))));
    }

    private static (string Name, object Value)[] Object(params (string Name, object Value)[] fields) => fields;
}
