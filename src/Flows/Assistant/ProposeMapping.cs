using System.Globalization;
using Tambo.Flows.Harmonising;
using Tambo.Flows.Reading;
using Tambo.Flows.Structure;

namespace Tambo.Flows.Assistant;

/// <summary>Proposes what the columns of an unknown table are, by their headings and by what stands in them; pure.</summary>
internal static class ProposeMapping
{
    /// <summary>Values of one column that a person is shown at most.</summary>
    public const int MostValues = 60;

    /// <summary>A draft for a file.</summary>
    public static MappingDraft For(TableProfile table, string fileName, string language)
    {
        var name = NameOf(fileName);
        var columns = Columns(table);
        return new MappingDraft
        {
            Name = name,
            Series = name.ToUpperInvariant().Replace('-', '_'),
            Language = language,
            Columns = columns,
            // Tables of totals say a combination once; lists of events need not.
            Once = columns.Any(column => column.Role == ColumnRoles.Wide),
        };
    }

    /// <summary>A column in a role that a person chose: its patterns and values are proposed anew.</summary>
    public static ColumnDraft InRole(TableProfile table, int place, string role)
    {
        var column = table.Columns[place];
        var number = ReadColumns.Numbers(column);
        var draft = new ColumnDraft { Place = place, Name = column.Name, Role = role, Number = number?.Form ?? (".", ""), Unknown = number?.Unknown ?? [] };
        if (role == Dataflow.Period)
        {
            var dates = ReadColumns.Dates(column, table.KnowsDates, isHeadedSo: true, out var swapped);
            draft = draft with { Dates = dates.Count == 0 ? [("yyyy-MM", "M")] : dates, MayBeSwapped = swapped };
        }
        else if (role == ColumnRoles.Wide)
        {
            draft = Widened(draft, column.Name);
        }

        else if (ColumnRoles.Hours.Contains(role))
        {
            // Nobody counts for thousands of hours: a comma is the mark of decimals.
            draft = draft with { Number = (ReadColumns.Telling(column).Any(value => value.Value.Contains(',', StringComparison.Ordinal)) ? "," : ".", "") };
        }

        return draft with { Values = Values(table, draft) };
    }

    /// <summary>The name of a mapping for a file: its own in lower case, without dates.</summary>
    public static string NameOf(string fileName)
    {
        var words = Tambo.Platform.Places.Spelling.Fold(Path.GetFileNameWithoutExtension(fileName)).Split(' ')
            .Where(word => !word.Any(char.IsAsciiDigit) && DateWords.MonthOf(word, null) is null && word.All(char.IsAsciiLetter)).ToList();
        return words.Count == 0 ? "table" : string.Join('-', words) is { Length: <= 60 } name ? name : words[0][..Math.Min(60, words[0].Length)];
    }

    private static IReadOnlyList<ColumnDraft> Columns(TableProfile table)
    {
        var roles = new string[table.Columns.Count];
        var numbers = table.Columns.Select(column => ReadColumns.Numbers(column) is not null).ToList();
        for (var at = 0; at < roles.Length; at++)
            roles[at] = RoleOf(table, at, numbers[at]);
        Settle(table, roles, numbers);
        return [.. Enumerable.Range(0, roles.Length).Select(at => InRole(table, at, roles[at]))];
    }

    private static string RoleOf(TableProfile table, int at, bool isNumber)
    {
        var column = table.Columns[at];
        if (ReadColumns.Telling(column).Count == 0)
            return ColumnRoles.None;
        if (Exact(column) is { } exact)
            return exact;
        var heading = TableWords.Heading(column.Name, out var isWhole);
        // What a heading calls hours is no figure of people, whatever stands in it.
        if (ColumnRoles.Hours.Contains(heading))
            return ReadColumns.Share(column, value => HoursReading.TryReadBoth(value, new NumberForm { Decimal = value.Contains(',', StringComparison.Ordinal) ? "," : "." }, out _, out _)) > 0.6 ? heading! : ColumnRoles.None;
        if (isNumber && (Period(column.Name) is not null || (Group(column.Name) is not null && heading is null or "TOTAL" or Dataflow.Value)))
            return ColumnRoles.Wide;
        if (heading is ColumnRoles.Year && isNumber)
            return ColumnRoles.Year;
        if (heading is ColumnRoles.Month && ReadColumns.Share(column, value => DateWords.MonthOf(value, null) >= 1 || (int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var month) && month is >= 1 and <= 12)) > 0.8)
            return ColumnRoles.Month;
        if (ReadColumns.Dates(column, table.KnowsDates, heading is Dataflow.Period or ColumnRoles.Month or ColumnRoles.Year, out _).Count > 0)
            return heading is null or Dataflow.Period or ColumnRoles.Month or ColumnRoles.Year || isWhole ? Dataflow.Period : ColumnRoles.None;
        if (isNumber)
            return heading is "AGE" ? "AGE" : heading is Dataflow.Value ? Dataflow.Value : heading is "TOTAL" ? "TOTAL" : ColumnRoles.None;
        // Two letters are a country's code by chance as often as not: there the heading must say so.
        var isCountry = ColumnRoles.Countries.Contains(heading) || column.Values.Any(value => value.Value.Length > 2 && CountryWords.Find(value.Value) is not null);
        var countries = ReadColumns.CountryList(column);
        if (isCountry && ReadColumns.Share(column, value => CountryWords.Find(value, countries) is not null || TableWords.IsCommon(value)) > 0.6)
            return ColumnRoles.Countries.Contains(heading) ? heading! : "CITIZENSHIP?";
        var best = TableWords.Components.Select(component => (component, Share: ReadColumns.Share(column, value => Understood(component, value)) + (component == heading ? 0.3 : 0)))
            .Where(one => one.Share > 0.5).OrderByDescending(one => one.Share).Select(one => one.component).FirstOrDefault();
        return best ?? (ColumnRoles.Texts.Contains(heading) || ColumnRoles.Countries.Contains(heading) ? heading! : ColumnRoles.None);
    }

    // Each component once; what is left over decides which number is the measure.
    private static void Settle(TableProfile table, string[] roles, List<bool> numbers)
    {
        // Of a name and a code beside it the one that is understood better.
        foreach (var role in ColumnRoles.Countries)
        {
            var same = Enumerable.Range(0, roles.Length).Where(at => roles[at] == role).OrderByDescending(at => ReadColumns.Share(table.Columns[at], value => CountryWords.Find(value, ReadColumns.CountryList(table.Columns[at])) is not null)).ToList();
            foreach (var other in same.Skip(1))
                roles[other] = ColumnRoles.None;
        }

        for (var at = 0; at < roles.Length; at++)
        {
            if (roles[at] == "CITIZENSHIP?")
                roles[at] = roles.Contains("CITIZENSHIP") ? roles.Contains("REF_AREA") ? ColumnRoles.None : "REF_AREA" : "CITIZENSHIP";
            var same = roles[at];
            if (same.Length > 0 && same != ColumnRoles.Wide && same != "TOTAL" && Array.IndexOf(roles, same) < at)
                roles[at] = ColumnRoles.None;
        }

        if (roles.Contains(ColumnRoles.HoursObserved))
            Clear(roles, ColumnRoles.Coverage);
        else if (!roles.Contains(ColumnRoles.Coverage))
            Clear(roles, ColumnRoles.HoursOpen);
        if (roles.Contains(ColumnRoles.SexAge))
            Clear(roles, "SEX", "AGE");
        // A period of its own goes before a year and a month beside it.
        if (roles.Contains(Dataflow.Period))
            Clear(roles, ColumnRoles.Year, ColumnRoles.Month);
        var wide = roles.Count(role => role == ColumnRoles.Wide);
        if (wide == 1 && roles.Contains(Dataflow.Value))
            Clear(roles, ColumnRoles.Wide);
        else if (wide > 0)
            Clear(roles, Dataflow.Value, "TOTAL");
        if (!roles.Contains(Dataflow.Value) && wide == 0)
        {
            var rest = Enumerable.Range(0, roles.Length)
                .Where(at => numbers[at] && roles[at] is ColumnRoles.None or "TOTAL" && TableWords.Heading(table.Columns[at].Name, out _) is null or "TOTAL").ToList();
            if (rest.Count > 0)
                roles[rest.OrderBy(at => roles[at] == "TOTAL" ? 0 : 1).ThenByDescending(at => at).First()] = Dataflow.Value;
        }

        Clear(roles, "TOTAL");
    }

    private static void Clear(string[] roles, params string[] gone)
    {
        for (var at = 0; at < roles.Length; at++)
        {
            if (gone.Contains(roles[at]))
                roles[at] = ColumnRoles.None;
        }
    }

    // SDMX names components themselves; the commonest hashtags say what they are.
    private static string? Exact(ColumnProfile column)
    {
        var code = SdmxCsv.Code(column.Name);
        if (Dataflow.Flow[code] is { } component && column.Name.Any(char.IsAsciiLetterUpper) && code.Equals(component.Code, StringComparison.Ordinal) && code.Contains('_', StringComparison.Ordinal))
            return ColumnRoles.For(Dataflow.Flow).Contains(component.Code) ? component.Code : null;
        var tag = column.Tag.Split('+');
        bool Has(string attribute) => tag.AsSpan(1).Contains(attribute);
        return tag[0] switch
        {
            "#date" => Dataflow.Period,
            "#country" => Has("origin") ? "C_ORIGIN" : Has("dest") ? "C_DEST" : Has("previous") ? "C_PREVIOUS" : Has("next") ? "C_NEXT" : Has("nationality") ? "CITIZENSHIP" : Has("name") ? null : "REF_AREA",
            "#affected" or "#reached" or "#population" => Has("f") || Has("m") ? ColumnRoles.Wide : Dataflow.Value,
            "#loc" => "POINT",
            "#meta" when Has("coverage") && Has("hours") => Has("open") ? ColumnRoles.HoursOpen : ColumnRoles.HoursObserved,
            _ => null,
        };
    }

    private static bool Understood(string component, string value) => TableWords.Category(component, value) is not null
        || (component == "AGE" && AgeWords.Age(value) is not null) || (component == ColumnRoles.SexAge && AgeWords.SexAndAge(value) is { } both && !both.StartsWith('_'));

    private static (string Part, (string Pattern, string Frequency) Dates)? Period(string name)
    {
        foreach (var part in (string[])[name, .. name.Split(TableColumns.Between)])
        {
            if (ReadColumns.Heading(part.Trim()) is { } dates)
                return (part.Trim(), dates);
        }

        return null;
    }

    private static string? Group(string name)
    {
        foreach (var part in (string[])[name, .. name.Split(TableColumns.Between)])
        {
            // An age alone in a heading is as a rule the beginning of one: f_60 are those of 60 and older, or not.
            if (AgeWords.SexAndAge(Spans(part)) is { } says && says != TableWords.Total && !(says.Split(' ')[^1] is ['Y', >= '0' and <= '9', ..] age && !age.Contains('T', StringComparison.Ordinal)) && !says.StartsWith("_U", StringComparison.Ordinal) && !says.StartsWith("_O", StringComparison.Ordinal))
                return says;
        }

        return null;
    }

    // f_0_4 is f 0-4.
    private static string Spans(string name) => string.Concat(name.Select((letter, at) =>
        letter == '_' && at > 0 && at < name.Length - 1 && char.IsAsciiDigit(name[at - 1]) && char.IsAsciiDigit(name[at + 1]) ? '-' : letter == '_' ? ' ' : letter));

    private static ColumnDraft Widened(ColumnDraft draft, string name)
    {
        var period = Period(name);
        var rest = period is { } one && one.Part != name ? string.Join(TableColumns.Between, name.Split(TableColumns.Between).Where(part => part.Trim() != one.Part)) : period is null ? name : "";
        return draft with { Dates = period is { } dated ? [dated.Dates] : [], DatePart = period is { } part && part.Part != name ? part.Part : "", Says = rest.Length == 0 ? "" : Group(rest) ?? "" };
    }

    private static IReadOnlyList<ValueDraft> Values(TableProfile table, ColumnDraft draft)
    {
        var values = table.Columns[draft.Place].Values.Select((value, at) => (value.Value, value.Rows, At: at)).ToList();
        var countries = ReadColumns.CountryList(table.Columns[draft.Place]);
        if (ColumnRoles.Countries.Contains(draft.Role))
            return [.. values.Select(value => CountryWords.Find(value.Value, countries) is { } code ? new ValueDraft(value.At, value.Value, value.Rows, code, true) : new ValueDraft(value.At, value.Value, value.Rows, Common(draft.Role, value.Value), false))];
        if (ColumnRoles.Categories.Contains(draft.Role))
        {
            // Where children are told apart, men and women are the others.
            var codes = values.ConvertAll(value => Code(draft.Role, value.Value));
            var adults = draft.Role == ColumnRoles.SexAge && codes.Any(code => code.EndsWith("Y_LT18", StringComparison.Ordinal));
            return [.. values.Zip(codes, (value, code) => new ValueDraft(value.At, value.Value, value.Rows, adults && code is "M _T" or "F _T" ? code[..2] + "Y_GE18" : code, false))];
        }

        // Of dates, texts and numbers only what is a total or a note needs a word.
        return draft.Role == Dataflow.Period || ColumnRoles.Texts.Contains(draft.Role)
            ? [.. values.Where(value => value.Value.Length > 0 && TableWords.LeaveOut(value.Value) is not null).Select(value => new ValueDraft(value.At, value.Value, value.Rows, TableWords.Total, false))]
            : [];
    }

    private static string Common(string role, string value) =>
        value.Length == 0 ? "_U" : TableWords.Category(role, value) ?? (role != "CITIZENSHIP" ? TableWords.Category("CITIZENSHIP", value) : null) ?? (TableWords.LeaveOut(value) is null ? "" : TableWords.Total);

    private static string Code(string role, string value) => (role switch
    {
        _ when value.Length == 0 => "_U",
        "AGE" => AgeWords.Age(value),
        ColumnRoles.SexAge => AgeWords.SexAndAge(value),
        _ => TableWords.Category(role, value),
    }) ?? (TableWords.LeaveOut(value) is null ? "" : TableWords.Total);
}
