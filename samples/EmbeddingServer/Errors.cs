using System.Text.Json;
using GeneratedEncoder.Text;
using Microsoft.AspNetCore.Http.Features;

namespace EmbeddingServer;

/// <summary>The forms in which clients read errors.</summary>
internal enum ErrorForm
{
    /// <summary>{"error": {"message": ..., "type": ..., "param": ..., "code": ...}}</summary>
    OpenAi,

    /// <summary>{"error": ..., "error_type": ...}</summary>
    TextEmbeddingsInference,

    /// <summary>{"message": ..., "detail": ...}: Cohere's and Jina's.</summary>
    Rerank,

    /// <summary>{"error": ...}</summary>
    Ollama,
}

/// <summary>Turns what goes wrong into answers.</summary>
internal sealed partial class Errors(RequestDelegate next, ILogger<Errors> logger)
{
    public async Task InvokeAsync(HttpContext context)
    {
        try
        {
            await next(context);
            if (context.Response is { HasStarted: false, StatusCode: >= StatusCodes.Status400BadRequest, ContentType: null } && Unrouted(context) is { } unrouted)
            {
                context.Response.StatusCode = unrouted.Status;
                await WriteAsync(context, unrouted);
            }
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // Nobody is there to be told.
            context.Response.StatusCode = StatusCodes.Status499ClientClosedRequest;
        }
        catch (Exception e) when (!context.Response.HasStarted)
        {
            ApiException error = Translate(e);
            if (error.Status >= StatusCodes.Status500InternalServerError)
            {
                Failed(logger, e, context.Request.Path);
            }

            Admission.SayWhenToRetry(context.Response, e);
            context.Response.StatusCode = error.Status;
            await WriteAsync(context, error);
        }
    }

    /// <summary>What routing and the reading of bodies refuse by themselves, without a word.</summary>
    private static ApiException? Unrouted(HttpContext context) => context.Response.StatusCode switch
    {
        StatusCodes.Status404NotFound => new ApiException(404, $"There is no {context.Request.Path} here; /openapi/v1.json says what there is.") { Code = "unknown_url" },
        StatusCodes.Status405MethodNotAllowed => new ApiException(405, $"{context.Request.Path} takes no {context.Request.Method}, but {context.Response.Headers.Allow}.") { Code = "method_not_allowed" },
        StatusCodes.Status415UnsupportedMediaType => new ApiException(415, "The body must be JSON, and say so: Content-Type: application/json.") { Code = "unsupported_media_type" },

        // Limits are the server's own affair, as a wrong request is: 400, with a sentence.
        StatusCodes.Status413PayloadTooLarge => new ApiException(400, $"The body is too large; it may have at most {context.Features.Get<IHttpMaxRequestBodySizeFeature>()?.MaxRequestBodySize} bytes.") { Code = "request_too_large" },
        _ => null,
    };

    private static ApiException Translate(Exception e) => e switch
    {
        ApiException error => error,
        EncoderOverloadedException overload => Admission.Translate(overload),

        BadHttpRequestException { InnerException: JsonException json } => new ApiException(StatusCodes.Status400BadRequest, Sentence(json)),
        BadHttpRequestException bad => new ApiException(bad.StatusCode, bad.Message),
        ArgumentException wrong => new ApiException(StatusCodes.Status400BadRequest, Sentence(wrong)),
        NotSupportedException other => new ApiException(StatusCodes.Status400BadRequest, other.Message),
        ObjectDisposedException => new ApiException(StatusCodes.Status503ServiceUnavailable, "The server is shutting down.") { Type = "server_error" },
        _ => new ApiException(StatusCodes.Status500InternalServerError, "Something went wrong in the server; its log says what.") { Type = "server_error" },
    };

    /// <summary>An error's message without the parameter's name in C#, which means nothing to a client.</summary>
    private static string Sentence(ArgumentException e) =>
        e.Message.IndexOf(" (Parameter '", StringComparison.Ordinal) is var end and > 0 ? e.Message[..end] : e.Message;

    /// <summary>What is wrong with a body, without the names of C#'s types.</summary>
    private static string Sentence(JsonException e)
    {
        const string Missing = "missing required properties including: ";
        if (e.Message.IndexOf(Missing, StringComparison.Ordinal) is var at and >= 0)
        {
            return $"The body lacks {e.Message[(at + Missing.Length)..].TrimEnd('.')}.";
        }

        string place = string.IsNullOrEmpty(e.Path) || e.Path == "$" ? "The body" : $"The body's {e.Path}";
        return
            e.Message.StartsWith("The JSON value could not be converted", StringComparison.Ordinal) ? $"{place} is of the wrong kind, or null." :
            e.Message.Contains("doesn't allow null", StringComparison.Ordinal) ? $"{place} has a null where there must be a value." :
            $"{place} can't be read: {e.Message.Split(" Path: ")[0]}";
    }

    private static Task WriteAsync(HttpContext context, ApiException error) => (context.GetEndpoint()?.Metadata.GetMetadata<ErrorFormOf>()?.Form ?? ErrorForm.OpenAi) switch
    {
        ErrorForm.TextEmbeddingsInference => context.Response.WriteAsJsonAsync(new { error = error.Message, error_type = error.Status == StatusCodes.Status429TooManyRequests ? "Overloaded" : error.Status >= 500 ? "Backend" : "Validation" }),
        ErrorForm.Rerank => context.Response.WriteAsJsonAsync(new { message = error.Message, detail = error.Message }),
        ErrorForm.Ollama => context.Response.WriteAsJsonAsync(new { error = error.Message }),
        _ => context.Response.WriteAsJsonAsync(new OpenAiError(new OpenAiErrorBody(error.Message, error.Type, error.Parameter, error.Code)), NullsToo),
    };

    /// <summary>OpenAI's clients look for all four members.</summary>
    private static readonly JsonSerializerOptions NullsToo = new(JsonSerializerDefaults.Web);

    [LoggerMessage(EventId = 2, Level = LogLevel.Error, Message = "{Path} failed.")]
    private static partial void Failed(ILogger logger, Exception exception, string path);

    private sealed record OpenAiError(OpenAiErrorBody Error);

    private sealed record OpenAiErrorBody(string Message, string Type, string? Param, string? Code);
}

/// <summary>Says in which form a route's errors are.</summary>
internal sealed record ErrorFormOf(ErrorForm Form);
