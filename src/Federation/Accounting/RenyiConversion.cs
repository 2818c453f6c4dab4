namespace Cohort.Federation.Accounting;

/// <summary>How a Renyi divergence at one order becomes an epsilon at a delta.</summary>
public enum RenyiConversion
{
    /// <summary>rdp + log(1/delta) / (a-1) (Mironov 2017, Proposition 3).</summary>
    Classic,

    /// <summary>
    /// rdp + log((a-1)/a) - (log delta + log a) / (a-1) (Balle et al. 2020, Theorem 21; Canonne, Kamath and Steinke 2020, Proposition 12).
    /// </summary>
    CanonneKamathSteinke,
}
