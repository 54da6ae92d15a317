namespace Tambo.Flows.Cube;

/// <summary>What part each figure is of its whole; pure.</summary>
internal static class Shares
{
    /// <summary>The figures with their shares of wholes that stand under the same labels but for those at some places.</summary>
    /// <param name="parts">The figures.</param>
    /// <param name="wholes">What they are parts of.</param>
    /// <param name="left">The places of labels that the wholes do not have.</param>
    /// <param name="chosen">True when the parts are also chosen by what the wholes hold all of.</param>
    public static IReadOnlyList<Figure> Of(IReadOnlyList<Figure> parts, IReadOnlyList<Figure> wholes, IReadOnlyCollection<int> left, bool chosen)
    {
        var byLabels = wholes.ToDictionary(whole => new Labels(whole.Labels));
        return [.. parts.Select(part => byLabels.TryGetValue(Labels.Without(part.Labels, left), out var whole) ? (part with { Share = Share(part, whole, chosen) }).Carrying([part, whole]) : part)];
    }

    // Parts that are only grouped apart hold of what may be meant just what may be meant of the whole: counting it in one
    // counts it in the other. What may be a part by being chosen (a family for children) is in the whole all the same, so there
    // the ends of part and whole are taken each for itself, which is never too narrow.
    private static FigureShare? Share(Figure part, Figure whole, bool chosen)
    {
        if (!part.IsKnown || part.Sure < 0 || part.Maybe < 0)
            return null;
        var (least, of) = (part.Sure, whole.Sure + whole.Maybe - (chosen ? 0 : part.Maybe));
        var most = part.Sure + part.Maybe;
        var within = chosen ? Math.Max(whole.Sure, most) : whole.Sure + part.Maybe;
        if (of <= 0 || within <= 0)
            return null;
        // What has no number may be any: beside the part it leaves the part next to nothing, within it next to all.
        var (beside, inside) = (whole.Unknown + whole.MaybeUnknown > part.Unknown + part.MaybeUnknown || part.MaybeUnknown > 0, part.IsOpen);
        return new FigureShare(beside ? 0 : (double)least / of, inside ? 1 : Math.Min(1, (double)most / within), whole);
    }
}
