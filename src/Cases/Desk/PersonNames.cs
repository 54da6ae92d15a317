using System.Text.Json;
using Tambo.Cases.Access;
using Tambo.Cases.Glass;
using Tambo.Cases.Persons;
using Tambo.Cases.Reading;
using Tambo.Platform.Access;
using Tambo.Platform.Database;

namespace Tambo.Cases.Desk;

/// <summary>How persons of a case are named to a reader: by name where it is open to them, by their reference elsewhere. Whoever shows the case has left the line of reading.</summary>
internal sealed class PersonNames(NodeDb db, PersonFiles files, SealedRecords seals, BrokenGlass broken, ReadTrail trail)
{
    /// <summary>A name for each of the persons within reach.</summary>
    public async Task<IReadOnlyDictionary<Guid, string>> OfAsync(IReadOnlyList<Guid> persons, Actor actor, CancellationToken cancellationToken) =>
        (await ReadAsync(persons, actor, cancellationToken)).Names;

    /// <summary>The same for a page that shows nothing else of them, once the lines of this reading are on the disk.</summary>
    public async Task<IReadOnlyDictionary<Guid, string>> NamedAsync(IReadOnlyList<Guid> persons, Actor actor, string purpose, CancellationToken cancellationToken)
    {
        var (named, reached, opened) = await ReadAsync(persons, actor, cancellationToken);
        var shown = reached.Values.Where(seen => seen.Open.Contains(Compartments.Identity)).Select(seen => new Shown(seen.Row.Id, [Compartments.Identity])).ToList();
        await trail.LeaveAsync(actor, purpose, "list", shown.Where(one => !opened.ContainsKey(one.Person)), cancellationToken);
        foreach (var one in shown.Where(one => opened.ContainsKey(one.Person)))
            await trail.LeaveAsync(actor, purpose, "list", [one], opened[one.Person], cancellationToken);
        return named;
    }

    private async Task<(IReadOnlyDictionary<Guid, string> Names, IReadOnlyDictionary<Guid, SeenPerson> Reached, IReadOnlyDictionary<Guid, OpenGlass> Opened)> ReadAsync(
        IReadOnlyList<Guid> persons, Actor actor, CancellationToken cancellationToken)
    {
        await using var connection = await db.ReadAsync(cancellationToken);
        var reached = new Dictionary<Guid, SeenPerson>(await files.FindAsync(connection, CaseScope.For(actor), persons));
        var emergencies = new Dictionary<Guid, OpenGlass>();
        foreach (var person in persons)
        {
            if (await broken.FindAsync(connection, actor, person, cancellationToken) is { Opens.Count: > 0 } glass)
                (reached[person], emergencies[person]) = (new SeenPerson(glass.Person, [], glass.Opens), glass);
        }

        var opened = await seals.OpenAsync(
            connection, [.. reached.Values.Where(seen => seen.Open.Contains(Compartments.Identity)).Select(seen => new Wanted(seen.Row.Id, seen.Row.Id, [Compartments.Identity]))], cancellationToken);
        var said = persons.ToDictionary(person => person, person => DeskViews.Who(
            opened.TryGetValue((person, Compartments.Identity), out var identity) && identity.TryGetProperty("names", out var names) ? names : (JsonElement?)null,
            reached.TryGetValue(person, out var seen) ? seen.Row.PublicRef : ""));
        return (said, reached, emergencies);
    }
}
