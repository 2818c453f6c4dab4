namespace Cohort.Federation.Accounting;

/// <summary>
/// Renyi accounting (Mironov 2017; Poisson sampling as Mironov, Talwar and Zhang 2019): divergences of the rounds add up at each order, and
/// the best order gives epsilon. An upper bound; knows no lower one.
/// </summary>
/// <param name="conversion">How the divergence becomes an epsilon.</param>
public sealed class RenyiAccountant(RenyiConversion conversion = RenyiConversion.CanonneKamathSteinke) : IPrivacyAccountant
{
    /// <summary>1.1 to 10.9 by tenths, the integers from 11 to 63 (those of Opacus and TF-Privacy), and four powers of two.</summary>
    public static IReadOnlyList<double> Orders { get; } =
        [.. Enumerable.Range(11, 99).Select(tenths => tenths / 10.0), .. Enumerable.Range(11, 53), 128, 256, 512, 1024];

    /// <inheritdoc/>
    public EpsilonBound Epsilon(Composition composition, double delta)
    {
        ArgumentNullException.ThrowIfNull(composition);
        Budget.RequireDelta(delta);
        if (composition.Rounds.Count == 0)
            return EpsilonBound.None;
        var (epsilon, order) = (double.PositiveInfinity, 0.0);
        foreach (var each in Orders)
        {
            var divergence = composition.Rounds.Sum(kind => kind.Times * RenyiDivergence.Of(kind.Round, each));
            var converted = Convert(divergence, each, delta);
            if (converted < epsilon)
                (epsilon, order) = (converted, each);
        }

        epsilon = Math.Max(0, epsilon);
        return new EpsilonBound(epsilon, 0, epsilon, order);
    }

    private double Convert(double divergence, double order, double delta) => conversion switch
    {
        RenyiConversion.Classic => divergence - (Math.Log(delta) / (order - 1)),
        _ => divergence + Math.Log((order - 1) / order) - ((Math.Log(delta) + Math.Log(order)) / (order - 1)),
    };
}
