using System.Globalization;
using Tambo.Guide.Staff;

namespace Tambo.Guide.Translating;

/// <summary>What the desk is narrowed to, as it stands in the address.</summary>
public sealed record DeskFilter
{
    /// <summary>A language, or empty for all.</summary>
    public string Language { get; init; } = "";

    /// <summary>outdated, missing, unreviewed, all, or empty for everything that is to be done.</summary>
    public string Show { get; init; } = "";

    /// <summary>A kind of record, or empty.</summary>
    public string Kind { get; init; } = "";

    /// <summary>The agency that looks after the records, or null for all.</summary>
    public Guid? Agency { get; init; }

    /// <summary>Words of the record's name.</summary>
    public string Words { get; init; } = "";

    /// <summary>From 1.</summary>
    public int Page { get; init; } = 1;

    /// <summary>What <see cref="Show"/> may be.</summary>
    public static IReadOnlyList<string> Shows { get; } = ["", "outdated", "missing", "unreviewed", "all"];

    /// <summary>True when something is left out.</summary>
    public bool Narrows => Language.Length + Show.Length + Kind.Length + Words.Length > 0 || Agency is not null;

    /// <summary>True when a text in that state is asked for.</summary>
    public bool Asks(string language, TextState state) => (Language.Length == 0 || Language == language) && Show switch
    {
        "all" => true,
        "" => state != TextState.Done,
        _ => Show == Name(state),
    };

    /// <summary>How an address and a text key name a state.</summary>
    public static string Name(TextState state) => state.ToString().ToLowerInvariant();

    /// <summary>The address of a page of the list.</summary>
    public string Href(int page) => Query(("page", page > 1 ? page.ToString(CultureInfo.InvariantCulture) : "")) is { Length: > 0 } query
        ? ShowDesk.Root + "?" + query
        : ShowDesk.Root;

    /// <summary>The same narrowing in another address.</summary>
    internal string Query(params ReadOnlySpan<(string Name, string Value)> more)
    {
        var query = new List<string>();
        foreach (var (name, value) in (ReadOnlySpan<(string, string)>)[("language", Language), ("show", Show), ("kind", Kind), ("agency", Agency?.ToString("D") ?? ""), ("q", Words), .. more])
        {
            if (value.Length > 0)
                query.Add($"{name}={Uri.EscapeDataString(value)}");
        }

        return string.Join('&', query);
    }
}
