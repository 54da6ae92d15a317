using Tambo.Guide.Directory;
using Tambo.Guide.Finding;
using Tambo.Platform.Languages;

namespace Tambo.Guide.Imports;

/// <summary>
/// What people need (shelter, health, consulate, ...) as a classification, with its names in every language of the
/// node. The identifiers are the same on every node, so that directories can be joined.
/// </summary>
internal static class Categories
{
    /// <summary>The set they belong to.</summary>
    public const string SourceSet = "tambo-needs";

    /// <summary>The classification's identifier.</summary>
    public static Guid TaxonomyId { get; } = StableId.Of(SourceSet, RecordKinds.Taxonomy, "needs");

    /// <summary>The identifier of a need; null when there is no such code.</summary>
    public static Guid? IdOf(string code) => Needs.IndexOf(code) >= 0 ? StableId.Of(SourceSet, RecordKinds.TaxonomyTerm, code) : null;

    /// <summary>The needs as records, which stand in a directory as soon as one of its services has one.</summary>
    public static IEnumerable<DirectoryRecord> Records(TextCatalog texts)
    {
        var english = texts.In(TextCatalog.Fallback);
        yield return new Taxonomy
        {
            Id = TaxonomyId,
            Name = "Needs",
            Description = "What people on the move look for",
            SourceSet = SourceSet,
            SourceId = "needs",
            TextLanguage = "en",
        };
        foreach (var need in Needs.All)
        {
            var name = english[need.TextKey];
            yield return new TaxonomyTerm
            {
                Id = IdOf(need.Code)!.Value,
                TaxonomyId = TaxonomyId,
                TaxonomyName = "Needs",
                Code = need.Code,
                Name = name,
                Description = name,
                Language = "en",
                TextLanguage = "en",
                SourceSet = SourceSet,
                SourceId = need.Code,
                Translations =
                [
                    .. texts.Languages.Where(l => l.Code != TextCatalog.Fallback && texts.In(l.Code).Has(need.TextKey))
                        .OrderBy(l => l.Code, StringComparer.Ordinal).Select(l => new Translation
                        {
                            Field = "name", Language = l.Code, Value = texts.In(l.Code)[need.TextKey], SourceHash = TextHash.Of(name), Method = l.IsReviewed ? "source" : "machine",
                        }),
                ],
            };
        }
    }
}
