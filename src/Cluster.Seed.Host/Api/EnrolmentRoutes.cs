using System.Security.Cryptography;
using Cohort.Hosting.Configuration;
using Cohort.Seed.Api;

namespace Cohort.Seed.Host.Api;

/// <summary>A node shows the enrolment token, and gets what it needs to join.</summary>
internal static class EnrolmentRoutes
{
    public static void MapEnrolments(this IEndpointRouteBuilder routes, SeedHostOptions options)
    {
        var enrolment = options.Enrolment;
        var broker = enrolment.BrokerUris.Count > 0 ? enrolment.BrokerUris : options.Broker.Uris;
        var expected = enrolment.TokenFile.Length > 0
            ? ApiTokens.HashOf(SecretFile.Read("Enrolment:TokenFile", enrolment.TokenFile))
            : null;
        routes.MapPost(ApiRoutes.Enrolments, (HttpRequest request) =>
        {
            if (expected is null || broker.Count == 0)
            {
                throw ApiException.NotFound("This seed enrols nobody; it has no Enrolment:TokenFile.");
            }

            if (Guard.TokenOf(request) is not { } token
                || !CryptographicOperations.FixedTimeEquals(ApiTokens.HashOf(token), expected))
            {
                throw new ApiException(
                    StatusCodes.Status401Unauthorized, "This needs the enrolment token, in the header: Authorization: Bearer TOKEN");
            }

            return new Enrolment(
                MemberSettings.Addresses(broker),
                options.Broker.VirtualHost,
                enrolment.User,
                SecretFile.Read("Enrolment:PasswordFile", enrolment.PasswordFile));
        }).WithSummary("For the enrolment token: the node role's broker credentials.");
    }
}
