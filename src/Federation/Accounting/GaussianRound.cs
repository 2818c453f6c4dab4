namespace Cohort.Federation.Accounting;

/// <summary>One release of a sum of clipped updates under Gaussian noise, as the accountants see it.</summary>
/// <param name="NoiseMultiplier">
/// z: the noise's standard deviation over the sensitivity S, the most that one student's update can add to the sum; finite and above 0.
/// </param>
/// <param name="Participation">Who is in the sum.</param>
public sealed record GaussianRound(double NoiseMultiplier, Participation Participation)
{
    /// <summary>Bounds for z: outside, the losses leave what double precision can hold.</summary>
    public const double LeastNoise = 0.05, MostNoise = 1e6;

    public double NoiseMultiplier
    {
        get;
        init => field = Checked(value);
    } = Checked(NoiseMultiplier);

    public Participation Participation
    {
        get;
        init => field = value ?? throw new ArgumentNullException(nameof(Participation));
    } = Participation ?? throw new ArgumentNullException(nameof(Participation));

    private static double Checked(double multiplier) => multiplier is >= LeastNoise and <= MostNoise
        ? multiplier
        : throw new ArgumentOutOfRangeException(
            "z", multiplier, $"The noise multiplier z is a number above 0; from {LeastNoise} to {MostNoise:R} can be accounted.");
}
