using System.Data.Common;
using System.Text.Json;
using Tambo.Cases.Access;
using Tambo.Cases.Persons;

namespace Tambo.Cases.Screening;

/// <summary>What a screening knew of a person beside the answers, as it is kept for reading the answers again.</summary>
/// <param name="AgeLeast">The least age that the birth allows; null when none is recorded.</param>
/// <param name="AgeMost">The greatest.</param>
/// <param name="AgeDisputed">True when somebody says otherwise: then the person is treated as a child.</param>
/// <param name="Sex">The sex as recorded.</param>
/// <param name="InterpreterNeeded">True when the record says so.</param>
/// <param name="NoNationalityClaimed">True when the person claims none.</param>
internal sealed record KnownOfPerson(int? AgeLeast, int? AgeMost, bool AgeDisputed, string? Sex, bool InterpreterNeeded, bool NoNationalityClaimed)
{
    private const int Adult = 18;
    private const int Oldest = 130;

    /// <summary>True when every nationality is known, and of another region than the node.</summary>
    public bool OutsideRegion { get; init; }

    /// <summary>True when the node knows which states have a consulate within reach, and theirs have none.</summary>
    public bool NoConsulate { get; init; }

    /// <summary>True when an alert of a disaster was in force where the person was looked after.</summary>
    public bool DisasterAlert { get; init; }

    /// <summary>The facts that rules read.</summary>
    public Facts Facts
    {
        get
        {
            var facts = new Facts(Age, Sex switch { "female" => RecordedSex.Female, "male" => RecordedSex.Male, "other" => RecordedSex.Other, _ => RecordedSex.Unknown });
            if (InterpreterNeeded)
                facts = facts.With(KnownFact.InterpreterNeeded);
            if (OutsideRegion)
                facts = facts.With(KnownFact.NationalityOutsideRegion);
            if (DisasterAlert)
                facts = facts.With(KnownFact.DisasterAlert);
            if (NoConsulate)
                facts = facts.With(KnownFact.NoConsulate);
            return NoNationalityClaimed ? facts.With(KnownFact.NoNationalityClaimed) : facts;
        }
    }

    // Of a dispute the record has one side only: the other may say that the person is a child.
    private Age Age => (AgeLeast, AgeMost) switch
    {
        ({ } least, { } most) when AgeDisputed => Screening.Age.Disputed(Math.Min(least, Adult - 1), Math.Min(most, Oldest)),
        ({ } least, { } most) => Screening.Age.Between(Math.Min(least, Oldest), Math.Min(most, Oldest)),
        _ => Screening.Age.Unknown,
    };

    /// <summary>What a person's record says, where the node stands.</summary>
    /// <param name="identity">Who they are.</param>
    /// <param name="general">What help has to know.</param>
    /// <param name="around">Where the node stands.</param>
    /// <param name="area">Where the person is looked after; empty when nobody knows.</param>
    /// <param name="today">The day.</param>
    public static KnownOfPerson Of(PersonIdentity? identity, PersonGeneral? general, Surroundings around, string area, DateOnly today)
    {
        IReadOnlyList<string> nationalities = [.. (identity?.Nationalities ?? []).Select(nationality => nationality.Code)];
        var age = identity?.Birth?.AgeOn(today);
        return new KnownOfPerson(
            age?.Least, age?.Greatest, identity?.Birth?.Disputed ?? false, identity?.SexRecorded,
            general?.Languages.Any(language => language.Interpreter) ?? false, identity?.NoNationalityClaimed ?? false)
        {
            OutsideRegion = around.AreOutside(nationalities),
            NoConsulate = around.LackConsulate(nationalities),
            DisasterAlert = around.IsAlertIn(area, today),
        };
    }

    /// <summary>Reads it from the sealed record: rules need it whatever of it is open to whoever asks the questions.</summary>
    public static async Task<KnownOfPerson> ReadAsync(SealedRecords seals, DbConnection connection, Guid person, Surroundings around, string area, DateOnly today, CancellationToken cancellationToken)
    {
        var opened = await seals.OpenAsync(connection, [new Wanted(person, person, [Compartments.Identity, Compartments.General])], cancellationToken);
        return Of(
            opened.TryGetValue((person, Compartments.Identity), out var identity) ? identity.Deserialize<PersonIdentity>(CaseJson.Options) : null,
            opened.TryGetValue((person, Compartments.General), out var general) ? general.Deserialize<PersonGeneral>(CaseJson.Options) : null,
            around,
            area,
            today);
    }

    public override string ToString() => "•••";
}
