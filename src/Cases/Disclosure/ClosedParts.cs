using System.Collections;

namespace Tambo.Cases.Disclosure;

/// <summary>The compartments of a person that are closed to a reader whatever rights they hold, each with why.</summary>
internal sealed class ClosedParts : IReadOnlyCollection<string>
{
    private readonly Dictionary<string, string> why;

    /// <summary>Those of which something stands in the way.</summary>
    /// <param name="why">Codes of <see cref="DisclosureReasons"/> by compartment.</param>
    public ClosedParts(IEnumerable<KeyValuePair<string, string>> why) => this.why = new Dictionary<string, string>(why, StringComparer.Ordinal);

    /// <summary>Nothing is closed.</summary>
    public static ClosedParts None { get; } = new([]);

    /// <inheritdoc />
    public int Count => why.Count;

    /// <summary>True when a compartment is closed.</summary>
    public bool Contains(string compartment) => why.ContainsKey(compartment);

    /// <summary>Why a compartment is closed; null when it is not.</summary>
    public string? Why(string compartment) => why.GetValueOrDefault(compartment);

    /// <inheritdoc />
    public IEnumerator<string> GetEnumerator() => why.Keys.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
