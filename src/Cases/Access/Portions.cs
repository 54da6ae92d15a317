namespace Tambo.Cases.Access;

/// <summary>
/// Reads lists that SQL cuts to a length and from which some rows are left out afterwards: on until as many have stayed as are wanted.
/// What is left out neither makes a list shorter nor pushes anything out of it.
/// </summary>
internal static class Portions
{
    /// <summary>At most so many rows.</summary>
    /// <param name="most">How many are wanted, and read at a time.</param>
    /// <param name="read">Reads the rows after so many.</param>
    /// <param name="stay">Those of some rows that stay, in their order.</param>
    public static async Task<List<T>> FillAsync<T>(int most, Func<int, Task<IEnumerable<T>>> read, Func<List<T>, Task<IEnumerable<T>>> stay)
    {
        var filled = new List<T>();
        for (var skip = 0; filled.Count < most; skip += most)
        {
            var rows = (await read(skip)).ToList();
            if (rows.Count > 0)
                filled.AddRange(await stay(rows));
            if (rows.Count < most)
                break;
        }

        return [.. filled.Take(most)];
    }
}
