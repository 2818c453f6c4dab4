using System.CommandLine;
using System.Globalization;
using Cohort.Federation.Accounting;
using Cohort.Model.Plans;
using Cohort.Seed.Privacy;

namespace Cohort.Pbm.Commands;

/// <summary>The options by which a command is told of a mechanism and how it is to be accounted.</summary>
internal sealed class MechanismOptions
{
    public const string Details = """
        Sampling says who takes part in a round: poisson, each student with probability Q independently; fixed, a share Q of all, drawn
        without replacement; everyone. The unit is a student (or a sample, for DP-SGD); docs/privacy.md says what exactly is protected.
        Accountants: pld, the privacy loss distribution by FFT, with a certified lower and upper bound; rdp, Renyi differential privacy
        with the conversion of 2020; rdp-classic, with that of 2017.
        """;

    private const string Fixed = "fixed", Poisson = "poisson", Everyone = "everyone";

    public MechanismOptions()
    {
        Accountant.AcceptOnlyFromAmong("pld", "rdp", "rdp-classic");
        Sampling.AcceptOnlyFromAmong(Poisson, Fixed, Everyone);
    }

    public Option<double> Rate { get; } = new("--q")
    {
        Description = "Sampling rate: a student's chance to take part in a round.",
        HelpName = "Q",
        DefaultValueFactory = _ => 1,
    };

    public Option<long> Steps { get; } = new("--steps") { Description = "How many rounds.", HelpName = "T", Required = true };

    public Option<double> Delta { get; } = new("--delta")
    {
        Description = "The probability with which epsilon may be exceeded.",
        HelpName = "D",
        DefaultValueFactory = _ => 1e-5,
    };

    public Option<string> Accountant { get; } = new("--accountant")
    {
        Description = "How epsilon is computed: pld, rdp or rdp-classic.",
        HelpName = "NAME",
        DefaultValueFactory = _ => "pld",
    };

    public Option<string> Sampling { get; } = new("--sampling")
    {
        Description = "Who takes part: poisson, fixed or everyone.",
        HelpName = "KIND",
        DefaultValueFactory = _ => Poisson,
    };

    /// <summary>Does it, and tells of an argument that cannot be used as the option that was typed.</summary>
    /// <exception cref="CommandException">An option's value cannot be used.</exception>
    public static void NamingOptions(Action action)
    {
        try
        {
            action();
        }
        catch (ArgumentOutOfRangeException problem)
        {
            var option = problem.ParamName is "z" or null ? "sigma" : problem.ParamName;
            var given = string.Create(CultureInfo.InvariantCulture, $"--{option} {problem.ActualValue}");
            throw new CommandException($"{given}: {problem.Message.Split(" (Parameter ")[0]}");
        }
        catch (ArgumentException problem)
        {
            throw new CommandException(problem.Message.Split(" (Parameter ")[0]);
        }
    }

    public Participation ParticipationOf(ParseResult parsed) => parsed.GetValue(Sampling) switch
    {
        Everyone => new Everyone(),
        Fixed => new FixedSize(parsed.GetValue(Rate)),
        _ => new Poisson(parsed.GetValue(Rate)),
    };

    public IPrivacyAccountant AccountantOf(ParseResult parsed) => Accountants.Of(parsed.GetValue(Accountant) switch
    {
        "rdp" => AccountantKind.Rdp,
        "rdp-classic" => AccountantKind.RdpClassic,
        _ => AccountantKind.Pld,
    });
}
