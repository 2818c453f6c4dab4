using Cohort.Model.Evaluation;

namespace Cohort.Model.Tests.Evaluation;

public class CalibrationTests
{
    [Fact]
    public void A_model_that_is_right_as_often_as_it_says_has_no_error()
    {
        // 10 predictions at 0.8, 8 of them right; 5 at 0.6, 3 right.
        var predictions = Predictions([.. Enumerable.Repeat(0.8, 10), .. Enumerable.Repeat(0.6, 5)], right: i => i < 8 || i is >= 10 and < 13);

        var calibration = Calibration.Of(predictions);

        calibration.ExpectedError.ShouldBe(0, 1e-12);
        calibration.MaximumError.ShouldBe(0, 1e-12);
        calibration.Bins.Sum(bin => bin.Samples).ShouldBe(15);
    }

    [Fact]
    public void The_error_is_the_mean_distance_between_confidence_and_accuracy_by_samples()
    {
        // 0.95 of which half is right, and 0.55 of which all is: (10 x 0.45 + 30 x 0.45) / 40.
        var predictions = Predictions([.. Enumerable.Repeat(0.95, 10), .. Enumerable.Repeat(0.55, 30)], right: i => i is < 5 or >= 10);

        var calibration = Calibration.Of(predictions, bins: 10);

        calibration.ExpectedError.ShouldBe(0.45, 1e-12);
        calibration.MaximumError.ShouldBe(0.45, 1e-12);
        calibration.Bins[9].ShouldBe(new ConfidenceBin(0.9, 1, 10, calibration.Bins[9].Confidence, 0.5));
        calibration.Bins[5].Accuracy.ShouldBe(1);
        calibration.Bins[0].ShouldBe(new ConfidenceBin(0, 0.1, 0, 0, 0));
    }

    [Fact]
    public void Over_and_under_confidence_within_a_bin_cancel_and_in_different_bins_do_not()
    {
        var predictions = Predictions([0.61, 0.69, 0.71, 0.79], right: i => i % 2 == 0);

        Calibration.Of(predictions, bins: 10).ExpectedError.ShouldBe((Math.Abs(0.65 - 0.5) + Math.Abs(0.75 - 0.5)) / 2, 1e-12);
        Calibration.Of(predictions, bins: 1).ExpectedError.ShouldBe(0.7 - 0.5, 1e-12);
    }

    [Fact]
    public void A_confidence_on_the_edge_belongs_to_the_bin_below()
        => Calibration.Of(Predictions([0.6, 1], right: _ => true), bins: 10).Bins.Select(bin => bin.Samples).ShouldBe([0, 0, 0, 0, 0, 1, 0, 0, 0, 1]);

    /// <summary>Two classes; class 1 is predicted with these confidences.</summary>
    private static LabelledPredictions Predictions(double[] confidences, Func<int, bool> right) => new(
        [.. confidences.Select((_, i) => right(i) ? 1 : 0)],
        [.. confidences.Select(confidence => new[] { 1 - confidence, confidence })],
        classes: 2);
}
