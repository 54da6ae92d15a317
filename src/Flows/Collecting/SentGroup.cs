using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Tambo.Platform.Problems;

namespace Tambo.Flows.Collecting;

// What has a value by itself is settable: the generated reader would set what is only initialised to nothing where it is left out.
/// <summary>A group of people who passed a point together, as a device or a program sends it. What is null was not asked, which is not zero.</summary>
public sealed record SentGroup
{
    /// <summary>The key that the device drew, a UUID of version 7: however often it is sent, it counts once.</summary>
    public Guid Id { get; init; }

    /// <summary>1 at first; a correction of version n is n + 1.</summary>
    public int Version { get; set; } = 1;

    /// <summary>The code of the point.</summary>
    public string Point { get; set; } = "";

    /// <summary>The shift in which it was seen.</summary>
    public Guid? Shift { get; init; }

    /// <summary>When it passed.</summary>
    public DateTimeOffset ObservedAt { get; init; }

    /// <summary>Seconds by which the device's clock was behind the node's, where <see cref="ObservedAt"/> was set right by them; null when the clock was right.</summary>
    public int? ClockOff { get; init; }

    /// <summary>IN, OUT, TRANSIT, INTERNAL, RETURN or _U.</summary>
    public string Direction { get; set; } = "_U";

    /// <summary>How many people; the parts add up to it.</summary>
    public int Size { get; init; }

    /// <summary>The group by nationality.</summary>
    public IReadOnlyList<SentPart> Parts { get; set; } = [];

    /// <summary>The country they set out from.</summary>
    public string? Origin { get; init; }

    /// <summary>Where they were before this point: a country or an area of one.</summary>
    public string? Previous { get; init; }

    /// <summary>Where they go next.</summary>
    public string? Next { get; init; }

    /// <summary>The country they want to reach.</summary>
    public string? Destination { get; init; }

    /// <summary>FOOT, BUS, CAR, TRUCK, MOTO, TRAIN, BOAT, PLANE, ANIMAL, OTHER or _U.</summary>
    public string? Transport { get; init; }

    /// <summary>Why they left, the main reason first.</summary>
    public IReadOnlyList<string>? Reasons { get; init; }

    /// <summary>How many of them need care, by code of <see cref="GroupCodes.Vulnerabilities"/>.</summary>
    public IReadOnlyDictionary<string, int?>? Vulnerabilities { get; init; }

    /// <summary>How it is known: OBS, SHORT_INT, KII or ESTIMATE.</summary>
    public string Method { get; set; } = "OBS";

    /// <summary>A remark without names.</summary>
    public string? Note { get; init; }

    /// <summary>Why a record is corrected or withdrawn.</summary>
    public string? Reason { get; init; }

    /// <summary>True when the record counts no more.</summary>
    public bool Withdrawn { get; init; }
}

/// <summary>Those of a group who have one nationality. Either women, men, girls and boys, or cells with ages.</summary>
public sealed record SentPart
{
    /// <summary>A country (ISO 3166-1, three letters), STLS for stateless, _O for another or _U for unknown.</summary>
    public string Nationality { get; set; } = "_U";

    /// <summary>How many people.</summary>
    public int Persons { get; init; }

    /// <summary>Women, of 18 years and more.</summary>
    public int? Women { get; init; }

    /// <summary>Men, of 18 years and more.</summary>
    public int? Men { get; init; }

    /// <summary>Girls, under 18 years.</summary>
    public int? Girls { get; init; }

    /// <summary>Boys, under 18 years.</summary>
    public int? Boys { get; init; }

    /// <summary>The same in other ages.</summary>
    public IReadOnlyList<SentCell>? Cells { get; init; }

    /// <summary>What is known of sex and age; what is left of the persons is not broken down.</summary>
    internal IEnumerable<SentCell> Known() => Cells ?? new[]
    {
        (Sex: "F", Age: "Y_GE18", Count: Women), (Sex: "M", Age: "Y_GE18", Count: Men), (Sex: "F", Age: "Y_LT18", Count: Girls), (Sex: "M", Age: "Y_LT18", Count: Boys),
    }.Where(cell => cell.Count is not null).Select(cell => new SentCell(cell.Sex, cell.Age, cell.Count!.Value));

    /// <summary>True when nothing of sex and age was left unasked.</summary>
    internal bool IsWhole => Cells is not null || (Women, Men, Girls, Boys) is (not null, not null, not null, not null);
}

/// <summary>People of one sex and age.</summary>
/// <param name="Sex">F, M, _O, or _T where it was not asked.</param>
/// <param name="Age">In the manner of SDMX: Y0T4, Y_LT18, Y_GE60, or _T where it was not asked.</param>
/// <param name="Persons">How many.</param>
public sealed record SentCell(string Sex, string Age, int Persons);

/// <summary>When somebody was counting at a point. Sent again when it ends: what was said last stands.</summary>
public sealed record SentShift
{
    /// <summary>The key that the device drew, a UUID of version 7.</summary>
    public Guid Id { get; init; }

    /// <summary>The code of the point.</summary>
    public string Point { get; set; } = "";

    /// <summary>When it began.</summary>
    public DateTimeOffset StartedAt { get; init; }

    /// <summary>When it ended; null while it goes on.</summary>
    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>How many people count.</summary>
    public int Enumerators { get; set; } = 1;

    /// <summary>Groups that would not speak; null when that was not counted.</summary>
    public int? Refusals { get; init; }

    /// <summary>When this was said, by the device's clock: of two sayings the later one stands, in whichever order they arrive.</summary>
    public DateTimeOffset SaidAt { get; init; }
}

/// <summary>What became of one record that was sent.</summary>
/// <param name="Id">Its key.</param>
/// <param name="Answer">taken, already_there, refused, or try_again when it could not be written just now.</param>
/// <param name="Code">Why it was refused; else null.</param>
/// <param name="Detail">The same in the sender's language.</param>
public sealed record GroupAnswer(Guid Id, string Answer, string? Code = null, string? Detail = null)
{
    /// <summary>Why it was not taken; null when it was.</summary>
    internal Problem? Refusal { get; init; }
}

/// <summary>What became of everything that was sent at once.</summary>
/// <param name="Groups">One answer for each record, in its order.</param>
/// <param name="Shifts">One for each shift.</param>
public sealed record GroupAnswers(IReadOnlyList<GroupAnswer> Groups, IReadOnlyList<GroupAnswer> Shifts);

/// <summary>How records are written and read, letter by letter.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(SentGroup))]
[JsonSerializable(typeof(SentShift))]
[JsonSerializable(typeof(GroupAnswers))]
internal sealed partial class GroupJson : JsonSerializerContext
{
    /// <summary>Reads what is sent: nothing where something has to stand, and the same name twice, are refused.</summary>
    public static GroupJson Strict { get; } = new(new JsonSerializerOptions(JsonSerializerDefaults.Web)
    {
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        RespectNullableAnnotations = true,
        AllowDuplicateProperties = false,
    });

    /// <summary>The SHA-256 of a record as it was sent.</summary>
    public static string HashOf(string payload) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(payload)));
}
