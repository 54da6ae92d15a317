using System.Globalization;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Http;
using Tambo.Guide.Directory;
using Tambo.Platform.Access;
using Tambo.Platform.Http;
using Tambo.Platform.Languages;
using Tambo.Platform.Problems;
using Tambo.Platform.Shell;

namespace Tambo.Guide.Staff;

/// <summary>How staff pages of the directory are answered, and what they have in common.</summary>
internal static class StaffAnswers
{
    public const string Root = "/staff/guide/services";

    /// <summary>A staff page; a refusal it shows gives it its status.</summary>
    public static PageResult<TPage> Staff<TPage>(
        this HttpContext context, Problem? problem, params (string Name, object? Value)[] parameters)
        where TPage : IComponent =>
        new(context.Texts(), [("Staff", StaffPage.Of(context)), ("Problem", problem), .. parameters])
        {
            Status = problem?.Kind.Status ?? StatusCodes.Status200OK,
        };

    /// <summary>The page of a service, saying what has just been done.</summary>
    public static IResult Back(Guid service, string done) => Results.Redirect($"{Root}/{service:D}?done={done}");

    public static async Task<FormValues> FormAsync(HttpContext context, CancellationToken cancellationToken) =>
        FormValues.Of(await SentForm.ReadAsync(context, cancellationToken));

    /// <summary>The version a form was filled from.</summary>
    public static int Version(this FormValues values, string name = "version") =>
        int.TryParse(values[name], NumberStyles.None, CultureInfo.InvariantCulture, out var version)
            ? version
            : throw PlatformProblems.Malformed.With();

    /// <summary>Why readers do not see a record, or not all of it.</summary>
    public static string Sentence(Withholding why, string name, Texts texts) => texts.Format(
        "edit.withholding." + why.Code,
        ("name", name.Length > 0 ? name : texts["edit.nameless"]),
        ("fields", string.Join(", ", why.Fields.Select(field => FieldNames.Of(field, texts)))));

    /// <summary>A day in the reader's words.</summary>
    public static string Day(DateTimeOffset? instant, Texts texts) =>
        instant is { } known ? Day(texts.DayOf(known), texts) : texts["shell.unknown"];

    /// <summary>A day in the reader's words.</summary>
    public static string Day(DateOnly day, Texts texts) =>
        $"{Schedules.HoursInWords.Date(day, texts)} {day.Year.ToString("0000", CultureInfo.InvariantCulture)}";

    /// <summary>A moment, by the clocks of the node, in the reader's words.</summary>
    public static string Moment(DateTimeOffset instant, Texts texts) =>
        $"{Day(instant, texts)}, {texts.Clock(instant)}";
}
