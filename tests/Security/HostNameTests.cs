using System.Net;
using Tambo.Tests.Support;

namespace Tambo.Tests.Security;

/// <summary>A node that has a name in the world answers to it and to the machine's own, and to no other.</summary>
public sealed class HostNameTests
{
    [Theory]
    [InlineData("guia.example.org", HttpStatusCode.OK)]
    [InlineData("localhost", HttpStatusCode.OK)]
    [InlineData("evil.example.net", HttpStatusCode.BadRequest)]
    public async Task A_node_with_a_public_address_is_asked_by_its_own_names_only(string host, HttpStatusCode status)
    {
        await using var node = await TestNode.StartAsync(Engine.Sqlite, prepare: settings => settings with { File = settings.File with { PublicUrl = "https://guia.example.org" } });
        using var reader = new Reader(node);

        Assert.Equal(status, (await reader.GetAsync("/es", ("Host", host))).Status);
    }
}
