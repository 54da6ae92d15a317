using Tambo.Guide.Schedules;
using Tambo.Platform.Languages;

namespace Tambo.Tests.Guide.Schedules;

/// <summary>Opening hours in the words of five languages.</summary>
public class WordsTests
{
    internal static readonly TextCatalog Catalog = TextCatalog.Load([typeof(TextCatalog).Assembly, typeof(OpeningHours).Assembly]);

    private const string Office = "MO,TU,WE,TH,FR 09:00-17:00;SA 09:00-13:00";
    private static readonly DateOnly Today = Hours.Day("2026-11-23");

    // A no-break space stands before the colon and the h of French; here it is written _.
    [Theory]
    [InlineData(Office, "en", "Mon–Fri 9:00–17:00, Sat 9:00–13:00, Sun closed")]
    [InlineData(Office, "es", "Lun a vie 9:00–17:00, sáb 9:00–13:00, dom cerrado")]
    [InlineData(Office, "fr", "Lun–ven 9_h–17_h, sam 9_h–13_h, dim fermé")]
    [InlineData(Office, "pt", "Seg a sex 9h–17h, sáb 9h–13h, dom fechado")]
    [InlineData(Office, "ht", "Lendi rive vandredi 9:00–17:00, samdi 9:00–13:00, dimanch fèmen")]
    [InlineData("MO,WE,FR 09:00-12:30;MO 14:00-17:00", "en", "Mon 9:00–12:30 and 14:00–17:00; Wed and Fri 9:00–12:30; Tue, Thu, Sat and Sun closed")]
    [InlineData("MO,WE,FR 09:00-12:30", "es", "Lun, mié y vie 9:00–12:30; mar, jue, sáb y dom cerrado")]
    [InlineData("* 00:00-24:00", "en", "Open day and night, every day")]
    [InlineData("* 00:00-24:00", "ht", "Louvri lajounen kou lannwit, chak jou")]
    [InlineData("* 20:00-08:00+1", "en", "Every day 20:00–8:00 (next day)")]
    [InlineData("* 20:00-08:00+1", "fr", "Tous les jours 20_h–8_h (le lendemain)")]
    [InlineData("SA,SU 18:00-24:00", "pt", "Sáb e dom 18h–meia-noite, seg a sex fechado")]
    [InlineData("1MO 08:30-12:00", "en", "First Monday of the month 8:30–12:00")]
    [InlineData("1MO 08:30-12:00", "es", "Primer lunes del mes 8:30–12:00")]
    [InlineData("1MO 08:30-12:00", "fr", "Premier lundi du mois 8_h_30–12_h")]
    [InlineData("1MO 08:30-12:00", "pt", "Primeira segunda-feira do mês 8h30–12h")]
    [InlineData("-1SA 08:30-12:00", "pt", "Último sábado do mês 8h30–12h")]
    [InlineData("1MO 08:30-12:00", "ht", "Premye lendi nan mwa a 8:30–12:00")]
    [InlineData("1MO,3MO 08:00-12:00", "en", "First Monday of the month and third Monday of the month 8:00–12:00")]
    [InlineData("TU 09:00-17:00;-1FR 08:00-12:00", "en", "Tue 9:00–17:00, last Friday of the month 8:00–12:00")]
    public void A_week(string rules, string language, string expected) =>
        Assert.Equal(
            expected.Replace('_', '\u00a0'),
            WeekInWords.Week(Hours.In("Etc/UTC", rules.Split(';')), Today, Catalog.In(language)));

    [Theory]
    [InlineData("2026-11-23 10:00", "en", "Open now, until 17:00")]
    [InlineData("2026-11-23 10:00", "es", "Abierto ahora, hasta las 17:00")]
    [InlineData("2026-11-23 10:00", "fr", "Ouvert maintenant, jusqu’à 17_h")]
    [InlineData("2026-11-23 10:00", "pt", "Aberto agora, até as 17h")]
    [InlineData("2026-11-23 10:00", "ht", "Li louvri kounye a, jiska 17:00")]
    [InlineData("2026-11-23 06:00", "en", "Closed, opens today at 9:00")]
    [InlineData("2026-11-23 17:00", "en", "Closed, opens tomorrow at 9:00")]
    [InlineData("2026-11-23 17:00", "es", "Cerrado, abre mañana a las 9:00")]
    [InlineData("2026-11-23 17:00", "fr", "Fermé, ouvre demain à 9_h")]
    [InlineData("2026-11-23 17:00", "pt", "Fechado, abre amanhã às 9h")]
    [InlineData("2026-11-23 17:00", "ht", "Li fèmen, l ap louvri demen a 9:00")]
    [InlineData("2026-11-28 14:00", "en", "Closed, opens on Monday at 9:00")]
    [InlineData("2026-11-28 14:00", "es", "Cerrado, abre el lunes a las 9:00")]
    [InlineData("2026-11-28 14:00", "fr", "Fermé, ouvre lundi à 9_h")]
    [InlineData("2026-11-28 14:00", "pt", "Fechado, abre na segunda-feira às 9h")]
    [InlineData("2026-11-28 14:00", "ht", "Li fèmen, l ap louvri lendi a 9:00")]
    public void An_office_now(string now, string language, string expected) => Says(Office, now, language, expected);

    [Theory]
    [InlineData("* 20:00-01:00+1", "2026-11-23 22:00", "es", "Abierto ahora, hasta mañana a la 1:00")]
    [InlineData("* 20:00-01:00+1", "2026-11-24 00:30", "es", "Abierto ahora, hasta la 1:00")]
    [InlineData("MO 20:00-24:00", "2026-11-23 22:00", "es", "Abierto ahora, hasta la medianoche")]
    [InlineData("MO 20:00-24:00", "2026-11-23 22:00", "en", "Open now, until midnight")]
    [InlineData("* 00:00-24:00", "2026-11-23 22:00", "fr", "Ouvert maintenant, jour et nuit")]
    [InlineData("MO,TU,WE 00:00-24:00", "2026-11-23 22:00", "en", "Open now, until Wednesday at midnight")]
    [InlineData("1TU 13:00-14:00", "2026-11-23 22:00", "en", "Closed, opens on Tuesday 1 December at 13:00")]
    [InlineData("1TU 13:00-14:00", "2026-11-23 22:00", "es", "Cerrado, abre el martes 1 de diciembre a las 13:00")]
    [InlineData("1TU 13:00-14:00", "2026-11-23 22:00", "fr", "Fermé, ouvre mardi 1er décembre à 13_h")]
    [InlineData("1TU 13:00-14:00", "2026-11-23 22:00", "pt", "Fechado, abre na terça-feira, 1º de dezembro, às 13h")]
    [InlineData("1TU 13:00-14:00", "2026-11-23 22:00", "ht", "Li fèmen, l ap louvri madi premye desanm a 13:00")]
    public void Other_places_now(string rules, string now, string language, string expected) => Says(rules, now, language, expected);

    [Theory]
    [InlineData("en", "Hours not known", " - call before you go")]
    [InlineData("es", "No se conoce el horario", ": llame antes de ir")]
    [InlineData("fr", "Horaires inconnus", "_: appelez avant d’y aller")]
    [InlineData("pt", "Horário não conhecido", ": ligue antes de ir")]
    [InlineData("ht", "Nou pa konnen lè yo", " - rele anvan ou ale")]
    public void Unknown_hours_are_said_plainly_and_to_call_only_where_that_is_possible(string language, string expected, string call)
    {
        var texts = Catalog.In(language);
        Assert.Equal(expected, HoursInWords.State(OpeningHours.Unknown, Hours.At("2026-11-23 10:00"), texts));
        Assert.Equal(expected + call.Replace('_', '\u00a0'), HoursInWords.State(OpeningHours.Unknown, Hours.At("2026-11-23 10:00"), texts, canBeCalled: true));
        Assert.Equal(expected, WeekInWords.Week(OpeningHours.Unknown, Today, texts));
    }

    [Theory]
    [InlineData("en", "Every 2 weeks: Tue (next: 24 November) 9:00–12:00")]
    [InlineData("es", "Cada 2 semanas: mar (próxima fecha: 24 de noviembre) 9:00–12:00")]
    [InlineData("ht", "Chak 2 semèn: madi (pwochen dat: 24 novanm) 9:00–12:00")]
    public void Every_second_week_names_the_next_date(string language, string expected)
    {
        var hours = new OpeningHours(ZoneClock.Find("Etc/UTC"), [Hours.Rule("TU 09:00-12:00", start: "2026-11-10", interval: 2)]);
        Assert.Equal(expected, WeekInWords.Week(hours, Today, Catalog.In(language)));
    }

    [Fact]
    public void Days_of_the_month_single_dates_and_later_rules_are_named()
    {
        var monthly = Hours.Rule("MO 09:00-12:00") with { Frequency = Frequency.Monthly, Days = [], MonthDays = [15, 1] };
        var once = Hours.Rule("MO 10:00-11:00") with { Frequency = Frequency.Daily, Days = [], Start = Hours.Day("2026-12-05"), Until = Hours.Day("2026-12-05") };
        var later = Hours.Rule("MO,TU 14:00-15:00") with { ValidFrom = Hours.Day("2027-01-04") };
        var past = Hours.Rule("MO,TU 14:00-16:00") with { ValidTo = Hours.Day("2026-01-04") };
        Assert.Equal(
            [
                new HoursLine("days 1 and 15 of each month", "9:00–12:00", false),
                new HoursLine("5 December", "10:00–11:00", false),
                new HoursLine("Mon and Tue from 4 January", "14:00–15:00", false),
            ],
            WeekInWords.Lines(new OpeningHours(ZoneClock.Find("Etc/UTC"), [monthly, once, later, past]), Today, Catalog.In("en")));
    }

    [Fact]
    public void Exceptions_of_the_next_weeks_are_listed()
    {
        var hours = new OpeningHours(
            ZoneClock.Find("Etc/UTC"),
            [Hours.Rule("* 09:00-17:00")],
            [
                new ExceptionalHours(Hours.Day("2026-12-31"), Hours.Day("2026-12-31"), [new DayHours(540, 180)]),
                ExceptionalHours.ClosedOn(Hours.Day("2026-12-24"), Hours.Day("2026-12-26")),
                ExceptionalHours.ClosedOn(Hours.Day("2027-05-01")),
                ExceptionalHours.ClosedOn(Hours.Day("2026-11-01")),
            ]);
        Assert.Equal(
            [new HoursLine("del 24 de diciembre al 26 de diciembre", "cerrado", true), new HoursLine("31 de diciembre", "9:00–12:00", false)],
            HoursInWords.Exceptions(hours, Today, 60, Catalog.In("es")));
    }

    [Fact]
    public void A_public_holiday_is_a_hint()
    {
        var dessalines = PublicHolidays.Shipped.On("HT", Hours.Day("2026-10-17"))!;
        Assert.Equal("Jodi a se jou konje (Lanmò Desalin): lè yo ka chanje", HoursInWords.Holiday(dessalines, Catalog.In("ht")));
        Assert.Equal("Today is a public holiday (Death of Dessalines): hours may differ", HoursInWords.Holiday(dessalines, Catalog.In("en")));
    }

    [Fact]
    public void Every_language_has_the_same_keys_and_a_sentence_for_every_issue()
    {
        var english = Catalog.In("en").Keys.Where(key => key.StartsWith("hours.", StringComparison.Ordinal)).Order().ToList();
        foreach (var language in Catalog.Languages)
        {
            var texts = Catalog.In(language.Code);
            Assert.Equal(english, texts.Keys.Where(key => key.StartsWith("hours.", StringComparison.Ordinal)).Order());
            Assert.All(ScheduleIssue.Codes, code => Assert.True(texts.Has("hours.issue." + code), code));
        }
    }

    private static void Says(string rules, string now, string language, string expected) =>
        Assert.Equal(
            expected.Replace('_', '\u00a0'),
            HoursInWords.State(Hours.In("Etc/UTC", rules.Split(';')), Hours.At(now), Catalog.In(language)));
}
