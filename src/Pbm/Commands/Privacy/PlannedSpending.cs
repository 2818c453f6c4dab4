using System.Globalization;
using System.Text.Json;
using Cohort.Model.Plans;
using Cohort.Pbm.Printing;
using Cohort.Seed.Ledger;
using Cohort.Seed.Privacy;

namespace Cohort.Pbm.Commands;

/// <summary>What <c>pbm privacy plan --json</c> prints.</summary>
/// <param name="Plan">The plan's name.</param>
/// <param name="Round">
/// What is accounted for each round, in words; null, as is all else about students, where sums carry no noise.
/// </param>
/// <param name="NoiseMultiplier">z of each round.</param>
/// <param name="Sampling">everyone, poisson, fixedSize or turns.</param>
/// <param name="Rate">A student's chance to be asked.</param>
/// <param name="Delta">The plan's.</param>
/// <param name="Accountant">The plan's.</param>
/// <param name="Epsilon">Of all rounds by the plan's accountant.</param>
/// <param name="Budget">privacy.epsilon; null where the plan has none.</param>
/// <param name="LabelEpsilon">Of each student's report of its labels, for each sample; null where it is not noised.</param>
/// <param name="Points">Epsilon after some rounds.</param>
/// <param name="Notes">What to know before believing the number.</param>
/// <param name="Records">What samples spend by DP-SGD; null where the plan has none.</param>
internal sealed record PlannedSpending(
    string Plan,
    string? Round,
    double? NoiseMultiplier,
    string? Sampling,
    double? Rate,
    double Delta,
    string Accountant,
    double? Epsilon,
    double? Budget,
    double? LabelEpsilon,
    IReadOnlyList<SpendingPoint> Points,
    IReadOnlyList<string> Notes,
    PlannedRecords? Records)
{
    public static PlannedSpending Of(Plan plan, RoundPrice? price, PlannedRecords? records)
    {
        var (count, delta) = (plan.Rounds.Count, plan.Privacy.Delta);
        if (price is null)
        {
            return new(
                plan.Name,
                null,
                null,
                null,
                null,
                delta,
                Accountants.NameOf(plan.Privacy.Accountant),
                null,
                null,
                plan.Groups.HistogramEpsilon,
                [],
                [NoteOnLabels(plan)],
                records);
        }

        var epsilon = EpsilonOf(price, count, delta, plan.Privacy.Accountant);
        int[] after = [1, .. new[] { 0.1, 0.25, 0.5 }.Select(share => (int)(share * count)), count];
        return new(
            plan.Name,
            Words(price),
            price.NoiseMultiplier,
            JsonNamingPolicy.CamelCase.ConvertName(price.Sampling.ToString()),
            price.Rate,
            delta,
            Accountants.NameOf(plan.Privacy.Accountant),
            epsilon,
            plan.Privacy.Epsilon,
            plan.Groups.HistogramEpsilon,
            [.. after.Where(rounds => rounds > 0).Distinct().Order().Select(rounds => new SpendingPoint(
                rounds,
                EpsilonOf(price, rounds, delta, AccountantKind.Pld),
                EpsilonOf(price, rounds, delta, AccountantKind.Rdp),
                EpsilonOf(price, rounds, delta, AccountantKind.RdpClassic)))],
            [.. NotesOn(plan, epsilon)],
            records);
    }

    private static double EpsilonOf(RoundPrice price, int rounds, double delta, AccountantKind accountant)
    {
        var charges = Enumerable.Range(1, rounds).Select(round => new ChargeRecord
        {
            Run = "",
            Round = round,
            Epoch = 0,
            Sequence = round,
            Population = "",
            NoiseMultiplier = price.NoiseMultiplier,
            Sampling = price.Sampling,
            Rate = price.Rate,
        });
        return Accountants.Of(accountant).Epsilon(ChargedRounds.Of(charges), delta).Upper;
    }

    private static string Words(RoundPrice price)
    {
        var (z, q) = (Number(price.NoiseMultiplier), Number(price.Rate));
        return price.Sampling switch
        {
            ChargedSampling.Poisson => $"a Gaussian of noise multiplier {z}, Poisson-sampled at rate {q},",
            ChargedSampling.FixedSize => $"a Gaussian of noise multiplier {z} on a cohort of fixed size, a share {q} of all (not Poisson sampling),",
            ChargedSampling.Turns => $"a Gaussian of noise multiplier {z} in one round of {Number(1 / price.Rate)}, as students take turns,",
            _ => $"a Gaussian of noise multiplier {z}, everybody taking part,",
        };
    }

    private static string NoteOnLabels(Plan plan) => plan switch
    {
        { Groups.HistogramEpsilon: { } labels } => $"Beside it every student reports its labels once a run, at epsilon {Number(labels)} for each of its samples.",
        { AsksForLabels: true } => "Every student also reports its label counts, as they are: groups.histogramEpsilon would noise them.",
        _ => "Nobody is asked for labels.",
    };

    private static IEnumerable<string> NotesOn(Plan plan, double epsilon)
    {
        yield return NoteOnLabels(plan);
        var (privacy, students) = (plan.Privacy, plan.Students.Count);
        if (privacy.Epsilon is { } budget)
        {
            yield return epsilon <= budget
                ? $"That is within the budget, privacy.epsilon {Number(budget)}."
                : $"That is more than the budget, privacy.epsilon {Number(budget)}: such a run is refused.";
        }

        if (privacy.Delta >= 1.0 / students)
        {
            yield return $"delta {PrivacyShowCommand.Small(privacy.Delta)} is not below one over {Figures.Count(students, "student")}: it would "
                + "allow to publish one student's update whole; lower privacy.delta.";
        }

        if (privacy.Noise is NoiseSource.Seeded)
        {
            yield return "The noise follows from the plan's seed: whoever has the plan can subtract it, and epsilon means nothing.";
        }

        if (plan.Rounds.Cohorts is CohortKind.Uniform && plan.Rounds.ClientFraction < 1 && privacy.Mechanism is not NoiseMechanism.Local)
        {
            yield return "Cohorts of fixed size are amplified less than Poisson ones; rounds.cohorts \"poisson\" spends less.";
        }

        if (privacy.DrawsShares)
        {
            yield return "Students draw the noise, and each group's sum carries all of it before anybody sees it: the sum over "
                + $"{Figures.Count(plan.Groups.Count, "group")} carries sqrt({Figures.Count(plan.Groups.Count)}) times the noise of the central mechanism.";
            if (plan.Rounds is { ClientFraction: < 1, Cohorts: not CohortKind.Balanced })
            {
                yield return "Leaders and the coordinator know whom a round asks, so that chance hides nobody from them: for a student that is in all "
                    + $"rounds, epsilon {PrivacyShowCommand.Epsilon(InAllRounds(plan))}.";
            }
        }

        if (privacy.Mechanism is NoiseMechanism.Local)
        {
            yield return "Every student noises its own update (local differential privacy): the average of m students carries sqrt(m) times "
                + "the noise of the central mechanism.";
        }
    }

    private static double InAllRounds(Plan plan)
        => EpsilonOf(
            RoundPrice.Of(plan with { Rounds = plan.Rounds with { ClientFraction = 1 } }, plan.Students.Count)!,
            plan.Rounds.Count,
            plan.Privacy.Delta,
            plan.Privacy.Accountant);

    private static string Number(double value) => value.ToString("0.####", CultureInfo.InvariantCulture);
}

/// <summary>Epsilon after some rounds, by each accountant (upper bounds).</summary>
internal sealed record SpendingPoint(int Rounds, double Pld, double Rdp, double RdpClassic);
