namespace Tambo.Flows.Charts;

/// <summary>The axis of figures: from zero, in round steps, to just above the greatest. An axis that began elsewhere would make small changes look large.</summary>
/// <param name="Top">The value at the upper end.</param>
/// <param name="Step">Between two lines.</param>
internal readonly record struct ValueAxis(double Top, double Step)
{
    /// <summary>Steps of 1, 2 or 5 times a power of ten, so that at most so many lines stand above zero.</summary>
    public static ValueAxis Of(double greatest, int most = 4)
    {
        if (!(greatest > 0))
            return new ValueAxis(1, 1);
        var rough = greatest / most;
        var power = Math.Pow(10, Math.Floor(Math.Log10(rough)));
        // Counts are whole: a step below one would name figures that cannot be.
        var step = Math.Max(1, new[] { 1, 2, 5, 10 }.Select(times => times * power).First(each => each >= rough * 0.999999));
        return new ValueAxis(Math.Ceiling(greatest / step * 0.999999) * step, step);
    }

    /// <summary>The values at which lines stand, from zero.</summary>
    public IEnumerable<double> Ticks()
    {
        var count = (int)Math.Round(Top / Step);
        for (var at = 0; at <= count; at++)
            yield return at * Step;
    }

    /// <summary>A value's height as a share of the axis.</summary>
    public double Share(double value) => value / Top;
}
