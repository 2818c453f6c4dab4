namespace Cohort.Federation.Accounting;

/// <summary>What a composition costs at a delta.</summary>
/// <param name="Epsilon">What to report: never less than the truth, up to 1e-9 for an exact result.</param>
/// <param name="Lower">The mechanism accounted has at least this epsilon; 0 where the accountant knows nothing better.</param>
/// <param name="Upper">And at most this one.</param>
/// <param name="Order">The Renyi order that gave it; null where there is none.</param>
public sealed record EpsilonBound(double Epsilon, double Lower, double Upper, double? Order = null)
{
    /// <summary>Nothing was released.</summary>
    public static EpsilonBound None { get; } = new(0, 0, 0);
}
