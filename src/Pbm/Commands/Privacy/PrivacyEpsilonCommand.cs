using System.CommandLine;
using System.Globalization;
using Cohort.Federation.Accounting;
using Cohort.Pbm.Printing;

namespace Cohort.Pbm.Commands;

/// <summary><c>pbm privacy epsilon</c>: what so many rounds of a mechanism spend.</summary>
internal static class PrivacyEpsilonCommand
{
    public static Command Create()
    {
        var mechanism = new MechanismOptions();
        var sigma = new Option<double>("--sigma")
        {
            Description = "The noise multiplier: standard deviation of the noise on the sum, in clipping bounds.",
            HelpName = "S",
            Required = true,
        };
        var json = CommonOptions.Json();
        var command = new CommandWithExamples(
            "epsilon",
            "Compute the epsilon that a number of rounds of the Gaussian mechanism spends.",
            "pbm privacy epsilon --q 0.01 --sigma 1.1 --steps 1000 --delta 1e-5",
            "pbm privacy epsilon --q 0.01 --sigma 4 --steps 10000 --delta 1e-5 --accountant rdp-classic --json")
        {
            mechanism.Rate, sigma, mechanism.Steps, mechanism.Delta, mechanism.Accountant, mechanism.Sampling, json,
        };
        command.Details = MechanismOptions.Details;
        command.SetAction(parsed => MechanismOptions.NamingOptions(() =>
        {
            var round = new GaussianRound(parsed.GetValue(sigma), mechanism.ParticipationOf(parsed));
            var spent = mechanism.AccountantOf(parsed)
                .Epsilon(Composition.Of(round, parsed.GetValue(mechanism.Steps)), parsed.GetValue(mechanism.Delta));
            if (parsed.GetValue(json))
            {
                Page.PrintJson(new SpentEpsilon(spent.Epsilon, spent.Lower, spent.Upper, spent.Order), PbmJson.Default.SpentEpsilon);
                return;
            }

            Page.Print(Tables.Facts()
                .Row("epsilon", Number(spent.Epsilon))
                .Row("certified", $"from {Number(spent.Lower)} to {Number(spent.Upper)}")
                .Row("Renyi order", spent.Order is { } order ? Number(order) : "-")
                .Row("delta", PrivacyShowCommand.Small(parsed.GetValue(mechanism.Delta))));
        }));
        return command;
    }

    internal static string Number(double value) => value.ToString("0.######", CultureInfo.InvariantCulture);
}

/// <summary>What <c>pbm privacy epsilon --json</c> prints.</summary>
/// <param name="Epsilon">To report: an upper bound.</param>
/// <param name="Lower">The mechanism's epsilon is at least this; 0 where the accountant knows nothing better.</param>
/// <param name="Upper">And at most this.</param>
/// <param name="Order">The Renyi order that gave it; null for pld.</param>
internal sealed record SpentEpsilon(double Epsilon, double Lower, double Upper, double? Order);
