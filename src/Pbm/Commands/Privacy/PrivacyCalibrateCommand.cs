using System.CommandLine;
using Cohort.Federation.Accounting;
using Cohort.Pbm.Printing;

namespace Cohort.Pbm.Commands;

/// <summary><c>pbm privacy calibrate</c>: the least noise that keeps a budget.</summary>
internal static class PrivacyCalibrateCommand
{
    public static Command Create()
    {
        var mechanism = new MechanismOptions();
        var epsilon = new Option<double>("--epsilon") { Description = "The budget.", HelpName = "E", Required = true };
        var json = CommonOptions.Json();
        var command = new CommandWithExamples(
            "calibrate",
            "Find the least noise multiplier with which a number of rounds stays within a budget.",
            "pbm privacy calibrate --epsilon 8 --q 0.05 --steps 200 --delta 1e-5",
            "pbm privacy calibrate --epsilon 3 --steps 50 --delta 1e-6 --sampling everyone --json")
        {
            epsilon, mechanism.Rate, mechanism.Steps, mechanism.Delta, mechanism.Accountant, mechanism.Sampling, json,
        };
        command.Details = MechanismOptions.Details;
        command.SetAction(parsed => MechanismOptions.NamingOptions(() =>
        {
            var (participation, accountant) = (mechanism.ParticipationOf(parsed), mechanism.AccountantOf(parsed));
            var (steps, delta) = (parsed.GetValue(mechanism.Steps), parsed.GetValue(mechanism.Delta));
            var multiplier = Calibration.NoiseMultiplier(accountant, participation, steps, parsed.GetValue(epsilon), delta);
            var spent = accountant.Epsilon(Composition.Of(new GaussianRound(multiplier, participation), steps), delta).Upper;
            if (parsed.GetValue(json))
            {
                Page.PrintJson(new CalibratedNoise(multiplier, spent, delta), PbmJson.Default.CalibratedNoise);
                return;
            }

            Page.Print(Tables.Facts()
                .Row("noise multiplier", PrivacyEpsilonCommand.Number(multiplier))
                .Row("epsilon with it", PrivacyEpsilonCommand.Number(spent))
                .Row("delta", PrivacyShowCommand.Small(delta)));
        }));
        return command;
    }
}

/// <summary>What <c>pbm privacy calibrate --json</c> prints.</summary>
/// <param name="NoiseMultiplier">The least, within 1e-4 of it.</param>
/// <param name="Epsilon">What the rounds spend with it: at most the budget.</param>
/// <param name="Delta">As given.</param>
internal sealed record CalibratedNoise(double NoiseMultiplier, double Epsilon, double Delta);
