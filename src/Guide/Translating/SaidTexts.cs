using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Tambo.Guide.Directory;

namespace Tambo.Guide.Translating;

/// <summary>A text of a record that can be said in other languages.</summary>
/// <param name="Path">The field, or <c>required_documents/{id}/document</c>.</param>
/// <param name="Text">As it is written.</param>
/// <param name="Hash"><see cref="TextHash"/> of it.</param>
/// <param name="Order">Its place among the texts of its record, from 0.</param>
internal sealed record SaidText(string Path, string Text, string Hash, int Order);

/// <summary>
/// The texts of records as the desk counts them. A record in memory never changes, so its texts are looked for once: with
/// 5,000 services the desk would otherwise hash a hundred thousand texts whenever it is opened.
/// </summary>
internal static class SaidTexts
{
    private static readonly ConditionalWeakTable<DirectoryRecord, IReadOnlyList<SaidText>> Known = new();

    /// <summary>The kinds of record whose texts readers read, the most read first.</summary>
    public static IReadOnlyList<string> Kinds { get; } = [RecordKinds.Service, RecordKinds.Location, RecordKinds.ServiceAtLocation, RecordKinds.Organization];

    /// <summary>The texts that hold a word; a number or a price is the same in every language.</summary>
    public static IReadOnlyList<SaidText> Of(DirectoryRecord record) => Known.GetValue(record, Read);

    private static IReadOnlyList<SaidText> Read(DirectoryRecord record) =>
    [
        .. TranslatedFields.Of((JsonObject)JsonSerializer.SerializeToNode(record, record.GetType(), RecordJson.Options)!)
            .Where(text => HasWords(text.Text))
            .Select((text, order) => new SaidText(text.Path, text.Text, TextHash.Of(text.Text), order)),
    ];

    private static bool HasWords(string text)
    {
        foreach (var rune in text.EnumerateRunes())
        {
            if (Rune.IsLetter(rune))
                return true;
        }

        return false;
    }
}
