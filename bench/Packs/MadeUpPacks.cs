using System.Globalization;
using Tambo.Bench.Search;
using Tambo.Guide.Directory;
using Tambo.Guide.Finding;
using Tambo.Guide.Offline;
using Tambo.Platform.Languages;

namespace Tambo.Bench.Packs;

/// <summary>The made-up directory with what people in need of it also read: telephones, conditions, documents, dates of confirmation.</summary>
internal static class MadeUpPacks
{
    private static readonly string[] Conditions = ["Para toda persona en camino", "Mujeres y sus hijos", "Familias con niños", "Personas que piden asilo", ""];
    private static readonly string[] Papers = ["Ninguno", "Cualquier documento con foto, si lo tiene", "Carnet de vacunas, si lo tiene", ""];

    public static TextCatalog Catalog { get; } = TextCatalog.Load([typeof(TextCatalog).Assembly, typeof(Offers).Assembly]);

    /// <summary>The records of so many services.</summary>
    public static DirectoryRecords Records(int services, DateTimeOffset at)
    {
        var random = new Random(29);
        var made = MadeUpDirectory.Make(services, at);
        return made with
        {
            Services =
            [
                .. made.Services.Select(service => service with
                {
                    TextLanguage = "es",
                    ConfirmedAt = at.AddDays(-random.Next(120)),
                    ReviewDue = DateOnly.FromDateTime(at.UtcDateTime).AddDays(random.Next(120)),
                    EligibilityDescription = Conditions[random.Next(Conditions.Length)],
                    RequiredDocuments = Papers[random.Next(Papers.Length)] is { Length: > 0 } paper ? [new RequiredDocument { Id = StableId.Of("paper", service.Id.ToString("D")), Document = paper }] : [],
                    Phones = [new Phone { Id = StableId.Of("phone", service.Id.ToString("D")), Number = string.Create(CultureInfo.InvariantCulture, $"+999 {random.Next(200, 999)} {random.Next(1000, 9999)}") }],
                }),
            ],
        };
    }

    /// <summary>The pack of everything in a directory, in Spanish.</summary>
    public static Pack Of(DirectoryRecords records, DateTimeOffset at)
    {
        var offers = Offers.Of(PublicDirectory.Of(new ServiceDirectory(records, 1)), at);
        var texts = Catalog.In("es");
        return new Pack(PackHead.Of(PackAreas.Of(offers.All)[0], texts, at.Year), offers.All.Select(offer => PackRow.Of(offer, texts, at)));
    }

    /// <summary>The same directory after twenty changes of the sorts that staff make.</summary>
    public static DirectoryRecords AfterTwentyChanges(DirectoryRecords records)
    {
        var random = new Random(31);
        var services = records.Services.ToList();
        for (var change = 0; change < 20; change++)
        {
            var at = random.Next(services.Count);
            var service = services[at];
            services[at] = (change % 5) switch
            {
                0 => service with { Phones = [service.Phones[0] with { Number = $"+999 {random.Next(200, 999)} {random.Next(1000, 9999)}" }] },
                1 => service with { Schedules = [service.Schedules[0] with { OpensAt = "10:15", ClosesAt = "19:45" }] },
                2 => service with { Description = $"Cerrado por obras; llame antes de ir, {MadeUpDirectory.Word(random.Next(4000))}." },
                3 => service with { RetiredAt = service.ChangedAt },
                _ => service with { Name = $"{MadeUpDirectory.Word(random.Next(4000))} {MadeUpDirectory.Word(random.Next(4000))}", ConfirmedAt = service.ChangedAt },
            };
        }

        return records with { Services = services };
    }
}
