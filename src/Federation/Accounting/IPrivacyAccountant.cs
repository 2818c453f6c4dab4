namespace Cohort.Federation.Accounting;

/// <summary>Says what epsilon a composition of rounds has spent. A pure function: equal questions get equal answers, on any thread.</summary>
public interface IPrivacyAccountant
{
    /// <summary>The epsilon of all rounds together, for the zero-out adjacency of <see cref="Participation"/>.</summary>
    /// <param name="composition">The rounds; none of them cost nothing.</param>
    /// <param name="delta">Above 0 and below 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">Delta is not.</exception>
    EpsilonBound Epsilon(Composition composition, double delta);
}
