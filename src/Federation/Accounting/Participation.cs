namespace Cohort.Federation.Accounting;

/// <summary>
/// Who takes part in a round, as far as privacy is concerned. Adjacent are two populations that differ in one student's updates, which
/// are zeros in one of them (zero-out, Kairouz et al. 2021); an epsilon holds for both directions.
/// </summary>
public abstract record Participation
{
    private protected Participation()
    {
    }

    /// <summary>The chance q of a student to be in a round.</summary>
    public abstract double Rate { get; init; }

    private protected static double Checked(double rate, string sampling) => rate is > 0 and <= 1
        ? rate
        : throw new ArgumentOutOfRangeException(
            "q", rate, $"The sampling rate q of {sampling} participation is a number above 0 and at most 1.");
}

/// <summary>Every student takes part in every round: the Gaussian mechanism with sensitivity 1, mu = 1/z.</summary>
public sealed record Everyone : Participation
{
    /// <inheritdoc/>
    public override double Rate
    {
        get => 1;
        init => _ = value is 1 ? value : throw new ArgumentOutOfRangeException("q", value, "Everyone takes part at the rate q = 1.");
    }
}

/// <summary>
/// Each student takes part with probability q, independently of all others (Abadi et al. 2016). The tightly dominating pair is
/// (1-q) N(0, z^2) + q N(1, z^2) against N(0, z^2), in both directions (Zhu, Dong and Wang 2022, Theorem 11); the same for zero-out and for
/// adding or removing a student.
/// </summary>
/// <param name="Rate">q, above 0 and at most 1.</param>
public sealed record Poisson(double Rate) : Participation
{
    /// <inheritdoc/>
    public override double Rate
    {
        get;
        init => field = Checked(value, "Poisson");
    } = Checked(Rate, "Poisson");
}

/// <summary>
/// A cohort of m of all K students, drawn without replacement; q = m/K. It costs more than <see cref="Poisson"/>, because who takes part
/// pushes somebody else out. Holds for zero-out and for replacing a student.
/// </summary>
/// <remarks>
/// Let M0 and M1 be the round's output without and with the student in the cohort, M1' with the student's update zeroed or replaced, so
/// that M = (1-q) M0 + q M1 and M' = (1-q) M0 + q M1'. By advanced joint convexity (Balle, Barthe and Gaboardi 2018, Theorem 2), for a >= 1
/// and a' = 1 + q (a - 1): H_a'(M, M') = q H_a(M1, (1-b) M0 + b M1'), b = a'/a, which convexity bounds by q times the larger of H_a(M1, M0)
/// and H_a(M1, M1'). Pairing each cohort with the one that has another student in this one's place, both are at most the profile of
/// two Gaussians 2 apart (two clipped updates differ by up to 2), and q H_a(N(2), N(0)) = H_a'((1-q) N(0) + q N(2), N(0)). Adjacency is
/// symmetric, so for a' below 1 H_a'(M, M') = 1 - a' + a' H_1/a'(M', M) is bounded by the same curve. The pair with this profile has
/// this loss: density A(l) of the pair above for l > 0, e^-l A(l) at -l, and what is left at 0.
/// </remarks>
/// <param name="Rate">q, above 0 and at most 1.</param>
public sealed record FixedSize(double Rate) : Participation
{
    /// <inheritdoc/>
    public override double Rate
    {
        get;
        init => field = Checked(value, "fixed-size");
    } = Checked(Rate, "fixed-size");
}
