using System.Text.RegularExpressions;
using Cohort.Messages;
using Cohort.Model.Files;
using Cohort.Model.Plans;

namespace Cohort.Seed.Schedules;

/// <summary>From what somebody asked for to a schedule.</summary>
internal static partial class ScheduleWish
{
    /// <exception cref="ArgumentException">Something about it cannot be: a sentence that says what was expected.</exception>
    /// <exception cref="FormatException">Its recurrence cannot be read.</exception>
    public static Schedule Checked(KeepSchedule wish, Plan plan, DateTimeOffset now)
    {
        if (!Name().IsMatch(wish.Name))
        {
            throw new ArgumentException($"'{wish.Name}' is no name of a schedule: expected at most 64 letters, digits, '-', '_' and '.', not beginning with '.'.");
        }

        var recurrence = Recurrence.Parse(wish.Recurrence);
        Require(recurrence.Next(now, begun: null) is not null, $"'{recurrence}' never comes; name a time that does.");
        Require(wish.MinimumFeedback >= 0, $"The minimum feedback is {wish.MinimumFeedback}; expected 0 or more.");
        Require(wish.Tolerance is >= 0 and < 1, $"The tolerance is {wish.Tolerance}; expected a share of the accuracy, from 0 to below 1.");
        Require(wish.CanaryShare is >= 0 and < 1, $"The canaries' share is {wish.CanaryShare}; expected from 0, for none, to below 1.");
        return new()
        {
            Name = wish.Name,
            PlanJson = plan.ToCanonicalJson(),
            DataPath = wish.Data.Length == 0 ? null : wish.Data,
            Recurrence = recurrence,
            MinimumFeedback = wish.MinimumFeedback,
            Tolerance = wish.Tolerance,
            CanaryShare = wish.CanaryShare,
            StartedFrom = wish.From.Length == 0 ? null : ModelHash.Parse(wish.From),
            Created = now,
        };
    }

    private static void Require(bool holds, string otherwise)
    {
        if (!holds)
        {
            throw new ArgumentException(otherwise);
        }
    }

    [GeneratedRegex(@"\A[A-Za-z0-9_-][A-Za-z0-9._-]{0,63}\z", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Name();
}
