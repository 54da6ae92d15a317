using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Tambo.Cases.Tracing;
using Tambo.Platform.Access;
using Tambo.Platform.Cryptography;
using Tambo.Tests.Security;
using Tambo.Tests.Support;

namespace Tambo.Tests.Cases.Tracing;

/// <summary>Whom other registers seek is kept sealed, whole documents at a time, until their day; and matched with nobody.</summary>
public sealed class ImportSoughtTests
{
    [Theory]
    [OnEachEngine]
    public async Task A_document_is_taken_in_once_whole_and_forgotten_when_its_register_says_so_or_its_day_has_come(Engine engine)
    {
        await using var desk = await TracingOffice.OpenAsync(engine);
        var document = Document(Person("a.example/1", "Soughta Uno", 20), Person("a.example/2", "Soughta Dos", 40));
        var dry = await BringAsync(desk, document, "?dryRun=true");
        Assert.Equal((200, false, 2), (dry.Status, dry.Json.GetProperty("kept").GetBoolean(), dry.Json.GetProperty("added").GetInt32()));
        Assert.Empty(await desk.Office.ReadAsync<string>("select id from cases_sought"));

        Assert.Equal(2, (await BringAsync(desk, document)).Json.GetProperty("added").GetInt32());
        var again = (await BringAsync(desk, document)).Json;
        Assert.Equal((0, 0, 2), (again.GetProperty("added").GetInt32(), again.GetProperty("changed").GetInt32(), again.GetProperty("unchanged").GetInt32()));
        var listed = await desk.Paula.GetAsync("/api/cases/tracing/sought");
        Assert.Contains("Soughta Uno", listed.Text, StringComparison.Ordinal);
        Assert.Contains("Soughta Dos", listed.Text, StringComparison.Ordinal);
        var key = listed.Json[0].GetProperty("id").GetGuid();
        Assert.Equal(200, (await desk.Paula.GetAsync($"/api/cases/tracing/sought/{key:D}")).Status);
        Assert.Equal(2, (await desk.Office.ReadAsync<long>("select count(*) from platform_audit_entries where change = 'cases.sought.seen' and subject = @Subject", new { Subject = $"sought:{key:D}" })).Single());
        // Nobody was registered, and no other agency sees them.
        Assert.Empty(await desk.Office.ReadAsync<string>("select id from cases_persons"));
        var south = await desk.Office.OfficerAsync("sonia", "protection_specialist", CasesOffice.South);
        Assert.Equal("[]", (await south.GetAsync("/api/cases/tracing/sought")).Text);
        Assert.Equal(404, (await south.GetAsync($"/api/cases/tracing/sought/{key:D}")).Status);

        // What is older than what is there changes nothing; what is newer does.
        Assert.Equal(1, (await BringAsync(desk, Document(Person("a.example/1", "Soughta Before", 20, -5)))).Json.GetProperty("unchanged").GetInt32());
        Assert.Equal(1, (await BringAsync(desk, Document(Person("a.example/1", "Soughta After", 20, 1)))).Json.GetProperty("changed").GetInt32());
        Assert.Contains("Soughta After", (await desk.Paula.GetAsync("/api/cases/tracing/sought")).Text, StringComparison.Ordinal);

        var one = (await desk.Office.ReadAsync<string>("select id from cases_sought order by expires_at")).Select(Guid.Parse).ToList();
        var left = (await BringAsync(desk, Document("<p:person><p:person_record_id>a.example/1</p:person_record_id><p:entry_date>2026-03-05T00:00:00Z</p:entry_date><p:expiry_date>2026-03-05T00:00:00Z</p:expiry_date></p:person>"))).Json;
        Assert.Equal(1, left.GetProperty("forgotten").GetInt32());
        Assert.DoesNotContain("Soughta After", (await desk.Paula.GetAsync("/api/cases/tracing/sought")).Text, StringComparison.Ordinal);
        var keys = desk.Office.Node.Services.GetRequiredService<DataKeys>();
        Assert.Null(await keys.FindAsync(one[0], CancellationToken.None));

        desk.Office.Time.Advance(TimeSpan.FromDays(41));
        // Over is over, whether or not the clock has come by.
        Assert.Equal("[]", (await desk.Paula.GetAsync("/api/cases/tracing/sought")).Text);
        await desk.Office.Node.Services.GetRequiredService<SoughtPersons>().ForgetAsync(Actor.Job("test"), CancellationToken.None);
        Assert.Empty(await desk.Office.ReadAsync<string>("select id from cases_sought"));
        Assert.Null(await keys.FindAsync(one[1], CancellationToken.None));
    }

    [Theory]
    [OnEachEngine]
    public async Task What_was_to_be_forgotten_does_not_come_back_by_an_old_copy_and_no_register_has_somebody_kept_for_ever(Engine engine)
    {
        await using var desk = await TracingOffice.OpenAsync(engine);
        static string Placeholder(string record, int entry) =>
            $"<p:person><p:person_record_id>{record}</p:person_record_id><p:entry_date>{Moment(SettableTime.Noon.AddDays(entry))}</p:entry_date><p:expiry_date>{Moment(SettableTime.Noon.AddDays(entry))}</p:expiry_date></p:person>";
        Assert.Equal(1, (await BringAsync(desk, Document(Person("a.example/1", "Soughta Uno", 200, -3)))).Json.GetProperty("added").GetInt32());
        Assert.Equal(1, (await BringAsync(desk, Document(Placeholder("a.example/1", -1)))).Json.GetProperty("forgotten").GetInt32());
        // The same of one who was never there: the word to forget was faster than the record.
        Assert.Equal(200, (await BringAsync(desk, Document(Placeholder("a.example/2", -1)))).Status);
        var copy = (await BringAsync(desk, Document(Person("a.example/1", "Soughta Uno", 200, -3), Person("a.example/2", "Soughta Dos", 200, -3)))).Json;
        Assert.Equal((0, 2), (copy.GetProperty("added").GetInt32(), copy.GetProperty("unchanged").GetInt32()));
        Assert.Equal("[]", (await desk.Paula.GetAsync("/api/cases/tracing/sought")).Text);
        Assert.DoesNotContain("a.example", string.Join(' ', await desk.Office.ReadAsync<string>("select mark from cases_sought_gone")), StringComparison.Ordinal);
        // Who is sought anew is a newer record.
        Assert.Equal(1, (await BringAsync(desk, Document(Person("a.example/1", "Soughta Uno", 200)))).Json.GetProperty("added").GetInt32());

        // Whose key is gone and whose row is left, as after a restore, is forgotten; only a newer record brings them anew.
        var left = (await desk.Office.ReadAsync<Guid>("select id from cases_sought")).Single();
        await desk.Office.Node.Services.GetRequiredService<DataKeys>().DestroyAsync([left], CancellationToken.None);
        Assert.Equal(1, (await BringAsync(desk, Document(Person("a.example/1", "Soughta Uno", 200)))).Json.GetProperty("unchanged").GetInt32());
        Assert.Equal("[]", (await desk.Paula.GetAsync("/api/cases/tracing/sought")).Text);
        var anew = await BringAsync(desk, Document(Person("a.example/1", "Soughta Tres", 200, 1)));
        Assert.True(anew.Status == 200, anew.Text);
        Assert.Equal(1, anew.Json.GetProperty("added").GetInt32());
        Assert.DoesNotContain(left, await desk.Office.ReadAsync<Guid>("select id from cases_sought"));

        Assert.Equal(1, (await BringAsync(desk, Document(Person("a.example/9", "Forevera", 3_000)))).Json.GetProperty("added").GetInt32());
        var id = (await desk.Paula.GetAsync("/api/cases/tracing/sought")).Json.EnumerateArray().Single(one => one.GetRawText().Contains("Forevera", StringComparison.Ordinal)).GetProperty("id").GetGuid();
        desk.Office.Time.Advance(TimeSpan.FromDays(731));
        Assert.Empty(await desk.Office.ReadAsync<string>("select id from cases_sought where expires_at > @Now", new { Now = desk.Office.Time.GetUtcNow() }));
        await desk.Office.Node.Services.GetRequiredService<SoughtPersons>().ForgetAsync(Actor.Job("test"), CancellationToken.None);
        Assert.Empty(await desk.Office.ReadAsync<string>("select id from cases_sought"));
        Assert.Empty(await desk.Office.ReadAsync<string>("select mark from cases_sought_gone"));
        Assert.Null(await desk.Office.Node.Services.GetRequiredService<DataKeys>().FindAsync(id, CancellationToken.None));
    }

    [Fact]
    public async Task Of_a_document_in_which_something_is_wrong_nothing_is_kept_and_each_line_is_told()
    {
        await using var desk = await TracingOffice.OpenAsync(Engine.Sqlite);
        var told = await BringAsync(desk, Document(Person("a.example/1", "Soughta Uno", 20), "\n<p:person><p:person_record_id>nameless</p:person_record_id></p:person>"));
        Assert.Equal(422, told.Status);
        Assert.False(told.Json.GetProperty("kept").GetBoolean());
        var issue = told.Json.GetProperty("issues").EnumerateArray().Single();
        Assert.Equal(("pfif_record_unnamed", 2, "error"), (issue.GetProperty("code").GetString(), issue.GetProperty("line").GetInt32(), issue.GetProperty("severity").GetString()));
        Assert.Empty(await desk.Office.ReadAsync<string>("select id from cases_sought"));

        Assert.Equal(422, (await BringAsync(desk, "<!DOCTYPE x [<!ENTITY e SYSTEM \"file:///etc/passwd\">]><x>&e;</x>")).Status);
        Assert.Equal(422, (await BringAsync(desk, "<x/>")).Status);
        Assert.Equal(413, (await BringAsync(desk, new string(' ', ImportSought.Largest + 10))).Status);
        Assert.Equal(415, (await desk.Paula.PostAsync("/api/cases/tracing/import", new { })).Status);
    }

    [Fact]
    public async Task Our_own_records_that_come_back_are_left_out_and_told()
    {
        await using var desk = await TracingOffice.OpenAsync(Engine.Sqlite);
        var person = await desk.RegisterAsync("Owna");
        await desk.AgreeAsync(person.Id);
        await desk.ChooseAsync(person.Id, "consented");
        var told = await BringAsync(desk, await desk.ExportAsync());
        Assert.Equal((200, 0), (told.Status, told.Json.GetProperty("added").GetInt32()));
        Assert.Equal("pfif_record_own", told.Json.GetProperty("issues")[0].GetProperty("code").GetString());
    }

    private static async Task<Told> BringAsync(TracingOffice desk, string document, string query = "")
    {
        var tokens = desk.Office.Node.Services.GetRequiredService<Tambo.Platform.Access.Tokens.ApiTokens>();
        var token = await tokens.CreateAsync(desk.Paula.Actor, "import", ["cases.see.tracing"], desk.Office.Time.GetUtcNow().AddDays(1), CancellationToken.None);
        using var reader = new Reader(desk.Office.Node);
        using var content = new StringContent(document, Encoding.UTF8, "application/xml");
        var answer = await reader.AskAsync(HttpMethod.Post, "/api/cases/tracing/import" + query, content, [("Authorization", "Bearer " + token), ("Accept-Language", "en")]);
        return new Told((int)answer.Status, answer.Text, null);
    }

    private static string Person(string record, string name, int days, int entry = 0) =>
        $"<p:person><p:person_record_id>{record}</p:person_record_id><p:entry_date>{Moment(SettableTime.Noon.AddDays(entry))}</p:entry_date><p:expiry_date>{Moment(SettableTime.Noon.AddDays(days))}</p:expiry_date><p:source_date>2026-03-04T05:06:07Z</p:source_date><p:full_name>{name}</p:full_name></p:person>";

    private static string Moment(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", System.Globalization.CultureInfo.InvariantCulture);

    private static string Document(params string[] persons) => $"<p:pfif xmlns:p=\"http://zesty.ca/pfif/1.4\">{string.Concat(persons)}</p:pfif>";
}
