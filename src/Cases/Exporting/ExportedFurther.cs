using System.Data.Common;
using System.Text.Json;
using Dapper;
using Tambo.Cases.Access;
using Tambo.Cases.Desk;
using Tambo.Cases.Family;
using Tambo.Cases.Questions;
using Tambo.Cases.Tracing;
using Tambo.Platform.Languages;

namespace Tambo.Cases.Exporting;

/// <summary>What the person answered to further questions, with the questions as they were asked.</summary>
internal sealed class ExportedAnswers(KeptFormAnswers kept) : IExportedRecords
{
    public string Name => "answers";

    public async Task<IReadOnlyList<ExportedRecord>> OfAsync(DbConnection connection, Guid person, IReadOnlyList<string> open, CancellationToken cancellationToken)
    {
        var records = new List<ExportedRecord>();
        foreach (var given in await kept.OfAsync(connection, person, open, cancellationToken))
        {
            if (await KeptForms.FindAsync(connection, given.Form) is { } form)
            {
                records.Add(new ExportedRecord(
                    given.Row.Id, given.Row.AnsweredAt, new { Form = form.Form.Id, form.Number, given.Answers }, texts => string.Join(" · ", Lines(form, given.Answers, texts).Select(line => $"{line.Question}: {line.Answer}"))));
            }
        }

        return records;
    }

    /// <summary>The questions that were answered, with the answers, in a language.</summary>
    public static IReadOnlyList<(string Question, string Answer)> Lines(KeptForm form, IReadOnlyDictionary<string, IReadOnlyList<string>> answers, Texts texts) =>
    [
        .. form.Form.Items.Where(item => answers.GetValueOrDefault(item.Name) is { Count: > 0 }).Select(item => (
            form.Form.Said(item.Label, texts.Code).Text,
            string.Join(texts.Comma, answers[item.Name].Select(answer => item.Choices.FirstOrDefault(choice => choice.Name == answer) is { } choice ? form.Form.Said(choice.Label, texts.Code).Text : answer)))),
    ];
}

/// <summary>What registers for tracing may have of the person, and to whom their record went.</summary>
internal sealed class ExportedTracing(TracedPersons traced) : IExportedRecords
{
    public string Name => "tracing";

    public async Task<IReadOnlyList<ExportedRecord>> OfAsync(DbConnection connection, Guid person, IReadOnlyList<string> open, CancellationToken cancellationToken)
    {
        if (!open.Contains(Compartments.Tracing, StringComparer.Ordinal) || await TracedPersons.FindAsync(connection, person) is not { } row
            || (await traced.OpenAsync(connection, [row], cancellationToken)).GetValueOrDefault(row.Id) is not { } content)
            return [];
        return
        [
            new ExportedRecord(row.Id, row.ChangedAt, content, texts => string.Join(
                texts.Comma, [PublicationDesk.Said(content.Publication, content.Fields, texts), .. content.Given.Select(given => $"{given.To} ({DeskViews.At(given.At, texts)})")])),
        ];
    }
}

/// <summary>Where the person was moved.</summary>
internal sealed class ExportedTransfers(SealedRecords seals) : IExportedRecords
{
    public string Name => "transfers";

    public async Task<IReadOnlyList<ExportedRecord>> OfAsync(DbConnection connection, Guid person, IReadOnlyList<string> open, CancellationToken cancellationToken)
    {
        var rows = (await connection.QueryAsync<TransferRow>("select * from cases_transfers where person_id = @person order by at, id", new { person })).ToList();
        var opened = (await seals.OpenAsync(connection, [.. rows.Select(row => new Wanted(row.PersonId, row.Id, open))], cancellationToken))
            .ToDictionary(one => one.Key.Record, one => one.Value.Deserialize<TransferContent>(CaseJson.Options)!);
        return
        [
            .. rows.Where(row => opened.ContainsKey(row.Id)).Select(row => new ExportedRecord(
                row.Id, row.At, opened[row.Id], texts => string.Join(texts.Comma, DeskViews.At(row.At, texts), texts["cases.transfer.kind." + opened[row.Id].Kind], opened[row.Id].Place)) { Case = row.CaseId }),
        ];
    }
}
