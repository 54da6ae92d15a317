using System.Data.Common;
using Dapper;
using Tambo.Cases.Access;
using Tambo.Cases.Desk;
using Tambo.Cases.Exporting;
using Tambo.Platform.Languages;

namespace Tambo.Cases.Devices;

/// <summary>What two have said of the same fields, for the file that a person is given.</summary>
internal sealed class ExportedConflicts(DeviceChanges changes) : IExportedRecords
{
    public string Name => "conflicts";

    public async Task<IReadOnlyList<ExportedRecord>> OfAsync(DbConnection connection, Guid person, IReadOnlyList<string> open, CancellationToken cancellationToken)
    {
        var found = new List<ExportedRecord>();
        foreach (var row in await connection.QueryAsync<ChangeRow>(
            "select * from cases_device_changes where person_id = @person and state <> 'done' order by received_at, id", new { person }))
        {
            if (await changes.OpenAsync(connection, row, open, cancellationToken) is { Count: > 0 } fields)
                found.Add(new ExportedRecord(row.Id, row.ReceivedAt, new { row.State, row.SaidAt, Fields = fields }, texts => string.Join(texts.Comma, [DeskViews.At(row.ReceivedAt, texts), .. fields.Select(one => NameOf(one.Field, texts))])) { Case = row.RecordId });
        }

        return found;
    }

    /// <summary>What a field is called, as web/src/vault-views.ts names it.</summary>
    public static string NameOf(string field, Texts texts) => field.Split('.') switch
    {
        ["state"] => texts["vault.field.state"],
        [var alone] => texts["cases.field." + alone],
        ["profiles", var code] => texts["cases.profile." + code.ToLowerInvariant()],
        [Compartments.Identity, var name] => texts["vault.field." + name],
        [Compartments.General, "languages"] => texts["vault.field.languages"],
        [var compartment, ..] => texts["cases.compartment." + compartment],
        [] => field,
    };
}
