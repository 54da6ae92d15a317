using Tambo.Tests.Support;

namespace Tambo.Tests.Flows.Collecting;

/// <summary>Figures of points say for how long people were counted, of how long they could have been, and are never scaled up by it.</summary>
public sealed class HoursWithFiguresTests
{
    private static DateTimeOffset At(int hour, int day = 20) => new(2026, 11, day, hour, 0, 0, TimeSpan.FromHours(-5));

    [Theory, OnEachEngine]
    public async Task Hours_and_days_are_told_for_each_period_and_for_all_points_of_a_table_together(Engine engine)
    {
        await using var post = await FieldPost.OpenAsync(engine);
        await post.AddAsync("NORTH", training: false, series: "FM-QUIMERA");
        post.Time.Set(At(18, 19));
        await post.SentAsync(FieldPost.Enzo, post.Group(3));
        post.Time.Set(At(12));
        await post.SentAsync(FieldPost.Enzo, post.Group(2), post.Group(1, point: "NORTH"));
        // Nobody has said when they counted: nobody knows, and that is not zero.
        Assert.Equal("2026-11-19 4: -; 2026-11-20 5: -", await post.HoursAsync("day"));

        await post.ShiftAsync(FieldPost.Enzo, At(6, 19), At(14, 19));
        await post.ShiftAsync(FieldPost.Elsa, At(12, 19), At(18, 19));
        await post.ShiftAsync(FieldPost.Enzo, At(9), At(11));
        Assert.Equal("2026-11-19 QUIMERA 4: 12.0/12.0 1/1; 2026-11-20 QUIMERA 3: 2.0/6.0 1/1; 2026-11-20 NORTH 2: -", Sorted(await post.HoursAsync("day,point")));
        // NORTH has never said its hours: of both together nobody knows them.
        Assert.Equal("2026-11-19 4: -; 2026-11-20 5: -", await post.HoursAsync("day"));
        await post.ShiftAsync(FieldPost.Elsa, At(8), At(9), point: "NORTH");
        Assert.Equal("2026-11-19 4: 12.0/12.0 1/1; 2026-11-20 5: 3.0/12.0 2/2", await post.HoursAsync("day"));
        Assert.Equal("2026-11 QUIMERA 7: 14.0/18.0 2/2; 2026-11 NORTH 2: 1.0/6.0 1/1", Sorted(await post.HoursAsync("month,point")));
        Assert.Equal("2026-W47 9: 15.0/24.0 3/3", await post.HoursAsync("week"));
        Assert.Equal("5: 3.0/12.0 2/2", await post.HoursAsync("", null, "time=2026-11-20"));
        Assert.Equal("3: 2.0/6.0 1/1", await post.HoursAsync("", null, "time=2026-11-20", "point=QUIMERA"));
        // What figures are of does not change for how long was counted; and reasons and care are counted in the same hours.
        Assert.Equal("F 6: 15.0/24.0 3/3; M 3: 15.0/24.0 3/3", Sorted(await post.HoursAsync("sex")));
    }

    [Theory, OnEachEngine]
    public async Task A_shift_goes_on_while_its_person_records_and_is_ended_by_what_is_said_later(Engine engine)
    {
        await using var post = await FieldPost.OpenAsync(engine);
        var id = Guid.CreateVersion7(At(6));
        post.Time.Set(At(7));
        await post.ShiftAsync(FieldPost.Enzo, At(6), null, id);
        await post.SentAsync(FieldPost.Enzo, post.Group(1) with { Shift = id });
        Assert.Equal("2026-11-20 2: 1.0/1.0 1/1", await post.HoursAsync("day"));
        post.Time.Set(At(12));
        Assert.Equal("2026-11-20 2: 2.0/6.0 1/1", await post.HoursAsync("day"));
        await post.SentAsync(FieldPost.Enzo, post.Group(1) with { Shift = id });
        Assert.Equal("2026-11-20 4: 6.0/6.0 1/1", await post.HoursAsync("day"));
        post.Time.Set(At(15));
        Assert.Equal("2026-11-20 4: 7.0/9.0 1/1", await post.HoursAsync("day"));
        await post.ShiftAsync(FieldPost.Enzo, At(6), At(14), id);
        Assert.Equal("2026-11-20 4: 8.0/9.0 1/1", await post.HoursAsync("day"));
        // Sealed, nothing changes.
        await post.Seals.RunAsync(CancellationToken.None, all: true);
        Assert.Equal("2026-11-20 4: 8.0/9.0 1/1", await post.HoursAsync("day"));
        // What was known then is known for ever.
        Assert.Equal("2026-11-20 2: 2.0/5.0 1/1", await post.HoursAsync("day", At(11)));
        Assert.Equal("2026-11-20 4: 7.0/8.0 1/1", await post.HoursAsync("day", At(14)));
    }

    private static string Sorted(string figures) => string.Join("; ", figures.Split("; ").OrderBy(figure => figure.Split(' ')[0]).ThenBy(figure => figure.Contains("NORTH", StringComparison.Ordinal)).ThenBy(figure => figure, StringComparer.Ordinal));
}
