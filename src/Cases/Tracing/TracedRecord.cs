using System.Globalization;
using Tambo.Cases.Desk;
using Tambo.Cases.Persons;

namespace Tambo.Cases.Tracing;

/// <summary>
/// The record of a person for registers: names, and as far as they may go sex and age. Never where they are or how they are
/// reached, no paper of theirs, and nothing of any other compartment.
/// </summary>
internal static class TracedRecord
{
    public const string Name = "name";
    public const string OtherNames = "other_names";
    public const string Sex = "sex";
    public const string Birth = "birth";

    /// <summary>All of them; the names are the texts <c>tracing.field.{code}</c>. Without the first there is no record.</summary>
    public static IReadOnlyList<string> Fields { get; } = [Name, OtherNames, Sex, Birth];

    /// <summary>The record; null when no name may go, without which there is none.</summary>
    /// <param name="record">Its name.</param>
    /// <param name="identity">Who the person is.</param>
    /// <param name="may">Which of the fields may go.</param>
    /// <param name="source">The name of the node.</param>
    /// <param name="today">The day.</param>
    public static PfifPerson? Of(string record, PersonIdentity identity, IReadOnlySet<string> may, string source, DateOnly today)
    {
        var names = identity.Names.Where(name => DeskViews.Said(name).Length > 0).ToList();
        if (!may.Contains(Name) || names.Count == 0)
            return null;
        // What people call somebody first; what else they are called beside it.
        var first = names.Find(name => name.Kind is "legal" or "birth") ?? names[0];
        var fields = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["author_name"] = source,
            ["source_name"] = source,
            ["full_name"] = DeskViews.Said(first),
        };
        Add("given_name", string.Join(' ', first.Given));
        Add("family_name", string.Join(' ', new[] { first.Particle, first.Family1, first.Family2 }.Where(part => !string.IsNullOrWhiteSpace(part))));
        if (may.Contains(OtherNames))
            Add("alternate_names", string.Join('\n', names.Where(name => name != first).Select(DeskViews.Said).Distinct(StringComparer.Ordinal)));
        if (may.Contains(Sex) && identity.SexRecorded is "female" or "male" or "other")
            Add("sex", identity.SexRecorded);
        if (may.Contains(Birth) && identity.Birth is { Disputed: false } birth)
        {
            Add("date_of_birth", birth.Known switch
            {
                Persons.Birth.OneDay => birth.Date,
                Persons.Birth.Month => birth.Date![..7],
                Persons.Birth.Year => birth.InYear!.Value.ToString("0000", CultureInfo.InvariantCulture),
                _ => null,
            });
            if (!fields.ContainsKey("date_of_birth") && birth.AgeOn(today) is { } age)
                Add("age", age.Least == age.Greatest ? age.Least.ToString(CultureInfo.InvariantCulture) : string.Create(CultureInfo.InvariantCulture, $"{age.Least}-{age.Greatest}"));
        }

        return new PfifPerson { RecordId = record, Fields = fields };

        void Add(string field, string? text)
        {
            if (!string.IsNullOrWhiteSpace(text))
                fields[field] = text;
        }
    }
}
