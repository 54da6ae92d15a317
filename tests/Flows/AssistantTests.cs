using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;
using Tambo.Flows;
using Tambo.Flows.Assistant;
using Tambo.Flows.Harmonising;
using Tambo.Flows.Structure;
using Tambo.Tests.Platform.Files;

namespace Tambo.Tests.Flows;

/// <summary>The assistant proposes what a statistician would, and what it does not understand it says.</summary>
public sealed class AssistantTests
{
    private static readonly DateOnly Today = new(2026, 1, 1);

    private static TableProfile Profile(string text, params IReadOnlyList<Mapping> known) => Profile(new MemoryStream(Encoding.UTF8.GetBytes(text)), known);

    private static TableProfile Profile(Stream file, params IReadOnlyList<Mapping> known) => TableProfile.Of(file, "", "", false, known, Today);

    private static string Roles(TableProfile table) => string.Join(' ', ProposeMapping.For(table, "x.csv", "en").Columns.Select(column => column.Role.Length == 0 ? "-" : column.Role));

    // Proposed, accepted as it is, and read: what the assistant alone makes of a file.
    private static (string Observations, string Issues) Accepted(string text, Func<MappingDraft, MappingDraft>? change = null)
    {
        var draft = ProposeMapping.For(Profile(text), "table.csv", "en") with { Publisher = "Office of the valley" };
        var read = ReadAnythingTests.Read(text, WriteMapping.Json(change?.Invoke(draft) ?? draft, 1));
        return (read.Observations, read.Issues);
    }

    [Theory]
    [InlineData("Fecha;Nacionalidad;Sexo;Grupo de edad;Total\n2023-01;Venezolana;Mujeres;0 a 17 años;1.200\n2023-02;Haitiana;Hombres;18 y más;7\n", "TIME_PERIOD CITIZENSHIP SEX AGE OBS_VALUE", "2023-01 VEN F Y0T17 1200; 2023-02 HTI M Y_GE18 7")]
    [InlineData("date,nationality,sex,age,persons\n01/02/2023,Haitian,female,under 18,3\n25/02/2023,Cuban,male,18+,4\n", "TIME_PERIOD CITIZENSHIP SEX AGE OBS_VALUE", "2023-02-01 HTI F Y_LT18 3; 2023-02-25 CUB M Y_GE18 4")]
    [InlineData("Mois,Nationalité,Catégorie,Nombre\njanvier 2023,Haïtienne,garçons,3\nfévrier 2023,Cubaine,femmes,4\n", "TIME_PERIOD CITIZENSHIP SEX_AGE OBS_VALUE", "2023-01 HTI M Y_LT18 3; 2023-02 CUB F Y_GE18 4")]
    [InlineData("Ano,Mês,País de origem,Faixa etária,Quantidade\n2023,março,Haiti,crianças,3\n2023,abril,Venezuela,idosos,4\n", "YEAR MONTH C_ORIGIN AGE OBS_VALUE", "2023-03 Y_LT18 3; 2023-04 Y_GE60 4")]
    [InlineData("Mwa,Nasyonalite,Sèks,Kantite\njanvye 2023,ayisyen,fanm,3\njiyè 2023,kiben,gason,4\n", "TIME_PERIOD CITIZENSHIP SEX OBS_VALUE", "2023-01 HTI F 3; 2023-07 CUB M 4")]
    [InlineData("t,nat,n\n2023-01,VEN,5\n2023-02,HTI,7\n", "TIME_PERIOD CITIZENSHIP OBS_VALUE", "2023-01 VEN 5; 2023-02 HTI 7")]
    [InlineData("País;Año;Enero;Febrero;Total\nVenezuela;2023;5;7;12\nHaití;2023;1;;1\n", "REF_AREA YEAR WIDE WIDE -", "2023-01 5; 2023-02 7; 2023-01 1")]
    [InlineData("Nacionalidad;ene-23;feb-23;mar-23\nVenezolanos;5;7;9\nApátridas;1;;2\nTotal general;6;7;11\nFuente: registros;;;\n", "CITIZENSHIP WIDE WIDE WIDE", "2023-01 VEN 5; 2023-02 VEN 7; 2023-03 VEN 9; 2023-01 STLS 1; 2023-03 STLS 2")]
    [InlineData("Mes,Hombres,,Mujeres,\n,0-17,18+,0-17,18+\n2023-01,1,2,3,4\n2023-02,5,6,7,8\n", "TIME_PERIOD WIDE WIDE WIDE WIDE", "2023-01 M Y0T17 1; 2023-01 M Y_GE18 2; 2023-01 F Y0T17 3; 2023-01 F Y_GE18 4; 2023-02 M Y0T17 5; 2023-02 M Y_GE18 6; 2023-02 F Y0T17 7; 2023-02 F Y_GE18 8")]
    [InlineData("start,trip/nationality,person/sex,person/age\n2023-01-09T10:00:00,Haitian,female,31\n2023-01-10T10:00:00,Cuban,male,4\n", "TIME_PERIOD CITIZENSHIP SEX AGE", "2023-01-09 HTI F Y31 1; 2023-01-10 CUB M Y4 1")]
    [InlineData("#date,#country+code+nationality,#affected+ind\n2023-01,HTI,5\n2023-02,PER,7\n", "TIME_PERIOD CITIZENSHIP OBS_VALUE", "2023-01 HTI 5; 2023-02 PER 7")]
    [InlineData("year,coo_name,coo_iso,f_0_4,f_60,level\n2023,Perú,PER,5,6,FA\n2024,Republica de Cuba,CUB,7,8,RA\n", "YEAR - C_ORIGIN WIDE - -", "2023 F Y0T4 5; 2024 F Y0T4 7")]
    [InlineData("date,border post,persons\n2023-01,All Souls,5\n2023-02,Total,7\n", "TIME_PERIOD POINT OBS_VALUE", "2023-01 5")]
    [InlineData("DATAFLOW,REF_AREA,CITIZENSHIP,TIME_PERIOD,OBS_VALUE\nA:F(1.0),PAN,HTI,2023-01,5\nA:F(1.0),PAN,PER,2023-02,7\n", "- REF_AREA CITIZENSHIP TIME_PERIOD OBS_VALUE", "2023-01 HTI 5; 2023-02 PER 7")]
    public void Columns_are_recognised_by_their_headings_and_by_what_stands_in_them(string text, string roles, string observations)
    {
        Assert.Equal(roles, Roles(Profile(text)));
        Assert.Equal((observations, ""), Accepted(text));
    }

    [Theory]
    [InlineData("date,border post,nationality,persons,hours observed,hours open\n2025-01-09,Meteti,Haitian,3,8,12\n2025-01-10,Meteti,Cuban,3,9,12\n", "HOURS_OBSERVED HOURS_OPEN", "8/12 9/12")]
    [InlineData("Fecha;Puesto fronterizo;Nacionalidad;Total;Horas de observación;Horas de apertura\n2025-01-09;Metetí;Haitiana;3;7,5;12\n2025-01-10;Metetí;Cubana;3;9;12\n", "HOURS_OBSERVED HOURS_OPEN", "7.5/12 9/12")]
    [InlineData("Date,Poste,Nationalité,Nombre,Heures d’observation,Heures d’ouverture\n2025-01-09,Metetí,Haïtienne,3,7h30,12h00\n2025-01-10,Metetí,Cubaine,3,9h00,12h00\n", "HOURS_OBSERVED HOURS_OPEN", "7.5/12 9/12")]
    [InlineData("Data,Ponto,Nacionalidade,Quantidade,Horas de observação,Horas de operação\n2025-01-09,Metetí,haitiana,3,8,12\n2025-01-10,Metetí,cubana,3,,12\n", "HOURS_OBSERVED HOURS_OPEN", "8/12")]
    [InlineData("Dat,Pwen,Nasyonalite,Kantite,Lè obsèvasyon,Lè ouvèti\n2025-01-09,Metetí,ayisyen,3,8,12\n2025-01-10,Metetí,kiben,3,9,12\n", "HOURS_OBSERVED HOURS_OPEN", "8/12 9/12")]
    [InlineData("TIME_PERIOD,POINT,CITIZENSHIP,OBS_VALUE,COVERAGE_TIME\n2025-01-09,Meteti,HTI,3,06:00-14:00\n2025-01-10,Meteti,CUB,3,9/12\n", "COVERAGE_TIME", "8/? 9/12")]
    [InlineData("#date,#loc+fmp+code,#country+code+nationality,#affected+ind,#meta+coverage+hours,#meta+coverage+hours+open\n2025-01-09,METETI,HTI,3,8,12\n", "HOURS_OBSERVED HOURS_OPEN", "8/12")]
    [InlineData("date,border post,nationality,persons,opening hours\n2025-01-09,Meteti,Haitian,3,12\n", "-", "")]
    [InlineData("date,border post,nationality,persons,hours observed\n2025-01-09,Meteti,Haitian,3,by day\n", "-", "")]
    public void Columns_of_hours_are_recognised_and_taken_for_no_figure_of_people(string text, string roles, string hours)
    {
        Assert.Equal("TIME_PERIOD POINT CITIZENSHIP OBS_VALUE " + roles, Roles(Profile(text)));
        var draft = ProposeMapping.For(Profile(text), "table.csv", "en") with { Publisher = "Office of the valley", RefArea = "PAN" };
        var (observations, issues, file) = ReadAnythingTests.Read(text, WriteMapping.Json(draft, 1), "TIME_PERIOD");
        Assert.StartsWith("2025-01-09 3", observations, StringComparison.Ordinal);
        Assert.Equal("", issues);
        Assert.Equal(hours, string.Join(' ', file.Hours.Written().SelectMany(point => Tambo.Flows.Imports.HoursInFile.Read(point.Said)).Where(one => one.Observed is not null).Select(one => HoursRule.Told(one.Observed, one.Open))));
        // Of stocks no hours are asked.
        Assert.DoesNotContain("\"hours\"", WriteMapping.Json(draft with { Flow = "STOCK" }, 1), StringComparison.Ordinal);
    }

    [Fact]
    public void A_word_that_is_two_months_is_not_guessed_but_said()
    {
        var (observations, issues) = Accepted("Mwa,Nasyonalite,Kantite\njanvye 2023,ayisyen,3\nmas 2023,ayisyen,5\njen 2023,kiben,6\nout 2023,kiben,4\n");
        Assert.Equal(("2023-01 HTI 3; 2023-03 HTI 5; 2023-06 CUB 6", "5 flows.date_unknown"), (observations, issues));
    }

    [Theory]
    [InlineData("0 a 17 años", "Y0T17")]
    [InlineData("0-4", "Y0T4")]
    [InlineData("12 – 17 anos", "Y12T17")]
    [InlineData("60 y más", "Y_GE60")]
    [InlineData("60 et plus", "Y_GE60")]
    [InlineData("65+", "Y_GE65")]
    [InlineData("Menores de 18 años", "Y_LT18")]
    [InlineData("under 5", "Y_LT5")]
    [InlineData("moins de 12 ans", "Y_LT12")]
    [InlineData("Mayores de 18", "Y_GE18")]
    [InlineData("timoun", "Y_LT18")]
    [InlineData("Adultos", "Y_GE18")]
    [InlineData("30", "Y30")]
    [InlineData("17-0", null)]
    [InlineData("grupo 3", null)]
    [InlineData("١٨-٢٥", null)]
    public void Ages_in_words_become_intervals(string words, string? code) => Assert.Equal(code, AgeWords.Age(words));

    [Theory]
    [InlineData("Niñas", "F Y_LT18")]
    [InlineData("Hombres | 0-17", "M Y0T17")]
    [InlineData("Mujeres de 18 y más", null)]
    [InlineData("Women 18+", "F Y_GE18")]
    [InlineData("hommes", "M _T")]
    [InlineData("M 18+", "M Y_GE18")]
    [InlineData("familias", null)]
    public void Sex_and_age_are_told_apart(string words, string? code) => Assert.Equal(code, AgeWords.SexAndAge(words));

    [Fact]
    public void Men_are_adults_where_boys_are_told_apart_and_only_there()
    {
        Assert.Equal("2023-01 M Y_GE18 5; 2023-01 M Y_LT18 2", Accepted("t,demog,n\n2023-01,men,5\n2023-01,boys,2\n").Observations);
        Assert.Equal("2023-01 M 5; 2023-01 F 2", Accepted("t,gender,n\n2023-01,men,5\n2023-01,women,2\n").Observations);
    }

    [Fact]
    public void What_is_not_understood_is_asked_and_not_filled_in()
    {
        var draft = ProposeMapping.For(Profile("date,nationality,n\n2023-01,Atlantis,3\n2023-01,Peru,4\n2023-01,Total,7\n2023-01,,1\n2023-01,Otros,2\n"), "x.csv", "en");
        Assert.Equal(["=_U", "Atlantis=", "Otros=_O", "Total=-"], draft.Columns[1].Values.Where(value => !value.IsUnderstood).Select(value => $"{value.Value}={value.Code}").Order(StringComparer.Ordinal));
        Assert.Equal(1, draft.Columns[1].Values.Count(value => value.IsUnderstood));
    }

    [Fact]
    public void Day_before_month_is_said_where_nothing_tells_them_apart()
    {
        Assert.True(ProposeMapping.For(Profile("date,n\n01/02/2023,3\n05/04/2023,5\n"), "x.csv", "en").Columns[0].MayBeSwapped);
        Assert.False(ProposeMapping.For(Profile("date,n\n01/02/2023,3\n25/04/2023,5\n"), "x.csv", "en").Columns[0].MayBeSwapped);
        Assert.Equal("2023-04-25 5", Accepted("date,n\n04/25/2023,5\n").Observations);
        Assert.Equal("2023-01 5; 2023-02 7", Accepted("date,n\n01/01/2023,5\n01/02/2023,7\n").Observations);
    }

    [Fact]
    public void Mappings_that_have_the_columns_of_a_file_are_named()
    {
        var known = MappingShelf.Read(ReadAnythingTests.LongMapping("t", "nat", "n"), "long").Mapping;
        Assert.Equal(["long"], Profile("t,nat,n,note\n2023-01,HTI,5,x\n", known).Fitting);
        Assert.Empty(Profile("t,nat,number\n2023-01,HTI,5\n", known).Fitting);
    }

    [Fact]
    public void What_a_person_says_in_the_form_goes_before_what_was_proposed()
    {
        var table = Profile("date,who,where,n\n01/02/2023,Atlantis,Peru,3\n05/04/2023,Cuba,Peru,5\n");
        var proposed = ProposeMapping.For(table, "Crossings 2023-04.csv", "en");
        Assert.Equal(("crossings", "CROSSINGS"), (proposed.Name, proposed.Series));
        var form = Form(("seen", DraftForm.Seen(table)), ("name", "crossings"), ("series", "valley"), ("publisher", "Office"), ("unit", "MV"), ("r0", "TIME_PERIOD"), ("c0", "TIME_PERIOD"), ("p0", "MM/dd/yyyy"), ("q0", "D"),
            ("r1", "CITIZENSHIP"), ("c1", "CITIZENSHIP"), ("v1-0", "venezolana"), ("r2", "REF_AREA"), ("c2", "C_DEST"), ("c3", "OBS_VALUE"), ("area", "ecuador"));
        var (draft, refusal) = DraftForm.Read(form, table, proposed);
        Assert.Null(refusal);
        Assert.Equal(("VALLEY", "MV", "ECU"), (draft.Series, draft.Unit, draft.RefArea));
        Assert.Equal("2023-01-02 VEN 3; 2023-05-04 CUB 5", ReadAnythingTests.Read("date,who,where,n\n01/02/2023,Atlantis,Peru,3\n05/04/2023,Cuba,Peru,5\n", WriteMapping.Json(draft, 1)).Observations);
        var (_, wrong) = DraftForm.Read(Form(("seen", DraftForm.Seen(table)), ("name", "No Name"), ("publisher", ""), ("r1", "CITIZENSHIP"), ("c1", "CITIZENSHIP"), ("v1-0", "Lemuria"), ("c2", "CITIZENSHIP"), ("area", "Lemuria")), table, proposed);
        Assert.Equal(["area", "c2", "name", "publisher", "v1-0"], wrong!.Fields.Keys.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Files_may_be_said_to_divide_a_series_by_what_the_table_says_and_by_nothing_else()
    {
        var draft = ProposeMapping.For(Profile("date,nationality,border post,sex,persons\n2023-01,Haitian,All Souls,male,5\n2023-02,Cuban,West,male,7\n"), "x.csv", "en");
        Assert.Equal(["POINT", "CITIZENSHIP"], DraftForm.Parts(draft));
        Assert.Equal(["COUNTRY", "POINT", "CITIZENSHIP"], DraftForm.Parts(draft with { RefArea = "COL" }));
        Assert.Equal(["COUNTRY", "CITIZENSHIP"], DraftForm.Parts(draft with { RefArea = "COL", Flow = "STOCK" }));
        Assert.DoesNotContain("replaces_within", WriteMapping.Json(draft, 1), StringComparison.Ordinal);
        Assert.DoesNotContain("replaces_within", WriteMapping.Json(draft with { Within = ["POINT"], Replaces = "nothing" }, 1), StringComparison.Ordinal);
        Assert.Equal(["POINT"], MappingShelf.Read(WriteMapping.Json(draft with { Publisher = "Office", RefArea = "COL", Within = ["POINT"] }, 1), "x").Mapping.ReplacesWithin);
    }

    [Fact]
    public void A_workbook_nobody_has_seen_before_is_understood_without_a_word()
    {
        using var book = Workbooks.New(
            ("Léeme", false, [], [Workbooks.Row(1, Workbooks.Text("A1", "Notas"), Workbooks.Text("B1", "de la tabla"))]),
            ("Cuadro 1", false, ["A1:D1"],
            [
                Workbooks.Row(1, Workbooks.Text("A1", "Movimientos en el valle")),
                Workbooks.Row(3, Workbooks.Text("A3", "Mes"), Workbooks.Text("B3", "Nacionalidad"), Workbooks.Text("C3", "Grupo"), Workbooks.Text("D3", "Personas")),
                Workbooks.Row(4, Workbooks.Number("A4", "44927", style: 1), Workbooks.Text("B4", "Venezolana"), Workbooks.Text("C4", "Niñas"), Workbooks.Number("D4", "3")),
                Workbooks.Row(5, Workbooks.Number("A5", "44958", style: 1), Workbooks.Text("B5", "Haitiana"), Workbooks.Text("C5", "Mujeres"), Workbooks.Number("D5", "4")),
                Workbooks.Row(6, Workbooks.Text("A6", "Total"), Workbooks.Number("D6", "7")),
            ]));
        var table = Profile(book);
        Assert.Equal("Cuadro 1", table.Sheet);
        var draft = ProposeMapping.For(table, "x.xlsx", "es") with { Publisher = "Oficina del valle" };
        var (observations, issues, file) = ReadAnythingTests.Read(book, WriteMapping.Json(draft, 1));
        Assert.Equal(("2023-01 VEN F Y_LT18 3; 2023-02 HTI F Y_GE18 4", "", 1L), (observations, issues, file.LeftOut));
    }

    private static FormCollection Form(params (string Name, string Value)[] fields) => new(fields.ToDictionary(field => field.Name, field => new StringValues(field.Value)));
}
