using System.Text.Json.Serialization;
using Tambo.Cases.Access;

namespace Tambo.Cases.Disclosure;

/// <summary>Fields that one reason opened or closed.</summary>
/// <param name="Why">A code of <see cref="DisclosureReasons"/>, or of <see cref="DecisionLine"/>.</param>
/// <param name="Fields">A compartment, or <c>compartment/field</c>.</param>
internal sealed record DecidedFields(string Why, IReadOnlyList<string> Fields)
{
    /// <summary>The consent that carried them.</summary>
    public Guid? Consent { get; init; }

    /// <summary>The legal basis that carried them.</summary>
    public string? Basis { get; init; }
}

/// <summary>
/// A decision as the trail keeps it: by which way, for whom, which fields were given and what carried them, which were withheld and why.
/// Codes alone, nothing of what the fields say.
/// </summary>
internal sealed record DecisionLine
{
    /// <summary>The person has a right to all of their own file.</summary>
    public const string OwnRequest = "own_request";

    /// <summary>Closed because of somebody else who is in the same case; why is theirs.</summary>
    public const string OtherPerson = "other_person";

    /// <summary>By which way; kept beside it in the clear.</summary>
    [JsonIgnore]
    public DisclosureRoute Route { get; init; }

    /// <summary>Who got it, or would have: see <see cref="Recipients"/>. Empty for whoever reads themselves.</summary>
    public string To { get; init; } = "";

    /// <summary>The compartment that it was about, where the fields alone do not say so: of a referral that of its help. Who got it tells of that.</summary>
    public string? Part { get; init; }

    /// <summary>The case that it was about.</summary>
    public Guid? Case { get; init; }

    /// <summary>What something else than the reader's own rights let them have; what those opened stands in the clear.</summary>
    public IReadOnlyList<DecidedFields> Given { get; init; } = [];

    /// <summary>What they were not given.</summary>
    public IReadOnlyList<DecidedFields> Withheld { get; init; } = [];

    /// <summary>True when something was given.</summary>
    [JsonIgnore]
    public bool Gives => Given.Count > 0;

    /// <summary>The line of an answer.</summary>
    /// <param name="route">By which way.</param>
    /// <param name="to">For whom.</param>
    /// <param name="decided">What was decided.</param>
    /// <param name="given">What of it went; all that was allowed when left out.</param>
    public static DecisionLine Of(DisclosureRoute route, string to, IEnumerable<FieldDecision> decided, Func<string, bool>? given = null)
    {
        var all = decided.Select(field => (field.Reason, field.ConsentId, field.Basis, field.Allowed, Field: NameOf(field.Field))).ToList();
        return new DecisionLine
        {
            Route = route,
            To = to,
            Given =
            [
                .. all.Where(one => one.Allowed && given?.Invoke(one.Field) != false).GroupBy(one => (one.Reason, one.ConsentId, one.Basis))
                    .Select(same => new DecidedFields(same.Key.Reason, [.. same.Select(one => one.Field)]) { Consent = same.Key.ConsentId, Basis = same.Key.Basis }),
            ],
            Withheld = Because(all.Where(one => !one.Allowed).Select(one => (one.Field, one.Reason))),
        };
    }

    /// <summary>The same with what was withheld already before it was asked.</summary>
    public DecisionLine And(DecisionLine before) => this with { Withheld = [.. Withheld, .. before.Withheld] };

    /// <summary>Fields by why they were withheld.</summary>
    public static IReadOnlyList<DecidedFields> Because(IEnumerable<(string Field, string Why)> withheld) =>
        [.. withheld.GroupBy(one => one.Why, one => one.Field, StringComparer.Ordinal).Select(same => new DecidedFields(same.Key, [.. same]))];

    /// <summary>The line of a refusal that nothing stands beside: every field for one reason.</summary>
    public static DecisionLine Refused(DisclosureRoute route, string to, string why, IEnumerable<string> fields) =>
        new() { Route = route, To = to, Withheld = [new DecidedFields(why, [.. fields])] };

    /// <summary>What somebody reads by their own rights, with why the rest of it stays closed to them.</summary>
    /// <param name="open">What is open to them.</param>
    /// <param name="shut">What is closed whatever rights they hold.</param>
    /// <param name="scope">Their rights.</param>
    public static DecisionLine OfLook(IReadOnlyList<string> open, ClosedParts shut, CaseScope scope) => new()
    {
        Route = DisclosureRoute.View,
        Withheld = Because(Compartments.All.Where(one => !open.Contains(one, StringComparer.Ordinal)).Select(one => (one, shut.Why(one) ?? WhyLacking(one, scope)))),
    };

    /// <summary>Why rights open nothing of a compartment.</summary>
    public static string WhyLacking(string compartment, CaseScope scope) =>
        scope.HoldsAnywhere(Compartments.Right(compartment)) ? DisclosureReasons.OutOfScope : DisclosureReasons.RightMissing;

    /// <summary>How a route is written.</summary>
    public static string CodeOf(DisclosureRoute route) => route.ToString().ToLowerInvariant();

    private static string NameOf(AskedField field) => field.Name == field.Compartment ? field.Compartment : $"{field.Compartment}/{field.Name}";
}

/// <summary>How a line of a decision names who got something.</summary>
internal static class Recipients
{
    /// <summary>The person themselves, to take along.</summary>
    public const string Person = "person";

    private const string ServiceMark = "service:";
    private const string OrganizationMark = "organization:";
    private const string NameMark = "name:";

    /// <summary>A service of the directory.</summary>
    public static string Service(Guid id) => $"{ServiceMark}{id:D}";

    /// <summary>Somebody who is named in words, or is an organisation of the directory.</summary>
    public static string Named(string name, string? organization = null) => organization is null ? NameMark + name : OrganizationMark + organization;

    /// <summary>The service; null when it is none.</summary>
    public static Guid? ServiceOf(string to) => to.StartsWith(ServiceMark, StringComparison.Ordinal) && Guid.TryParse(to[ServiceMark.Length..], out var id) ? id : null;

    /// <summary>The organisation; null when it is none.</summary>
    public static Guid? OrganizationOf(string to) => to.StartsWith(OrganizationMark, StringComparison.Ordinal) && Guid.TryParse(to[OrganizationMark.Length..], out var id) ? id : null;

    /// <summary>The words; null when it is not named in words.</summary>
    public static string? NameOf(string to) => to.StartsWith(NameMark, StringComparison.Ordinal) ? to[NameMark.Length..] : null;
}
