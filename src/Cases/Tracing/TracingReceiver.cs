using Tambo.Cases.Disclosure;
using Tambo.Platform.Places;

namespace Tambo.Cases.Tracing;

/// <summary>Tells which of those that were given a record a receiver is.</summary>
internal static class TracingReceiver
{
    /// <summary>True when it is the one that was given something: by its key, or by its name however that was spelt.</summary>
    public static bool Is(this NamedReceiver receiver, GivenTo given) =>
        (receiver.Key is not null && given.Key == receiver.Key) || Spelling.Fold(given.To) == Spelling.Fold(receiver.Name);
}
