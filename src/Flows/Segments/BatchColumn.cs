using System.Runtime.CompilerServices;

namespace Tambo.Flows.Segments;

/// <summary>
/// One value for each row of a batch: written out; or looked up by a number that each row has, so that whoever needs only the
/// few values that are met never goes through the rows; or one value for all.
/// </summary>
/// <typeparam name="T">A number of a code, or a measure.</typeparam>
internal readonly struct BatchColumn<T>
    where T : unmanaged
{
    private BatchColumn(int[]? numbers, int from, T[] values, bool[]? met)
    {
        (Numbers, From, Values, Met) = (numbers, from, values, met);
    }

    /// <summary>The numbers by which rows look up their value, the first row's at <see cref="From"/>; null when none are.</summary>
    public int[]? Numbers { get; }

    /// <summary>Where in <see cref="Numbers"/> the first row stands.</summary>
    public int From { get; }

    /// <summary>By row, or by the rows' numbers; a single one stands for every row.</summary>
    public T[] Values { get; }

    /// <summary>Which numbers the rows of the whole batch have; null when rows have none.</summary>
    public bool[]? Met { get; }

    /// <summary>True when every row has the value at 0.</summary>
    public bool IsOne => Numbers is null && Values.Length == 1;

    /// <summary>The value of a row.</summary>
    public T this[int row]
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Numbers is { } numbers ? Values[numbers[From + row]] : Values[Values.Length == 1 ? 0 : row];
    }

    /// <summary>Values by row, at least as many as there are rows.</summary>
    public static implicit operator BatchColumn<T>(T[] values) => new(null, 0, values, null);

    /// <summary>The same value for every row.</summary>
    public static BatchColumn<T> One(T value) => new(null, 0, [value], null);

    /// <summary>Values that rows look up by their numbers.</summary>
    public static BatchColumn<T> LookedUp(int[] numbers, int from, T[] values, bool[] met) => new(numbers, from, values, met);

    /// <summary>The values of some rows.</summary>
    public BatchColumn<T> Some(int[] rows)
    {
        if (IsOne)
            return this;
        var some = new T[rows.Length];
        for (var at = 0; at < some.Length; at++)
            some[at] = this[rows[at]];
        return some;
    }
}
