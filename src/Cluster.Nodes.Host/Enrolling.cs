using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Cohort.Hosting;
using Cohort.Hosting.Configuration;

namespace Cohort.Nodes.Host;

/// <summary>Shows a seed the enrolment token, and gets what it takes to join the broker.</summary>
public static class Enrolling
{
    private static readonly TimeSpan Retry = TimeSpan.FromMilliseconds(500);

    /// <exception cref="ConfigurationException">The seed refuses.</exception>
    /// <exception cref="TemporaryFailureException">The seed did not answer before the start deadline.</exception>
    public static async Task<BrokerOptions> Enrol(NodeHostOptions options)
    {
        var token = SecretFile.Read("Enrolment:TokenFile", options.EnrolmentTokenFile);
        var started = TimeProvider.System.GetTimestamp();
        using var client = new HttpClient { BaseAddress = options.EnrolmentSeed, Timeout = TimeSpan.FromSeconds(10) };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        while (true)
        {
            string problem;
            try
            {
                using var answer = await client.PostAsync("/api/v1/enrolments", content: null);
                var body = await answer.Content.ReadAsStringAsync();
                if (answer.StatusCode == HttpStatusCode.OK)
                {
                    return Given(body, options.Broker);
                }

                if ((int)answer.StatusCode < 500)
                {
                    throw new ConfigurationException(
                        $"Enrolment:Seed: {options.EnrolmentSeed} refuses this node ({(int)answer.StatusCode}); "
                        + "look whether Enrolment:TokenFile holds the seed's enrolment token.");
                }

                problem = $"it answered {(int)answer.StatusCode}";
            }
            catch (Exception absent) when (absent is HttpRequestException or TaskCanceledException)
            {
                problem = absent.Message.TrimEnd('.');
            }

            if (TimeProvider.System.GetElapsedTime(started) + Retry > options.StartDeadline)
            {
                throw new TemporaryFailureException(
                    $"Enrolment:Seed: {options.EnrolmentSeed} did not enrol this node within {SpanText.Of(options.StartDeadline)}: {problem}.");
            }

            await Task.Delay(Retry);
        }
    }

    private static BrokerOptions Given(string body, BrokerOptions configured)
    {
        try
        {
            using var json = JsonDocument.Parse(body);
            string Text(string name) => json.RootElement.GetProperty(name).GetString()!;
            return configured with
            {
                Uris = MemberSettings.BrokersOf(Text("brokerUri")),
                VirtualHost = Text("virtualHost"),
                User = Text("user"),
                Password = Text("password"),
            };
        }
        catch (Exception odd) when (odd is JsonException or KeyNotFoundException or FormatException or ArgumentNullException)
        {
            throw new ConfigurationException("Enrolment:Seed gave an answer that this node does not understand; use one version.", odd);
        }
    }
}
