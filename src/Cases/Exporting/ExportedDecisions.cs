using System.Data.Common;
using System.Text.Json;
using Dapper;
using Tambo.Cases.Access;
using Tambo.Cases.Desk;
using Tambo.Cases.Glass;
using Tambo.Cases.Merging;

namespace Tambo.Cases.Exporting;

/// <summary>Which files were proposed to be one with the person's, and what was written of it.</summary>
internal sealed class ExportedMerges(SealedRecords seals) : IExportedRecords
{
    public string Name => "merges";

    public async Task<IReadOnlyList<ExportedRecord>> OfAsync(DbConnection connection, Guid person, IReadOnlyList<string> open, CancellationToken cancellationToken)
    {
        // It tells of every compartment: for the person alone.
        if (open.Count < Compartments.All.Count)
            return [];
        var rows = (await connection.QueryAsync<MergeRow>("select * from cases_merges where survivor_id = @person order by proposed_at, id", new { person })).ToList();
        var opened = await seals.OpenAsync(connection, [.. rows.Select(row => new Wanted(person, row.Id, [MergeFiles.Seal]))], cancellationToken);
        return
        [
            .. rows.Where(row => opened.ContainsKey((row.Id, MergeFiles.Seal))).Select(row =>
            {
                var content = opened[(row.Id, MergeFiles.Seal)].Deserialize<MergeContent>(CaseJson.Options)!;
                return new ExportedRecord(
                    // The cases that stayed, and what was written in them, stand with the cases.
                    row.Id, row.ProposedAt, new { row.State, row.DecidedAt, row.UndoneAt, content.Decisions, content.Note, Stayed = content.Stayed.Where(one => one.Kind is not ("case" or "entry" or "referral")) },
                    texts => string.Join(texts.Comma, new[] { DeskViews.At(row.ProposedAt, texts), texts["merge.state." + row.State], content.Note }.OfType<string>()));
            }),
        ];
    }
}

/// <summary>When the file was opened in an emergency, why, and how that was judged.</summary>
internal sealed class ExportedEmergencies(SealedRecords seals) : IExportedRecords
{
    public string Name => "emergencies";

    public async Task<IReadOnlyList<ExportedRecord>> OfAsync(DbConnection connection, Guid person, IReadOnlyList<string> open, CancellationToken cancellationToken)
    {
        if (open.Count < Compartments.All.Count)
            return [];
        var rows = (await connection.QueryAsync<GlassRow>("select * from cases_glass where person_id = @person order by began_at, id", new { person })).ToList();
        var opened = await seals.OpenAsync(connection, [.. rows.Select(row => new Wanted(person, row.Id, [BrokenGlass.Seal]))], cancellationToken);
        return
        [
            .. rows.Where(row => opened.ContainsKey((row.Id, BrokenGlass.Seal))).Select(row =>
            {
                var content = opened[(row.Id, BrokenGlass.Seal)].Deserialize<GlassContent>(CaseJson.Options)!;
                return new ExportedRecord(
                    row.Id, row.BeganAt, new { row.Until, row.EndedAt, content.Purpose, content.Reason, row.Judgement, content.Note },
                    texts => string.Join(texts.Comma, DeskViews.At(row.BeganAt, texts), texts["glass.purpose." + content.Purpose], content.Reason));
            }),
        ];
    }
}
