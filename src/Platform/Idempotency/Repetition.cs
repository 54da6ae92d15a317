using Microsoft.AspNetCore.Builder;

namespace Tambo.Platform.Idempotency;

/// <summary>What happens when the same request comes twice. Every address that takes other than reading states it.</summary>
/// <param name="ByKey">True when a request that carries a key is done once, and its repetition is given the first answer.</param>
/// <param name="Secret">True when request or answer hold a secret: neither is kept in any form, only that it was done.</param>
/// <param name="Because">Why a repetition does no harm, where there is no key.</param>
public sealed record Repetition(bool ByKey, bool Secret, string Because)
{
    /// <summary>
    /// True where the address knows its own keys, for longer than a day and without a reservation that a killed process
    /// would leave behind: whoever repeats a request is given the same answer.
    /// </summary>
    public bool KnowsKeys { get; init; }

    /// <summary>True where each thing that is sent carries a key of its own, and the request none.</summary>
    public bool KeysWithin { get; init; }
}

/// <summary>States on a route what happens when the same request comes twice.</summary>
public static class RepetitionExtensions
{
    /// <summary>Done once for each key; whoever repeats it is given the first answer.</summary>
    public static TBuilder DoneOnce<TBuilder>(this TBuilder builder)
        where TBuilder : IEndpointConventionBuilder => builder.WithMetadata(new Repetition(ByKey: true, Secret: false, ""));

    /// <summary>
    /// Done once for each key, with a password in the request or a secret in the answer: whoever repeats it is told that it
    /// was done, or led to where the first answer led.
    /// </summary>
    public static TBuilder DoneOnceInSecret<TBuilder>(this TBuilder builder)
        where TBuilder : IEndpointConventionBuilder => builder.WithMetadata(new Repetition(ByKey: true, Secret: true, ""));

    /// <summary>Changes nothing, whatever its method.</summary>
    public static TBuilder OnlyReads<TBuilder>(this TBuilder builder)
        where TBuilder : IEndpointConventionBuilder => builder.WithMetadata(new Repetition(ByKey: false, Secret: false, "only reads"));

    /// <summary>May be repeated without a key, and why.</summary>
    public static TBuilder MayRepeat<TBuilder>(this TBuilder builder, string because)
        where TBuilder : IEndpointConventionBuilder => builder.WithMetadata(new Repetition(ByKey: false, Secret: false, because));

    /// <summary>Done once for each key, which the address itself keeps with what was done; <paramref name="how"/> says how.</summary>
    public static TBuilder KnowsItsKeys<TBuilder>(this TBuilder builder, string how)
        where TBuilder : IEndpointConventionBuilder => builder.WithMetadata(new Repetition(ByKey: false, Secret: false, how) { KnowsKeys = true });

    /// <summary>Each thing that is sent carries its key and is done once by it; <paramref name="how"/> says how.</summary>
    public static TBuilder KnowsKeysWithin<TBuilder>(this TBuilder builder, string how)
        where TBuilder : IEndpointConventionBuilder => builder.WithMetadata(new Repetition(ByKey: false, Secret: false, how) { KnowsKeys = true, KeysWithin = true });
}
