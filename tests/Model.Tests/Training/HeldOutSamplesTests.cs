using Cohort.Model.Data;
using Cohort.Model.Plans;
using Cohort.Model.Randomness;
using Cohort.Model.Tests.Data;
using Cohort.Model.Training;
using Cohort.Model.Training.Algorithms;
using Cohort.Model.Training.Records;

namespace Cohort.Model.Tests.Training;

public class HeldOutSamplesTests
{
    private const int Students = 5;

    private static readonly Plan Plan = new()
    {
        Name = "spec",
        Network = "logistic",
        Students = new() { Count = Students, Partition = PartitionKind.Dirichlet, HoldOut = 0.3 },
        Training = new() { LearningRate = 0.05, Epochs = 2, BatchSize = 8, LabelCalibration = true },
    };

    private static readonly byte[] Labels = [.. Enumerable.Range(0, 300).Select(i => (byte)(i * i % 7))];

    private static readonly Population Population = Of(Pixels());

    [Fact]
    public void No_training_sees_what_a_student_keeps()
    {
        var (pixels, others) = (Pixels(), Pixels());
        foreach (var student in Enumerable.Range(0, Students))
        {
            Population.HeldOut.SizeOf(student).ShouldBeGreaterThan(0);
            foreach (var sample in Population.HeldOut.SamplesOf(student))
            {
                others.AsSpan(16 * sample, 16).Reverse();
            }
        }

        others.ShouldNotBe(pixels);
        Update(Of(others)).ShouldBe(Update(Of(pixels)));
    }

    [Fact]
    public void Weights_counts_shares_and_steps_are_those_of_the_samples_trained_on()
    {
        var sizes = Enumerable.Range(0, Students).Select(Population.Partition.SizeOf).ToArray();
        sizes.Sum().ShouldBe(300 - Population.HeldOut.Samples);
        Population.HeldOut.Samples.ShouldBeInRange(88, 92);
        Enumerable.Range(0, Students).Select(student => Population.WeightOf(student, Plan)).ShouldBe(sizes);
        Population.TrainedSamples().ShouldBe(
            Enumerable.Range(0, 300).Except(Enumerable.Range(0, Students).SelectMany(student => Population.HeldOut.SamplesOf(student).ToArray())));

        var trained = new int[7];
        foreach (var sample in Population.TrainedSamples())
        {
            trained[Labels[sample]]++;
        }

        Population.ClassShares.ShouldBe(trained.Select(count => (count + 0.1) / (sizes.Sum() + 0.7)), 1e-12);
        RecordSteps.OfAll(Plan, Population).Select(steps => steps.Samples).ShouldBe(sizes.Distinct().Order());
        var normalised = NormalisedAveraging.Of(Plan with { Training = Plan.Training with { Algorithm = new("fedNova") } }, Population)!;
        normalised.FactorOf(0).ShouldBe(Steps(sizes.Sum() / Students) / Steps(sizes[0]), 1e-12);

        static double Steps(int samples) => 2 * ((samples + 7) / 8);
    }

    [Fact]
    public void Plans_without_held_out_samples_are_written_as_before_there_were_any()
    {
        (Plan with { Students = Plan.Students with { HoldOut = 0 } }).ToCanonicalJson().ShouldNotContain("holdOut");
        (Plan with { Students = Plan.Students with { HoldOut = 0 } }).ToCanonicalJson().ShouldNotContain("personalisation");

        Plan.ToCanonicalJson().ShouldContain("\"holdOut\": 0.3");
        Plan.Parse(Plan.ToCanonicalJson(), "itself").Students.HoldOut.ShouldBe(0.3);
    }

    [Fact]
    public void A_plan_says_what_its_students_keep_and_counts_the_work_without_it()
    {
        var summary = PlanExplanation.Of(Plan with { Students = Plan.Students with { HoldOut = 0.2 } }, trainSamples: 300).Summary;
        summary.ShouldContain("Each student keeps 20 % of its samples from training.");
        summary.ShouldContain("That is about 48 samples and 12 steps for each participant");
    }

    private static Population Of(byte[] pixels) => Population.Create(
        Plan,
        new DataSet("points", new ImageArray(new(1, 4, 4), [.. "abcdefg".Select(name => $"{name}")], pixels, Labels), TinySamples.Even(7, classes: 7), IsSynthetic: true));

    private static byte[] Pixels()
    {
        var pixels = new byte[300 * 16];
        KeyedRandom.For(1, Purpose.Avatar).NextBytes(pixels);
        return pixels;
    }

    private static float[] Update(Population population)
    {
        using var trainer = new LocalTrainer(population.NetworkOf(Plan), "cpu");
        var model = InitialModel.Create(population.NetworkOf(Plan), 1).Parameters;
        var updates = new float[Students * model.Length];
        for (var student = 0; student < Students; student++)
        {
            trainer.Train(model, population, Plan.Training, new PixelScale(0.5, 0.5), new(1, 1, 1, student), updates.AsSpan(student * model.Length, model.Length));
        }

        return updates;
    }
}
