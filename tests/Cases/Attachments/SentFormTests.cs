using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.DependencyInjection;
using Tambo.Cases.Attachments;
using Tambo.Platform.Http;
using Tambo.Tests.Support;

namespace Tambo.Tests.Cases.Attachments;

/// <summary>A file that the page sends never lies unsealed on the disk, not even while its form is read.</summary>
public sealed class SentFormTests
{
    [Fact]
    public async Task The_page_holds_the_largest_file_and_its_form_in_memory()
    {
        await using var office = await CasesOffice.OpenAsync(Engine.Sqlite);
        var page = office.Node.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>().Single(endpoint =>
            endpoint.RoutePattern.RawText == "/staff/cases/{id:guid}/files" && endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()!.HttpMethods.Contains("POST"));
        var form = page.Metadata.GetMetadata<FileForm>()!;
        Assert.True(form.Limit >= CleanFile.MostBytes);
        // Nothing that is let in reaches what would be spooled.
        Assert.True(form.Options.MemoryBufferThreshold >= form.MaxRequestBodySize);
    }

    [Theory]
    [InlineData(100, true)]
    [InlineData(5_000_000, true)]
    [InlineData(20_000_000, true)]
    [InlineData(5_000_000, false)]
    public async Task A_form_that_is_to_stay_in_memory_makes_no_file_however_large_it_is(int size, bool inMemory)
    {
        using var parts = new MultipartFormDataContent("b0undary");
        using var said = new StringContent("bring");
        using var file = new ByteArrayContent(new byte[size]);
        parts.Add(said, "act");
        parts.Add(file, "file", "photo.jpg");
        var (context, kept) = (new DefaultHttpContext(), new KeptUntilTheEnd());
        context.Features.Set<IHttpResponseFeature>(kept);
        context.Request.Method = "POST";
        context.Request.ContentType = parts.Headers.ContentType!.ToString();
        await using var body = new Arriving(await parts.ReadAsByteArrayAsync());
        context.Request.Body = body;
        context.SetEndpoint(new Endpoint(null, new EndpointMetadataCollection(new FileForm(CleanFile.MostBytes, inMemory)), "files"));

        FileForm.Prepare(context);
        var form = await SentForm.ReadAsync(context, CancellationToken.None);

        Assert.Equal(("bring", size), (form["act"].ToString(), (int)form.Files.Single().Length));
        var buffers = kept.Things.OfType<FileBufferingReadStream>().ToList();
        Assert.NotEmpty(buffers);
        Assert.Equal(inMemory, buffers.TrueForAll(buffer => buffer.InMemory && buffer.TempFileName is null));
        foreach (var buffer in buffers)
            await buffer.DisposeAsync();
    }

    /// <summary>Knows what is to be cleared away once an answer has gone out: the buffers of its form are among it.</summary>
    private sealed class KeptUntilTheEnd : HttpResponseFeature
    {
        public List<object> Things { get; } = [];

        public override void OnCompleted(Func<object, Task> callback, object state) => Things.Add(state);
    }

    /// <summary>As from the network: it cannot be read twice.</summary>
    private sealed class Arriving(byte[] bytes) : MemoryStream(bytes)
    {
        public override bool CanSeek => false;
    }
}
