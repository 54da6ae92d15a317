using Tambo.Guide.Schedules;

namespace Tambo.Guide.Finding;

/// <summary>
/// Whether each offer is open, worked out when first asked and remembered until it may change: schedules are read again
/// at a door's next opening or closing, not at each search.
/// </summary>
internal sealed class OpeningStates(IReadOnlyList<Offer> offers, DateTimeOffset madeAt)
{
    /// <summary>Asked again after this, for doors that never open or close.</summary>
    private const long Longest = 24 * 60 * 60;

    private const int StateBits = 2;
    private const int LengthBits = 20;

    // Whole seconds, since doors open and close on whole minutes.
    private readonly long start = madeAt.ToUnixTimeSeconds();

    // For each row one number that is read and written whole: from which second after the start, for how many, and which
    // state (its value plus one; nothing is known of a row at 0).
    private readonly long[] known = new long[offers.Count];

    /// <summary>The state at a moment not before the offers were made, and until when it certainly stays.</summary>
    public Opening At(int row, DateTimeOffset moment, out DateTimeOffset until)
    {
        var second = moment.ToUnixTimeSeconds() - start;
        var entry = Volatile.Read(ref known[row]);
        var from = entry >> (StateBits + LengthBits);
        var length = (entry >> StateBits) & ((1 << LengthBits) - 1);
        if (entry == 0 || second < from || second >= from + length)
        {
            var hours = offers[row].Hours;
            var state = hours.OpeningAt(moment);
            var boundary = hours.NextBoundary(moment);
            from = second;
            length = boundary is null ? Longest : Math.Clamp(boundary.Value.ToUnixTimeSeconds() - start - second, 0, Longest);
            entry = (from << (StateBits + LengthBits)) | (length << StateBits) | ((long)state + 1);
            Volatile.Write(ref known[row], entry);
        }

        until = DateTimeOffset.FromUnixTimeSeconds(start + from + length);
        return (Opening)((entry & ((1 << StateBits) - 1)) - 1);
    }
}
