namespace Cohort.Seed.Host.Api;

/// <summary>A request that is answered with a problem (RFC 9457).</summary>
/// <param name="status">The HTTP status.</param>
/// <param name="title">A sentence: what, where, what was expected, what to do.</param>
public sealed class ApiException(int status, string title) : Exception(title)
{
    public int Status => status;

    public static ApiException NotFound(string title) => new(StatusCodes.Status404NotFound, title);

    public static ApiException Bad(string title) => new(StatusCodes.Status400BadRequest, title);

    public static ApiException Conflict(string title) => new(StatusCodes.Status409Conflict, title);

    public static ApiException Unavailable(string title) => new(StatusCodes.Status503ServiceUnavailable, title);
}
