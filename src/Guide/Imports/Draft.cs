using System.Text.Json.Nodes;
using Tambo.Guide.Directory;

namespace Tambo.Guide.Imports;

/// <summary>A record as a source describes it, before anything is checked: its own fields and parts, by HSDS names.</summary>
/// <param name="Kind">One of <see cref="RecordKinds"/>.</param>
/// <param name="SourceId">The source's identifier.</param>
/// <param name="Line">Where it first stands.</param>
/// <param name="Source">The file it stands in.</param>
/// <param name="Content">Its fields; references are the source's identifiers.</param>
internal sealed record Draft(string Kind, string SourceId, int Line, string Source, JsonObject Content)
{
    /// <summary>True when a record of a list says it, false when it was only met inside another record.</summary>
    public bool Stated { get; set; }

    /// <summary>Takes over what another mention of the same record says and this one does not.</summary>
    public void Complete(JsonObject other)
    {
        foreach (var (name, value) in other.ToList())
        {
            if (Content.TryGetPropertyValue(name, out var said) && said is not (null or JsonArray { Count: 0 }))
                continue;
            other.Remove(name);
            Content[name] = value;
        }
    }
}

/// <summary>All records that the files of one import describe, each once.</summary>
internal sealed class DraftSet
{
    private readonly Dictionary<(string Kind, string Id), Draft> drafts = [];
    private readonly List<Draft> order = [];

    /// <summary>The drafts in the order in which they were met.</summary>
    public IReadOnlyList<Draft> All => order;

    public Draft? Find(string kind, string id) => drafts.GetValueOrDefault((kind, id));

    /// <summary>Adds a mention of a record; false when a record of that kind and identifier was stated before.</summary>
    public bool Add(Draft draft, bool stated)
    {
        if (!drafts.TryGetValue((draft.Kind, draft.SourceId), out var known))
        {
            draft.Stated = stated;
            drafts[(draft.Kind, draft.SourceId)] = draft;
            order.Add(draft);
            return true;
        }

        if (stated && known.Stated)
            return false;
        known.Stated |= stated;
        known.Complete(draft.Content);
        return true;
    }
}
