namespace Cohort.Model.Evaluation;

/// <summary>What a model said of samples whose classes are known.</summary>
public sealed class LabelledPredictions
{
    /// <param name="actual">The class of each sample.</param>
    /// <param name="probabilities">Of each sample, shape [classes]: what the model gives each class; they add up to 1.</param>
    /// <param name="classes">How many classes there are.</param>
    /// <exception cref="ArgumentException">The lengths do not fit, or a label lies outside the classes.</exception>
    public LabelledPredictions(IReadOnlyList<int> actual, IReadOnlyList<double[]> probabilities, int classes)
    {
        ArgumentNullException.ThrowIfNull(actual);
        ArgumentNullException.ThrowIfNull(probabilities);
        if (actual.Count != probabilities.Count)
        {
            throw new ArgumentException($"There are {actual.Count} labels and {probabilities.Count} predictions; they must be as many.");
        }

        for (var i = 0; i < actual.Count; i++)
        {
            if ((uint)actual[i] >= (uint)classes || probabilities[i].Length != classes)
            {
                throw new ArgumentException(
                    $"Sample {i} is of class {actual[i]} and has {probabilities[i].Length} probabilities, where there are {classes} classes.");
            }
        }

        (Classes, Actual, Probabilities) = (classes, actual, probabilities);
        Predicted = [.. probabilities.Select(Greatest)];
    }

    public int Classes { get; }

    public int Count => Actual.Count;

    public IReadOnlyList<int> Actual { get; }

    public IReadOnlyList<double[]> Probabilities { get; }

    /// <summary>The class of the greatest probability, the first of several.</summary>
    public IReadOnlyList<int> Predicted { get; }

    /// <summary>How sure the model is of what it predicts.</summary>
    public double ConfidenceOf(int sample) => Probabilities[sample][Predicted[sample]];

    public bool IsCorrect(int sample) => Predicted[sample] == Actual[sample];

    public ConfusionMatrix Confusion()
    {
        var confusion = new ConfusionMatrix(Classes);
        for (var i = 0; i < Count; i++)
        {
            confusion.Add(Actual[i], Predicted[i]);
        }

        return confusion;
    }

    private static int Greatest(double[] values)
    {
        var greatest = 0;
        for (var i = 1; i < values.Length; i++)
        {
            greatest = values[i] > values[greatest] ? i : greatest;
        }

        return greatest;
    }
}
