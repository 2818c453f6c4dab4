using Cohort.Model.Evaluation;

namespace Cohort.Model.Tests.Evaluation;

public class MetricsTests
{
    // scikit-learn: y_true = [0,0,0,0,1,1,1,2,2,2], y_pred = [0,0,1,2,1,1,0,2,2,1].
    private static ConfusionMatrix Known() => ConfusionMatrix.FromRows([[2, 1, 1], [1, 2, 0], [0, 1, 2]]);

    [Fact]
    public void Values_are_those_of_scikit_learn()
    {
        var metrics = Metrics.Of(Known(), loss: 0.7);

        metrics.Accuracy.ShouldBe(0.6);
        metrics.Loss.ShouldBe(0.7);
        metrics.Samples.ShouldBe(10);
        metrics.Classes.Select(c => c.Precision).ShouldBe([2 / 3.0, 0.5, 2 / 3.0], 1e-15);
        metrics.Classes.Select(c => c.Recall).ShouldBe([0.5, 2 / 3.0, 2 / 3.0], 1e-15);
        metrics.Classes.Select(c => c.F1).ShouldBe([4 / 7.0, 4 / 7.0, 2 / 3.0], 1e-15);
        metrics.Classes.Select(c => c.Support).ShouldBe([4L, 3L, 3L]);
        metrics.MacroF1.ShouldBe(((4 / 7.0) + (4 / 7.0) + (2 / 3.0)) / 3, 1e-15);
    }

    [Fact]
    public void A_class_without_samples_or_predictions_counts_as_zero()
    {
        var metrics = Metrics.Of(ConfusionMatrix.FromRows([[3, 0, 0], [1, 0, 0], [0, 0, 0]]), loss: 0);

        metrics.Classes[1].ShouldBe(new ClassMetrics(Precision: 0, Recall: 0, F1: 0, Support: 1));
        metrics.Classes[2].ShouldBe(new ClassMetrics(Precision: 0, Recall: 0, F1: 0, Support: 0));
        metrics.MacroF1.ShouldBe(6 / 7.0 / 3, 1e-15);
    }

    [Fact]
    public void Without_samples_everything_is_zero_and_nothing_is_NaN()
    {
        var metrics = Metrics.Of(new ConfusionMatrix(2), loss: 0);

        metrics.Accuracy.ShouldBe(0);
        metrics.MacroF1.ShouldBe(0);
    }

    [Fact]
    public void Counts_are_added_sample_by_sample_and_matrix_by_matrix()
    {
        var matrix = new ConfusionMatrix(3);
        foreach (var (actual, predicted) in new[] { 0, 0, 0, 0, 1, 1, 1, 2, 2, 2 }.Zip([0, 0, 1, 2, 1, 1, 0, 2, 2, 1]))
            matrix.Add(actual, predicted);
        matrix.ToRows().ShouldBe(Known().ToRows());

        matrix.Add(Known());

        matrix[0, 0].ShouldBe(4);
        matrix.Total.ShouldBe(20);
        matrix.Actual(0).ShouldBe(8);
        matrix.Predicted(0).ShouldBe(6);
    }

    [Theory]
    [InlineData(-1, 0)]
    [InlineData(0, 3)]
    [InlineData(3, 0)]
    [InlineData(1, -3)]
    public void A_class_that_there_is_not_is_refused(int actual, int predicted) =>
        Should.Throw<ArgumentOutOfRangeException>(() => Known().Add(actual, predicted)).Message
            .ShouldContain("both must be from 0 to 2");

    [Fact]
    public void Matrices_that_do_not_fit_are_refused()
    {
        Should.Throw<ArgumentException>(() => Known().Add(new ConfusionMatrix(2)));
        Should.Throw<ArgumentException>(() => ConfusionMatrix.FromRows([[1, 2], [3]]));
        Should.Throw<ArgumentException>(() => ConfusionMatrix.FromRows([[-1]]));
    }
}
