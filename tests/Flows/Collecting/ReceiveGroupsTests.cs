using Tambo.Flows.Collecting;
using Tambo.Tests.Support;

namespace Tambo.Tests.Flows.Collecting;

/// <summary>Records of groups are taken once, counted within two seconds, and corrected without losing what was.</summary>
public sealed class ReceiveGroupsTests
{
    [Theory, OnEachEngine]
    public async Task A_record_is_figures_at_once_with_its_day_at_the_point(Engine engine)
    {
        await using var post = await FieldPost.OpenAsync(engine);
        // Eleven in the evening in Panama is the next day in UTC.
        post.Time.Advance(TimeSpan.FromHours(11));
        Assert.Equal("taken", await post.SentAsync(FieldPost.Enzo, post.Group(2, 1, 0, 3)));
        Assert.Equal("2026-11-20 QUIMERA VEN 6", await post.AskAsync("day,point,citizenship"));
        Assert.Equal("F 2; M 4", await post.AskAsync("sex"));
        Assert.Equal("IN 3", await post.AskAsync("direction", null, false, "age=0-17"));
    }

    [Theory, OnEachEngine]
    public async Task What_was_not_asked_is_a_range_and_never_zero(Engine engine)
    {
        await using var post = await FieldPost.OpenAsync(engine);
        var unasked = post.Group() with { Size = 9, Parts = [new SentPart { Nationality = "HTI", Persons = 9 }] };
        var partly = post.Group() with { Size = 5, Parts = [new SentPart { Nationality = "CUB", Persons = 5, Women = 2 }] };
        Assert.Equal("taken taken", await post.SentAsync(FieldPost.Enzo, unasked, partly));
        Assert.Equal("CUB 0-3; HTI 0-9", await post.AskAsync("citizenship", null, false, "age=0-17"));
        Assert.Equal("CUB 2-5; HTI 0-9", await post.AskAsync("citizenship", null, false, "sex=F"));
        Assert.Equal("CUB 5; HTI 9", await post.AskAsync("citizenship"));
    }

    [Theory, OnEachEngine]
    public async Task Care_and_reasons_stand_in_tables_of_their_own_and_unasked_is_in_none(Engine engine)
    {
        await using var post = await FieldPost.OpenAsync(engine);
        var asked = post.Group(1, 0, 2) with { Reasons = ["VIOLENCE", "FAMILY"], Vulnerabilities = new Dictionary<string, int?> { ["UAC"] = 0, ["PREGNANT"] = 1, ["DISABILITY"] = null } };
        Assert.Equal("taken taken", await post.SentAsync(FieldPost.Enzo, asked, post.Group()));
        Assert.Equal(
            ["FM-QUIMERA _T _T 5", "FM-QUIMERA.PREGNANT PREGNANT _T 1", "FM-QUIMERA.REASON _T VIOLENCE 3", "FM-QUIMERA.UAC UAC _T 0"],
            (await post.AnswerAsync("vuln", "reason")).Figures.Select(figure => $"{figure.Labels[0]} {figure.Labels[2]} {figure.Labels[3]} {figure.Sure}"));
    }

    [Theory, OnEachEngine]
    public async Task Sent_twice_by_two_devices_in_any_order_nothing_is_lost_and_nothing_doubled(Engine engine)
    {
        await using var post = await FieldPost.OpenAsync(engine);
        var groups = Enumerable.Range(0, 120).Select(i => post.Group(1, i % 4, i % 3)).ToList();
        var people = groups.Sum(group => group.Size);
        var random = new Random(7);
        var sendings = Enumerable.Range(0, 6).Select(_ => groups.OrderBy(_ => random.Next()).ToList()).ToList();
        var answers = (await Task.WhenAll(sendings.SelectMany(order => order.Chunk(40)).Select(part => post.SendAsync(FieldPost.Enzo, part)))).SelectMany(some => some).ToList();
        Assert.Equal((120, 600), (answers.Count(answer => answer.Answer == "taken"), answers.Count(answer => answer.Answer == "already_there")));
        Assert.Equal((120L, 120L), (await post.ReadAsync<long>("select count(*) from flows_groups"), await post.ReadAsync<long>("select count(*) from platform_audit_entries where change = 'flows.group.recorded'")));
        Assert.Equal($"QUIMERA {people}", await post.AskAsync("point"));
    }

    [Theory, OnEachEngine]
    public async Task The_same_key_with_another_record_is_refused_and_the_rest_of_the_batch_comes_in(Engine engine)
    {
        await using var post = await FieldPost.OpenAsync(engine);
        var first = post.Group();
        Assert.Equal("taken flows.group_key_taken flows.point_unknown taken",
            await post.SentAsync(FieldPost.Enzo, first, first with { Size = 3, Parts = [new SentPart { Nationality = "HTI", Persons = 3 }] }, post.Group(point: "NOWHERE"), post.Group(0, 4)));
        Assert.Equal("VEN 6", await post.AskAsync("citizenship"));
    }

    [Theory, OnEachEngine]
    public async Task A_record_of_which_no_figures_can_be_made_is_left_aside_and_keeps_nothing_from_being_counted_or_sealed(Engine engine)
    {
        await using var post = await FieldPost.OpenAsync(engine);
        var broken = post.Group() with { Reasons = ["FAMILY"] };
        await post.SentAsync(FieldPost.Enzo, broken, post.Group(2, 0, 1, nationality: "HTI"), post.Group(point: "SCHOOL"));
        await using (var change = await post.Database.Db.BeginOperationalAsync(CancellationToken.None))
        {
            await change.ExecuteAsync("update flows_groups set payload = replace(payload, '\"FAMILY\"', 'null') where id = @Id", new { broken.Id });
            await change.CommitAsync(CancellationToken.None);
        }

        for (var turn = 0; turn < 2; turn++)
            Assert.Equal("HTI 3", await post.AskAsync("citizenship"));
        Assert.Contains("1 records of groups cannot be counted", Assert.Single(post.Troubles.All), StringComparison.Ordinal);
        await post.SentAsync(FieldPost.Enzo, post.Group(1, 0));
        Assert.Equal("HTI 3; VEN 1", await post.AskAsync("citizenship"));
        Assert.Equal("2 imports made", await post.Seals.RunAsync(CancellationToken.None, all: true));
        Assert.Equal("HTI 3; VEN 1", await post.AskAsync("citizenship"));
        await post.EachSegmentIsMadeAgainAsync();
    }

    [Theory, OnEachEngine]
    public async Task A_correction_stands_instead_says_why_and_what_was_known_before_is_still_known(Engine engine)
    {
        await using var post = await FieldPost.OpenAsync(engine);
        var group = post.Group(0, 300);
        Assert.Equal("taken", await post.SentAsync(FieldPost.Enzo, group));
        var before = post.Time.GetUtcNow();
        post.Time.Advance(TimeSpan.FromMinutes(5));
        var right = group with { Version = 2, Size = 30, Parts = [new SentPart { Nationality = "VEN", Persons = 30 }], Reason = "One zero too many" };
        Assert.Equal("flows.group_reason_missing flows.group_version_unfit", await post.SentAsync(FieldPost.Sofia, right with { Reason = " " }, right with { Version = 3 }));
        Assert.Equal("flows.group_not_yours", await post.SentAsync(FieldPost.Elsa, right));
        Assert.Equal("taken already_there", await post.SentAsync(FieldPost.Sofia, right, right));
        Assert.Equal("VEN 30", await post.AskAsync("citizenship"));
        Assert.Equal("VEN 300", await post.AskAsync("citizenship", before));
        Assert.Equal("taken", await post.SentAsync(FieldPost.Sofia, right with { Version = 3, Withdrawn = true, Reason = "Counted twice" }));
        Assert.Equal("", await post.AskAsync("citizenship"));
        Assert.Equal("VEN 300", await post.AskAsync("citizenship", before));
        Assert.Equal(3L, await post.ReadAsync<long>("select count(*) from flows_groups"));
    }

    [Fact]
    public async Task A_corrected_nationality_or_age_renews_open_pages_though_nobody_is_more_or_fewer()
    {
        await using var post = await FieldPost.OpenAsync(Engine.Sqlite);
        var group = post.Group(women: 2, men: 0);
        Assert.Equal("taken", await post.SentAsync(FieldPost.Enzo, group));
        var before = await post.VersionAsync();
        Assert.Equal(before, await post.VersionAsync());
        Assert.Equal("taken", await post.SentAsync(FieldPost.Sofia, group with { Version = 2, Parts = [group.Parts[0] with { Nationality = "HTI" }], Reason = "Haitian papers" }));
        var nationality = await post.VersionAsync();
        Assert.NotEqual(before, nationality);
        Assert.Equal("taken", await post.SentAsync(FieldPost.Sofia, group with { Version = 3, Parts = [group.Parts[0] with { Nationality = "HTI", Women = 0, Girls = 2 }], Reason = "Girls" }));
        Assert.NotEqual(nationality, await post.VersionAsync());
    }

    [Theory, OnEachEngine]
    public async Task Nobody_takes_over_a_record_of_a_point_that_is_not_theirs_and_a_record_keeps_its_point(Engine engine)
    {
        await using var post = await FieldPost.OpenAsync(engine);
        await post.AddAsync("PASOCRI", training: false, "CRI");
        var group = post.Group(2, 1);
        Assert.Equal("taken", await post.SentAsync(FieldPost.Enzo, group));
        var moved = group with { Version = 2, Point = "PASOCRI", Withdrawn = true, Reason = "Mine" };
        Assert.Equal("flows.group_not_yours", await post.SentAsync(FieldPost.Carla, moved));
        Assert.Equal("flows.point_unknown", await post.SentAsync(FieldPost.Carla, moved with { Point = "QUIMERA" }));
        Assert.Equal("flows.group_point_stands flows.group_point_stands", await post.SentAsync(FieldPost.Enzo, moved, moved with { Point = "SCHOOL" }));
        Assert.Equal("QUIMERA 3", await post.AskAsync("point"));
        await post.Seals.RunAsync(CancellationToken.None, all: true);
        Assert.Equal("flows.group_not_yours", await post.SentAsync(FieldPost.Carla, moved));
        // Who looks after the point corrects it without the right to record there.
        Assert.Equal("flows.point_unknown taken", await post.SentAsync(FieldPost.Selma, post.Group(), group with { Version = 2, Size = 9, Parts = [new SentPart { Nationality = "VEN", Persons = 9 }], Reason = "Nine" }));
        Assert.Equal("QUIMERA 9", await post.AskAsync("point"));
    }

    [Theory, OnEachEngine]
    public async Task Where_groups_were_recorded_the_country_and_the_clock_stand(Engine engine)
    {
        await using var post = await FieldPost.OpenAsync(engine);
        var before = (await post.Points.AllAsync(CancellationToken.None))["QUIMERA"];
        await post.Points.SaveAsync(before with { TimeZone = "America/Bogota", Country = "COL" }, TestDatabase.Alice, CancellationToken.None);
        var point = (await post.Points.AllAsync(CancellationToken.None))["QUIMERA"];
        Assert.Equal(("America/Bogota", "COL"), (point.TimeZone, point.Country));
        await post.SentAsync(FieldPost.Enzo, post.Group());
        foreach (var other in new[] { point with { Country = "PAN" }, point with { TimeZone = "America/Tijuana" } })
            Assert.Equal("flows.point_recorded_at", (await Assert.ThrowsAsync<Tambo.Platform.Problems.Problem>(() => post.Points.SaveAsync(other, TestDatabase.Alice, CancellationToken.None))).Kind.Code);
        await post.Points.SaveAsync(point with { Closes = "20:00" }, TestDatabase.Alice, CancellationToken.None);
        await post.Seals.RunAsync(CancellationToken.None, all: true);
        await post.EachSegmentIsMadeAgainAsync();
        Assert.Equal("COL 2", await post.AskAsync("ref_area"));
    }

    [Theory, OnEachEngine]
    public async Task Tables_say_what_they_count_and_where_and_nobody_writes_into_those_of_others(Engine engine)
    {
        await using var post = await FieldPost.OpenAsync(engine);
        var refused = await Assert.ThrowsAsync<Tambo.Platform.Problems.Problem>(() => post.AddAsync("PASOCRI", training: false, "CRI", "FM-QUIMERA", FieldPost.Carla));
        Assert.Equal("flows.point_series_unfit", refused.Kind.Code);
        await post.SentAsync(FieldPost.Enzo, post.Group() with { Reasons = ["FAMILY"], Vulnerabilities = new Dictionary<string, int?> { ["UAC"] = 0 } });
        await post.AddAsync("RIO", training: false, series: "FM-QUIMERA");
        await using var connection = await post.Database.Db.ReadAsync(CancellationToken.None);
        var titles = (await Dapper.SqlMapper.QueryAsync<(string Code, string Title, string Publisher, string Licence)>(connection, "select code, title, publisher, licence from flows_series where not training order by code")).ToList();
        Assert.Equal(
            [
                "FM-QUIMERA: Groups counted at Puerto QUIMERA, Puerto RIO", "FM-QUIMERA.REASON: Main reasons for leaving, told at Puerto QUIMERA, Puerto RIO",
                "FM-QUIMERA.UAC: Children without their family: people counted at Puerto QUIMERA, Puerto RIO",
            ],
            titles.Select(one => $"{one.Code}: {System.Text.Json.JsonDocument.Parse(one.Title).RootElement.GetProperty("en").GetString()}"));
        Assert.All(titles, one => Assert.Equal(("Tambo", "CC BY 4.0"), (one.Publisher, one.Licence)));
    }

    [Theory, OnEachEngine]
    public async Task Sealed_records_give_the_same_figures_and_can_still_be_corrected(Engine engine)
    {
        await using var post = await FieldPost.OpenAsync(engine);
        var wrong = post.Group(0, 50, nationality: "HTI");
        await post.SentAsync(FieldPost.Enzo, wrong, post.Group(), post.Group(3, 0, 1, nationality: "CUB"));
        await post.SentAsync(FieldPost.Enzo, post.Group(9, 9, point: "SCHOOL"));
        var known = await post.AskAsync("day,citizenship,sex,age");
        var gathered = post.Time.GetUtcNow();
        post.Time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal("2 imports made", await post.Seals.RunAsync(CancellationToken.None, all: true));
        Assert.Equal(known, await post.AskAsync("day,citizenship,sex,age"));
        Assert.Equal(known, await post.AskAsync("day,citizenship,sex,age", gathered));
        Assert.Equal("0 imports made", await post.Seals.RunAsync(CancellationToken.None, all: true));
        await post.EachSegmentIsMadeAgainAsync();

        post.Time.Advance(TimeSpan.FromMinutes(1));
        var whenSealed = post.Time.GetUtcNow();
        post.Time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal("taken", await post.SentAsync(FieldPost.Sofia, wrong with { Version = 2, Size = 5, Parts = [new SentPart { Nationality = "HTI", Persons = 5 }], Reason = "Five" }));
        Assert.Equal("CUB 4; HTI 5; VEN 2", await post.AskAsync("citizenship"));
        Assert.Equal("CUB 4; HTI 50; VEN 2", await post.AskAsync("citizenship", whenSealed));
        await post.SentAsync(FieldPost.Enzo, post.Group(1, 0, nationality: "HTI"));
        await post.Seals.RunAsync(CancellationToken.None, all: true);
        Assert.Equal("CUB 4; HTI 6; VEN 2", await post.AskAsync("citizenship"));
        Assert.Equal("VEN 18", await post.AskAsync("citizenship", null, training: true));
    }

    [Theory, OnEachEngine]
    public async Task What_is_said_last_of_a_shift_stands_in_whichever_order_it_arrives(Engine engine)
    {
        await using var post = await FieldPost.OpenAsync(engine);
        var now = post.Time.GetUtcNow();
        var begun = new SentShift { Id = Guid.CreateVersion7(now), Point = "QUIMERA", StartedAt = now.AddHours(-4), SaidAt = now.AddHours(-4) };
        var ended = begun with { EndedAt = now, Refusals = 2, SaidAt = now };
        async Task<string> SayAsync(Tambo.Platform.Access.Actor actor, params SentShift[] shifts) =>
            string.Join(' ', (await post.Shifts.TakeAsync([.. shifts.Select(shift => ((SentShift?)shift, (Tambo.Platform.Problems.Problem?)null))], actor, FieldPost.English, CancellationToken.None)).Select(answer => answer.Code ?? answer.Answer));
        Assert.Equal("taken already_there already_there", await SayAsync(FieldPost.Enzo, ended, begun, ended));
        Assert.Equal("flows.group_not_yours", await SayAsync(FieldPost.Elsa, ended with { SaidAt = now.AddMinutes(1) }));
        Assert.Equal("flows.shift_unfit", await SayAsync(FieldPost.Enzo, ended with { EndedAt = now.AddHours(-5) }));
        Assert.Equal(2L, await post.ReadAsync<long>("select refusals from flows_shifts where ended_at is not null"));
    }
}
