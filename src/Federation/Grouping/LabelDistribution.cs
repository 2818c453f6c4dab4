namespace Cohort.Federation;

/// <summary>Shares of samples over classes, and how far two of them are apart.</summary>
internal static class LabelDistribution
{
    /// <summary>Counts divided by their sum; all zero when there is none.</summary>
    public static double[] Of(ReadOnlySpan<long> counts)
    {
        long samples = 0;
        foreach (var count in counts)
            samples += count;
        var shares = new double[counts.Length];
        for (var c = 0; c < shares.Length && samples > 0; c++)
            shares[c] = (double)counts[c] / samples;
        return shares;
    }

    /// <summary>
    /// KL(group || population) = sum of g ln(g / p) in nats, with 0 ln 0 = 0. A group without samples counts as the worst there
    /// can be, all samples in the rarest class, so that no grouping gains by leaving a group empty.
    /// </summary>
    public static double KullbackLeibler(ReadOnlySpan<double> group, ReadOnlySpan<double> population)
    {
        double divergence = 0, shares = 0;
        for (var c = 0; c < group.Length; c++)
        {
            shares += group[c];
            if (group[c] > 0)
                divergence += group[c] * PortableMath.Log(group[c] / population[c]);
        }

        return shares > 0 ? Math.Max(0, divergence) : Worst(population);
    }

    /// <summary>The largest divergence from the population any group can have; 0 when the population has no sample.</summary>
    public static double Worst(ReadOnlySpan<double> population)
    {
        double worst = 0;
        foreach (var share in population)
        {
            if (share > 0)
                worst = Math.Max(worst, -PortableMath.Log(share));
        }

        return worst;
    }

    /// <summary>Half the sum of absolute differences, 0 to 1.</summary>
    public static double TotalVariation(ReadOnlySpan<double> left, ReadOnlySpan<double> right)
    {
        double distance = 0;
        for (var c = 0; c < left.Length; c++)
            distance += Math.Abs(left[c] - right[c]);
        return distance / 2;
    }
}
