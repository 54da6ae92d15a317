using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Tambo.Flows.Collecting;
using Tambo.Platform.Places;

namespace Tambo.Node.Demonstration;

/// <summary>The border points and sectors that the published series name, so that maps and pages know what and where they are.</summary>
internal static class DemonstrationPoints
{
    /// <summary>Adds those that are not there. Nobody records at them here: they are inactive.</summary>
    public static async Task AddAsync(IServiceProvider services, CancellationToken cancellationToken)
    {
        var points = services.GetRequiredService<LivePoints>();
        var now = services.GetRequiredService<TimeProvider>().GetUtcNow();
        foreach (var point in Read(now))
        {
            if (!(await points.AllAsync(cancellationToken)).ContainsKey(point.Code))
                await points.SaveAsync(point, DemonstrationNode.Actor, cancellationToken);
        }
    }

    private static IEnumerable<Point> Read(DateTimeOffset now)
    {
        var table = ShippedTable.Read("points", "points.csv");
        foreach (var row in table.Rows)
        {
            string Cell(string column) => row[table.Column(column)];
            yield return new Point
            {
                Id = Guid.CreateVersion7(now),
                Code = Cell("code"),
                Names = table.NamesByLanguage(row),
                Kind = Cell("kind"),
                Country = Cell("country"),
                Latitude = double.Parse(Cell("latitude"), CultureInfo.InvariantCulture),
                Longitude = double.Parse(Cell("longitude"), CultureInfo.InvariantCulture),
                TimeZone = Cell("time_zone"),
                Series = "FM-" + Cell("code"),
                States = [new PointState(DateOnly.FromDateTime(now.UtcDateTime), "inactive")],
            };
        }
    }
}
