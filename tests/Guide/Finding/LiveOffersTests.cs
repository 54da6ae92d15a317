using Microsoft.Extensions.Logging.Abstractions;
using Tambo.Guide;
using Tambo.Guide.Directory;
using Tambo.Guide.Finding;
using Tambo.Platform.Database;
using Tambo.Platform.Http;
using Tambo.Platform.Problems;
using Tambo.Tests.Support;
using static System.Threading.CancellationToken;

namespace Tambo.Tests.Guide.Finding;

public sealed class LiveOffersTests
{
    [Fact]
    public async Task Readers_keep_the_old_offers_while_an_added_one_is_loaded_and_have_the_new_after()
    {
        using var shelf = new Shelf();
        Assert.Equal("one", await shelf.ReadAsync());
        shelf.Hold();

        shelf.Commit("one, two", withdraws: false);
        var during = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => shelf.ReadAsync())).WaitAsync(Soon);

        Assert.All(during, names => Assert.Equal("one", names));
        Assert.Equal(shelf.Version.Committed - 1, shelf.Version.Shown);
        shelf.Release();
        await shelf.UntilAsync("one, two");
        Assert.Equal(shelf.Version.Committed, shelf.Version.Shown);
    }

    [Fact]
    public async Task Once_something_was_taken_back_nobody_is_given_the_old_offers()
    {
        using var shelf = new Shelf();
        Assert.Equal("one", await shelf.ReadAsync());
        shelf.Hold();

        shelf.Commit("none", withdraws: true);
        var readers = Enumerable.Range(0, 50).Select(_ => shelf.ReadAsync()).ToList();

        // Pages of before are not right any more, although the new offers are not there yet.
        Assert.Equal(shelf.Version.Committed, shelf.Version.Shown);
        Assert.DoesNotContain(readers, reader => reader.IsCompleted);
        shelf.Release();
        Assert.All(await Task.WhenAll(readers).WaitAsync(Soon), names => Assert.Equal("none", names));
    }

    [Fact]
    public async Task A_reader_who_gives_up_waiting_harms_nobody()
    {
        using var shelf = new Shelf();
        shelf.Hold();
        using var leaving = new CancellationTokenSource();
        var first = shelf.Offers.GetAsync(leaving.Token).AsTask();
        var second = shelf.ReadAsync();
        await shelf.LoadingAsync();

        await leaving.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        Assert.False(second.IsCompleted);
        shelf.Release();

        Assert.Equal("one", await second.WaitAsync(Soon));
        Assert.Equal(1, shelf.Loads);
    }

    [Fact]
    public async Task A_load_that_fails_leaves_the_old_offers_says_so_and_is_tried_again()
    {
        using var shelf = new Shelf();
        Assert.Equal("one", await shelf.ReadAsync());
        shelf.Fails = true;

        shelf.Commit("one, two", withdraws: false);
        while (shelf.Troubles.All.Count == 0)
            await Task.Delay(5);
        Assert.Equal("one", await shelf.ReadAsync());

        shelf.Fails = false;
        await shelf.UntilAsync("one, two");
        Assert.Empty(shelf.Troubles.All);
    }

    [Fact]
    public async Task What_was_taken_back_is_refused_rather_than_shown_while_loading_fails()
    {
        using var shelf = new Shelf();
        Assert.Equal("one", await shelf.ReadAsync());
        shelf.Fails = true;

        shelf.Commit("none", withdraws: true);
        var refused = await Assert.ThrowsAsync<Problem>(shelf.ReadAsync);

        Assert.Equal(GuideProblems.NotReady, refused.Kind);
        shelf.Fails = false;
        await shelf.UntilAsync("none");
    }

    [Fact]
    public async Task Whatever_comes_together_no_reader_sees_less_than_was_taken_back_before_the_reader_came()
    {
        using var shelf = new Shelf();
        using var ending = new CancellationTokenSource();
        var readers = Enumerable.Range(0, 8).Select(_ => Task.Run(async () =>
        {
            while (!ending.IsCancellationRequested)
            {
                var least = shelf.Version.LeastShown;
                var read = await shelf.Offers.GetAsync(None);
                Assert.True(read.Directory.Version >= least);
                await Task.Delay(1);
            }
        })).ToList();
        var random = new Random(7);
        for (var change = 0; change < 60; change++)
        {
            shelf.Commit($"{change}", withdraws: random.Next(3) == 0);
            await Task.Delay(random.Next(4));
        }

        await shelf.UntilAsync("59");
        await ending.CancelAsync();
        await Task.WhenAll(readers);
    }

    [Fact]
    public async Task The_hours_of_a_week_are_made_anew_before_they_end()
    {
        using var shelf = new Shelf();
        var made = await shelf.Offers.GetAsync(None);

        shelf.Time.Advance(TimeSpan.FromDays(8));

        var later = await shelf.Offers.GetAsync(None);
        Assert.NotSame(made, later);
        Assert.True(later.Covers(shelf.Time.GetUtcNow()));
    }

    private static TimeSpan Soon => TimeSpan.FromSeconds(20);

    /// <summary>Offers over a directory that a test writes, holds back and breaks.</summary>
    private sealed class Shelf : IDisposable
    {
        private readonly ChangeVersions versions = new();
        private readonly LiveDirectory directory;
        private readonly TaskCompletionSource loading = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private TaskCompletionSource? held;
        private volatile string names = "one";

        public Shelf()
        {
            Version = versions.Of("guide");
            directory = new LiveDirectory(Version, ReadAsync);
            Offers = new LiveOffers(directory, versions, Time, Troubles, NullLogger<LiveOffers>.Instance);
        }

        public AreaVersion Version { get; }

        public SettableTime Time { get; } = new(SettableTime.Noon);

        public Troubles Troubles { get; } = new();

        public LiveOffers Offers { get; }

        public volatile bool Fails;

        public int Loads;

        public void Commit(string content, bool withdraws)
        {
            names = content;
            versions.Raise([KeyValuePair.Create("guide", withdraws)]);
        }

        public void Hold() => held = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public void Release() => held!.SetResult();

        public Task LoadingAsync() => loading.Task;

        public async Task<string> ReadAsync() => string.Join(", ", (await Offers.GetAsync(None)).All.Select(offer => offer.Service.Name));

        public async Task UntilAsync(string wanted)
        {
            var begun = TimeProvider.System.GetTimestamp();
            while (await AnsweredAsync() != wanted)
            {
                Assert.True(TimeProvider.System.GetElapsedTime(begun) < Soon);
                await Task.Delay(5);
            }
        }

        private async Task<string> AnsweredAsync()
        {
            try
            {
                return await ReadAsync();
            }
            catch (Problem)
            {
                return "refused";
            }
        }

        public void Dispose()
        {
            Offers.Dispose();
            directory.Dispose();
        }

        private async Task<DirectoryRecords> ReadAsync(DirectoryRecords? known, CancellationToken cancellationToken)
        {
            Interlocked.Increment(ref Loads);
            loading.TrySetResult();
            if (held is { } hold)
                await hold.Task.WaitAsync(cancellationToken);
            if (Fails)
                throw new IOException("The disk of the test is away.");
            return DirectoryRecords.Of([.. names.Split(", ").Select((name, number) =>
                new Service { Id = new Guid(number, 0, 0, [0, 0, 0, 0, 0, 0, 0, 1]), Name = name })]);
        }
    }
}
