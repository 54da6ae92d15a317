using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.OpenApi;
using Tambo.Platform.Http;
using Tambo.Platform.Idempotency;

namespace Tambo.Node;

/// <summary>What <c>/openapi.json</c> says to programs beside what the routes say of themselves.</summary>
internal static class ApiDescription
{
    /// <summary>"v1" is the name of the document that the framework describes all routes in when none is named.</summary>
    private const string Document = "v1";

    /// <summary>Maps <c>/openapi.json</c>. What makes it is loaded when somebody first asks: most nodes are never asked.</summary>
    /// <param name="app">The node.</param>
    /// <param name="registered">What the node was built of: a parameter of a route that is among it is no part of a request.</param>
    public static void MapDescription(this WebApplication app, IServiceCollection registered)
    {
        var services = new Lazy<IServiceProvider>(() => ServicesOf(app.Services, registered));
        var kept = new KeptDescription((root, cancellationToken) => MakeAsync(services.Value, root, cancellationToken));
        app.MapGet("/openapi.json", kept.AnswerAsync).Open().ExcludeFromDescription();
    }

    private static async Task<byte[]> MakeAsync(IServiceProvider services, string root, CancellationToken cancellationToken)
    {
        var document = await services.GetRequiredKeyedService<IOpenApiDocumentProvider>(Document).GetOpenApiDocumentAsync(cancellationToken);
        document.Servers = [new OpenApiServer { Url = root }];
        using var json = new MemoryStream();
        await document.SerializeAsJsonAsync(json, OpenApiSpecVersion.OpenApi3_1, cancellationToken);
        return json.ToArray();
    }

    /// <summary>What describes routes, over the services of the node. It is not disposed of, since these are not its own.</summary>
    private static ServiceProvider ServicesOf(IServiceProvider node, IServiceCollection registered)
    {
        var services = new ServiceCollection();
        foreach (var type in registered.Where(one => !one.IsKeyedService && !one.ServiceType.ContainsGenericParameters).Select(one => one.ServiceType).Distinct())
            services.AddTransient(type, _ => node.GetRequiredService(type));
        services.AddLogging();
        services.AddOptions();
        services.AddOpenApi(Document, options => options.AddOperationTransformer(SayKey));
        return services.BuildServiceProvider();
    }

    /// <summary>Where a request with a key is done once, the header that brings it is named.</summary>
    private static Task SayKey(OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken cancellationToken)
    {
        var repetition = context.Description.ActionDescriptor.EndpointMetadata.OfType<Repetition>().LastOrDefault();
        if (repetition is { ByKey: true } or { KnowsKeys: true, KeysWithin: false })
        {
            operation.Parameters =
            [
                .. operation.Parameters ?? [],
                new OpenApiParameter
                {
                    Name = RequestKey.Header,
                    In = ParameterLocation.Header,
                    Required = repetition.KnowsKeys,
                    Description = repetition.KnowsKeys
                        ? "Names this request, however late it is sent again: with the same key it is not done again, and gets the same answer."
                        : "Names this request for 24 hours: sent again with the same key it is not done again, and gets the first answer.",
                    Schema = new OpenApiSchema { Type = JsonSchemaType.String, MinLength = 1, MaxLength = RequestKey.Longest },
                },
            ];
        }

        return Task.CompletedTask;
    }
}
