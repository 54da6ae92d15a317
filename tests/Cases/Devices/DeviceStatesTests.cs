using System.Text.Json;
using Tambo.Tests.Support;

namespace Tambo.Tests.Cases.Devices;

/// <summary>A case that was taken to its next state without internet goes there once, by the node's rules, and never over somebody else's step.</summary>
public sealed class DeviceStatesTests
{
    private const string Root = "/api/cases/devices";

    [Theory]
    [OnEachEngine]
    public async Task A_step_is_taken_once_refused_by_the_rules_and_asked_about_when_somebody_else_took_another(Engine engine)
    {
        await using var office = await CasesOffice.OpenAsync(engine);
        var (nora, saul) = (await office.OfficerAsync("nora", "case_worker"), await office.OfficerAsync("saul", "case_worker", CasesOffice.South));
        var device = (await nora.PostAsync(Root, new { name = "phone", proof = new string('a', 43) })).Id;
        var opened = await nora.OpenAsync(new { person = (await nora.RegisterAsync(new { })).Id });
        var (one, foreign) = (opened.Id, (await saul.OpenAsync(new { person = (await saul.RegisterAsync(new { })).Id })).Id);
        var first = Step("identified", "registered");
        for (var turn = 0; turn < 3; turn++)
            Assert.Equal(("done", 2), Said(await SendAsync(first)));
        Assert.Equal(["identified", "registered"], await office.ReadAsync<string>("select state from cases_case_states where case_id = @one order by version", new { one }));

        Assert.Equal("cases.state_unfit", (await SendAsync(Step("registered", "active"))).GetProperty("code").GetString());
        Assert.Equal("cases.state_unfit", (await SendAsync(Step("registered", "closed"))).GetProperty("code").GetString());
        Assert.Equal("refused", (await SendAsync(Step("registered", "nowhere"))).GetProperty("answer").GetString());
        Assert.Equal("refused", (await SendAsync(new { id = Key(), kind = "state", record = one, was = new { state = "registered" }, now = new { note = "x" } })).GetProperty("answer").GetString());
        Assert.Equal("request.not_found", (await SendAsync(Step("identified", "registered", foreign))).GetProperty("code").GetString());
        // The same, said by two, is agreed.
        Assert.Equal(("done", 2), Said(await SendAsync(Step("identified", "registered"))));

        Assert.Equal(200, (await nora.PostAsync($"/api/cases/{one:D}/state", new { state = "closing" }, ("If-Match", "\"v2\""))).Status);
        var id = Key();
        var conflict = await SendAsync(Step("registered", "assessed", id: id));
        Assert.Equal("conflict", conflict.GetProperty("answer").GetString());
        var field = Assert.Single(conflict.GetProperty("conflicts").EnumerateArray());
        Assert.Equal(
            ("state", "registered", "closing", "assessed"),
            (field.GetProperty("field").GetString(), field.GetProperty("was").GetString(), field.GetProperty("theirs").GetString(), field.GetProperty("mine").GetString()));
        Assert.Equal("closing", (await nora.GetAsync($"/api/cases/{one:D}")).Json.GetProperty("state").GetString());
        Assert.Equal(("done", 3), Said(await SendAsync(new { id = Key(), kind = "state", record = one, was = new { state = "closing" }, now = new { state = "closing" }, settles = id })));
        Assert.Equal(["settled"], await office.ReadAsync<string>("select state from cases_device_changes where id = @id", new { id }));

        // A decision that the rules do not let pass is told with its reason, as the conflict that it still is, and is decided anew.
        var other = Key();
        Assert.Equal(200, (await nora.PostAsync($"/api/cases/{one:D}/state", new { state = "active" }, ("If-Match", "\"v3\""))).Status);
        Assert.Equal("conflict", (await SendAsync(Step("closing", "registered", id: other))).GetProperty("answer").GetString());
        var again = await SendAsync(new { id = Key(), kind = "state", record = one, was = new { state = "active" }, now = new { state = "registered" }, settles = other });
        Assert.Equal(("conflict", "cases.state_unfit"), (again.GetProperty("answer").GetString(), again.GetProperty("code").GetString()));
        Assert.NotEmpty(again.GetProperty("detail").GetString()!);
        var left = Assert.Single(again.GetProperty("conflicts").EnumerateArray());
        Assert.Equal(("state", "active", "registered"), (left.GetProperty("field").GetString(), left.GetProperty("theirs").GetString(), left.GetProperty("mine").GetString()));
        Assert.Equal(["conflict"], await office.ReadAsync<string>("select state from cases_device_changes where id = @other", new { other }));
        Assert.Equal("done", (await SendAsync(new { id = Key(), kind = "state", record = one, was = new { state = "active" }, now = new { state = "active" }, settles = other })).GetProperty("answer").GetString());
        Assert.Equal(["settled"], await office.ReadAsync<string>("select state from cases_device_changes where id = @other", new { other }));
        // What was decided is not open any more: whoever decides it once more is told what was taken, and nothing is written.
        var told = await SendAsync(new { id = Key(), kind = "state", record = one, was = new { state = "active" }, now = new { state = "closing" }, settles = other });
        Assert.Equal(("done", "active"), (told.GetProperty("answer").GetString(), Assert.Single(told.GetProperty("conflicts").EnumerateArray()).GetProperty("taken").GetString()));
        Assert.Equal("active", (await nora.GetAsync($"/api/cases/{one:D}")).Json.GetProperty("state").GetString());

        object Step(string was, string state, Guid? record = null, Guid? id = null) => new { id = id ?? Key(), kind = "state", record = record ?? one, was = new { state = was }, now = new { state } };
        static Guid Key() => Guid.CreateVersion7(TimeProvider.System.GetUtcNow());
        static (string?, int) Said(JsonElement answer) => (answer.GetProperty("answer").GetString(), answer.GetProperty("version").GetInt32());
        async Task<JsonElement> SendAsync(object change)
        {
            var told = await nora.PostAsync($"{Root}/{device:D}/changes", new { changes = new[] { change } });
            Assert.True(told.Status == 200, told.Text);
            return told.Json.GetProperty("answers")[0];
        }
    }
}
