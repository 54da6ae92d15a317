using System.Data.Common;
using Dapper;
using Tambo.Cases.Access;
using Tambo.Cases.Disclosure;
using Tambo.Cases.Persons;
using Tambo.Platform.Settings;

namespace Tambo.Cases.Deidentified;

/// <summary>A person who agreed that research may have what says nothing of who they are, and which compartments of their file.</summary>
internal sealed record ConsentingPerson(PersonRow Row, KnownPerson Known, IReadOnlySet<string> Compartments)
{
    /// <summary>What was decided of them, for the trail.</summary>
    public required DecisionLine Decided { get; init; }

    public override string ToString() => "•••";
}

/// <summary>Who agreed to it, and who agreed to something of it that the rule does not let this receiver have.</summary>
/// <param name="All">Who did.</param>
/// <param name="Refused">Of whom nothing may go, with what was decided.</param>
internal sealed record Consenting(IReadOnlyList<ConsentingPerson> All, IReadOnlyList<(Guid Person, DecisionLine Decided)> Refused);

/// <summary>Finds who agreed to it, at places where somebody holds a right.</summary>
internal sealed class ConsentingPersons(NodeSettings settings, FactsOfPersons facts)
{
    /// <summary>The purpose that the consent has to be for.</summary>
    public const string Purpose = "research_deidentified";

    /// <summary>The kind of recipient that it has to name.</summary>
    public const string Recipient = "researcher";

    private const int AtOnce = 500;

    /// <summary>Everybody who agreed to it.</summary>
    /// <param name="connection">Where they are read.</param>
    /// <param name="to">The receiver.</param>
    /// <param name="mayAt">Whether whoever asks may, where a person belongs.</param>
    /// <param name="now">The moment.</param>
    /// <param name="cancellationToken">Stops the waiting.</param>
    public async Task<Consenting> AllAsync(
        DbConnection connection, NamedReceiver to, Func<PersonRow, bool> mayAt, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var (all, refused) = (new List<ConsentingPerson>(), new List<(Guid, DecisionLine)>());
        var after = Guid.Empty;
        while (true)
        {
            // Nobody without a consent that is in force is opened at all.
            var rows = (await connection.QueryAsync<PersonRow>(
                """
                select p.* from cases_persons p where p.status = 'active' and p.id > @after
                and exists (select 1 from cases_consents c where c.person_id = p.id and c.withdrawn_at is null and c.expires_at > @now)
                order by p.id limit @AtOnce
                """,
                new { after, now, AtOnce })).ToList();
            if (rows.Count == 0)
                return new Consenting(all, refused);
            after = rows[^1].Id;
            var reached = rows.Where(mayAt).ToList();
            var known = await facts.OfAsync(connection, reached, now, cancellationToken);
            foreach (var row in reached)
            {
                var answer = DisclosureDecision.Decide(new DisclosureRequest
                {
                    Person = known[row.Id].Facts,
                    Reader = to.Reader,
                    Route = DisclosureRoute.Export,
                    Purpose = Purpose,
                    Fields = [.. Compartments.All.Select(compartment => new AskedField(compartment, compartment))],
                    Consents = known[row.Id].Consents,
                    HostCountry = settings.File.Country ?? "",
                    Now = now,
                });
                // Sex, age and region are of the general compartment once they are coarse; without it there is no record.
                var decided = DecisionLine.Of(DisclosureRoute.Export, Recipients.Named(to.Name, to.Key), answer.Fields);
                if (answer.Allows(Compartments.General))
                    all.Add(new ConsentingPerson(row, known[row.Id], answer.Allowed) { Decided = decided });
                else if (known[row.Id].Consents.Any(consent => consent.Purpose == Purpose && !consent.Refuses))
                    refused.Add((row.Id, decided));
            }
        }
    }
}
