using System.Net;
using System.Net.Http.Json;
using System.Security.Authentication;
using System.Text.Json;
using Cohort.Pbm.Printing;
using Cohort.Seed.Api;

namespace Cohort.Pbm.Remote;

/// <summary>What goes wrong between pbm and a seed, in sentences.</summary>
internal static class Refusals
{
    /// <summary>No answer came.</summary>
    public static CommandException Of(HttpRequestException problem, ClusterAddress address)
    {
        var why = (problem.InnerException ?? problem).Message.TrimEnd('.');
        return problem.HttpRequestError switch
        {
            HttpRequestError.ConnectionError => Lost(
                $"{address}: no seed answers there ({why}); is the cluster up, and is this its address?"),
            HttpRequestError.NameResolutionError => Lost($"{address}: there is no host '{address.Url.Host}' ({why})."),
            HttpRequestError.SecureConnectionError => new CommandException(Insecure(problem, address), ExitCodes.Cluster),
            HttpRequestError.ResponseEnded => Lost($"{address}: the connection was closed before the answer was complete."),
            HttpRequestError.InvalidResponse => new CommandException(
                $"{address}: what answers there speaks no HTTP; if it speaks TLS, write https://.", ExitCodes.Cluster),
            HttpRequestError.ConfigurationLimitExceeded => new CommandException(
                $"{address}: the answer is larger than pbm accepts.", ExitCodes.Cluster),
            _ => Lost($"{address}: the connection broke ({why})."),
        };
    }

    /// <summary>An answer came, and it is no.</summary>
    public static async Task<CommandException> Of(HttpResponseMessage answer, ClusterAddress address, string asked)
    {
        var said = await Title(answer);
        var status = (int)answer.StatusCode;
        var token = address.Token is null
            ? $"no token was given: name its file by --token-file or {ClusterAddress.TokenFileVariable}"
            : $"the token in {address.TokenSource} is not one of this cluster";
        return answer.StatusCode switch
        {
            HttpStatusCode.Unauthorized => Refused($"{address} asks for a token, and {token}."),
            HttpStatusCode.Forbidden => Refused(
                $"{address}: the token's role does not allow this{(said is null ? "." : ": " + said)}"),
            _ when said is not null && status is 400 or 404 or 422 => new CommandException(said, ExitCodes.BadInput),
            HttpStatusCode.NotFound => Refused($"{address} knows nothing of {asked}: is it a seed, and of this version?"),
            _ when said is not null => status is 502 or 503 or 504 ? Lost(said) : Refused(said),
            HttpStatusCode.BadGateway or HttpStatusCode.ServiceUnavailable or HttpStatusCode.GatewayTimeout => Lost(
                $"{address} cannot answer now ({status} to {asked}); try again in a moment."),
            _ => Refused($"{address} answered {status} to {asked}; the seed's log says why."),
        };
    }

    /// <summary>An answer came that is none of this API.</summary>
    public static CommandException Garbage(ClusterAddress address, string asked, Exception why)
        => Refused($"{address}: the answer to {asked} is none of a seed of this version ({FirstLine(why)}).");

    private static string Insecure(HttpRequestException problem, ClusterAddress address)
    {
        var why = (problem.InnerException ?? problem).Message.TrimEnd('.');
        var certificate = why.Contains("certificate", StringComparison.OrdinalIgnoreCase);
        return problem.InnerException is AuthenticationException && certificate
            ? $"{address}: its certificate is not trusted here ({why}); if a CA of your own signed it, name the CA's file in "
                + "SSL_CERT_FILE."
            : $"{address}: no secure connection can be made ({why}); does it speak http:// rather than https://?";
    }

    /// <summary>The sentence of a problem's body; null where there is none.</summary>
    private static async Task<string?> Title(HttpResponseMessage answer)
    {
        if (answer.Content.Headers.ContentType?.MediaType is not ("application/problem+json" or "application/json"))
        {
            return null;
        }

        try
        {
            var problem = await answer.Content.ReadFromJsonAsync(ApiJson.Default.Problem);
            return problem?.Title is { Length: > 0 } title ? Printable.Of(title) : null;
        }
        catch (Exception e) when (e is JsonException or IOException or HttpRequestException)
        {
            return null;
        }
    }

    private static string FirstLine(Exception why) => Printable.Of(why.Message.Split('\n')[0]).TrimEnd('.');

    private static ClusterLostException Lost(string sentence) => new(sentence);

    private static CommandException Refused(string sentence) => new(sentence, ExitCodes.Cluster);
}
