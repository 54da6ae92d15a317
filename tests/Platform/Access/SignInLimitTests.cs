using System.Buffers.Binary;
using System.Net;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection;
using Tambo.Platform.Access;
using Tambo.Platform.Access.Passwords;
using Tambo.Platform.Access.Sessions;
using Tambo.Platform.Access.SignIn;
using Tambo.Platform.Access.Users;
using Tambo.Platform.Problems;
using Tambo.Tests.Support;

namespace Tambo.Tests.Platform.Access;

public sealed class SignInLimitTests
{
    // Five are borne; the wait after each further one doubles from a minute up to an hour.
    [Theory]
    [InlineData(4, 0)]
    [InlineData(5, 1)]
    [InlineData(6, 2)]
    [InlineData(7, 4)]
    [InlineData(10, 32)]
    [InlineData(11, 60)]
    [InlineData(1000, 60)]
    public void Waiting_doubles_with_every_wrong_attempt_up_to_an_hour(int attempts, int minutes)
    {
        var now = SettableTime.Noon;
        var (count, until) = (0.0, now);
        for (var i = 0; i < attempts; i++)
            (count, until) = FailureLimit.Account.After(count, now, now);
        Assert.Equal(TimeSpan.FromMinutes(minutes), until - now);
    }

    [Fact]
    public void Attempts_fade_one_in_half_an_hour_and_seconds_between_them_change_nothing()
    {
        var now = SettableTime.Noon;
        var count = 0.0;
        for (var i = 0; i < 4; i++, now += TimeSpan.FromSeconds(2))
            (count, _) = FailureLimit.Account.After(count, now - TimeSpan.FromSeconds(2), now);
        Assert.True(FailureLimit.Account.After(count, now, now).BlockedUntil > now);
        Assert.Equal(1, FailureLimit.Account.After(count, now, now.AddHours(2)).Count);
    }

    [Theory]
    [OnEachEngine]
    public async Task A_thousand_wrong_passwords_at_once_are_five_guesses(Engine engine)
    {
        await using var desk = await AccessDesk.OpenAsync(engine);
        await desk.AddAsync("bob");
        var kinds = new System.Collections.Concurrent.ConcurrentBag<ProblemKind>();
        // Each from a network of its own, so that only the account's count stands in the way.
        await Parallel.ForAsync(0, 1000, new ParallelOptions { MaxDegreeOfParallelism = 16 }, async (i, _) =>
        {
            var browser = new SignInBrowser(desk, $"198.51.{i / 250}.{i % 250}");
            kinds.Add((await Assert.ThrowsAsync<Problem>(() => browser.SignInAsync("bob", "wrong " + i))).Kind);
        });
        Assert.Equal(5, kinds.Count(kind => kind == AccessProblems.WrongPassword));
        Assert.Equal(995, kinds.Count(kind => kind == AccessProblems.TooManyAttempts));

        desk.Time.Advance(TimeSpan.FromSeconds(61));
        Assert.Equal(Stages.Open, await new SignInBrowser(desk).SignInAsync("bob", AccessDesk.GoodPassword));
    }

    [Theory]
    [OnEachEngine]
    public async Task Attempts_that_are_counted_while_others_are_taken_back_wait_for_each_other_only_shortly(Engine engine)
    {
        await using var desk = await AccessDesk.OpenAsync(engine);
        var limits = desk.Get<SignInLimits>();
        var network = IPAddress.Parse("198.51.100.9");
        await Parallel.ForAsync(0, 400, new ParallelOptions { MaxDegreeOfParallelism = 4 }, async (_, stop) =>
            await limits.ForgetAsync(await limits.CountAsync("bob", null, network, stop), stop));
        await limits.CountAsync("bob", null, network, CancellationToken.None);
    }

    [Theory]
    [OnEachEngine]
    public async Task One_password_tried_on_a_thousand_names_from_one_network_is_sixty_guesses(Engine engine)
    {
        await using var desk = await AccessDesk.OpenAsync(engine);
        await desk.AddAsync("bob");
        var spray = new SignInBrowser(desk, "198.51.100.7");
        var judged = 0;
        Problem? last = null;
        for (var i = 0; i < 1000; i++)
        {
            last = await Assert.ThrowsAsync<Problem>(() => spray.SignInAsync("name" + i, "Spring-2026"));
            judged += last.Kind == AccessProblems.WrongPassword ? 1 : 0;
        }

        Assert.Equal(60, judged);
        Assert.Equal(10, last!.RetryAfter);
        Assert.Equal(Stages.Open, await new SignInBrowser(desk, "198.51.100.8").SignInAsync("bob", AccessDesk.GoodPassword));
        desk.Time.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal(Stages.Open, await spray.SignInAsync("bob", AccessDesk.GoodPassword));
    }

    [Theory]
    [OnEachEngine]
    public async Task Strangers_do_not_lock_the_owner_out_of_a_device_they_know(Engine engine)
    {
        await using var desk = await AccessDesk.OpenAsync(engine);
        await desk.AddAsync("bob");
        var own = new SignInBrowser(desk);
        await own.SignInAsync("bob", AccessDesk.GoodPassword);
        for (var i = 0; i < 20; i++)
            await Assert.ThrowsAsync<Problem>(() => new SignInBrowser(desk).SignInAsync("bob", "wrong"));

        Assert.Equal(Stages.Open, await own.SignInAsync("bob", AccessDesk.GoodPassword));
        // The known device has a count of its own: it is no way around the limit.
        for (var i = 0; i < 5; i++)
            Assert.Equal(AccessProblems.WrongPassword, (await Assert.ThrowsAsync<Problem>(() => own.SignInAsync("bob", "wrong"))).Kind);
        Assert.Equal(AccessProblems.TooManyAttempts, (await Assert.ThrowsAsync<Problem>(() => own.SignInAsync("bob", AccessDesk.GoodPassword))).Kind);
    }

    [Theory]
    [OnEachEngine]
    public async Task The_counters_hold_no_name_and_no_address(Engine engine)
    {
        await using var desk = await AccessDesk.OpenAsync(engine);
        await Assert.ThrowsAsync<Problem>(() => new SignInBrowser(desk, "198.51.100.7").SignInAsync("bob", "wrong"));
        await using var connection = await desk.Database.Db.ReadAsync(CancellationToken.None);
        var subjects = (await Dapper.SqlMapper.QueryAsync<string>(connection, "select subject from platform_sign_in_failures")).ToList();
        Assert.Equal(2, subjects.Count);
        Assert.All(subjects, subject => Assert.Matches("^[0-9a-f]{64}$", subject));
    }

    [Theory]
    [InlineData("2001:db8:1:2:3:4:5:6", "2001:db8:1:2:ffff::1", true)]
    [InlineData("2001:db8:1:2::1", "2001:db8:1:3::1", false)]
    [InlineData("::ffff:192.0.2.1", "192.0.2.1", true)]
    [InlineData("192.0.2.1", "192.0.2.2", false)]
    public void A_network_is_one_IPv4_address_or_64_bits_of_IPv6(string one, string other, bool same) =>
        Assert.Equal(same, SignInLimits.Network(IPAddress.Parse(one)) == SignInLimits.Network(IPAddress.Parse(other)));

    [Fact]
    public async Task A_name_that_does_not_exist_costs_as_many_hashes_as_one_that_does()
    {
        await using var desk = await AccessDesk.OpenAsync(Engine.Sqlite);
        var bob = await desk.AddAsync("bob");
        var hasher = new CountingHasher(desk.Get<IPasswordHasher<User>>());
        var passwords = new PasswordDesk(desk.Database.Db, hasher, new AccessSettings());
        passwords.Warm();
        var locked = await desk.UserAsync("bob");
        locked.DisabledAt = SettableTime.Noon;
        foreach (var user in new[] { bob, null, locked, new User() })
        {
            hasher.Checked = 0;
            Assert.False(passwords.Verify(user, "wrong"));
            Assert.Equal(1, hasher.Checked);
        }
    }

    [Fact]
    public async Task A_node_hashes_passwords_by_as_many_rounds_as_the_settings_say_when_nothing_else_is_asked_for()
    {
        await using var folder = await TestNode.StartAsync(Engine.Sqlite);
        await using var app = await Node.NodeHost.BuildAsync(
            folder.Settings with { Folder = Path.Combine(folder.Settings.Folder, "other") }, TimeProvider.System, CancellationToken.None, quiet: true);
        var hash = Convert.FromBase64String(app.Services.GetRequiredService<IPasswordHasher<User>>().HashPassword(new User(), "anything"));
        // Version 3 of Identity: a byte of version, four of the function (2: HMAC-SHA512), four of the rounds.
        Assert.Equal((1, 2, 210_000), (hash[0], BinaryPrimitives.ReadInt32BigEndian(hash.AsSpan(1)), BinaryPrimitives.ReadInt32BigEndian(hash.AsSpan(5))));
    }

    private sealed class CountingHasher(IPasswordHasher<User> inner) : IPasswordHasher<User>
    {
        public int Checked { get; set; }

        public string HashPassword(User user, string password) => inner.HashPassword(user, password);

        public PasswordVerificationResult VerifyHashedPassword(User user, string hashedPassword, string providedPassword)
        {
            Checked++;
            return inner.VerifyHashedPassword(user, hashedPassword, providedPassword);
        }
    }
}
