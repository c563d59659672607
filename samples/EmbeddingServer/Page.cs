namespace EmbeddingServer;

/// <summary>The page at "/": to try the server without a client.</summary>
internal static class Page
{
    public static void MapPage(this IEndpointRouteBuilder app) => app.MapGet("/", (HttpContext context) =>
    {
        // Nothing from elsewhere, and no other page around it.
        context.Response.Headers.ContentSecurityPolicy = "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; connect-src 'self'; frame-ancestors 'none'";
        context.Response.Headers.XContentTypeOptions = "nosniff";
        return Results.Stream(typeof(Page).Assembly.GetManifestResourceStream("Page.html")!, "text/html; charset=utf-8");
    }).ExcludeFromDescription().WithMetadata(OpenToAll.Instance);
}
