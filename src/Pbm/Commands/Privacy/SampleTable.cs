using System.Globalization;
using Cohort.Pbm.Printing;
using Cohort.Seed.Privacy;
using Spectre.Console;

namespace Cohort.Pbm.Commands;

/// <summary>What samples have spent, or would: one line for each run, or each supposition.</summary>
internal static class SampleTable
{
    public static Table New(string what)
        => Tables.New().Name(what).Number("its samples", "q", "sigma", "steps a training", "trainings", "epsilon");

    public static Table Sample(this Table table, string what, SampleSpending spent, params IEnumerable<string> more)
        => table.Row([
            what,
            Figures.Count(spent.Samples),
            spent.SamplingRate.ToString("0.####", CultureInfo.InvariantCulture),
            spent.NoiseMultiplier.ToString("0.####", CultureInfo.InvariantCulture),
            Figures.Count(spent.StepsPerTraining),
            Figures.Count(spent.Trainings),
            PrivacyShowCommand.Epsilon(spent.Epsilon),
            .. more,
        ]);
}
