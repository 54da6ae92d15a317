using System.Text;
using Tambo.Flows.Collecting;
using Tambo.Platform.Problems;
using Tambo.Tests.Support;

namespace Tambo.Tests.Flows.Collecting;

/// <summary>What was recorded with another form comes in as records of groups, from the exports of ODK and of Kobo alike.</summary>
public sealed class ImportGroupsTests
{
    private const string Mapped =
        """
        {
          "name": "fmr",
          "fields": {
            "point": { "from": "fmp", "values": { "p1": "QUIMERA" } },
            "observedAt": { "from": "end" },
            "direction": { "is": "IN" },
            "size": { "from": "size" },
            "women": { "from": "women" }, "men": { "from": "men" }, "girls": { "from": "girls" }, "boys": { "from": "boys" },
            "nationality": { "from": "nat" },
            "next": { "from": "next" },
            "transport": { "from": "by", "values": { "walking": "FOOT" } },
            "reasons": { "from": "why", "values": { "work": "ECONOMIC" } }
          },
          "vulnerabilities": { "UAC": { "from": "uac", "values": { "na": "" } } }
        }
        """;

    // ODK Central's table: groups of questions are parts of a column's name.
    private const string Odk =
        "SubmissionDate,end,fmp,group-size,group-women,group-men,group-girls,group-boys,nat,next,by,why,uac,meta-instanceID,KEY\n"
        + "2026-11-20T10:01:00.000Z,2026-11-20T10:00:00.000Z,p1,4,1,1,2,0,Venezuela,CRI,walking,work family,2,uuid:a1,uuid:a1\n"
        + "2026-11-20T10:02:00.000Z,2026-11-20T10:01:00.000Z,p1,9,,,,,Haïti,Costa Rica,walking,,na,uuid:a2,uuid:a2\n"
        + "2026-11-20T10:03:00.000Z,2026-11-20T10:02:00.000Z,p9,3,1,1,1,0,VEN,,,,,uuid:a3,uuid:a3\n"
        + "2026-11-20T10:04:00.000Z,2026-11-20T10:03:00.000Z,p1,3,1,1,2,0,VEN,,,,,uuid:a4,uuid:a4\n";

    // Asked for each nationality: in a repeat of Kobo (paths in full), of OData (names alone), with two next places, and left out of the file.
    private const string Repeated =
        """
        { "value": [
          { "__id": "r1", "end": "2026-11-20T05:00:00.000-05:00", "fmp": "p1", "next": "CRI", "who": [
            { "who/nat": "VEN", "who/women": 1, "who/men": 1, "who/girls": 1, "who/boys": 0, "who/uac": 1 },
            { "who/nat": "HTI", "who/women": 2, "who/men": 0, "who/girls": 1, "who/boys": 0, "who/uac": 2 },
            { "who/nat": "HTI", "who/women": 0, "who/men": 1, "who/girls": 0, "who/boys": 1, "who/uac": "na" },
            { "who/nat": "CUB", "who/women": 0, "who/men": 0, "who/girls": 0, "who/boys": 0 } ] },
          { "__id": "r2", "end": "2026-11-19T23:00:00", "fmp": "p1", "group": { "size": 2, "people": [ { "nat": "CUB", "women": 1, "men": 1, "girls": 0, "boys": 0 } ] } },
          { "__id": "r3", "end": "2026-11-20T05:00:00Z", "fmp": "p1", "size": 2, "nat": "CUB", "stops": [ { "next": "CRI" }, { "next": "NIC" } ] },
          { "__id": "r4", "end": "2026-11-20T05:00:00Z", "fmp": "p1", "size": 2, "people@odata.navigationLink": "Submissions('r4')/people" } ] }
        """;

    // Kobo's list: paths with a slash.
    private const string Kobo =
        """
        { "count": 2, "results": [
          { "_id": 7, "_uuid": "b1", "end": "2026-11-20T05:00:00.000-05:00", "fmp": "p1", "group/size": "2", "group/women": "2", "group/men": "0", "group/girls": "0", "group/boys": "0", "nat": "CUB", "uac": "0" },
          { "_id": 8, "_uuid": "b2", "end": "yesterday", "fmp": "p1", "group/size": "2", "nat": "CUB" } ] }
        """;

    private static Task<GroupsImportReport> ImportAsync(FieldPost post, string file, bool dryRun = false) => ImportAsync(post, new MemoryStream(Encoding.UTF8.GetBytes(file)), dryRun);

    private static async Task<GroupsImportReport> ImportAsync(FieldPost post, Stream file, bool dryRun = false) =>
        await new ImportGroups(post.Database.Db, post.Points, post.Receiving).RunAsync(
            file, GroupsMapping.Read(Mapped, "fmr"), dryRun, TestDatabase.Alice, FieldPost.English, CancellationToken.None);

    [Theory, OnEachEngine]
    public async Task Submissions_become_records_once_and_each_refusal_names_its_line(Engine engine)
    {
        await using var post = await FieldPost.OpenAsync(engine);
        var dry = await ImportAsync(post, Odk, dryRun: true);
        Assert.Equal((4, 2, 0, 0L), (dry.Read, dry.Taken, dry.There, await post.ReadAsync<long>("select count(*) from flows_groups")));
        var report = await ImportAsync(post, Odk);
        Assert.Equal((4, 2, 0), (report.Read, report.Taken, report.There));
        Assert.Equal([(4, "flows.point_unknown"), (5, "flows.group_counts_differ")], report.Refused.Select(one => (one.Line, one.Code)));
        var again = await ImportAsync(post, Odk);
        Assert.Equal((0, 2), (again.Taken, again.There));
        Assert.Equal("HTI CRI FOOT 9; VEN CRI FOOT 4", await post.AskAsync("citizenship,c_next,trans_mode"));
        Assert.Equal("HTI 0-9; VEN 2", await post.AskAsync("citizenship", null, false, "age=0-17"));
        // Asked and not answered is not zero: of the second group nobody knows.
        Assert.Equal(["FM-QUIMERA 13", "FM-QUIMERA.REASON 4", "FM-QUIMERA.UAC 2"], (await post.AnswerAsync("unit_measure")).Figures.Select(figure => $"{figure.Labels[0]} {figure.Sure}"));
    }

    [Theory, OnEachEngine]
    public async Task A_list_of_Kobo_is_read_as_well(Engine engine)
    {
        await using var post = await FieldPost.OpenAsync(engine);
        var report = await ImportAsync(post, Kobo);
        Assert.Equal((2, 1, "flows.group_time_unfit"), (report.Read, report.Taken, report.Refused[0].Code));
        Assert.Equal("2026-11-20 CUB F 2", await post.AskAsync("day,citizenship,sex"));
    }

    [Theory, OnEachEngine]
    public async Task What_was_asked_several_times_is_put_together_or_refused_and_never_lost(Engine engine)
    {
        await using var post = await FieldPost.OpenAsync(engine);
        var report = await ImportAsync(post, Repeated);
        Assert.Equal((4, 2), (report.Read, report.Taken));
        Assert.Equal([(3, "flows.group_unreadable"), (4, "flows.group_unreadable")], report.Refused.Select(one => (one.Line, one.Code)));
        Assert.Equal("CUB 2; HTI 5; VEN 3", await post.AskAsync("citizenship"));
        Assert.Equal("HTI 2; VEN 1", await post.AskAsync("citizenship", null, false, "age=0-17"));
        Assert.Contains("FM-QUIMERA.UAC 3", (await post.AnswerAsync("unit_measure")).Figures.Select(figure => $"{figure.Labels[0]} {figure.Sure}"));
        // Without an offset it is the clock at the point: eleven in the evening there.
        Assert.Equal("2026-11-19 2; 2026-11-20 8", await post.AskAsync("day"));
    }

    [Theory, OnEachEngine]
    public async Task A_question_for_which_the_table_has_no_column_is_said_and_nothing_comes_in(Engine engine)
    {
        await using var post = await FieldPost.OpenAsync(engine);
        var refused = await Assert.ThrowsAsync<Problem>(() => ImportAsync(post, Odk.Replace(",nat,", ",SET-OF-people,", StringComparison.Ordinal)));
        Assert.Equal(("flows.mapping_broken", "nat"), (refused.Kind.Code, refused.Values.Single(value => value.Name == "what").Value));
        Assert.Equal(0L, await post.ReadAsync<long>("select count(*) from flows_groups"));
    }

    [Theory, OnEachEngine]
    public async Task An_archive_of_ODK_with_a_repeat_is_put_together_by_its_keys(Engine engine)
    {
        const string Root = "end,fmp,next,by,why,size,KEY\n2026-11-20T10:00:00Z,p1,CRI,walking,,,uuid:a\n2026-11-20T11:00:00Z,p1,CRI,,,,uuid:b\n2026-11-20T12:00:00Z,p1,,,,,uuid:c\n2026-11-20T12:30:00Z,p1,,,,,uuid:c\n";
        const string People = "who-nat,women,men,girls,boys,uac,PARENT_KEY,KEY\nVEN,1,1,1,0,1,uuid:a,uuid:a/people[1]\nHTI,2,0,0,0,,uuid:a,uuid:a/people[2]\nCUB,0,1,0,0,,uuid:b,uuid:b/people[1]\nCUB,0,9,0,0,,uuid:lost,uuid:lost/people[1]\n";
        await using var post = await FieldPost.OpenAsync(engine);
        using var file = FormExportsTests.Zip(("fmr.csv", Root), ("fmr-people.csv", People));
        var report = await ImportAsync(post, file);
        Assert.Equal((2, 2, 0), (report.Read, report.Taken, report.There));
        Assert.Equal([(5, "flows.group_unreadable"), (4, "flows.group_unreadable")], report.Refused.Select(one => (one.Line, one.Code)));
        Assert.Contains("fmr-people, 5: uuid:lost", report.Refused[0].Detail, StringComparison.Ordinal);
        Assert.Equal("CUB 1; HTI 2; VEN 3", await post.AskAsync("citizenship"));
    }

    [Theory, OnEachEngine]
    public async Task A_submission_of_which_two_repeated_rows_have_one_key_is_refused_with_its_rows(Engine engine)
    {
        const string Root = "end,fmp,next,by,why,size,KEY\n2026-11-20T10:00:00Z,p1,,,,,uuid:a\n2026-11-20T11:00:00Z,p1,,,,,uuid:b\n";
        const string People = "who-nat,women,men,girls,boys,uac,PARENT_KEY,KEY\nVEN,1,1,1,0,,uuid:a,uuid:a/people[1]\nHTI,2,0,0,0,,uuid:a,uuid:a/people[1]\nCUB,0,1,0,0,,uuid:b,uuid:b/people[1]\nCUB,0,1,0,0,,uuid:b,uuid:b/people[1]\n";
        await using var post = await FieldPost.OpenAsync(engine);
        using var file = FormExportsTests.Zip(("fmr.csv", Root), ("fmr-people.csv", People));
        var report = await ImportAsync(post, file);
        // Whoever came from Haiti would be missing without a word. The same row once more adds nothing.
        Assert.Equal("CUB 1", await post.AskAsync("citizenship"));
        Assert.Equal((1, 1), (report.Read, report.Taken));
        Assert.Equal([(3, "flows.group_unreadable"), (2, "flows.group_unreadable")], report.Refused.Select(one => (one.Line, one.Code)));
        Assert.Contains("fmr-people, 3: uuid:a/people[1]", report.Refused[0].Detail, StringComparison.Ordinal);
    }

    [Theory, OnEachEngine]
    public async Task What_was_corrected_in_the_form_corrects_its_record_once_also_when_its_time_was(Engine engine)
    {
        await using var post = await FieldPost.OpenAsync(engine);
        await ImportAsync(post, Odk);
        var corrected = Odk.Replace("p1,9,", "p1,8,", StringComparison.Ordinal).Replace(",2026-11-20T10:00:00.000Z,p1,4", ",2026-11-19T10:00:00.000Z,p1,4", StringComparison.Ordinal);
        var report = await ImportAsync(post, corrected);
        Assert.Equal((2, 0), (report.Taken, report.There));
        Assert.Equal("2026-11-19 VEN 4; 2026-11-20 HTI 8", await post.AskAsync("day,citizenship"));
        foreach (var again in new[] { corrected, Odk })
        {
            report = await ImportAsync(post, again);
            Assert.Equal((0, 2), (report.Taken, report.There));
        }

        Assert.Equal("2026-11-19 VEN 4; 2026-11-20 HTI 8", await post.AskAsync("day,citizenship"));
    }

    [Theory]
    [InlineData("{", "flows.mapping_broken")]
    [InlineData("""{ "fields": { "point": { "is": "A" } } }""", "flows.mapping_broken")]
    [InlineData("""{ "fields": { "point": { "is": "A" }, "observedAt": { "from": "end" }, "womens": { "from": "w" } } }""", "flows.mapping_broken")]
    public void A_mapping_that_is_not_in_order_is_refused(string json, string code) =>
        Assert.Equal(code, Assert.Throws<Problem>(() => GroupsMapping.Read(json, "bad")).Kind.Code);
}
