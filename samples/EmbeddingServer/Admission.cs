using System.Globalization;
using GeneratedEncoder.Text;

namespace EmbeddingServer;

/// <summary>
/// What is answered when more work waits than two seconds take. The queue itself, and how much may wait in it, are the encoder's
/// (<see cref="EncoderServiceOptions"/>): it has measured the machine while it was warmed up.
/// </summary>
internal static class Admission
{
    /// <summary>A refusal that clients understand, and come back after.</summary>
    public static ApiException Translate(EncoderOverloadedException overload) => new(StatusCodes.Status429TooManyRequests, overload.Message) { Type = "rate_limit_error", Code = "rate_limit_exceeded" };

    /// <summary>Says when there is likely to be room: in whole seconds for all, in milliseconds for those that look.</summary>
    public static void SayWhenToRetry(HttpResponse response, Exception e)
    {
        if (e is EncoderOverloadedException overload)
        {
            response.Headers.RetryAfter = Math.Max(1, Math.Ceiling(overload.RetryAfter.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
            response.Headers["retry-after-ms"] = Math.Ceiling(overload.RetryAfter.TotalMilliseconds).ToString(CultureInfo.InvariantCulture);
        }
    }
}
