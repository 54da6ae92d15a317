using Tambo.Guide.Nearest;
using Xunit;

namespace Tambo.Tests.Guide.Nearest;

public sealed class GreatCircleTests
{
    [Fact]
    public void A_quarter_and_a_half_of_the_way_round_follow_from_the_radius()
    {
        const double Quarter = Math.PI / 2 * 6_371_008.8;
        Assert.Equal(Quarter, GreatCircle.Metres(new Place(0, 0), new Place(0, 90)), 1e-6);
        Assert.Equal(Quarter, GreatCircle.Metres(new Place(90, 17), new Place(0, -120)), 1e-6);
        Assert.Equal(2 * Quarter, GreatCircle.Metres(new Place(0, -90), new Place(0, 90)), 1e-6);
        Assert.Equal(0, GreatCircle.Metres(new Place(12, 180), new Place(12, -180)), 1e-6);
    }

    [Fact]
    public void It_agrees_with_the_angle_between_two_vectors()
    {
        var random = new Random(5);
        for (var i = 0; i < 1000; i++)
        {
            var (a, b) = (Any(random), Any(random));
            var dot = Math.Sin(a.Latitude) * Math.Sin(b.Latitude)
                + a.CosLatitude * b.CosLatitude * Math.Cos(a.Longitude - b.Longitude);
            Assert.Equal(Math.Acos(dot) * GreatCircle.EarthRadius, GreatCircle.Metres(a, b), 0.2);
        }
    }

    [Fact]
    public void A_float_chord_never_lies_outside_the_widened_limit_of_its_own_distance()
    {
        var random = new Random(6);
        for (var i = 0; i < 200_000; i++)
        {
            var a = Any(random);
            var scale = Math.Pow(10, -random.Next(0, 9));
            var b = new Place(
                Math.Clamp(a.Latitude * (180 / Math.PI) + (random.NextDouble() - 0.5) * scale, -90, 90),
                Math.Clamp(a.Longitude * (180 / Math.PI) + (random.NextDouble() - 0.5) * scale, -180, 180));
            var (from, to) = (new SpherePoint(a), new SpherePoint(b));
            var (dx, dy, dz) = ((float)from.X - (float)to.X, (float)from.Y - (float)to.Y, (float)from.Z - (float)to.Z);
            var chordSquared = dx * dx + dy * dy + dz * dz;
            Assert.True(chordSquared <= GreatCircle.WidenedFrom(GreatCircle.ChordOf(GreatCircle.Metres(a, b))));
        }
    }

    private static Place Any(Random random) => new(random.NextDouble() * 180 - 90, random.NextDouble() * 360 - 180);
}
