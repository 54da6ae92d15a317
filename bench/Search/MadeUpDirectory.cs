using System.Globalization;
using Tambo.Guide.Directory;

namespace Tambo.Bench.Search;

/// <summary>A large directory of a made-up country: services in towns, each with its place, hours, needs and words of its own.</summary>
internal static class MadeUpDirectory
{
    public const int Towns = 300;

    private const int OrganizationEvery = 5;
    private const int Vocabulary = 4000;

    /// <summary>Codes of needs, and the words by which people look for them.</summary>
    public static IReadOnlyList<(string Need, string Word)> Kinds { get; } =
    [
        ("health", "clinica"), ("shelter", "albergue"), ("food", "comedor"), ("legal", "asesoria"), ("work", "empleo"), ("family", "familia"),
    ];

    public static string Town(int number) => string.Create(CultureInfo.InvariantCulture, $"Villa {Syllables(number + 17)}");

    /// <summary>A word that some services have in their description.</summary>
    public static string Word(int number) => Syllables((number % Vocabulary) + 5000);

    public static DirectoryRecords Make(int services, DateTimeOffset at)
    {
        var random = new Random(11);
        var middles = Enumerable.Range(0, Towns).Select(_ => (Latitude: -20 + (random.NextDouble() * 8), Longitude: -30 + (random.NextDouble() * 8))).ToList();
        var taxonomy = new Taxonomy { Id = Id(9, 0), Name = "Needs" };
        var terms = Kinds.Select((kind, number) => new TaxonomyTerm { Id = Id(8, number), TaxonomyId = taxonomy.Id, Code = kind.Need, Name = kind.Need }).ToList();
        var records = new List<DirectoryRecord> { taxonomy };
        records.AddRange(terms);
        for (var i = 0; i < services; i++)
        {
            if (i % OrganizationEvery == 0)
                records.Add(new Organization { Id = Id(1, i), Name = $"Sociedad {Word(random.Next(Vocabulary))} {Word(random.Next(Vocabulary))}" });
            var town = (int)(Towns * Math.Pow(random.NextDouble(), 2));
            records.Add(ServiceOf(i, i % Kinds.Count, random));
            records.Add(new Location
            {
                Id = Id(3, i),
                Name = $"Casa {Word(random.Next(Vocabulary))}",
                LocationType = "physical",
                Latitude = Math.Round(middles[town].Latitude + ((random.NextDouble() - 0.5) * 0.2), 5),
                Longitude = Math.Round(middles[town].Longitude + ((random.NextDouble() - 0.5) * 0.2), 5),
                TimeZone = "America/Lima",
                Addresses = [new Address { Id = Id(5, i), Address1 = $"Calle {Word(random.Next(500))} {random.Next(1, 400)}", City = Town(town), AddressType = "physical" }],
            });
            records.Add(new ServiceAtLocation { Id = Id(4, i), ServiceId = Id(2, i), LocationId = Id(3, i) });
        }

        return DirectoryRecords.Of(records.Select(record => record with { CreatedAt = at, ChangedAt = at, ChangedBy = "bench" }));
    }

    private static Service ServiceOf(int i, int kind, Random random) => new()
    {
        Id = Id(2, i),
        OrganizationId = Id(1, i / OrganizationEvery * OrganizationEvery),
        Name = $"{Kinds[kind].Word} {Word(random.Next(Vocabulary))}",
        Description = $"Ayuda para personas en camino, {Word(random.Next(Vocabulary))} y {Word(random.Next(Vocabulary))}; nadie pide papeles.",
        Attributes = [new RecordAttribute { Id = Id(6, i), TaxonomyTermId = Id(8, kind) }],
        Languages = [new LanguageSpoken { Id = Id(7, i), Code = i % 3 == 0 ? "ht" : "es" }],
        Free = i % 2 == 0 ? true : null,
        Schedules =
        [
            new PublishedSchedule
            {
                Id = Id(10, i), Freq = "WEEKLY", Byday = i % 4 == 0 ? "MO,WE,FR,SU" : "MO,TU,WE,TH,FR",
                OpensAt = string.Create(CultureInfo.InvariantCulture, $"{6 + (i % 5):00}:00"), ClosesAt = string.Create(CultureInfo.InvariantCulture, $"{15 + (i % 7):00}:30"),
            },
        ],
    };

    private static string Syllables(int number)
    {
        string[] parts = ["ba", "co", "di", "fu", "ga", "lo", "mi", "nu", "pa", "re", "si", "to", "va", "que", "cha", "llo"];
        var word = "";
        for (; number > 0; number /= parts.Length)
            word += parts[number % parts.Length];
        return word;
    }

    private static Guid Id(int kind, int number) => new(kind, 0, 0x4000, [0x80, 0, 0, 0, (byte)(number >> 24), (byte)(number >> 16), (byte)(number >> 8), (byte)number]);
}
