using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Options;

namespace EmbeddingServer;

/// <summary>Asks for a key, where there are any: "Authorization: Bearer ...", or "x-api-key".</summary>
internal sealed class ApiKeys(IOptions<ServerOptions> options) : IMiddleware
{
    private readonly byte[][] _hashes = [.. options.Value.ApiKeys.Select(key => SHA256.HashData(Encoding.UTF8.GetBytes(key)))];

    public Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        if (_hashes.Length == 0 || context.GetEndpoint()?.Metadata.GetMetadata<OpenToAll>() is not null || IsRight(Given(context.Request)))
        {
            return next(context);
        }

        context.Response.Headers.WWWAuthenticate = "Bearer";
        throw new ApiException(StatusCodes.Status401Unauthorized, "The API key is missing or wrong. Send it as \"Authorization: Bearer <key>\".") { Type = "authentication_error", Code = "invalid_api_key" };
    }

    private static string Given(HttpRequest request)
    {
        string authorization = request.Headers.Authorization.ToString();
        return authorization.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase) ? authorization["Bearer ".Length..].Trim() : request.Headers["x-api-key"].ToString();
    }

    /// <summary>Compares hashes, all of them and to their ends, so that the time says nothing of a key.</summary>
    private bool IsRight(string given)
    {
        byte[] hash = SHA256.HashData(Encoding.UTF8.GetBytes(given));
        bool isRight = false;
        foreach (byte[] key in _hashes)
        {
            isRight |= CryptographicOperations.FixedTimeEquals(hash, key);
        }

        return isRight;
    }
}

/// <summary>Marks what is answered without a key: whether the server lives, and what it can do.</summary>
internal sealed class OpenToAll
{
    public static readonly OpenToAll Instance = new();
}
