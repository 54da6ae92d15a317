using Tambo.Platform.Clocks;
using Tambo.Platform.Languages;

namespace Tambo.Tests.Platform.Languages;

/// <summary>Moments and how far away they are, as people say it.</summary>
public sealed class MomentWordsTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 23, 14, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(null, "23 Nov 2026, 14:00 UTC")]
    [InlineData("America/Costa_Rica", "23 Nov 2026, 08:00 (UTC−6)")]
    [InlineData("America/St_Johns", "23 Nov 2026, 10:30 (UTC−3:30)")]
    [InlineData("Asia/Kolkata", "23 Nov 2026, 19:30 (UTC+5:30)")]
    [InlineData("Pacific/Auckland", "24 Nov 2026, 03:00 (UTC+13)")]
    [InlineData("Europe/London", "23 Nov 2026, 14:00 UTC")]
    public void A_moment_says_by_which_clocks_it_is(string? zone, string expected) => Assert.Equal(expected, In("en", zone).Moment(Now));

    [Fact]
    public void The_distance_from_UTC_is_that_of_the_moment_and_not_of_today()
    {
        var texts = In("en", "America/Santiago");
        Assert.Equal(("4 Apr 2026, 23:59 (UTC−3)", "5 Apr 2026, 00:00 (UTC−4)"), (texts.Moment(new(2026, 4, 5, 2, 59, 0, TimeSpan.Zero)), texts.Moment(new(2026, 4, 5, 4, 0, 0, TimeSpan.Zero))));
    }

    [Theory]
    [InlineData("en", "now", "in 1 minute", "in 59 minutes", "in 1 hour", "in 2 hours", "in 2 hours and 1 minute", "in 23 hours", "in 2 days", "1 minute ago", "1 hour and 30 minutes ago", "3 days ago")]
    [InlineData("es", "ahora", "dentro de 1 minuto", "dentro de 59 minutos", "dentro de 1 hora", "dentro de 2 horas", "dentro de 2 horas y 1 minuto", "dentro de 23 horas", "dentro de 2 días", "hace 1 minuto", "hace 1 hora y 30 minutos", "hace 3 días")]
    [InlineData("fr", "maintenant", "dans 1 minute", "dans 59 minutes", "dans 1 heure", "dans 2 heures", "dans 2 heures et 1 minute", "dans 23 heures", "dans 2 jours", "il y a 1 minute", "il y a 1 heure et 30 minutes", "il y a 3 jours")]
    [InlineData("pt", "agora", "daqui a 1 minuto", "daqui a 59 minutos", "daqui a 1 hora", "daqui a 2 horas", "daqui a 2 horas e 1 minuto", "daqui a 23 horas", "daqui a 2 dias", "há 1 minuto", "há 1 hora e 30 minutos", "há 3 dias")]
    [InlineData("ht", "kounye a", "nan 1 minit", "nan 59 minit", "nan 1 èdtan", "nan 2 èdtan", "nan 2 èdtan ak 1 minit", "nan 23 èdtan", "nan 2 jou", "sa gen 1 minit", "sa gen 1 èdtan ak 30 minit", "sa gen 3 jou")]
    public void How_far_away_is_said_in_every_language(string language, params string[] expected)
    {
        var texts = In(language, null);
        int[] minutes = [0, 1, 59, 60, 120, 121, (24 * 60) - 1, 2 * 24 * 60, -1, -90, -(3 * 24 * 60) - 700];
        Assert.Equal(expected, minutes.Select(away => texts.Away(Now.AddMinutes(away), Now)));
    }

    [Fact]
    public void What_was_given_two_hours_says_two_hours_when_the_page_arrives_and_what_is_left_afterwards()
    {
        var texts = In("en", "America/Costa_Rica");
        var due = Now.AddHours(2);
        Assert.Equal("23 Nov 2026, 10:00 (UTC−6), in 2 hours", texts.Due(due, Now.AddMilliseconds(900)));
        Assert.Equal("23 Nov 2026, 10:00 (UTC−6), in 1 hour and 59 minutes", texts.Due(due, Now.AddMinutes(1)));
        Assert.Equal("23 Nov 2026, 10:00 (UTC−6), 1 minute ago", texts.Due(due, due.AddMinutes(1)));
    }

    private static Texts In(string language, string? zone) => TextCatalog.Load([typeof(TextCatalog).Assembly], zone: Zones.Find(zone)).In(language);
}
