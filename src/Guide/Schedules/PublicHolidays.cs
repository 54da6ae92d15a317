using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json;
using Tambo.Platform.Languages;

namespace Tambo.Guide.Schedules;

/// <summary>A public holiday on a date: a hint that hours may differ, never a change of them by itself.</summary>
/// <param name="Names">By language code.</param>
/// <param name="Verified">False until somebody compared the entry with the country's law.</param>
internal sealed record PublicHoliday(string Country, string Rule, IReadOnlyDictionary<string, string> Names, bool Verified)
{
    public string NameIn(Texts texts) => Names.TryGetValue(texts.Code, out var name) ? name : texts.Foreign(Names[TextCatalog.Fallback]);

    /// <summary>
    /// The date in a year. Rules: "12-25" · "12-25&gt;MO" moved to the Monday after unless it is one · "11:4TH" the fourth
    /// Thursday of November, "05:-1MO" the last Monday of May · "easter-2", "easter+60" days from Easter Sunday,
    /// also with "&gt;MO".
    /// </summary>
    public DateOnly In(int year)
    {
        var rule = Rule.Split('>')[0];
        var date = rule.StartsWith("easter", StringComparison.Ordinal)
            ? Easter.Sunday(year).AddDays(rule.Length == 6 ? 0 : int.Parse(rule[6..], CultureInfo.InvariantCulture))
            : rule.Contains(':', StringComparison.Ordinal)
                ? Nth(year, rule.Split(':'))
                : DateOnly.ParseExact(year.ToString("0000", CultureInfo.InvariantCulture) + "-" + rule, "yyyy-MM-dd", CultureInfo.InvariantCulture);
        return Rule.EndsWith(">MO", StringComparison.Ordinal) ? date.AddDays((7 - ScheduleDays.Monday0(date.DayOfWeek)) % 7) : date;
    }

    private static DateOnly Nth(int year, string[] monthAndDay)
    {
        var rule = new ScheduleDays(new Schedule
        {
            Hours = default,
            Frequency = Frequency.Monthly,
            Days = new FieldReader().Days("rule", monthAndDay[1]),
        });
        var day = new DateOnly(year, int.Parse(monthAndDay[0], CultureInfo.InvariantCulture), 1).DayNumber;
        while (!rule.On(day))
            day++;
        return DateOnly.FromDayNumber(day);
    }
}

/// <summary>The public holidays of the countries in data/holidays.</summary>
internal sealed class PublicHolidays
{
    private static readonly Lazy<PublicHolidays> LazyShipped = new(ReadShipped);
    private readonly Dictionary<string, List<PublicHoliday>> _byCountry = new(StringComparer.OrdinalIgnoreCase);
    private readonly ConcurrentDictionary<(string Country, int Year), Dictionary<DateOnly, PublicHoliday>> _years = new();

    private PublicHolidays(HolidayFile file)
    {
        foreach (var (country, entries) in file.Countries)
            _byCountry[country] = [.. entries.Select(entry => new PublicHoliday(country, entry.Rule, file.Names[entry.Name], entry.Verified))];
    }

    /// <summary>The set that comes with the program.</summary>
    public static PublicHolidays Shipped => LazyShipped.Value;

    public IReadOnlyCollection<string> Countries => _byCountry.Keys;

    public static PublicHolidays Read(Stream json) => new(ReadFile(json));

    private static HolidayFile ReadFile(Stream json) =>
        JsonSerializer.Deserialize<HolidayFile>(json, JsonSerializerOptions.Web) ?? throw new InvalidDataException("No holidays in the file.");

    public IReadOnlyList<PublicHoliday> Of(string country) => _byCountry.TryGetValue(country, out var holidays) ? holidays : [];

    /// <summary>The holiday of a country (ISO 3166-1 alpha-2) on a date, or null.</summary>
    public PublicHoliday? On(string country, DateOnly date)
    {
        if (!_byCountry.TryGetValue(country, out var holidays))
            return null;
        // Known countries times the years that a calendar can ask for: the cache stays small.
        var year = _years.GetOrAdd((holidays[0].Country, date.Year), key => Year(holidays, key.Year));
        return year.GetValueOrDefault(date);
    }

    private static Dictionary<DateOnly, PublicHoliday> Year(List<PublicHoliday> holidays, int year)
    {
        var dates = new Dictionary<DateOnly, PublicHoliday>();
        foreach (var holiday in holidays)
            dates.TryAdd(holiday.In(year), holiday);
        return dates;
    }

    private static PublicHolidays ReadShipped()
    {
        using var json = typeof(PublicHolidays).Assembly.GetManifestResourceStream("Tambo.Guide.Holidays.json")
            ?? throw new InvalidOperationException("The public holidays are not embedded.");
        return new PublicHolidays(WithFurtherNames(ReadFile(json)));
    }

    // A further language is a further file: names/{language}.json, a name for each of the holidays it knows.
    private static HolidayFile WithFurtherNames(HolidayFile file)
    {
        const string Names = "Tambo.Guide.Holidays.names.";
        var assembly = typeof(PublicHolidays).Assembly;
        foreach (var resource in assembly.GetManifestResourceNames().Where(name => name.StartsWith(Names, StringComparison.Ordinal)))
        {
            using var json = assembly.GetManifestResourceStream(resource)!;
            foreach (var (holiday, name) in JsonSerializer.Deserialize<Dictionary<string, string>>(json)!)
                file.Names[holiday][resource[Names.Length..^".json".Length]] = name;
        }

        return file;
    }

    private sealed record HolidayFile(Dictionary<string, Dictionary<string, string>> Names, Dictionary<string, List<Entry>> Countries);

    private sealed record Entry(string Rule, string Name, bool Verified);
}
