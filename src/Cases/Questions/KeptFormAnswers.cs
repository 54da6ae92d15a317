using System.Data.Common;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Dapper;
using Tambo.Cases.Access;
using Tambo.Cases.Merging;
using Tambo.Platform.Cryptography;
using Tambo.Platform.Database;

namespace Tambo.Cases.Questions;

/// <summary>What is sealed of answers in one compartment: to which version of which form, and what was said.</summary>
internal sealed record AnswersContent(Guid Form, IReadOnlyDictionary<string, IReadOnlyList<string>> Answers)
{
    public override string ToString() => "•••";
}

/// <summary>Answers to a version of a form as the table has them: not to which.</summary>
internal sealed record AnswersRow
{
    public Guid Id { get; init; }

    public Guid PersonId { get; init; }

    public DateTimeOffset AnsweredAt { get; init; }

    public int Version { get; init; } = 1;
}

/// <summary>A person's answers to a version of a form, with the compartments in which there are any.</summary>
internal sealed record PersonAnswers(AnswersRow Row, Guid Form, IReadOnlyDictionary<string, IReadOnlyList<string>> Answers, IReadOnlyList<string> Compartments)
{
    public override string ToString() => "•••";
}

/// <summary>Keeps the answers of persons to further questions, and opens them.</summary>
internal sealed class KeptFormAnswers(NodeKey node, SealedRecords seals)
{
    private readonly byte[] marks = node.KeyFor("cases form answers");

    /// <summary>The mark under which a person's answers to a version of a form are kept.</summary>
    public string MarkOf(Guid person, Guid form) => Convert.ToHexStringLower(HMACSHA256.HashData(marks, Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{person:D} {form:D}"))).AsSpan(0, 16));

    /// <summary>A person's answers in some compartments, the oldest first; those with none in them are left out.</summary>
    public Task<IReadOnlyList<PersonAnswers>> OfAsync(DbConnection connection, Guid person, IReadOnlyList<string> compartments, CancellationToken cancellationToken) =>
        OfAsync(connection, "person_id = @person", person, compartments, cancellationToken);

    /// <summary>The same with what was answered in files that were merged into theirs; of a form that was answered in both, their own.</summary>
    public async Task<IReadOnlyList<PersonAnswers>> OfAllFilesAsync(DbConnection connection, Guid person, IReadOnlyList<string> compartments, CancellationToken cancellationToken) =>
        [.. (await OfAsync(connection, MergedFiles.Of("person_id"), person, compartments, cancellationToken)).OrderBy(one => one.Row.PersonId == person ? 0 : 1).DistinctBy(one => one.Form)
            // What is changed of them is written into the present file, where nothing stands yet.
            .Select(one => one.Row.PersonId == person ? one : one with { Row = one.Row with { Version = 0 } })];

    private async Task<IReadOnlyList<PersonAnswers>> OfAsync(DbConnection connection, string of, Guid person, IReadOnlyList<string> compartments, CancellationToken cancellationToken)
    {
        var rows = (await connection.QueryAsync<AnswersRow>("select id, person_id, answered_at, version from cases_form_answers where " + of + " order by answered_at, id", new { person })).ToList();
        var opened = await seals.OpenAsync(connection, [.. rows.Select(row => new Wanted(row.PersonId, row.Id, compartments))], cancellationToken);
        var all = new List<PersonAnswers>();
        foreach (var row in rows)
        {
            var contents = compartments.Where(one => opened.ContainsKey((row.Id, one))).Select(one => (Compartment: one, Content: opened[(row.Id, one)].Deserialize<AnswersContent>(CaseJson.Options)!)).ToList();
            if (contents.Count > 0)
            {
                all.Add(new PersonAnswers(
                    row, contents[0].Content.Form, contents.SelectMany(one => one.Content.Answers).ToDictionary(one => one.Key, one => one.Value, StringComparer.Ordinal), [.. contents.Select(one => one.Compartment)]));
            }
        }

        return all;
    }

    /// <summary>The row of a person's answers to a version of a form; null when there are none.</summary>
    public Task<AnswersRow?> FindAsync(DbConnection connection, Guid person, Guid form) =>
        connection.QuerySingleOrDefaultAsync<AnswersRow>("select id, person_id, answered_at, version from cases_form_answers where mark = @Mark", new { Mark = MarkOf(person, form) });

    /// <summary>Keeps the first answers of a person to a form, each in its compartment.</summary>
    public async Task AddAsync(Change change, DataKey key, Guid person, KeptForm form, IReadOnlyDictionary<string, IReadOnlyList<string>> answers, DateTimeOffset now, string by)
    {
        var id = Guid.CreateVersion7(now);
        await change.ExecuteAsync(
            "insert into cases_form_answers (id, mark, person_id, answered_at, answered_by, version) values (@id, @Mark, @person, @now, @by, 1)",
            new { id, Mark = MarkOf(person, form.Id), person, now, by });
        var homes = form.Form.Items.Where(item => item.IsAsked).ToDictionary(item => item.Name, item => item.Compartment, StringComparer.Ordinal);
        foreach (var own in answers.GroupBy(one => homes[one.Key], StringComparer.Ordinal))
            await WriteAsync(change, key, id, own.Key, 1, new AnswersContent(form.Id, own.ToDictionary(one => one.Key, one => one.Value, StringComparer.Ordinal)));
    }

    /// <summary>Seals answers in one compartment.</summary>
    public Task WriteAsync(Change change, DataKey key, Guid id, string compartment, int version, AnswersContent content) => seals.WriteAsync(change, key, id, compartment, version, content);
}
