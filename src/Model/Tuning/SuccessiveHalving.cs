namespace Cohort.Model.Tuning;

/// <summary>
/// Successive halving (Jamieson, Talwalkar 2016, "Non-stochastic Best Arm Identification and Hyperparameter Optimization"): all trials get few
/// rounds, the best of them more, and only the last ones all. A trial begins anew with its rounds, since a plan's learning rate may depend on
/// how many there are.
/// </summary>
public static class SuccessiveHalving
{
    /// <summary>One out of so many goes on.</summary>
    public const int Eta = 3;

    /// <param name="trials">How many begin, at least 1.</param>
    /// <param name="rounds">What the last ones get, at least 1.</param>
    /// <returns>How many trials get how many rounds, one rung after the other.</returns>
    public static IReadOnlyList<Rung> Of(int trials, int rounds)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(trials, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(rounds, 1);
        var rungs = new List<Rung> { new(trials, rounds) };
        for (var (left, power) = (trials, 1); left >= Eta; left /= Eta)
        {
            power *= Eta;
            if (rounds / power < 1)
            {
                break;
            }

            rungs.Add(new(left / Eta, rounds)); // its rounds are set below, when it is known how many rungs there are
        }

        var last = rungs.Count - 1;
        return [.. rungs.Select((rung, i) => rung with { Rounds = Math.Max(1, rounds / (int)Math.Pow(Eta, last - i)) })];
    }

    /// <summary>Random search (Bergstra, Bengio 2012, "Random Search for Hyper-Parameter Optimization"): every trial gets all rounds.</summary>
    public static IReadOnlyList<Rung> None(int trials, int rounds) => [new(trials, rounds)];
}

/// <summary>So many trials, which get so many rounds.</summary>
public sealed record Rung(int Trials, int Rounds);
