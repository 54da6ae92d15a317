using System.Text.Json;
using Tambo.Cases.Access;
using Tambo.Cases.Desk;
using Tambo.Cases.Register;
using Tambo.Platform.Languages;
using Tambo.Platform.Shell;

namespace Tambo.Cases.Exporting;

/// <summary>Writes an export: as a document in plain words, or as data.</summary>
internal sealed class WriteExport(Pages pages)
{
    private static readonly JsonSerializerOptions Indented = new(CaseJson.Options) { WriteIndented = true };

    /// <summary>As data.</summary>
    public static byte[] AsJson(PersonExport export) => JsonSerializer.SerializeToUtf8Bytes(export, Indented);

    /// <summary>As one document in somebody's language, with the data themselves at its end: nothing is lost in the wording.</summary>
    public Task<byte[]> AsPageAsync(PersonExport export, Texts texts) => pages.RenderAsync<ExportPage>(texts.Code, "", (nameof(ExportPage.View), new ExportView
    {
        Ref = export.Ref,
        At = DeskViews.At(export.WrittenAt, texts),
        Note = export.Note,
        Facts = [.. Files(export).SelectMany(file => DeskViews.Facts(file.Kept.ToDictionary(one => one.Key, one => (object?)one.Value), texts.DayOf(export.WrittenAt), texts)).Distinct()],
        Cases = [.. Files(export).SelectMany(file => file.Cases).DistinctBy(one => one.Id).Select(one => (Line(one, texts), Written(one, texts)))],
        Households = [.. Files(export).SelectMany(file => file.Households).GroupBy(one => one.Id).Select(same => (
            $"{texts["cases.household." + same.First().Kind]} ({texts.Format("cases.export.joined", ("at", DeskViews.At(same.Min(one => one.JoinedAt), texts)))})",
            (IReadOnlyList<string>)[.. same.SelectMany(one => one.Relations).Select(one => Line(one, texts)).Distinct(StringComparer.Ordinal)]))],
        Picture = export.Photo is { } photo ? $"data:{photo.MediaType};base64,{Convert.ToBase64String(photo.Data)}" : null,
        Records = [.. Files(export).SelectMany(file => file.Records).GroupBy(kind => kind.Key, kind => kind.Value, StringComparer.Ordinal)
            .Select(kind => (texts["cases.export." + kind.Key], (IReadOnlyList<string>)[.. kind.SelectMany(one => one).OrderBy(one => one.At).Select(one => one.Line(texts))]))],
        SeenBy = [.. (export.SeenBy ?? []).Select(reader => string.Join(texts.Comma, new[] { DeskViews.Day(reader.Day, texts), reader.Who, reader.PurposeName, reader.Said, reader.To }.OfType<string>()))],
        // The picture stands above by itself.
        Whole = JsonSerializer.Serialize(export with { Photo = null }, Indented),
    }));

    private static IEnumerable<ExportedFile> Files(PersonExport export) => [export, .. export.Merged ?? []];

    private static string Line(ExportedCase one, Texts texts) => string.Join(
        texts.Comma, new[] { one.Ref, one.Type is { } kind ? texts["cases.kind." + kind] : null, texts["cases.state." + one.State], DeskViews.At(one.OpenedAt, texts) }.OfType<string>());

    private static string Line(ExportedRelation one, Texts texts) => string.Join(
        texts.Comma,
        new[]
        {
            texts.Format("cases.household.link." + one.As, ("who", one.Name ?? texts["cases.export.somebody"])),
            texts["cases.household.verified." + one.VerifiedBy],
            one.LegalBasis is { } basis ? texts["cases.household.basis." + basis] : null,
        }.OfType<string>());

    private static string Written(ExportedCase one, Texts texts) => string.Join(" · ", [
        .. one.OfSeveral
            ? [texts["cases.export.shared"]]
            : new[] { one.Note, one.Closure is { } closure ? texts["cases.closure." + closure.Reason] : null, one.Closure?.Outcome, one.ReopenedBecause }.OfType<string>(),
        .. one.Confidentiality == Confidentiality.Restricted ? [texts["cases.confidentiality.restricted"]] : Array.Empty<string>(),
        .. one.Approvals.Select(approval => $"{texts["cases.approval." + approval.What]}: {texts["cases.approval.state." + approval.State]}"),
        .. one.Representatives.Select(represents => string.Join(texts.Comma, [texts["cases.child.role." + represents.Role], represents.Name, .. ChildDesk.Representing(represents, texts)])),
        .. (one.BestInterests?.Assessments ?? []).Select(made => string.Join(texts.Comma, new[] { $"{texts["cases.child.assessments"]}: {texts["cases.child.outcome." + made.Outcome]}", DeskViews.Day(made.On, texts), made.By, made.Summary }.OfType<string>())),
        .. (one.BestInterests?.Determinations ?? []).Select(made => string.Join(texts.Comma, [$"{texts["cases.child.determinations"]}: {texts["cases.child.decision." + made.Decision]}", DeskViews.Day(made.On, texts), .. made.Panel, .. made.Summary is { Length: > 0 } summary ? [summary] : Array.Empty<string>()])),
    ]);
}
