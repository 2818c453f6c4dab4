namespace Cohort.Federation;

/// <summary>A group's sum by a rule: what the rule makes of the updates, times their weights, as if everybody had sent it.</summary>
public static class RobustAggregation
{
    /// <returns>Why so few updates cannot be combined, as a sentence; null if they can.</returns>
    public static string? WhyNot(Choice<IAggregationRule> rule, int updates)
    {
        ArgumentNullException.ThrowIfNull(rule);
        var least = rule.Kind.LeastUpdates(rule.Settings);
        return updates >= least
            ? null
            : $"The rule {rule.Name} needs {least} updates{Bearing(rule)}, and has {updates}.";
    }

    /// <summary>Combines the updates, in whatever order they come.</summary>
    /// <param name="rule">The rule.</param>
    /// <param name="updates">One of each student, all of one length.</param>
    /// <param name="grid">The grid on which they lie.</param>
    /// <exception cref="ArgumentException">They are too few, are not of one length, or a student is there twice.</exception>
    /// <exception cref="OverflowException">Their weights pass 2^31 - 1.</exception>
    public static ExactSum Combine(Choice<IAggregationRule> rule, IEnumerable<SingleUpdate> updates, FixedPointGrid grid)
    {
        ArgumentNullException.ThrowIfNull(rule);
        ArgumentNullException.ThrowIfNull(grid);
        var ordered = updates.OrderBy(update => update.Student).ToList();
        if (ordered.Count == 0 || WhyNot(rule, ordered.Count) is not null)
            throw new ArgumentException(WhyNot(rule, ordered.Count) ?? "Of no updates none can be made.", nameof(updates));
        for (var i = 1; i < ordered.Count; i++)
        {
            if (ordered[i].Student == ordered[i - 1].Student)
                throw new ArgumentException($"Student {ordered[i].Student} has two updates; give one of each.", nameof(updates));
            if (ordered[i].Values.Length != ordered[0].Values.Length)
                throw new ArgumentException(
                    $"Student {ordered[i].Student} has an update of {ordered[i].Values.Length} values, and student "
                    + $"{ordered[0].Student} of {ordered[0].Values.Length}; give updates of one model.",
                    nameof(updates));
        }

        var sum = new ExactSum(ordered[0].Values.Length);
        if (rule.Kind.NeedsSingleUpdates)
        {
            var combined = new int[ordered[0].Values.Length];
            rule.Kind.Combine(ordered, grid, rule.Settings, combined);
            var weight = ordered.Sum(update => (long)update.Weight);
            sum.Add(Array.ConvertAll(combined, value => value * weight), weight, ordered.Count);
        }
        else
        {
            ordered.ForEach(update => sum.Add(update.Values, update.Weight)); // bit for bit what combiners add up
        }

        return sum;
    }

    private static string Bearing(Choice<IAggregationRule> rule) => rule.Kind.Hyperparameters.Contains(IAggregationRule.Attackers)
        ? $" to bear {rule.Settings[IAggregationRule.Attackers]} attackers"
        : "";
}
