namespace Cohort.Federation;

/// <summary>A moving mean of the models that training makes one after the other.</summary>
public static class ModelAverage
{
    /// <summary>
    /// d a + (1 - d) w, where d is the decay, but at most 1 - 1 / t: the first models are averaged plainly, and nothing of what stood there
    /// before them stays (Polyak, Juditsky 1992, "Acceleration of Stochastic Approximation by Averaging").
    /// </summary>
    /// <param name="average">a, shape [n]; not looked at for t = 1.</param>
    /// <param name="model">w, shape [n].</param>
    /// <param name="decay">d, from 0 to below 1.</param>
    /// <param name="number">t: the how manieth model it is, from 1 on.</param>
    /// <returns>Shape [n].</returns>
    public static float[] Next(ReadOnlySpan<float> average, ReadOnlySpan<float> model, double decay, int number)
    {
        if (average.Length != model.Length)
            throw new ArgumentException($"The mean has {average.Length} values, and the model has {model.Length}.");
        ArgumentOutOfRangeException.ThrowIfLessThan(number, 1);
        var stays = Math.Min(decay, 1 - (1.0 / number));
        var next = new float[model.Length];
        for (var i = 0; i < next.Length; i++)
            next[i] = (float)(number == 1 ? model[i] : (stays * average[i]) + ((1 - stays) * model[i]));
        return next;
    }
}
