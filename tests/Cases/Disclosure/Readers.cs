using Tambo.Tests.Support;

namespace Tambo.Tests.Cases.Disclosure;

/// <summary>Somebody of whom words are known that nobody else has, and what they agree to: what tests of who reads what begin with.</summary>
internal static class Readers
{
    /// <summary>Their family name.</summary>
    public const string Name = "Quesquén";

    /// <summary>They, as a request to register them.</summary>
    public static object Somebody => new { identity = new { names = new[] { new { full = "Ilmara " + Name } }, birth = new { inYear = 1990 }, nationalities = new[] { new { code = "AND" } } }, general = new { notes = "general-word" } };

    /// <summary>They and their case.</summary>
    public static async Task<(Told Person, Told Case)> SomebodyAsync(Officer by)
    {
        var person = await by.RegisterAsync(Somebody);
        return (person, await by.OpenAsync(new { person = person.Id, type = "protection", note = "note-word" }));
    }

    /// <summary>They agree for a purpose to what identifies them being given, and say who must never see anything.</summary>
    public static Task AgreeAsync(Officer officer, Guid person, string purpose, params object[] exclusions) => officer.AgreeAsync(
        person, purpose, [Officer.Scope("identity", purpose == "consular" ? "consulate" : "health_provider")], exclusions, SettableTime.Noon.AddDays(30));
}
