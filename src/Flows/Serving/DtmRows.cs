using System.Globalization;
using Tambo.Flows.Structure;
using Tambo.Platform.Places;

namespace Tambo.Flows.Serving;

/// <summary>People displaced within their country, at a place at a time, in the terms of IOM's Displacement Tracking Matrix.</summary>
internal sealed record DtmRow
{
    /// <summary>What the figures were collected for.</summary>
    public required string Operation { get; init; }

    /// <summary>The country.</summary>
    public required Country Country { get; init; }

    /// <summary>The area, or null for the whole country.</summary>
    public AdminArea? Area { get; init; }

    /// <summary>The day it was reported for.</summary>
    public required DateOnly Reported { get; init; }

    /// <summary>The round; null when the table has none.</summary>
    public int? Round { get; init; }

    /// <summary>Why people are displaced, as a code.</summary>
    public required string Reason { get; init; }

    /// <summary>Where they come from, as a code.</summary>
    public required string Origin { get; init; }

    /// <summary>How it was assessed; null when the table does not say.</summary>
    public string? Assessment { get; init; }

    /// <summary>How many; null when not known.</summary>
    public long? Persons { get; set; }

    /// <summary>Of these, men and boys.</summary>
    public long? Males { get; set; }

    /// <summary>Of these, women and girls.</summary>
    public long? Females { get; set; }

    /// <summary>The sum of what tables by sex say; stands for the whole where no table says it.</summary>
    public long? BySex { get; set; }
}

/// <summary>Puts observations of displaced people together as DTM does: one row a place, round, reason and origin; pure.</summary>
internal static class DtmRows
{
    /// <summary>What must be told of each observation.</summary>
    public static IReadOnlyList<string> Components { get; } = ["REF_AREA", Dataflow.Period, "DATA_SOURCE", "ROUND", "REASON", "C_ORIGIN", "COLL_METHOD", "SEX"];

    /// <summary>The rows of a level: 0 countries, 1 and 2 the areas below.</summary>
    /// <param name="observations">Stocks of internally displaced people.</param>
    /// <param name="level">The level.</param>
    /// <param name="titles">The English name of each series, which stands for an operation where its rows name none.</param>
    public static IReadOnlyList<DtmRow> Of(IEnumerable<ServedRow> observations, int level, IReadOnlyDictionary<string, string> titles)
    {
        var rows = new Dictionary<(string, string, DateOnly, string, string, string, string), DtmRow>();
        foreach (var one in observations)
        {
            if (one.Codes is not [var place, var time, var source, var round, var reason, var origin, var method, _])
                continue;
            var area = AdminAreas.Find(place);
            var country = area is null ? Countries.Find(place) : Countries.Find(area.Country);
            if (country is null || (area?.Level ?? 0) != level || Period.Read(time) is not { } period)
                continue;
            var operation = !source.StartsWith('_') ? source : titles.GetValueOrDefault(one.Series) ?? one.Series;
            var key = (operation, place, period.Until, round, reason, origin, method);
            if (!rows.TryGetValue(key, out var row))
            {
                rows[key] = row = new DtmRow
                {
                    Operation = operation,
                    Country = country,
                    Area = area,
                    Reported = period.Until,
                    Round = int.TryParse(round, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null,
                    Reason = reason,
                    Origin = origin,
                    Assessment = method.StartsWith('_') ? null : method,
                };
            }

            Add(row, one);
        }

        foreach (var row in rows.Values)
            row.Persons ??= row.BySex;
        return
        [
            .. rows.Values.OrderBy(row => row.Country.Alpha3, StringComparer.Ordinal).ThenBy(row => row.Operation, StringComparer.Ordinal)
                .ThenBy(row => row.Reported).ThenBy(row => row.Round).ThenBy(row => row.Area?.Code, StringComparer.Ordinal)
                .ThenBy(row => row.Reason, StringComparer.Ordinal).ThenBy(row => row.Origin, StringComparer.Ordinal).ThenBy(row => row.Assessment, StringComparer.Ordinal),
        ];
    }

    private static void Add(DtmRow row, ServedRow one)
    {
        var sex = one.Codes[^1];
        if (sex == "_T")
        {
            row.Persons = ServedRow.Sum(row.Persons, one.Value);
            return;
        }

        row.BySex = ServedRow.Sum(row.BySex, one.Value);
        if (sex == "M")
            row.Males = ServedRow.Sum(row.Males, one.Value);
        else if (sex == "F")
            row.Females = ServedRow.Sum(row.Females, one.Value);
    }
}
