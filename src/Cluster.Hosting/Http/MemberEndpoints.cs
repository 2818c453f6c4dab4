using Cohort.Hosting.Telemetry;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Cohort.Hosting.Http;

/// <summary>What every member serves to those who watch over it: health and metrics, to anybody who can reach the address.</summary>
public static class MemberEndpoints
{
    /// <param name="routes">The web application.</param>
    /// <param name="notReady">Null if the member does its work; else a sentence that says what keeps it from it.</param>
    /// <param name="figures">What <c>/metrics</c> shows.</param>
    public static void MapMember(this IEndpointRouteBuilder routes, Func<string?> notReady, Figures figures)
    {
        routes.MapGet("/health/live", () => Results.Text("live\n")).ExcludeFromDescription();
        routes.MapGet(
            "/health/ready",
            () => notReady() is { } problem
                ? Results.Text(problem + "\n", statusCode: StatusCodes.Status503ServiceUnavailable)
                : Results.Text("ready\n")).ExcludeFromDescription();
        routes.MapGet("/metrics", () => Results.Text(PrometheusText.Of(figures.Read()), PrometheusText.ContentType))
            .ExcludeFromDescription();
    }
}
