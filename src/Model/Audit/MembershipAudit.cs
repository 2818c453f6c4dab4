using System.Globalization;
using Cohort.Model.Data;
using Cohort.Model.Evaluation;
using Cohort.Model.Files;
using Cohort.Model.Networks;
using Cohort.Model.Partitions;
using Cohort.Model.Plans;
using Cohort.Model.Randomness;
using Cohort.Model.Training;

namespace Cohort.Model.Audit;

/// <summary>How membership is tested.</summary>
public sealed record MembershipOptions
{
    /// <summary>Delta of the guarantee that is tested.</summary>
    public double Delta { get; init; } = 1e-5;

    /// <summary>Of every lower bound.</summary>
    public double Confidence { get; init; } = 0.95;

    /// <summary>Pairs of shadow models for the likelihood ratio; 0 leaves it out.</summary>
    public int ShadowPairs { get; init; } = 2;

    /// <summary>How often a shadow model sees its samples.</summary>
    public int ShadowEpochs { get; init; } = 5;

    /// <summary>Keys every choice.</summary>
    public ulong Seed { get; init; } = 1;
}

/// <summary>
/// Asks of every training and test sample whether the model was trained on it: by its loss (Yeom et al. 2018, adversary 2), and
/// by how much surer the model is than models that never saw it (Carlini et al. 2022); and of every student by its samples'
/// losses.
/// </summary>
public static class MembershipAudit
{
    private const int CurveSteps = 100;

    // A curve and a bound over fewer students say nothing.
    private const int FewestStudents = 10;

    /// <param name="spec">The network.</param>
    /// <param name="model">float32, its parameters.</param>
    /// <param name="encoding">From bytes to the network's input.</param>
    /// <param name="plan">What trained it: shadow models are trained alike.</param>
    /// <param name="population">
    /// Members are the samples of the training half that students train on; others the test half. What students keep from training is
    /// neither.
    /// </param>
    /// <param name="accounted">Epsilon by the model's file; null if nothing was accounted.</param>
    /// <param name="options">Delta and effort.</param>
    /// <param name="progress">Told how many shadow models are trained.</param>
    /// <param name="stop">Ends it.</param>
    public static MembershipFindings Run(
        NetworkSpec spec,
        float[] model,
        IInputEncoding encoding,
        Plan plan,
        Population population,
        double? accounted,
        MembershipOptions options,
        Action<int>? progress = null,
        CancellationToken stop = default)
    {
        ArgumentNullException.ThrowIfNull(population);
        ArgumentNullException.ThrowIfNull(options);
        var data = population.Data;
        var ofMembers = SampleConfidences.Of(spec, model, encoding, data.Train);
        var ofOthers = SampleConfidences.Of(spec, model, encoding, data.Test);
        var members = population.TrainedSamples();
        List<MembershipAttack> attacks =
            [Attack("loss", "sample", [.. members.Select(sample => ofMembers[sample])], ofOthers, options)];
        if (options.ShadowPairs > 0)
        {
            var without = ShadowModels.MeanWithoutSample(
                spec, plan, encoding, new JoinedSamples(data.Train, data.Test), options.ShadowPairs, options.ShadowEpochs,
                progress ?? (_ => { }), stop);
            attacks.Add(Attack(
                "likelihood ratio",
                "sample",
                [.. members.Select(sample => ofMembers[sample] - without[sample])],
                [.. ofOthers.Zip(without.Skip(ofMembers.Length), (with, mean) => with - mean)],
                options));
        }

        var (students, strangers) = StudentScores(population.Partition, data, ofMembers, ofOthers, options.Seed);
        if (students.Count >= FewestStudents)
        {
            attacks.Add(Attack("student's loss", "student", students, strangers, options));
        }

        return new(
            accounted,
            options.Delta,
            options.Confidence,
            accounted is { } spent && attacks.Exists(attack => attack.EpsilonLowerBound > spent),
            attacks);
    }

    /// <summary>What a model's file says of the epsilon spent; null if nothing was accounted.</summary>
    public static double? AccountedBy(ModelFile file)
    {
        ArgumentNullException.ThrowIfNull(file);
        var number = file.Epsilon.Split(' ')[0]; // "3.2 at delta 1E-05"
        return double.TryParse(number, NumberStyles.Float, CultureInfo.InvariantCulture, out var epsilon) ? epsilon : null;
    }

    private static MembershipAttack Attack(
        string name, string unit, IReadOnlyList<double> members, IReadOnlyList<double> others, MembershipOptions options)
    {
        var curve = new RocCurve(members, others);
        return new(
            name,
            unit,
            members.Count,
            others.Count,
            curve.Area,
            curve.TruePositivesAt(0.001),
            curve.TruePositivesAt(0.01),
            EpsilonLowerBound.Of(members, others, options.Delta, options.Confidence, options.Seed).Epsilon,
            [.. curve.Points(CurveSteps).Select(point => new[] { point.FalsePositives, point.TruePositives })]);
    }

    /// <summary>
    /// The negative mean loss of some samples of each student, and of as many test samples with the same labels, which stand for
    /// a student who did not take part: classes differ in difficulty, and students in classes. A student for whom no such
    /// samples are left is skipped, so that both lists are of equal length.
    /// </summary>
    private static (IReadOnlyList<double> Students, IReadOnlyList<double> Strangers) StudentScores(
        Partition partition, DataSet data, double[] ofMembers, double[] ofOthers, ulong seed)
    {
        var random = KeyedRandom.For(seed, Purpose.Audit);
        var left = Enumerable.Range(0, data.Test.Count).ToArray();
        random.Permute(left.AsSpan());
        var byLabel = left.GroupBy(data.Test.LabelOf).ToDictionary(group => group.Key, group => new Stack<int>(group));
        var order = Enumerable.Range(0, partition.Students).ToArray();
        random.Permute(order.AsSpan());
        var each = Math.Max(1, data.Test.Count / partition.Students);
        var (students, strangers) = (new List<double>(), new List<double>());
        foreach (var student in order)
        {
            var own = partition.SamplesOf(student).ToArray();
            random.Permute(own.AsSpan());
            own = own[..Math.Min(each, own.Length)];
            var labels = own.CountBy(data.Train.LabelOf).ToArray();
            if (own.Length == 0 || labels.Any(label => !byLabel.TryGetValue(label.Key, out var rest) || rest.Count < label.Value))
            {
                continue;
            }

            var alike = labels.SelectMany(label => Enumerable.Range(0, label.Value).Select(_ => byLabel[label.Key].Pop())).ToArray();
            students.Add(-own.Average(sample => SampleConfidences.LossOf(ofMembers[sample])));
            strangers.Add(-alike.Average(sample => SampleConfidences.LossOf(ofOthers[sample])));
        }

        return (students, strangers);
    }
}
