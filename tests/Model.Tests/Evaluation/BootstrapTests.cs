using Cohort.Model.Evaluation;

namespace Cohort.Model.Tests.Evaluation;

public class BootstrapTests
{
    [Theory]
    [InlineData(400, 0.6)]
    [InlineData(1000, 0.9)]
    public void An_accuracy_s_interval_is_that_of_a_binomial(int samples, double accuracy)
    {
        var interval = BootstrapIntervals.Of(Predictions(samples, accuracy), seed: 1, resamples: 4000).Accuracy;

        var half = 1.96 * Math.Sqrt(accuracy * (1 - accuracy) / samples);
        interval.Low.ShouldBe(accuracy - half, 0.15 * half);
        interval.High.ShouldBe(accuracy + half, 0.15 * half);
    }

    [Fact]
    public void The_same_seed_gives_the_same_intervals_and_another_others()
    {
        var predictions = Predictions(200, 0.7);

        BootstrapIntervals.Of(predictions, seed: 1, resamples: 200).MacroF1.ShouldBe(BootstrapIntervals.Of(predictions, seed: 1, resamples: 200).MacroF1);
        BootstrapIntervals.Of(predictions, seed: 2, resamples: 200).MacroF1.ShouldNotBe(BootstrapIntervals.Of(predictions, seed: 1, resamples: 200).MacroF1);
    }

    [Fact]
    public void Every_figure_lies_within_its_interval_and_a_perfect_model_s_is_a_point()
    {
        var predictions = Predictions(300, 0.8);
        var (metrics, intervals) = (Metrics.Of(predictions.Confusion(), 0), BootstrapIntervals.Of(predictions, seed: 1));

        Inside(metrics.Accuracy, intervals.Accuracy);
        Inside(metrics.MacroF1, intervals.MacroF1);
        Inside(metrics.MacroPrecision, intervals.MacroPrecision);
        Inside(metrics.MacroRecall, intervals.MacroRecall);
        for (var label = 0; label < 3; label++)
            Inside(metrics.Classes[label].Recall, intervals.Recalls[label]);
        BootstrapIntervals.Of(Predictions(300, 1), seed: 1).MacroRecall.ShouldBe(new Interval(1, 1));

        static void Inside(double figure, Interval interval) => figure.ShouldBeInRange(interval.Low, interval.High);
    }

    /// <summary>Three classes in turn, the first share of whose samples is recognised, with a confidence of 0.8.</summary>
    private static LabelledPredictions Predictions(int samples, double accuracy) => new(
        [.. Enumerable.Range(0, samples).Select(i => i % 3)],
        [.. Enumerable.Range(0, samples).Select(i =>
        {
            var probabilities = new[] { 0.1, 0.1, 0.1 };
            probabilities[i < accuracy * samples ? i % 3 : (i + 1) % 3] = 0.8;
            return probabilities;
        })],
        classes: 3);
}
