using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Patterns;
using Microsoft.Extensions.Logging.Abstractions;
using Tambo.Platform.Cryptography;
using Tambo.Platform.Http;
using Tambo.Platform.Idempotency;
using Tambo.Platform.Problems;
using Tambo.Platform.Settings;
using Tambo.Tests.Support;

namespace Tambo.Tests.Platform.Idempotency;

/// <summary>Which answers are kept, and which are not: on a route of the test's own.</summary>
public sealed class KeptAnswerTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Theory]
    [InlineData(500)]
    [InlineData(503)]
    [InlineData(422)]
    public async Task A_failure_or_a_refusal_under_which_nothing_was_done_is_tried_anew(int status)
    {
        await using var route = await RouteAsync();
        Assert.Equal(status, (await route.SendAsync(context => Answer(context, status, "no"))).Status);
        var again = await route.SendAsync(context => Answer(context, 200, "yes"));
        Assert.Equal((200, "yes", false), again);
    }

    [Fact]
    public async Task A_failure_that_is_thrown_is_tried_anew()
    {
        await using var route = await RouteAsync();
        await Assert.ThrowsAsync<InvalidOperationException>(() => route.SendAsync(_ => throw new InvalidOperationException("broken")));
        Assert.Equal((200, "yes", false), await route.SendAsync(context => Answer(context, 200, "yes")));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_was_done_before_a_failure_is_not_done_again(bool thrown)
    {
        await using var route = await RouteAsync();
        async Task Fail(HttpContext context)
        {
            await route.WorkAsync(context);
            if (thrown)
                throw new InvalidOperationException("broken after the work");
            context.Response.StatusCode = 500;
        }

        if (thrown)
            await Assert.ThrowsAsync<InvalidOperationException>(() => route.SendAsync(Fail));
        else
            await route.SendAsync(Fail);
        Assert.Equal(PlatformProblems.DoneAlready, (await Assert.ThrowsAsync<Problem>(() => route.SendAsync(Fail))).Kind);
    }

    [Fact]
    public async Task A_refusal_after_something_was_done_is_kept()
    {
        await using var route = await RouteAsync();
        async Task Refuse(HttpContext context)
        {
            await route.WorkAsync(context);
            await Answer(context, 409, "counted, and refused");
        }

        Assert.Equal((409, "counted, and refused", false), await route.SendAsync(Refuse));
        Assert.Equal((409, "counted, and refused", true), await route.SendAsync(Refuse));
    }

    [Fact]
    public async Task An_answer_that_is_too_large_is_sent_whole_and_not_kept()
    {
        await using var route = await RouteAsync();
        var large = new string('x', AnswerBuffer.Largest + 1);
        Assert.Equal((200, large, false), await route.SendAsync(context => Answer(context, 200, large)));
        Assert.Equal(PlatformProblems.DoneAlready, (await Assert.ThrowsAsync<Problem>(() => route.SendAsync(context => Answer(context, 200, large)))).Kind);
        var largest = new string('y', AnswerBuffer.Largest);
        route.Key = "another";
        await route.SendAsync(context => Answer(context, 200, largest));
        Assert.Equal((200, largest, true), await route.SendAsync(context => Answer(context, 200, largest)));
    }

    [Fact]
    public async Task A_cookie_is_never_given_twice()
    {
        await using var route = await RouteAsync();
        Task Lead(HttpContext context)
        {
            context.Response.Cookies.Append("tambo-session", "secret");
            context.Response.Redirect("/staff");
            return Task.CompletedTask;
        }

        await route.SendAsync(Lead);
        Assert.Equal((302, "", true), await route.SendAsync(Lead));
        Assert.Equal("/staff", route.Last.Response.Headers.Location);
        Assert.Equal(0, route.Last.Response.Headers.SetCookie.Count);
    }

    private static Task Answer(HttpContext context, int status, string text)
    {
        context.Response.StatusCode = status;
        return context.Response.Body.WriteAsync(Encoding.UTF8.GetBytes(text)).AsTask();
    }

    private static async Task<Route> RouteAsync() => new(await TestDatabase.CreateAsync(Engine.Sqlite));

    private sealed class Route(TestDatabase test) : IAsyncDisposable
    {
        private readonly RepeatedRequests requests = new(
            new RequestRecords(test.Db), new NodeKey(new byte[32]), new NodeSettings { Folder = test.Settings.Folder, File = new NodeFile() },
            TimeProvider.System, NullLogger<RepeatedRequests>.Instance);

        public string Key { get; set; } = "key";

        public HttpContext Last { get; private set; } = new DefaultHttpContext();

        public async Task<(int Status, string Text, bool Replayed)> SendAsync(RequestDelegate act)
        {
            using var sent = new MemoryStream();
            Last = new DefaultHttpContext();
            Last.Request.Method = "POST";
            Last.Request.Path = "/test";
            Last.Request.Headers[RequestKey.Header] = Key;
            Last.Response.Body = sent;
            Last.Features.Set(TestDatabase.Alice);
            Last.SetEndpoint(new RouteEndpoint(act, RoutePatternFactory.Parse("/test"), 0, new EndpointMetadataCollection(new Repetition(ByKey: true, Secret: false, "")), null));
            await requests.RunAsync(Last, act);
            return (Last.Response.StatusCode, Encoding.UTF8.GetString(sent.ToArray()), Last.Response.Headers.ContainsKey(KeptAnswer.ReplayedHeader));
        }

        public async Task WorkAsync(HttpContext context)
        {
            await using var change = await test.Db.BeginAsync(context.Actor(), "test.worked", "s", None);
            await change.CommitAsync(None);
        }

        public ValueTask DisposeAsync() => test.DisposeAsync();
    }
}
