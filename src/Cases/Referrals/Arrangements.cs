using System.Text.Json.Serialization;

namespace Tambo.Cases.Referrals;

/// <summary>Whom the person asks for at the service, as the referrer knows it.</summary>
/// <param name="Name">Their name.</param>
/// <param name="Role">What they do there.</param>
/// <param name="Phone">Their telephone.</param>
internal sealed record FocalPoint(string Name = "", string Role = "", string Phone = "")
{
    /// <summary>True when all of it may stand on the slip that the person carries.</summary>
    public bool IsPublic { get; init; }

    /// <summary>True when nothing is said.</summary>
    [JsonIgnore]
    public bool IsEmpty => Name.Length == 0 && Role.Length == 0 && Phone.Length == 0;

    public override string ToString() => "•••";
}

/// <summary>How the person gets to the service. No preview shows it, and no service is given it.</summary>
internal sealed record Arrangements
{
    /// <summary>Who may go along; the names are the texts <c>referral.along.{code}</c>.</summary>
    public static IReadOnlyList<string> Companions { get; } = ["nobody", "case_worker", "interpreter", "volunteer", "relative", "other"];

    /// <summary>True when somebody of the referring office introduces the person at the service.</summary>
    public bool WarmHandover { get; init; }

    /// <summary>Who goes along; empty when nobody has said.</summary>
    public string Along { get; set; } = "";

    /// <summary>What has to be known for that.</summary>
    public string AlongNote { get; set; } = "";

    /// <summary>Whom the person asks for there.</summary>
    public FocalPoint? FocalPoint { get; init; }

    public override string ToString() => "•••";
}
