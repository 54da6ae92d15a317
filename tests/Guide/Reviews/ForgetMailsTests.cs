using Dapper;
using Microsoft.Extensions.DependencyInjection;
using Tambo.Guide.Reviews;
using Tambo.Platform.Database;
using Tambo.Tests.Guide.Staff;
using Tambo.Tests.Support;

namespace Tambo.Tests.Guide.Reviews;

/// <summary>What was asked long ago is forgotten, and who asked not to be written to stays unwritten to.</summary>
public sealed class ForgetMailsTests
{
    [Theory, OnEachEngine]
    public async Task Old_mails_are_forgotten_but_for_the_last_to_each_address_what_stopped_and_what_is_still_to_be_done(Engine engine)
    {
        await using var database = await TestDatabase.CreateAsync(engine, new SettableTime(SettableTime.Noon));
        await using (var change = await database.Db.BeginAsync(TestDatabase.Alice, "test.written", "test", CancellationToken.None))
        {
            foreach (var (mail, address, round, days) in new[] { ("a1", "a", 1, 500), ("a2", "a", 2, 450), ("a3", "a", 3, 10), ("b1", "b", 1, 500), ("c1", "c", 1, 500), ("c2", "c", 2, 5), ("d1", "d", 1, 390), ("d2", "d", 2, 3) })
                await AddAsync(change, mail, address, round, days);
            await change.ExecuteAsync("insert into guide_review_stops (address_hash, mail_id, stopped_at) values ('c', 'c1', @At)", new { At = SettableTime.Noon });
            foreach (var (task, mail, done) in new[] { ("t1", "a1", (DateTimeOffset?)SettableTime.Noon.AddDays(-450)), ("t2", "a2", null) })
            {
                await change.ExecuteAsync(
                    "insert into guide_review_tasks (id, service_id, mail_id, reason, marks, sealed, created_at, done_at, done_by) values (@task, 's', @mail, 'no_answer', '', '', @At, @done, '')",
                    new { task, mail, done, At = SettableTime.Noon.AddDays(-460) });
            }

            await change.CommitAsync(CancellationToken.None);
        }

        Assert.Equal(1, await ForgetMails.RunAsync(database.Db, CancellationToken.None));
        Assert.Equal(0, await ForgetMails.RunAsync(database.Db, CancellationToken.None));

        await using var read = await database.Db.ReadAsync(CancellationToken.None);
        Assert.Equal(["a2", "a3", "b1", "c1", "c2", "d1", "d2"], await read.QueryAsync<string>("select id from guide_review_mails order by id"));
        Assert.Equal(["a2", "a3", "b1", "c1", "c2", "d1", "d2"], await read.QueryAsync<string>("select mail_id from guide_review_questions order by mail_id"));
        Assert.Equal(["t2"], await read.QueryAsync<string>("select id from guide_review_tasks"));
    }

    [Fact]
    public async Task Another_language_for_an_address_that_asked_not_to_be_written_to_does_not_have_it_written_to_again()
    {
        await using var desk = await StaffDesk.OpenAsync(Engine.Sqlite);
        using var eva = await desk.SignInAsync("eva", "editor");
        var path = $"/staff/guide/reviewers/service/{desk.Service.Id:D}";
        await eva.SubmitAsync(await eva.OpenAsync(path), path, ("address", "desk@example.org"));
        var hash = desk.Node.Services.GetRequiredService<ReviewSeals>().HashOfAddress("desk@example.org");
        await desk.WriteAsync(async change =>
        {
            await AddAsync(change, "m", hash, 1, 2);
            await change.ExecuteAsync("insert into guide_review_stops (address_hash, mail_id, stopped_at) values (@hash, 'm', @At)", new { hash, At = SettableTime.Noon });
        });
        async Task<long> StopsAsync()
        {
            await using var read = await desk.Node.Db.ReadAsync(CancellationToken.None);
            return await read.ExecuteScalarAsync<long>("select count(*) from guide_review_stops");
        }

        await eva.SubmitAsync(await eva.OpenAsync(path), path, ("language", "fr"));
        Assert.Equal(1, await StopsAsync());
        await eva.SubmitAsync(await eva.OpenAsync(path), path, ("again", "true"));
        Assert.Equal(0, await StopsAsync());
    }

    private static async Task AddAsync(Change change, string mail, string address, int round, int days)
    {
        var at = SettableTime.Noon.AddDays(-days);
        await change.ExecuteAsync(
            "insert into guide_review_mails (id, address_hash, round, recipient, sent_at, secret_hash, expires_at) values (@mail, @address, @round, 'staff', @at, @mail, @at)", new { mail, address, round, at });
        await change.ExecuteAsync("insert into guide_review_questions (mail_id, service_id, ordinal, shown, answer, answered_at) values (@mail, 's', 0, 'x', '', null)", new { mail });
    }
}
