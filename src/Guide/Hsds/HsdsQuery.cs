using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Tambo.Guide.Schedules;
using Tambo.Platform.Languages;
using Tambo.Platform.Places;

namespace Tambo.Guide.Hsds;

/// <summary>A request for a list, read from an address or from a body; a value that cannot be is refused.</summary>
internal sealed class HsdsQuery
{
    private const int MostPerPage = 1000;
    private const int LongestValue = 500;
    private static readonly string[] Days = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"];
    private readonly IReadOnlyDictionary<string, string> values;

    /// <param name="list">One of <see cref="HsdsParameters.Lists"/>.</param>
    /// <param name="values">The parameters by name.</param>
    public HsdsQuery(string list, IReadOnlyDictionary<string, string> values)
    {
        this.values = HsdsParameters.All.Where(p => p.Lists.Contains(list) && values.GetValueOrDefault(p.Name) is { Length: > 0 })
            .ToDictionary(p => p.Name, p => TextCharacters.Mended(values[p.Name]).Trim(), StringComparer.Ordinal);
        foreach (var (name, value) in this.values)
        {
            if (value.Length > LongestValue)
                throw Bad(name, value);
        }

        if (Text("format") is { } format && !format.Equals("json", StringComparison.OrdinalIgnoreCase))
            throw GuideProblems.FormatUnsupported.With(("format", Shown(format)));
        Page = Whole("page", 1, int.MaxValue) ?? 1;
        PerPage = Whole("per_page", 1, MostPerPage) ?? 50;
        Search = Spelling.Fold(Text("search") ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries);
        (Term, Taxonomy, Organization, Parent) = (Id("taxonomy_term_id"), Id("taxonomy_id"), Id("organization_id"), Id("parent_id"));
        (Minimal, Full, FullService, TopOnly) = (Truth("minimal"), Truth("full"), Truth("full_service"), Truth("top_only"));
        ModifiedAfter = Instant("modified_after");
        (MinimumAge, MaximumAge) = (Number("minimum_age", 0, 150), Number("maximum_age", 0, 150));
        (Postcode, Proximity) = (Text("postcode"), Number("proximity", 0, 1e8));
        Near = ReadNear();
        Radius = Number("radius_m", 0, 1e8);
        (OnDays, From, To) = (ReadDays(), Time("start_time"), Time("end_time"));
        if (Proximity is not null && Postcode is null)
            throw Bad("proximity", Text("proximity")!);
        if (Radius is not null && Near is null)
            throw Bad("radius_m", Text("radius_m")!);
    }

    public int Page { get; }
    public int PerPage { get; }
    public IReadOnlyList<string> Search { get; }
    public Guid? Term { get; }
    public Guid? Taxonomy { get; }
    public Guid? Organization { get; }
    public Guid? Parent { get; }
    public bool Minimal { get; }
    public bool Full { get; }
    public bool FullService { get; }
    public bool TopOnly { get; }
    public DateTimeOffset? ModifiedAfter { get; }
    public double? MinimumAge { get; }
    public double? MaximumAge { get; }
    public string? Postcode { get; }

    /// <summary>Metres.</summary>
    public double? Proximity { get; }
    public GeoPoint? Near { get; }

    /// <summary>Metres.</summary>
    public double? Radius { get; }
    public IReadOnlyList<string> OnDays { get; }

    /// <summary>Minutes after midnight.</summary>
    public int? From { get; }

    /// <summary>Minutes after midnight.</summary>
    public int? To { get; }

    public bool AsksForHours => OnDays.Count > 0 || From is not null || To is not null;

    /// <summary>Reads a request: GET has its parameters in the address; POST, so that no log sees them, in its body.</summary>
    public static async Task<HsdsQuery> ReadAsync(string list, HttpRequest request, CancellationToken cancellationToken)
    {
        if (!HttpMethods.IsPost(request.Method))
            return new HsdsQuery(list, request.Query.ToDictionary(q => q.Key, q => q.Value.LastOrDefault() ?? "", StringComparer.Ordinal));
        if (request.HasFormContentType)
        {
            var form = await request.ReadFormAsync(cancellationToken);
            return new HsdsQuery(list, form.ToDictionary(f => f.Key, f => f.Value.LastOrDefault() ?? "", StringComparer.Ordinal));
        }

        try
        {
            using var body = await JsonDocument.ParseAsync(request.Body, new JsonDocumentOptions { MaxDepth = 4 }, cancellationToken);
            if (body.RootElement.ValueKind != JsonValueKind.Object)
                throw Platform.Problems.PlatformProblems.Malformed.With();
            var values = new Dictionary<string, string>(StringComparer.Ordinal);
            foreach (var member in body.RootElement.EnumerateObject())
                values[member.Name] = member.Value.ToString();
            return new HsdsQuery(list, values);
        }
        catch (Exception failure) when (failure is JsonException or InvalidOperationException)
        {
            throw Platform.Problems.PlatformProblems.Malformed.With();
        }
    }

    private string? Text(string name) => values.GetValueOrDefault(name);

    private Guid? Id(string name) =>
        Text(name) is not { } text ? null : Guid.TryParse(text, out var id) ? id : throw Bad(name, text);

    private int? Whole(string name, int least, int most) =>
        Text(name) is not { } text ? null
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most ? number
        : throw Bad(name, text);

    private double? Number(string name, double least, double most) =>
        Text(name) is not { } text ? null
        : double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most ? number
        : throw Bad(name, text);

    private bool Truth(string name) => Text(name)?.ToLowerInvariant() switch
    {
        null or "false" or "0" => false,
        "true" or "1" => true,
        _ => throw Bad(name, Text(name)!),
    };

    private DateTimeOffset? Instant(string name) =>
        Text(name) is not { } text ? null
        : DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var instant)
            && text.Length >= 10 && char.IsAsciiDigit(text[0]) ? instant
        : throw Bad(name, text);

    private int? Time(string name) =>
        Text(name) is not { } text ? null : WrittenTime.Read(text) is { } time ? time.Minutes : throw Bad(name, text);

    private string[] ReadDays()
    {
        if (Text("day") is not { } text)
            return [];
        var days = text.ToUpperInvariant().Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return days.Length > 0 && Array.TrueForAll(days, day => Array.IndexOf(Days, day) >= 0) ? days : throw Bad("day", text);
    }

    private GeoPoint? ReadNear()
    {
        var (latitude, longitude) = (Number("lat", -90, 90), Number("lon", -180, 180));
        if (latitude is null != longitude is null)
            throw Bad(latitude is null ? "lat" : "lon", "");
        return latitude is { } north && longitude is { } east ? new GeoPoint(north, east) : null;
    }

    private static Platform.Problems.Problem Bad(string name, string value) =>
        GuideProblems.BadParameter.With(("parameter", name), ("value", Shown(value)));

    internal static string Shown(string value) =>
        new([.. TextCharacters.Mended(value).Take(60)]);
}
