using Microsoft.Extensions.DependencyInjection;
using Tambo.Cases.Board;
using Tambo.Tests.Cases.Referrals;
using Tambo.Tests.Support;

namespace Tambo.Tests.Cases.Board;

/// <summary>Supervisors who chose it hear by mail that something is overdue: once a day, of their office, and nothing of anybody.</summary>
public sealed class OverdueMailTests
{
    [Theory]
    [OnEachEngine]
    public async Task Those_who_chose_it_are_told_once_a_day_of_what_is_overdue_in_their_office(Engine engine)
    {
        await using var office = await CasesOffice.OpenAsync(engine, mail: true);
        var carla = await office.OfficerAsync("carla", "case_worker");
        var (susan, saul) = (await SupervisorAsync(office, "susan"), await SupervisorAsync(office, "saul", CasesOffice.South));
        await SupervisorAsync(office, "sira");
        var box = new Box(office);
        var tell = office.Node.Services.GetRequiredService<TellOverdue>();
        var person = (await carla.RegisterAsync(new { identity = new { names = new[] { new { full = "Ilmara Quesquén" } }, birth = new { inYear = 1980 } } })).Id;
        var held = await carla.OpenAsync(new { person, note = "torn-shirt-word", dueAt = office.Time.GetUtcNow().AddDays(200) });
        var due = await carla.OpenAsync(new { person, dueAt = office.Time.GetUtcNow().AddDays(1) });
        Assert.Equal(201, (await carla.PostAsync($"/api/cases/{held.Id:D}/detentions", new { place = "station-word" })).Status);
        Assert.Equal(404, (await carla.GetAsync("/api/cases/board/mail")).Status);
        Assert.False((await susan.GetAsync("/api/cases/board/mail")).Json.GetProperty("wanted").GetBoolean());
        foreach (var chooser in new[] { susan, saul })
            Assert.True((await chooser.PutAsync("/api/cases/board/mail", new { wanted = true }, null)).Json.GetProperty("wanted").GetBoolean());
        Assert.True((await susan.GetAsync("/api/cases/board/mail")).Json.GetProperty("wanted").GetBoolean());
        Assert.Equal("0", await tell.RunAsync(CancellationToken.None));

        // Tasks of the clock, then the case, then the review; each once on its day, and again on the next.
        office.Time.Advance(TimeSpan.FromDays(2));
        Assert.Equal("1", await tell.RunAsync(CancellationToken.None));
        Assert.Equal("0", await tell.RunAsync(CancellationToken.None));
        var mail = await box.NextAsync();
        Assert.Contains("susan@oficina.example", mail, StringComparison.Ordinal);
        Assert.Contains($"{held.Ref}: https://cases.example/staff/cases/{held.Id:D}", mail, StringComparison.Ordinal);
        Assert.Contains($"{due.Ref}: https://cases.example/staff/cases/{due.Id:D}", mail, StringComparison.Ordinal);
        Assert.Contains("https://cases.example/staff/cases/board", mail, StringComparison.Ordinal);
        Assert.All(["Ilmara", "Quesquén", "torn-shirt-word", "station-word", "detention", "detain", "Carla", person.ToString("D")], word => Assert.DoesNotContain(word, mail, StringComparison.OrdinalIgnoreCase));
        office.Time.Advance(TimeSpan.FromDays(1));
        Assert.Equal("1", await tell.RunAsync(CancellationToken.None));
        Assert.Contains(due.Ref, await box.NextAsync(), StringComparison.Ordinal);

        // What becomes overdue later on the same day is told, and only that.
        var late = await carla.OpenAsync(new { person, dueAt = office.Time.GetUtcNow().AddMinutes(5) });
        office.Time.Advance(TimeSpan.FromMinutes(10));
        Assert.Equal("1", await tell.RunAsync(CancellationToken.None));
        var last = await box.NextAsync();
        Assert.Contains(late.Ref, last, StringComparison.Ordinal);
        Assert.DoesNotContain(due.Ref, last, StringComparison.Ordinal);

        // The review, once everything else is done; a task of the clock that is done is told no more.
        await office.WriteAsync("update cases_entries set state = 'done', closed_at = changed_at where kind = 'task'");
        await office.WriteAsync("update cases_cases set due_at = @Far", new { Far = office.Time.GetUtcNow().AddDays(200) });
        office.Time.Advance(TimeSpan.FromDays(1));
        Assert.Equal("0", await tell.RunAsync(CancellationToken.None));
        office.Time.Advance(TimeSpan.FromDays(90));
        Assert.Equal("1", await tell.RunAsync(CancellationToken.None));
        var review = await box.NextAsync();
        Assert.Contains(held.Ref, review, StringComparison.Ordinal);
        Assert.DoesNotContain(due.Ref, review, StringComparison.Ordinal);

        // Who stops it hears nothing more; what was told long ago is forgotten.
        await susan.PutAsync("/api/cases/board/mail", new { wanted = false }, null);
        office.Time.Advance(TimeSpan.FromDays(1));
        Assert.Equal("0", await tell.RunAsync(CancellationToken.None));
        Assert.Single(await office.ReadAsync<string>("select distinct day from cases_told"));
        Assert.All(box.Seen, one => Assert.DoesNotContain("saul@", one, StringComparison.Ordinal));
        Assert.All(box.Seen, one => Assert.DoesNotContain("sira@", one, StringComparison.Ordinal));
    }

    [Theory]
    [OnEachEngine]
    public async Task A_referral_that_nobody_answered_in_time_is_told_and_what_is_closed_to_a_supervisor_is_not(Engine engine)
    {
        await using var referring = await ReferralOffice.OpenAsync(engine, sends: true);
        var (office, nora) = (referring.Office, referring.Nora);
        var susan = await SupervisorAsync(office, "susan");
        var box = new Box(office);
        await susan.PutAsync("/api/cases/board/mail", new { wanted = true }, null);
        // Violence is closed to supervisors: they hear nothing of a case of it.
        var hidden = await nora.OpenAsync(new { person = referring.Consent.PersonId, type = "trafficking", dueAt = office.Time.GetUtcNow().AddHours(1) });
        await office.WriteAsync("update cases_cases set due_at = @Far where id = @Case", new { Far = office.Time.GetUtcNow().AddDays(90), referring.Case });
        await referring.OfferAsync(referring.Mats);
        var tell = office.Node.Services.GetRequiredService<TellOverdue>();
        Assert.Equal("0", await tell.RunAsync(CancellationToken.None));
        office.Time.Advance(TimeSpan.FromDays(8));
        Assert.Equal("1", await tell.RunAsync(CancellationToken.None));
        var mail = await box.NextAsync();
        Assert.Contains($"/staff/cases/{referring.Case:D}", mail, StringComparison.Ordinal);
        Assert.DoesNotContain(hidden.Ref, mail, StringComparison.Ordinal);
    }

    [Theory]
    [OnEachEngine]
    public async Task What_is_still_overdue_is_told_again_when_a_day_has_begun_where_the_node_is(Engine engine)
    {
        await using var office = await CasesOffice.OpenAsync(
            engine, mail: true, prepare: settings => settings with { File = settings.File with { TimeZone = "America/Costa_Rica" } }, at: new DateTimeOffset(2026, 3, 5, 4, 0, 0, TimeSpan.Zero));
        var (carla, susan) = (await office.OfficerAsync("carla", "case_worker"), await SupervisorAsync(office, "susan"));
        await susan.PutAsync("/api/cases/board/mail", new { wanted = true }, null);
        await carla.OpenAsync(new { person = (await carla.RegisterAsync(new { })).Id, dueAt = office.Time.GetUtcNow().AddHours(1) });
        var tell = office.Node.Services.GetRequiredService<TellOverdue>();
        // At half past eleven at night, which is the next day in UTC, and an hour later.
        foreach (var (later, mails) in new[] { (90, "1"), (0, "0"), (60, "1"), (600, "0") })
        {
            office.Time.Advance(TimeSpan.FromMinutes(later));
            Assert.Equal(mails, await tell.RunAsync(CancellationToken.None));
        }

        Assert.Equal(["2026-03-04", "2026-03-05"], await office.ReadAsync<string>("select distinct day from cases_told order by day"));
    }

    [Theory]
    [OnEachEngine]
    public async Task Of_two_processes_one_writes_the_mail(Engine engine)
    {
        await using var office = await CasesOffice.OpenAsync(engine, mail: true);
        var (carla, susan) = (await office.OfficerAsync("carla", "case_worker"), await SupervisorAsync(office, "susan"));
        await susan.PutAsync("/api/cases/board/mail", new { wanted = true }, null);
        var one = await carla.OpenAsync(new { person = (await carla.RegisterAsync(new { })).Id, dueAt = office.Time.GetUtcNow().AddHours(1) });
        office.Time.Advance(TimeSpan.FromHours(2));
        var tell = office.Node.Services.GetRequiredService<TellOverdue>();
        var day = office.Time.GetUtcNow().UtcDateTime.ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture);
        Task<string> second;
        // The first has written that it tells, and not yet ended.
        await using (var first = await office.Node.Db.BeginAsync(TestDatabase.Alice, "test.first", "sample", CancellationToken.None))
        {
            await first.ExecuteAsync("insert into cases_told (day, user_id, item) values (@day, @User, @Item)", new { day, User = susan.Id, Item = one.Id });
            second = tell.RunAsync(CancellationToken.None);
            await Family.AtOnce.UntilWaitsAsync(office, second, "cases_told");
            await first.CommitAsync(CancellationToken.None);
        }

        Assert.Equal("0", await second);
        Assert.Equal([0L], await WrittenAsync(office));
        // And many at once tell one thing once.
        await office.WriteAsync("delete from cases_told");
        var told = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => tell.RunAsync(CancellationToken.None)));
        Assert.Equal(1, told.Count(count => count == "1"));
        Assert.Equal([1L], await WrittenAsync(office));
    }

    private static async Task<Officer> SupervisorAsync(CasesOffice office, string name, string agency = CasesOffice.North)
    {
        var officer = await office.OfficerAsync(name, "cases_supervisor", agency);
        await office.WriteAsync("update platform_users set email = @Mail, language = 'en' where id = @Id", new { Mail = name + "@oficina.example", officer.Id });
        return officer;
    }

    private static Task<IReadOnlyList<long>> WrittenAsync(CasesOffice office) => office.ReadAsync<long>("select count(*) from platform_outbox where purpose = 'cases.overdue'");

    /// <summary>The folder into which the node puts its mails, read one after the other.</summary>
    private sealed class Box(CasesOffice office)
    {
        private readonly List<string> seen = [];

        public IReadOnlyList<string> Seen => seen;

        public async Task<string> NextAsync()
        {
            var mails = await office.MailsAsync(seen.Count + 1);
            var next = Assert.Single(mails.Except(seen));
            seen.Add(next);
            return next;
        }
    }
}
