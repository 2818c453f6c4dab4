using System.Globalization;
using Cohort.Pbm.Printing;
using Cohort.Seed.Api;
using Spectre.Console;

namespace Cohort.Pbm.Commands;

/// <summary>How one run of a cluster stands.</summary>
internal static class RunTable
{
    public static Table Of(RunState run)
    {
        var table = Tables.Facts()
            .Row("run", run.Run)
            .Row("plan", $"{run.Plan}, seed {run.Seed.ToString(CultureInfo.InvariantCulture)}")
            .Row("status", run.Status)
            .Row("rounds", $"{run.Rounds} of {run.PlannedRounds}")
            .Row("model", Hash(run.Model))
            .Row("test accuracy", Figures.Accuracy(run.Accuracy))
            .Row("macro F1", Figures.Measure(run.MacroF1))
            .Row("test loss", Figures.Measure(run.LossTest))
            .Row("epsilon", run.Epsilon)
            .Row("started", Figures.Time(run.Started));
        return run.Reason is { } reason ? table.Row("reason", reason) : table;
    }

    /// <summary>The digits that people use of a hash.</summary>
    public static string Hash(string hash) => hash.Length > 12 ? hash[..12] : hash;
}
