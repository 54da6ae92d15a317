using System.Globalization;
using Tambo.Flows.Pages;
using Tambo.Flows.Reading;
using Tambo.Flows.Structure;
using Tambo.Platform.Files;
using Tambo.Platform.Jobs;
using Tambo.Platform.Languages;
using Tambo.Platform.Shell;

namespace Tambo.Flows.Assistant;

/// <summary>Imports of figures in the reader's words.</summary>
internal static class ImportWords
{
    /// <summary>Where an issue stands: a line, with its sheet or file where there are several.</summary>
    public static string Place(int line, string? source, Texts texts) =>
        line == 0 ? texts["flows.reading.whole_file"] : new LinePlace(source ?? "", line).ToString();

    /// <summary>A moment, in UTC.</summary>
    public static string Moment(DateTimeOffset moment, Texts texts) => $"{CodeWords.Day(moment, texts)}, {moment.UtcDateTime.ToString("HH:mm", CultureInfo.InvariantCulture)} UTC";

    /// <summary>What has become of an import.</summary>
    public static (string Words, NoticeTone Tone) State(PastFlowsImport import, Texts texts) => (texts[(import.Fate is "cancelled" or "refused" or "broken_off" ? "works.state." : "flows.reading.state.") + import.Fate], import.Fate switch
    {
        "standing" => NoticeTone.Success,
        "broken_off" => NoticeTone.Danger,
        _ => NoticeTone.Neutral,
    });

    /// <summary>What the state of an import means.</summary>
    public static string StateHint(PastFlowsImport import, Texts texts) =>
        texts[(import.Fate is "cancelled" or "refused" or "broken_off" ? "works.state.hint." : "flows.reading.state.hint.") + import.Fate];

    /// <summary>How far an import is that is under way.</summary>
    public static string SoFar(StartedWork work, Texts texts) => work.SoFar.Percent switch
    {
        >= 100 => texts.Format("flows.reading.going_on.writing", ("rows", work.Counted)),
        { } percent => texts.Format("flows.reading.going_on.share", ("rows", work.Counted), ("percent", percent)),
        _ => texts["flows.reading.going_on.begun"],
    };

    /// <summary>What is wrong with a row, in one sentence.</summary>
    public static string Issue(string code, string? value, Texts texts) => texts.Format("issue." + code, ("value", value ?? ""));

    /// <summary>How much an issue weighs.</summary>
    public static (string Words, NoticeTone Tone) Weight(string severity, Texts texts) => (texts["flows.reading.weight." + severity], severity switch
    {
        "error" => NoticeTone.Danger,
        "warning" => NoticeTone.Warning,
        _ => NoticeTone.Neutral,
    });

    /// <summary>The severity as it is stored.</summary>
    public static string Severity(IssueSeverity severity) => severity switch
    {
        IssueSeverity.Error => "error",
        IssueSeverity.Warning => "warning",
        _ => "note",
    };

    /// <summary>Codes of an observation, one after the other.</summary>
    public static string Codes(IEnumerable<(string Component, string Code)> codes, Texts texts) =>
        string.Join(texts.Semicolon, codes.Select(pair => Code(pair.Component, pair.Code, texts)));

    /// <summary>A code of a component; a period as it is written.</summary>
    public static string Code(string component, string code, Texts texts) => component == Dataflow.Period
        ? Period.Read(code) is { } period ? CodeWords.Of(period, texts) : code
        : CodeWords.Of(component, code, texts);

    /// <summary>What a value became: codes joined by a bar; or that its rows were left out, and why.</summary>
    public static string Became(string components, string became, string why, Texts texts)
    {
        if (components.Length == 0)
            return texts.Format("flows.reading.left_out_why", ("why", Why(why, texts)));
        var (names, codes) = (components.Split('|'), became.Split('|'));
        return string.Join(texts.Semicolon, codes.Select((code, at) => at < names.Length ? Code(names[at], code, texts) : code));
    }

    /// <summary>Why a value could not be carried over exactly; empty when it could.</summary>
    public static string Why(string why, Texts texts) => why.Length > 0 && texts.Knows("flows.why." + why) ? texts["flows.why." + why] : why;
}
