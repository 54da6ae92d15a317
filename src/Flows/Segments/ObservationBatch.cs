namespace Tambo.Flows.Segments;

/// <summary>The codes of one component in the order in which they were first met; numbers stand for them.</summary>
internal sealed class CodeBook
{
    private readonly List<string> codes = [];

    // Numbers and one, where their codes are looked for first or behind: of a million texts a dictionary takes four times the room.
    private int[] places = new int[64];

    /// <summary>The codes by their number.</summary>
    public IReadOnlyList<string> Codes => codes;

    /// <summary>The number of a code, a new one when it was not met before.</summary>
    public int NumberOf(string code)
    {
        var at = PlaceOf(code);
        if (places[at] > 0)
            return places[at] - 1;
        codes.Add(code);
        places[at] = codes.Count;
        if (codes.Count * 3L > places.Length * 2L)
            Grow();
        return codes.Count - 1;
    }

    /// <summary>Forgets every code; numbers begin anew.</summary>
    public void Forget()
    {
        codes.Clear();
        Array.Clear(places);
    }

    private int PlaceOf(string code)
    {
        var at = code.GetHashCode(StringComparison.Ordinal) & (places.Length - 1);
        while (places[at] > 0 && codes[places[at] - 1] != code)
            at = (at + 1) & (places.Length - 1);
        return at;
    }

    private void Grow()
    {
        places = new int[places.Length * 2];
        for (var number = 0; number < codes.Count; number++)
            places[PlaceOf(codes[number])] = number + 1;
    }
}

/// <summary>
/// Observations column by column, in the order of their lines. The columns of codes and measures stand in the order of the
/// writer's components.
/// </summary>
internal sealed class ObservationBatch
{
    /// <summary>A measure that is not known.</summary>
    public const long Unknown = long.MinValue;

    /// <summary>How many observations.</summary>
    public int Rows { get; set; }

    /// <summary>Numbers of codes, for each component that is not a measure.</summary>
    public required BatchColumn<int>[] Codes { get; init; }

    /// <summary>What the numbers of <see cref="Codes"/> stand for.</summary>
    public required CodeBook[] Books { get; init; }

    /// <summary>Each measure; numbers with decimals in millionths; <see cref="Unknown"/> when not known.</summary>
    public required BatchColumn<long>[] Measures { get; init; }

    /// <summary>The line of the file each observation stands on; rising, several may stand on one.</summary>
    public required int[] Lines { get; init; }
}
