using System.Globalization;
using Tambo.Cases.Persons;

namespace Tambo.Bench.Cases;

/// <summary>A made-up person as the bench knows them: enough to look for them.</summary>
internal readonly record struct MadeUpPerson(Guid Id, int Office, string Given, string Family, string Document);

/// <summary>
/// Made-up people of a made-up country with a fixed seed. Names are made of syllables; how often each occurs falls with its
/// rank as names of populations do (the commonest given name has three in a hundred people, the commonest surname two).
/// </summary>
internal sealed class MadeUpPersons
{
    private static readonly string[] Beginnings = ["al", "be", "cor", "da", "el", "fa", "gui", "her", "il", "jo", "ka", "lu", "mar", "no", "or", "pe", "qui", "ra", "sol", "tor", "ur", "va", "xi", "ya", "zor"];
    private static readonly string[] Middles = ["ba", "di", "la", "me", "ni", "ra", "se", "ti", "ve", "zo"];
    private static readonly string[] Ends = ["da", "ez", "go", "lia", "ma", "no", "ro", "sa", "te", "yra"];

    private readonly Random random = new(20_260_101);
    private readonly Ranked given = new(2_000, 8);
    private readonly Ranked families = new(12_000, 12);

    /// <summary>The next of them: who they are, and what the compartments of their file hold.</summary>
    public (MadeUpPerson Person, PersonIdentity Identity, PersonGeneral General) Next(int number, int offices, DateTimeOffset now)
    {
        // Registered at some time of the last two years.
        var id = Guid.CreateVersion7(now.AddMinutes(-random.Next(2 * 365 * 24 * 60)));
        var (first, second) = (Name(given.Next(random), "a"), Name(given.Next(random), "a"));
        var (family, mother) = (Name(families.Next(random), "o"), Name(families.Next(random), "o"));
        var document = string.Create(CultureInfo.InvariantCulture, $"{(char)('A' + (number % 26))}{random.Next(10_000_000, 99_999_999)}{number % 97:00}");
        var identity = new PersonIdentity
        {
            Names = [new PersonName { Given = random.Next(3) == 0 ? [first, second] : [first], Family1 = family, Family2 = random.Next(4) == 0 ? null : mother }],
            SexRecorded = random.Next(2) == 0 ? "female" : "male",
            Birth = new Birth { InYear = now.Year - random.Next(80) },
            Nationalities = [new Nationality { Code = "VE" }],
            Documents = random.Next(5) == 0 ? [] : [new IdentityDocument { Type = "national_id", Number = document }],
            Contact = random.Next(2) == 0 ? [] : [new Contact { Kind = "phone", Value = string.Create(CultureInfo.InvariantCulture, $"+999 {random.Next(100_000_000, 999_999_999)}") }],
        };
        var general = new PersonGeneral
        {
            Languages = [new PersonLanguage { Code = "es" }],
            Notes = "Arrived on foot with two others after four days; asked for a bed, water and a way to call home, and was told where each is to be had.",
        };
        return (new MadeUpPerson(id, number % offices, first, family, identity.Documents.Count > 0 ? document : ""), identity, general);
    }

    // A number in syllables, as a name is built.
    private static string Name(int rank, string kind)
    {
        var text = Beginnings[rank % Beginnings.Length];
        for (var rest = rank / Beginnings.Length; rest > 0; rest /= Middles.Length)
            text += Middles[rest % Middles.Length];
        text += Ends[rank * 7 % Ends.Length] + (kind == "a" ? "" : "z");
        return char.ToUpperInvariant(text[0]) + text[1..];
    }

    /// <summary>Ranks with shares that fall as 1 / (rank + shift).</summary>
    private sealed class Ranked
    {
        private readonly double[] upTo;

        public Ranked(int count, int shift)
        {
            var shares = Enumerable.Range(0, count).Select(rank => 1.0 / (rank + shift)).ToArray();
            var (all, sum) = (shares.Sum(), 0.0);
            upTo = [.. shares.Select(share => sum += share / all)];
        }

        public int Next(Random random)
        {
            var at = Array.BinarySearch(upTo, random.NextDouble());
            return Math.Min(at < 0 ? ~at : at, upTo.Length - 1);
        }
    }
}
