using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Tambo.Guide.Staff;
using Tambo.Platform.Cryptography;
using Tambo.Platform.Http;
using Tambo.Platform.Idempotency;
using Tambo.Platform.Languages;
using Tambo.Platform.Problems;
using Tambo.Platform.Shell;

namespace Tambo.Guide.Translating;

/// <summary>What was looked at, as the button that takes it in carries it: sealed, for one person and for an hour.</summary>
/// <param name="Name">The name of the file.</param>
/// <param name="Kept">The name under which it is kept meanwhile.</param>
/// <param name="Terms">Who made the translations.</param>
/// <param name="Fingerprint">What was to be done.</param>
internal sealed record CheckedTranslations(string Name, string Kept, TranslationTerms Terms, string Fingerprint);

/// <summary>Somebody takes a file along for a translation program, and brings it back: looked at first, then taken in.</summary>
internal static class TranslationFiles
{
    public const string Import = ShowDesk.Root + "/import";
    public const string Export = ShowDesk.Root + "/export";

    public static void Map(IEndpointRouteBuilder routes)
    {
        var limit = routes.ServiceProvider.GetRequiredService<ImportTranslations>().Limit;
        routes.MapGet(Export, ExportAsync).Needs(GuideScope.Edit).ExcludeFromDescription();
        routes.MapGet(Import, IResult (HttpContext context, ImportTranslations import) => Form(context, import, new FormValues(), null)).Needs(GuideScope.Edit).ExcludeFromDescription();
        routes.MapPost(Import + "/check", CheckAsync).Needs(GuideScope.Edit).TakesFiles(limit).ExcludeFromDescription().DisableAntiforgery().MayRepeat("looks, and keeps the file sealed for an hour");
        routes.MapPost(Import + "/run", RunAsync).Needs(GuideScope.Edit).ExcludeFromDescription().DisableAntiforgery().DoneOnce();
    }

    private static async Task<IResult> ExportAsync(
        HttpContext context, DirectoryDesk desk, TextCatalog catalog, ExportTranslations export, string? from, string? what, string? hidden, CancellationToken cancellationToken)
    {
        var scope = GuideScope.For(context.Actor(), await desk.MomentAsync(cancellationToken));
        var filter = ShowDesk.FilterOf(context, scope, catalog.Languages);
        try
        {
            var file = await export.MakeAsync(
                new TranslationRequest
                {
                    Language = filter.Language,
                    From = from ?? "",
                    Everything = what == "all",
                    Kind = filter.Kind,
                    Agency = filter.Agency,
                    Hidden = hidden == "true" && scope.SeesSome,
                },
                context.Actor(), context.Texts(), cancellationToken);
            var name = string.Create(CultureInfo.InvariantCulture, $"tambo-{file.From}-{filter.Language}-{desk.Today:yyyyMMdd}{Xliff.Extension}");
            return Results.File(file.Bytes, Xliff.MediaType, name);
        }
        catch (Problem problem) when (problem.Kind == GuideProblems.NothingToTranslate)
        {
            return await ShowDesk.PageAsync(context, desk, catalog, problem, cancellationToken);
        }
    }

    private static async Task<IResult> CheckAsync(HttpContext context, ImportDesk desk, ImportTranslations import, CancellationToken cancellationToken)
    {
        var form = await SentForm.ReadAsync(context, cancellationToken);
        var values = FormValues.Of(form);
        var reading = new FormReading(values);
        var file = form.Files.FirstOrDefault(file => file.Length > 0);
        if (file is null)
            reading.Refuse("files", FormProblems.Missing);
        var terms = new TranslationTerms(reading.OneOf("how", TranslationWords.Methods, "human"), reading.Text("translator", 200, required: true), reading.Text("reviewer", 200));
        if (reading.Refusal is { } refusal)
            return Form(context, import, values, refusal);
        await using var bytes = file!.OpenReadStream();
        return await PreviewAsync(context, desk, import, new CheckedTranslations(SentForm.NameOf(file), "", terms, ""), bytes, null, cancellationToken);
    }

    private static async Task<IResult> RunAsync(HttpContext context, ImportDesk desk, ImportTranslations import, CancellationToken cancellationToken)
    {
        var values = await StaffAnswers.FormAsync(context, cancellationToken);
        var wanted = desk.Open<CheckedTranslations>(context.Actor(), values["import"]);
        await using var bytes = await desk.Brought.OpenAsync(wanted.Kept, cancellationToken) ?? throw PlatformProblems.StaleForm.With();
        try
        {
            var report = await import.RunAsync(bytes, wanted.Terms, context.Actor(), dryRun: false, wanted.Fingerprint, cancellationToken);
            await desk.Brought.ForgetAsync([wanted.Kept], cancellationToken);
            return context.Staff<TranslationReportPage>(null, ("Report", report), ("File", wanted.Name));
        }
        catch (Problem problem) when (problem.Kind == PlatformProblems.Changed)
        {
            return await PreviewAsync(context, desk, import, wanted, bytes, problem, cancellationToken);
        }
    }

    private static async Task<IResult> PreviewAsync(
        HttpContext context, ImportDesk desk, ImportTranslations import, CheckedTranslations wanted, Stream bytes, Problem? problem, CancellationToken cancellationToken)
    {
        try
        {
            bytes.Position = 0;
            var report = await import.RunAsync(bytes, wanted.Terms, context.Actor(), dryRun: true, null, cancellationToken);
            // Kept only while there is something to let in.
            if (report.Records > 0 && wanted.Kept.Length == 0)
                wanted = wanted with { Kept = await desk.Brought.KeepAsync(bytes, ImportDesk.KeptFor, cancellationToken) };
            return context.Staff<TranslationReportPage>(
                problem, ("Report", report), ("File", wanted.Name), ("Sealed", report.Records == 0 ? null : desk.Seal(context.Actor(), wanted with { Fingerprint = report.Fingerprint })));
        }
        catch (Problem refused) when (refused.Kind.Status is 413 or 415 or 422)
        {
            var values = new FormValues { ["how"] = wanted.Terms.Method, ["translator"] = wanted.Terms.Translator, ["reviewer"] = wanted.Terms.Reviewer };
            return Form(context, import, values, refused);
        }
    }

    private static PageResult<TranslationImportPage> Form(HttpContext context, ImportTranslations import, FormValues values, Problem? problem) =>
        context.Staff<TranslationImportPage>(problem, ("Values", values), ("MegabytesAllowed", import.Limit >> 20));
}
