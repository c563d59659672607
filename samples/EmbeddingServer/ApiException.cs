namespace EmbeddingServer;

/// <summary>An answer that is an error. What is wrong is said in whatever form the route's clients read.</summary>
/// <param name="status">The HTTP status.</param>
/// <param name="message">A sentence for whoever wrote the client.</param>
public sealed class ApiException(int status, string message) : Exception(message)
{
    /// <summary>The HTTP status.</summary>
    public int Status => status;

    /// <summary>Its kind, in OpenAI's words.</summary>
    public string Type { get; init; } = "invalid_request_error";

    /// <summary>The member of the request that is wrong.</summary>
    public string? Parameter { get; init; }

    /// <summary>A word for programs.</summary>
    public string? Code { get; init; }

    /// <summary>Something of a request is wrong.</summary>
    public static ApiException Wrong(string parameter, string message) => new(StatusCodes.Status400BadRequest, message) { Parameter = parameter };
}
