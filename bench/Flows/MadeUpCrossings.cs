using System.Globalization;
using System.Text;

namespace Tambo.Bench.Flows;

/// <summary>Made-up flow observations as a CSV file, the same for the same seed: days in no order, some nationalities far more often than others.</summary>
internal static class MadeUpCrossings
{
    /// <summary>The header.</summary>
    public const string Header = "date,point,direction,nationality,sex,age,transport,count,source";

    private static readonly string[] Common = ["VEN", "HTI", "COL", "ECU", "CUB", "HND", "GTM", "BRA", "PER", "CHN", "IND", "AGO", "NPL", "BGD", "CMR"];
    private static readonly string[] Rare = ["AFG", "ARG", "BOL", "CHL", "COD", "DOM", "EGY", "ERI", "ETH", "GHA", "GIN", "IRN", "JAM", "KAZ", "MAR", "MEX", "MRT", "NGA", "NIC", "PAK", "PAN", "PRY", "RUS", "SEN", "SLV", "SOM", "SYR", "TUR", "URY", "UZB", "VNM", "YEM"];
    private static readonly string[] Directions = ["IN", "OUT", "TRANSIT"];
    private static readonly string[] Sexes = ["F", "M", "_U"];
    private static readonly string[] Ages = ["Y0T4", "Y5T11", "Y12T17", "Y18T59", "Y_GE60"];
    private static readonly string[] Transports = ["FOOT", "BUS", "CAR", "TRUCK", "BOAT", "PLANE", "TRAIN", "OTHER"];
    private static readonly string[] Sources = ["FIELD", "OFFICE", "PARTNER", "CAMERA"];

    /// <summary>Writes so many rows.</summary>
    public static void Write(string path, int rows, int seed = 17)
    {
        var random = new Random(seed);
        using var file = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.None, 1 << 20);
        var days = Enumerable.Range(0, 1_095).Select(day => new DateOnly(2021, 1, 1).AddDays(day).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)).ToArray();
        var points = Enumerable.Range(0, 300).Select(point => $"P{point:000}").ToArray();
        var line = new StringBuilder();
        file.Write(Encoding.UTF8.GetBytes(Header + "\n"));
        for (var row = 0; row < rows; row++)
        {
            line.Clear();
            var nationality = random.Next(10) < 8 ? Common[(int)(Math.Pow(random.NextDouble(), 2) * Common.Length)] : Rare[random.Next(Rare.Length)];
            line.Append(days[random.Next(days.Length)]).Append(',').Append(points[(int)(Math.Pow(random.NextDouble(), 1.5) * points.Length)]).Append(',')
                .Append(Directions[random.Next(10) < 7 ? 0 : 1 + random.Next(2)]).Append(',').Append(nationality).Append(',')
                .Append(Sexes[random.Next(20) == 0 ? 2 : random.Next(2)]).Append(',').Append(Ages[random.Next(Ages.Length)]).Append(',')
                .Append(Transports[random.Next(Transports.Length)]).Append(',').Append(1 + (int)(Math.Pow(random.NextDouble(), 4) * 200)).Append(',')
                .Append(Sources[random.Next(Sources.Length)]).Append('\n');
            file.Write(Encoding.UTF8.GetBytes(line.ToString()));
        }
    }
}
