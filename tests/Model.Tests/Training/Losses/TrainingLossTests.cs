using Cohort.Federation;
using Cohort.Model.Plans;
using Cohort.Model.Training.Losses;

namespace Cohort.Model.Tests.Training.Losses;

/// <summary>Losses against the papers' formulas, computed in double beside them.</summary>
public class TrainingLossTests
{
    private static readonly float[][] Logits = [[1.5f, -0.5f, 0.25f], [-2f, 0.5f, 3f], [0.1f, 0.2f, -0.4f], [4f, -1f, -3f]];
    private static readonly int[] Labels = [0, 1, 2, 0];
    private static readonly double[] Counts = [60, 30, 10];

    [Fact]
    public void Cross_entropy_is_minus_the_logarithm_of_the_labels_probability()
        => MeanOf(new()).ShouldBe(Expected((p, label) => -Math.Log(p[label])), 1e-5);

    [Theory]
    [InlineData(0)]
    [InlineData(0.5)]
    [InlineData(2)]
    [InlineData(5)]
    public void The_focal_loss_is_that_of_its_paper(double gamma)
        => MeanOf(new() { Loss = Focal(gamma) })
            .ShouldBe(Expected((p, label) => -Math.Pow(1 - p[label], gamma) * Math.Log(p[label])), 1e-5);

    [Theory]
    [InlineData(0.1)]
    [InlineData(0.4)]
    public void Label_smoothing_spreads_its_share_of_each_label_over_all_classes(double share)
        => MeanOf(new() { LabelSmoothing = share }).ShouldBe(Expected((p, label) => Smoothed(p, label, share)), 1e-5);

    [Fact]
    public void Balanced_weights_are_the_counts_inverse_and_leave_the_mean_over_everybody_at_one()
    {
        var plan = new TrainingPlan { ClassWeights = new("balanced") };
        var weights = TrainingLoss.WeightsOf(plan, Counts)!;
        (weights[1] / weights[0]).ShouldBe(2, 1e-5f);
        (weights[2] / weights[0]).ShouldBe(6, 1e-4f);
        weights.Zip(Counts, (weight, count) => weight * count).Sum().ShouldBe(Counts.Sum(), 1e-3);
        MeanOf(plan).ShouldBe(Expected((p, label) => -weights[label] * Math.Log(p[label])), 1e-5);
    }

    [Fact]
    public void A_root_of_balance_goes_half_the_way()
    {
        var weights = TrainingLoss.WeightsOf(new() { ClassWeights = Weighting("balanced", "weightExponent", 0.5) }, Counts)!;
        (weights[2] / weights[0]).ShouldBe((float)Math.Sqrt(6), 1e-5f);
    }

    [Fact]
    public void The_effective_number_of_samples_is_that_of_its_paper()
    {
        const double Beta = 0.99;
        var weights = TrainingLoss.WeightsOf(new() { ClassWeights = Weighting("effectiveNumber", "effectiveBeta", Beta) }, Counts)!;
        double Number(double n) => (1 - Math.Pow(Beta, n)) / (1 - Beta);
        (weights[2] / weights[0]).ShouldBe((float)(Number(60) / Number(10)), 1e-4f);
        var alike = TrainingLoss.WeightsOf(new() { ClassWeights = Weighting("effectiveNumber", "effectiveBeta", 0) }, Counts)!;
        alike.ShouldAllBe(weight => Math.Abs(weight - 1) < 1e-6);
    }

    [Fact]
    public void Focus_smoothing_and_weights_multiply()
    {
        var plan = new TrainingPlan { Loss = Focal(2), LabelSmoothing = 0.1, ClassWeights = new("balanced") };
        var weights = TrainingLoss.WeightsOf(plan, Counts)!;

        // PyTorch weighs each class of a smoothed label with its own weight.
        double Weighted(double[] p, int label) => (0.9 * weights[label] * -Math.Log(p[label]))
            + (0.1 / 3 * p.Select((value, i) => weights[i] * -Math.Log(value)).Sum());
        MeanOf(plan).ShouldBe(Expected((p, label) => Math.Pow(1 - p[label], 2) * Weighted(p, label)), 1e-5);
    }

    [Fact]
    public void A_sum_is_the_mean_times_the_samples()
    {
        foreach (var plan in new TrainingPlan[] { new(), new() { Loss = Focal(2) }, new() { LabelSmoothing = 0.1 } })
        {
            using var scope = NewDisposeScope();
            using var loss = LossOf(plan);
            loss.Sum(Inputs(), Targets()).ToDouble().ShouldBe(4 * loss.Mean(Inputs(), Targets()).ToDouble(), 1e-4);
        }
    }

    [Theory]
    [InlineData(0.5)]
    [InlineData(2)]
    public void A_sample_that_the_network_is_sure_of_has_a_finite_gradient(double gamma)
    {
        using var scope = NewDisposeScope();
        using var logits = new Parameter(tensor([200f, 0f, 0f, 0f, 200f, 0f], [2, 3]));
        using var loss = LossOf(new() { Loss = Focal(gamma) });
        loss.Mean(logits, tensor([0L, 0L])).backward();
        using var gradient = logits.grad!;
        gradient.data<float>().ToArray().ShouldAllBe(value => float.IsFinite(value));
    }

    [Fact]
    public void The_focal_losss_gradient_is_its_slope()
    {
        using var scope = NewDisposeScope();
        using var logits = new Parameter(Inputs());
        using var loss = LossOf(new() { Loss = Focal(2), ClassWeights = new("balanced") });
        loss.Mean(logits, Targets()).backward();
        var gradient = logits.grad!.data<float>().ToArray();
        for (var i = 0; i < gradient.Length; i++)
        {
            double At(float moved)
            {
                var values = Logits.SelectMany(row => row).ToArray();
                values[i] += moved;
                return loss.Mean(tensor(values, [4, 3]), Targets()).ToDouble();
            }

            ((At(0.01f) - At(-0.01f)) / 0.02).ShouldBe(gradient[i], 2e-3);
        }
    }

    private static double MeanOf(TrainingPlan plan)
    {
        using var scope = NewDisposeScope();
        using var loss = LossOf(plan);
        return loss.Mean(Inputs(), Targets()).ToDouble();
    }

    private static TrainingLoss LossOf(TrainingPlan plan) => new(plan, () => Counts, shift: null, torch.device("cpu"));

    private static Tensor Inputs() => tensor([.. Logits.SelectMany(row => row)], [4, 3]);

    private static Tensor Targets() => tensor(Array.ConvertAll(Labels, label => (long)label));

    private static double Expected(Func<double[], int, double> loss)
        => Logits.Zip(Labels, (row, label) => loss(Softmax(row), label)).Average();

    private static double Smoothed(double[] p, int label, double share)
        => ((1 - share) * -Math.Log(p[label])) + (share / p.Length * p.Sum(value => -Math.Log(value)));

    private static double[] Softmax(float[] logits)
    {
        var weights = Array.ConvertAll(logits, logit => Math.Exp(logit));
        return Array.ConvertAll(weights, weight => weight / weights.Sum());
    }

    private static Choice<ILoss> Focal(double gamma) => new("focal") { Settings = Settings.None.With("focalGamma", gamma) };

    private static Choice<IClassWeighting> Weighting(string name, string parameter, double value)
        => new(name) { Settings = Settings.None.With(parameter, value) };
}
