using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Tambo.Platform.Files;
using Tambo.Platform.Problems;

namespace Tambo.Tests.Platform.Files;

public sealed class SafeHttpTests : IAsyncLifetime
{
    private readonly WebApplication _server = Build();
    private string _address = "";

    public async ValueTask InitializeAsync()
    {
        _server.MapGet("/plain", () => Results.Text("a,b\n1,2"));
        _server.MapGet("/chain/{left:int}", (int left) => left == 0 ? Results.Text("there") : Results.Redirect($"/chain/{left - 1}"));
        _server.MapGet("/to", (string url) => Results.Redirect(url));
        _server.MapGet("/who", (HttpRequest request) => Results.Text(request.Headers.Authorization.ToString()));
        _server.MapGet("/large", (HttpResponse response) => response.Body.WriteAsync(new byte[300_000]).AsTask());
        _server.MapGet("/packed", async (HttpResponse response) =>
        {
            response.Headers.ContentEncoding = "gzip";
            await response.Body.WriteAsync(HostileFiles.Gzip(new byte[20_000_000]).ToArray());
        });
        _server.MapGet("/broken", async (HttpResponse response) =>
        {
            response.Headers.ContentEncoding = "gzip";
            await response.Body.WriteAsync("no gzip"u8.ToArray());
        });
        _server.MapGet("/slow", async (HttpContext context) =>
        {
            await context.Response.Body.WriteAsync("begin"u8.ToArray());
            await context.Response.Body.FlushAsync();
            await Task.Delay(TimeSpan.FromSeconds(20), context.RequestAborted);
        });
        _server.MapGet("/silent", (HttpContext context) => Task.Delay(TimeSpan.FromSeconds(20), context.RequestAborted));
        _server.MapPost("/post", () => Results.Redirect("/plain"));
        await _server.StartAsync();
        _address = _server.Urls.First();
    }

    public async ValueTask DisposeAsync() => await _server.DisposeAsync();

    [Theory]
    [InlineData("8.8.8.8")]
    [InlineData("1.1.1.1")]
    [InlineData("172.32.0.1")]
    [InlineData("100.128.0.1")]
    [InlineData("2606:4700::1111")]
    [InlineData("::ffff:8.8.8.8")]
    [InlineData("64:ff9b::808:808")]
    public void Addresses_of_the_public_internet_are_public(string address) => Assert.True(PublicAddress.IsPublic(IPAddress.Parse(address)));

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("127.255.255.254")]
    [InlineData("0.0.0.0")]
    [InlineData("10.1.2.3")]
    [InlineData("172.16.0.1")]
    [InlineData("172.31.255.255")]
    [InlineData("192.168.1.1")]
    [InlineData("169.254.169.254")]
    [InlineData("100.64.0.1")]
    [InlineData("198.18.0.1")]
    [InlineData("192.0.2.1")]
    [InlineData("224.0.0.1")]
    [InlineData("255.255.255.255")]
    [InlineData("::1")]
    [InlineData("::")]
    [InlineData("fe80::1")]
    [InlineData("fc00::1")]
    [InlineData("fd12::1")]
    [InlineData("ff02::1")]
    [InlineData("2001:db8::1")]
    [InlineData("2002:7f00:1::")]
    [InlineData("::ffff:127.0.0.1")]
    [InlineData("::ffff:169.254.169.254")]
    [InlineData("::127.0.0.1")]
    [InlineData("64:ff9b::7f00:1")]
    [InlineData("64:ff9b:1::1")]
    public void Addresses_of_machines_and_inner_networks_are_not(string address) => Assert.False(PublicAddress.IsPublic(IPAddress.Parse(address)));

    [Theory]
    [InlineData("http://127.0.0.1/")]
    [InlineData("http://localhost/")]
    [InlineData("http://2130706433/")]
    [InlineData("http://0177.0.0.1/")]
    [InlineData("http://0x7f.1/")]
    [InlineData("http://127.1/")]
    [InlineData("http://[::1]/")]
    [InlineData("http://[::ffff:127.0.0.1]/")]
    [InlineData("http://169.254.169.254/latest/")]
    [InlineData("http://10.0.0.1/")]
    [InlineData("http://[fd00::1]/")]
    [InlineData("http://0/")]
    public async Task An_inner_address_is_refused_in_every_notation(string address)
    {
        using var client = SafeHttp.Create();
        Assert.Equal(FileProblems.LinkPrivate, await RefusedAsync(() => client.GetStringAsync(address)));
    }

    [Fact]
    public async Task Loopback_is_reached_only_where_it_is_allowed_and_opens_no_other_inner_network()
    {
        using var client = SafeHttp.Create(new SafeHttpSettings { AllowLoopback = true });
        Assert.Equal("a,b\n1,2", await client.GetStringAsync(_address + "/plain"));
        Assert.Equal(FileProblems.LinkPrivate, await RefusedAsync(() => client.GetStringAsync("http://10.0.0.1/")));
        using var strict = SafeHttp.Create();
        Assert.Equal(FileProblems.LinkPrivate, await RefusedAsync(() => strict.GetStringAsync(_address + "/plain")));
    }

    [Theory]
    [InlineData("ftp://example.org/x", "file.link_scheme")]
    [InlineData("file:///etc/passwd", "file.link_scheme")]
    [InlineData("gopher://example.org/", "file.link_scheme")]
    [InlineData("http://user:word@example.org/", "file.link_scheme")]
    public async Task Links_of_other_kinds_are_refused(string address, string code)
    {
        using var client = SafeHttp.Create();
        Assert.Equal(code, (await RefusedAsync(() => client.GetStringAsync(address))).Code);
    }

    [Fact]
    public async Task Redirects_are_followed_three_times_and_checked_each_time()
    {
        using var client = SafeHttp.Create(new SafeHttpSettings { AllowLoopback = true });
        Assert.Equal("there", await client.GetStringAsync(_address + "/chain/3"));
        Assert.Equal(FileProblems.LinkRedirects, await RefusedAsync(() => client.GetStringAsync(_address + "/chain/4")));
        Assert.Equal(FileProblems.LinkPrivate, await RefusedAsync(() => client.GetStringAsync(_address + "/to?url=http://169.254.169.254/")));
        Assert.Equal(FileProblems.LinkScheme, await RefusedAsync(() => client.GetStringAsync(_address + "/to?url=file:///etc/passwd")));
    }

    [Fact]
    public async Task A_password_does_not_travel_to_another_place()
    {
        using var client = SafeHttp.Create(new SafeHttpSettings { AllowLoopback = true });
        var elsewhere = _address.Replace("127.0.0.1", "localhost", StringComparison.Ordinal);
        foreach (var (target, expected) in new[] { (elsewhere + "/who", ""), (_address + "/who", "Bearer x") })
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, $"{_address}/to?url={target}");
            request.Headers.Authorization = new("Bearer", "x");
            using var response = await client.SendAsync(request);
            Assert.Equal(expected, await response.Content.ReadAsStringAsync());
        }
    }

    [Fact]
    public async Task What_is_sent_is_not_sent_on()
    {
        using var client = SafeHttp.Create(new SafeHttpSettings { AllowLoopback = true });
        using var response = await client.PostAsync(_address + "/post", new StringContent("x"));
        Assert.Equal(HttpStatusCode.Found, response.StatusCode);
    }

    [Fact]
    public async Task An_answer_that_is_too_large_is_stopped_even_when_it_comes_packed()
    {
        using var client = SafeHttp.Create(new SafeHttpSettings { AllowLoopback = true, Bytes = 200_000 });
        Assert.Equal(FileProblems.TooLarge, await RefusedAsync(() => client.GetByteArrayAsync(_address + "/large")));
        Assert.Equal(FileProblems.TooLarge, await RefusedAsync(() => client.GetByteArrayAsync(_address + "/packed")));
        Assert.Equal(FileProblems.LinkUnreachable, await RefusedAsync(() => client.GetByteArrayAsync(_address + "/broken")));
    }

    [Fact]
    public async Task An_answer_that_takes_too_long_is_stopped_before_and_within_its_body()
    {
        using var client = SafeHttp.Create(new SafeHttpSettings { AllowLoopback = true, Timeout = TimeSpan.FromMilliseconds(500) });
        Assert.Equal(FileProblems.LinkTimeout, await RefusedAsync(() => client.GetStringAsync(_address + "/silent")));
        Assert.Equal(FileProblems.LinkTimeout, await RefusedAsync(() => client.GetStringAsync(_address + "/slow")));
        using var response = await client.GetAsync(_address + "/slow", HttpCompletionOption.ResponseHeadersRead);
        await using var body = await response.Content.ReadAsStreamAsync();
        Assert.Equal(FileProblems.LinkTimeout, await RefusedAsync(() => body.CopyToAsync(Stream.Null)));
    }

    [Fact]
    public async Task A_place_that_does_not_answer_is_told_so()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        listener.Stop();
        using var client = SafeHttp.Create(new SafeHttpSettings { AllowLoopback = true });
        Assert.Equal(FileProblems.LinkUnreachable, await RefusedAsync(() => client.GetStringAsync($"http://127.0.0.1:{port}/")));
    }

    [Fact]
    public async Task A_caller_who_gives_up_is_not_told_that_the_other_side_was_slow()
    {
        using var client = SafeHttp.Create(new SafeHttpSettings { AllowLoopback = true });
        using var patience = new CancellationTokenSource(TimeSpan.FromMilliseconds(200));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => client.GetStringAsync(_address + "/silent", patience.Token));
    }

    private static async Task<ProblemKind> RefusedAsync(Func<Task> ask)
    {
        try
        {
            await ask();
        }
        catch (Problem problem)
        {
            return problem.Kind;
        }
        catch (Exception other) when (other.InnerException is Problem inner)
        {
            return inner.Kind;
        }
        throw new InvalidOperationException("Nothing was refused.");
    }

    private static WebApplication Build()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        return builder.Build();
    }
}
