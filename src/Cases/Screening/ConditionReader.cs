using System.Text.Json;
using System.Text.Json.Serialization;

namespace Tambo.Cases.Screening;

/// <summary>Reads conditions as files write them; whatever it does not know, it refuses.</summary>
internal sealed class ConditionReader : JsonConverter<Condition>
{
    /// <inheritdoc />
    public override Condition Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        using var document = JsonDocument.ParseValue(ref reader);
        return Read(document.RootElement);
    }

    /// <inheritdoc />
    public override void Write(Utf8JsonWriter writer, Condition value, JsonSerializerOptions options) =>
        throw new NotSupportedException("Conditions are read from files and never written.");

    private static Condition Read(JsonElement element)
    {
        if (element.ValueKind != JsonValueKind.Object)
            throw new JsonException($"a condition is an object, not {element.GetRawText()}");
        var named = element.EnumerateObject().ToDictionary(property => property.Name, property => property.Value, StringComparer.Ordinal);
        return string.Join(' ', named.Keys.Order(StringComparer.Ordinal)) switch
        {
            "all" => AtLeast.All(Many(named["all"])),
            "any" => AtLeast.Any(Many(named["any"])),
            "atLeast of" => new AtLeast(Number(named["atLeast"]), Many(named["of"])),
            "not" => new Not(Read(named["not"])),
            "yes" => new AnswerIn(Text(named["yes"]), [Answer.YesCode]),
            "equals question" => new AnswerIn(Text(named["question"]), [Text(named["equals"])]),
            "in question" => new AnswerIn(Text(named["question"]), [.. Items(named["in"]).Select(Text)]),
            "less question" => new AnswerLess(Text(named["question"]), Number(named["less"])),
            "least question" => new AnswerLeast(Text(named["question"]), Number(named["least"])),
            "answered" => new Answered(Text(named["answered"])),
            "ageLeast" => new AgeLeast(Number(named["ageLeast"])),
            "ageMost" => new AgeMost(Number(named["ageMost"])),
            "sex" => new SexIs(Code<RecordedSex>(named["sex"])),
            "fact" => new FactHolds(Code<KnownFact>(named["fact"])),
            "defined" => new Defined(Text(named["defined"])),
            "dimension list" => new DimensionPositive(Text(named["dimension"]), Text(named["list"])),
            _ => throw new JsonException($"unknown condition {element.GetRawText()}"),
        };
    }

    private static Condition[] Many(JsonElement element) => [.. Items(element).Select(Read)];

    private static JsonElement.ArrayEnumerator Items(JsonElement element) =>
        element.ValueKind == JsonValueKind.Array ? element.EnumerateArray() : throw new JsonException($"a list is meant, not {element.GetRawText()}");

    private static string Text(JsonElement element) =>
        element.ValueKind == JsonValueKind.String ? element.GetString()! : throw new JsonException($"a code is meant, not {element.GetRawText()}");

    private static int Number(JsonElement element) =>
        element.ValueKind == JsonValueKind.Number && element.TryGetInt32(out var number) ? number : throw new JsonException($"a whole number is meant, not {element.GetRawText()}");

    private static T Code<T>(JsonElement element)
        where T : struct, Enum
    {
        var code = Text(element);
        foreach (var value in Enum.GetValues<T>())
        {
            if (JsonNamingPolicy.SnakeCaseLower.ConvertName(value.ToString()) == code)
                return value;
        }

        throw new JsonException($"unknown code '{code}'");
    }
}
