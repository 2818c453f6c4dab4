using System.Globalization;
using Cohort.Model.Plans;
using Cohort.Seed.Coordination;

namespace Cohort.Pbm.Running;

/// <summary>Events of a run in words, the same on every display.</summary>
internal static class Sentences
{
    public static string Of(RunStarted started)
        => started.Continues
            ? $"Continuing run {started.Run} with round {started.RoundsDone + 1} of {started.Plan.Rounds.Count}: "
                + $"{started.RoundsDone} rounds were finished before it was interrupted."
            : $"Run {started.Run}: {started.Plan.Rounds.Count} rounds of {started.Plan.Network}, "
                + $"initial model {started.Model.Short}."
                + (PlanExplanation.AttackOf(started.Plan) is { } attack ? $" {attack}" : "");

    public static string Of(GroupsFormed groups)
        => string.Create(
            CultureInfo.InvariantCulture,
            $"{Count(groups.GroupOf.Count, "student")} in {Count(groups.GroupOf.Max() + 1, "group")}; label divergence from the "
            + $"population (KL): mean {groups.MeanKl:F4}, worst {groups.WorstKl:F4} nats.");

    public static string Of(TimeSpan span)
        => span.TotalHours >= 1 ? $"{(int)span.TotalHours} h {span.Minutes} min"
            : span.TotalMinutes >= 1 ? $"{span.Minutes} min {span.Seconds} s"
            : $"{Math.Ceiling(span.TotalSeconds)} s";

    private static string Count(int number, string what)
        => string.Create(CultureInfo.InvariantCulture, $"{number:N0} {what}{(number == 1 ? "" : "s")}");
}
