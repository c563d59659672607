using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace EmbeddingServer;

/// <summary>/openapi/v1.json.</summary>
internal static class OpenApiDocument
{
    public static void Configure(OpenApiOptions options)
    {
        options.AddDocumentTransformer((document, _, _) =>
        {
            (document.Info.Title, document.Info.Version) = ("EmbeddingServer", "v1");
            document.Info.Description = "Embeddings, rankings and classes by the routes of OpenAI, text-embeddings-inference, Cohere, Jina and Ollama.";
            return Task.CompletedTask;
        });
        options.AddSchemaTransformer((schema, context, _) =>
        {
            if (context.JsonTypeInfo.Type == typeof(TextInput))
            {
                schema.Properties?.Clear();
                schema.Type = null;
                schema.OneOf =
                [
                    new OpenApiSchema { Type = JsonSchemaType.String },
                    new OpenApiSchema { Type = JsonSchemaType.Array, Items = new OpenApiSchema { Type = JsonSchemaType.String } },
                ];
            }

            return Task.CompletedTask;
        });
    }
}
