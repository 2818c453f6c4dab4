using Cohort.Model.Data;
using Cohort.Model.Files;
using Cohort.Model.Plans;
using Cohort.Seed.Api;
using Cohort.Seed.Ledger;

namespace Cohort.Seed.Host.Api;

/// <summary>Stands before every request: asks for a token where the route wants a role, and answers what goes wrong in one form.</summary>
public sealed class Guard(RequestDelegate next, ApiTokens tokens, ILogger<Guard> log)
{
    private const string Bearer = "Bearer ";

    public async Task InvokeAsync(HttpContext context)
    {
        try
        {
            Check(context);
            await next(context);
            if (context.Response is { HasStarted: false, StatusCode: >= 400, ContentLength: null, ContentType: null })
            {
                await Answer(context, context.Response.StatusCode, Unhandled(context));
            }
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // The client has gone.
        }
#pragma warning disable CA1031 // Whatever a request throws is that request's failure, and is answered.
        catch (Exception problem) when (!context.Response.HasStarted)
#pragma warning restore CA1031
        {
            var status = StatusOf(problem);
            if (status == StatusCodes.Status500InternalServerError)
            {
                log.LogError(problem, "{Method} {Path} failed.", context.Request.Method, context.Request.Path);
            }

            var title = status == StatusCodes.Status500InternalServerError
                ? "The seed failed on this request; its log says why."
                : problem.Message;
            await Answer(context, status, title);
        }
    }

    /// <summary>The token of a request; null if it has none.</summary>
    public static string? TokenOf(HttpRequest request)
        => request.Headers.Authorization.ToString() is var header && header.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase)
            ? header[Bearer.Length..].Trim()
            : null;

    private void Check(HttpContext context)
    {
        if (context.GetEndpoint()?.Metadata.GetMetadata<RequiredRole>() is not { Role: var wanted })
        {
            return;
        }

        if (TokenOf(context.Request) is not { } token || tokens.RoleOf(token) is not { } role)
        {
            context.Response.Headers.WWWAuthenticate = "Bearer";
            throw new ApiException(
                StatusCodes.Status401Unauthorized, "This needs a token that the seed knows, in the header: Authorization: Bearer TOKEN");
        }

        if (role < wanted)
        {
            throw new ApiException(
                StatusCodes.Status403Forbidden,
                $"This needs the role {wanted.ToString().ToLowerInvariant()}; the token has the role {role.ToString().ToLowerInvariant()}.");
        }
    }

    private static int StatusOf(Exception problem) => problem switch
    {
        ApiException api => api.Status,
        BadHttpRequestException bad => bad.StatusCode,
        PlanException or DataFormatException or ArgumentException => StatusCodes.Status400BadRequest,
        ModelFileException => StatusCodes.Status404NotFound,
        LedgerException or StorageException => StatusCodes.Status503ServiceUnavailable,
        _ => StatusCodes.Status500InternalServerError,
    };

    private static string Unhandled(HttpContext context) => context.Response.StatusCode switch
    {
        StatusCodes.Status404NotFound => $"There is no {context.Request.Path}; /openapi/v1.json lists what there is.",
        StatusCodes.Status405MethodNotAllowed => $"{context.Request.Path} does not take {context.Request.Method}.",
        _ => $"{context.Request.Method} {context.Request.Path} cannot be answered.",
    };

    private static Task Answer(HttpContext context, int status, string title)
    {
        context.Response.StatusCode = status;
        return context.Response.WriteAsJsonAsync(
            new Problem(title, status), ApiJson.Default.Problem, "application/problem+json", context.RequestAborted);
    }
}

/// <summary>What a route asks of a token.</summary>
public sealed record RequiredRole(ApiRole Role);
