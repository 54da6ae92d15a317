using Tambo.Platform.Access;
using Tambo.Platform.Access.Users;

namespace Tambo.Node.Demonstration;

/// <summary>Somebody made up, who works with a demonstration.</summary>
internal sealed record MadeUpPerson(string Name, string DisplayName, string Role)
{
    /// <summary>Their mail address, or empty; what is written to them is a file in the folder.</summary>
    public string Email { get; init; } = "";

    /// <summary>The agency for which alone they work, or null for the node.</summary>
    public string? Agency { get; init; }
}

/// <summary>The made-up staff of a demonstration, and the links by which a visitor becomes one of them.</summary>
internal static class DemonstrationStaff
{
    /// <summary>The made-up agency that is asked in referrals and answers them.</summary>
    public const string Answering = "Casa Brújula (made up)";

    /// <summary>Everybody, the widest rights first.</summary>
    public static IReadOnlyList<MadeUpPerson> People { get; } =
    [
        new("alice", "Alice (made up)", "administrator"),
        new("bob", "Bob (made up)", "editor") { Email = "bob@example.org" },
        new("dora", "Dora (made up)", "statistician"),
        new("amelia", "Amelia (made up)", "adviser"),
        new("enzo", "Enzo (made up)", "enumerator"),
        new("sofia", "Sofia (made up)", "field_supervisor"),
        new("felipe", "Felipe (made up)", "frontline_officer"),
        new("carla", "Carla (made up)", "case_worker"),
        new("paula", "Paula (made up)", "protection_specialist"),
        new("celia", "Celia (made up)", "cases_supervisor"),
        new("diego", "Diego (made up)", "data_protection_officer"),
        new("lucia", "Lucía (made up)", "case_worker") { Agency = Answering },
        new("tomas", "Tomás (made up)", "tracing_officer"),
        new("farah", "Farah (made up)", "protection_focal_point"),
        new("erin", "Erin (made up)", "auditor"),
        new("chelsea", "Chelsea (made up)", "viewer"),
    ];

    /// <summary>Adds those who are not there yet.</summary>
    public static async Task AddAsync(StaffUsers users, CancellationToken cancellationToken)
    {
        foreach (var person in People)
        {
            try
            {
                await users.AddAsync(
                    DemonstrationNode.Actor, new NewUser(person.Name, person.Role) { DisplayName = person.DisplayName, Email = person.Email, Agency = person.Agency }, cancellationToken);
            }
            catch (Platform.Problems.Problem problem) when (problem.Kind == AccessProblems.NameTaken)
            {
                // A first start that was cut short has added them before.
            }
        }
    }

    /// <summary>A fresh one-time link for each who may sign in.</summary>
    public static async Task<IReadOnlyList<(MadeUpPerson Person, string Path)>> LinksAsync(StaffUsers users, CancellationToken cancellationToken)
    {
        var links = new List<(MadeUpPerson, string)>();
        foreach (var person in People)
        {
            try
            {
                links.Add((person, "/staff/sign-in/link/" + await users.CreateLinkAsync(DemonstrationNode.Actor, person.Name, cancellationToken)));
            }
            catch (Platform.Problems.Problem problem) when (problem.Kind == AccessProblems.Unknown)
            {
                // A visitor who plays the administrator may have shut them out.
            }
        }

        return links;
    }
}
