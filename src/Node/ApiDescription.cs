using Microsoft.AspNetCore.OpenApi;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.OpenApi;
using Tambo.Platform.Idempotency;

namespace Tambo.Node;

/// <summary>What <c>/openapi.json</c> says to programs beside what the routes say of themselves.</summary>
internal static class ApiDescription
{
    /// <summary>Registers the document; "v1" is the name that MapOpenApi looks for when its address names none.</summary>
    public static void AddApiDescription(this IServiceCollection services) =>
        services.AddOpenApi("v1", options => options.AddOperationTransformer(SayKey));

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
