using System.Globalization;
using System.Text.RegularExpressions;
using Tambo.Flows.Harmonising;
using Tambo.Flows.Structure;

namespace Tambo.Flows.Assistant;

/// <summary>Ages and sexes as tables word them, in es, en, fr, pt and ht: <c>0 a 17 años</c>, <c>60 y más</c>, <c>under 5</c>, <c>Mujeres 18+</c>; pure.</summary>
internal static partial class AgeWords
{
    private const int LongestWords = 80;

    // Milliseconds; cells are short.
    private const int Longest = 200;

    private const string Years = "( *(anos?|years?|yrs?|ans|an|lane|y/o))?( (old|de edad|cumplidos|d'age|de idade))?";

    /// <summary>The code of an age interval; null when the words are none.</summary>
    public static string? Age(string words)
    {
        var text = Bare(words);
        if (text.Length > LongestWords)
            return null;
        if (AgeInterval.Read(words.Trim()) is not null)
            return words.Trim();
        if (TableWords.Category("AGE", words) is { } known)
            return known;
        if (Span().Match(text) is { Success: true } span && Number(span, "a") <= Number(span, "b"))
            return string.Create(CultureInfo.InvariantCulture, $"Y{Number(span, "a")}T{Number(span, "b")}");
        if (From().Match(text) is { Success: true } from)
            return string.Create(CultureInfo.InvariantCulture, $"Y_GE{Number(from, "a")}");
        if (Least().Match(text) is { Success: true } least)
            return string.Create(CultureInfo.InvariantCulture, $"Y_GE{Number(least, "a")}");
        if (Below().Match(text) is { Success: true } below && Number(below, "a") > 0)
            return string.Create(CultureInfo.InvariantCulture, $"Y_LT{Number(below, "a")}");
        return Single().Match(text) is { Success: true } single && Number(single, "a") < 130 ? string.Create(CultureInfo.InvariantCulture, $"Y{Number(single, "a")}") : null;
    }

    /// <summary>Sex and age of words that say both or one of them, as <c>M Y_GE18</c>; null when they say neither.</summary>
    public static string? SexAndAge(string words)
    {
        if (TableWords.Category("SEX_AGE", words) is { } both)
            return both;
        if (Typed(words) is { } typed)
            return typed;
        var text = Bare(words);
        // The sex is the word that is found first; what is left may be the age.
        foreach (var word in text.Split([' ', ',', '/', '(', ')', '|', '_', '-', ':'], StringSplitOptions.RemoveEmptyEntries))
        {
            var said = TableWords.Category("SEX_AGE", word) is { } child && child.Contains(' ', StringComparison.Ordinal) ? child : null;
            var sex = said?.Split(' ')[0] ?? (TableWords.Category("SEX", word) is { } found && (found == "M" || found == "F") ? found : null);
            if (sex is null)
                continue;
            var at = text.IndexOf(word, StringComparison.Ordinal);
            var rest = string.Concat(text.AsSpan(0, at), " ", text.AsSpan(at + word.Length)).Trim(' ', ',', '/', '(', ')', '|', '_', ':', '-').Trim();
            if (rest.Length == 0)
                return said ?? $"{sex} _T";
            if (Age(rest) is { } age && age != TableWords.Total)
                return $"{sex} {age}";
        }

        return Age(words) is { } only and not TableWords.Total ? $"_T {only}" : null;
    }

    /// <summary>An age as people read it: <c>0-17</c>, <c>18+</c>; other codes as they are.</summary>
    public static string Shown(string code)
    {
        if (code.StartsWith('_') || AgeInterval.Read(code) is not { } age)
            return code;
        var least = age.Least.ToString(CultureInfo.InvariantCulture);
        return age.Most == AgeInterval.NoLimit ? least + "+" : age.Least == age.Most ? least : string.Create(CultureInfo.InvariantCulture, $"{age.Least}-{age.Most}");
    }

    // As the form shows it: a sex and an age with a blank between.
    private static string? Typed(string words)
    {
        var parts = words.Trim().Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return parts.Length == 2 && parts[0] is ("M" or "F" or "_T" or "_U" or "_O") && Age(parts[1]) is { } age && age != TableWords.Total ? $"{parts[0]} {age}" : null;
    }

    private static string Bare(string words) => WordForms.Plain(words).Replace('–', '-').Replace('—', '-').Replace("≥", ">=", StringComparison.Ordinal);

    private static int Number(Match match, string group) => int.Parse(match.Groups[group].Value, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"^(de |entre |from |between |ages? |edad |soti )?(?<a>[0-9]{1,3})" + Years + @" *(-|a|to|al|hasta|ate|et|y|and|e|rive)+ *(?<b>[0-9]{1,3})" + Years + "$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, Longest)]
    private static partial Regex Span();

    [GeneratedRegex(@"^(?<a>[0-9]{1,3})" + Years + @" *(\+|y mas|o mas|e mais|ou mais|and (over|above|older|more)|or (over|older|more)|et plus|ou plus|anos? (y|o|e|ou) ma[is]s?|ak plis|oswa plis|en adelante)" + Years + "$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, Longest)]
    private static partial Regex From();

    [GeneratedRegex(@"^(>= ?|mayor(es)? (de|a) |maior(es)? de |\+ ?|over |above |plus de |mais de |mas de |plis pase )(?<a>[0-9]{1,3})" + Years + "$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, Longest)]
    private static partial Regex Least();

    [GeneratedRegex(@"^(< ?|menor(es)? (de|a) |menos de |under |below |less than |moins de |younger than |mwens pase |ninos menores de )(?<a>[0-9]{1,3})" + Years + "$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, Longest)]
    private static partial Regex Below();

    [GeneratedRegex(@"^(?<a>[0-9]{1,3})" + Years + "$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, Longest)]
    private static partial Regex Single();
}
