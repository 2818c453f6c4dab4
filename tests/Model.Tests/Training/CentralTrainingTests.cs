using Cohort.Model.Data;
using Cohort.Model.Data.Avatars;
using Cohort.Model.Files;
using Cohort.Model.Plans;
using Cohort.Model.Tests.Data;
using Cohort.Model.Training;

namespace Cohort.Model.Tests.Training;

public class CentralTrainingTests
{
    private static readonly Plan Plan = new()
    {
        Name = "central",
        Network = "cnn2-small",
        Students = new() { Count = 3, Partition = PartitionKind.ByPerson },
        Training = new()
        {
            LearningRate = 0.02,
            Momentum = 0.9,
            LearningRateDecay = 0.9,
            BatchSize = 7,
            Augmentation = new() { Mirror = true, Shift = 2 },
        },
    };

    private static readonly DataSet Faces =
        AvatarFaces.DataSet(seed: 2, students: 3, samplesPerStudent: 10, testPersons: 2, samplesPerTestPerson: 7);

    [Theory]
    [InlineData(OptimizerKind.Sgd)]
    [InlineData(OptimizerKind.Adam)]
    public void A_training_put_away_and_taken_up_gives_the_model_that_one_without_a_break_gives(OptimizerKind optimizer)
    {
        using var folder = new TemporaryFolder();
        var path = Path.Combine(folder.Path, "checkpoint.safetensors");
        var plan = Plan with { Training = Plan.Training with { Optimizer = optimizer, LearningRate = 0.005 } };
        var expected = Trained(plan, Faces.Train, 4);

        using (var first = new CentralTraining(plan, Faces.Train, 4))
        {
            first.TrainEpoch();
            first.TrainEpoch();
            first.PutAway(path);
        }

        using var second = new CentralTraining(plan, Faces.Train, 4);
        second.TakeUp(path).ShouldBeTrue();
        second.Done.ShouldBe(2);
        second.TrainEpoch();
        second.TrainEpoch();
        second.Model.Hash.ShouldBe(expected.Hash);
    }

    [Fact]
    public void What_was_put_away_is_taken_up_only_by_the_same_plan_samples_and_epochs()
    {
        using var folder = new TemporaryFolder();
        var path = Path.Combine(folder.Path, "checkpoint.safetensors");
        using var training = new CentralTraining(Plan, Faces.Train, 2);
        training.TakeUp(path).ShouldBeFalse("there is nothing");
        training.TrainEpoch();
        training.PutAway(path);

        using var otherSeed = new CentralTraining(Plan with { Seed = 9 }, Faces.Train, 2);
        otherSeed.TakeUp(path).ShouldBeFalse();
        using var otherSamples = new CentralTraining(Plan, Faces.Test, 2);
        otherSamples.TakeUp(path).ShouldBeFalse();
        using var moreEpochs = new CentralTraining(Plan, Faces.Train, 3);
        moreEpochs.TakeUp(path).ShouldBeFalse();
        moreEpochs.Done.ShouldBe(0);
    }

    [Fact]
    public void A_damaged_checkpoint_says_that_it_is_to_be_deleted()
    {
        using var folder = new TemporaryFolder();
        var path = Path.Combine(folder.Path, "checkpoint.safetensors");
        using var training = new CentralTraining(Plan, Faces.Train, 2);
        training.TrainEpoch();
        training.PutAway(path);
        var bytes = File.ReadAllBytes(path);
        bytes[^5000] ^= 1;
        File.WriteAllBytes(path, bytes);
        Should.Throw<ModelFileException>(() => training.TakeUp(path)).Message.ShouldContain("delete it");
    }

    [Fact]
    public void Training_lowers_the_loss_and_the_seed_decides_the_model()
    {
        using var training = new CentralTraining(Plan, Faces.Train, 12);
        var first = training.TrainEpoch();
        while (training.Done < training.Epochs)
        {
            training.TrainEpoch();
        }

        training.Loss!.Value.ShouldBeLessThan(first);
        training.Model.Hash.ShouldBe(Trained(Plan, Faces.Train, 12).Hash);
        training.Model.Hash.ShouldNotBe(Trained(Plan with { Seed = 2 }, Faces.Train, 12).Hash);
    }

    [Fact]
    public void The_model_s_file_says_that_it_was_trained_in_one_place_and_how_long()
    {
        var model = Trained(Plan, Faces.Train, 2);
        var read = ModelFile.Parse([.. model.Header(), .. System.Runtime.InteropServices.MemoryMarshal.AsBytes<float>(model.Parameters)], "test");
        (read.IsCentral, read.Round, read.Plan, read.Epsilon).ShouldBe((true, 2, "central", ModelFile.NotAccounted));
        read.Parent.ShouldNotBeNull();
        read.Hash.ShouldBe(model.Hash);
        using var untrained = new CentralTraining(Plan, Faces.Train, 2);
        untrained.Model.Hash.ShouldBe(read.Parent!.Value, "the first model is the federated run's");
        untrained.Model.IsCentral.ShouldBeFalse();
    }

    [Fact]
    public void Learning_rates_decay_with_the_epochs()
    {
        var half = Plan with { Training = Plan.Training with { LearningRateDecay = 0.5, Momentum = 0 } };
        var constant = half with { Training = half.Training with { LearningRateDecay = 1 } };
        using var decaying = new CentralTraining(half, Faces.Train, 2);
        using var steady = new CentralTraining(constant, Faces.Train, 2);
        decaying.TrainEpoch();
        steady.TrainEpoch();
        decaying.Model.Hash.ShouldBe((steady.Model with { }).Hash, "the first epoch has the plan's rate");
        decaying.TrainEpoch();
        steady.TrainEpoch();
        decaying.Model.Hash.ShouldNotBe(steady.Model.Hash);
    }

    [Fact]
    public void What_changes_over_the_rounds_changes_over_the_epochs_in_the_same_proportion()
    {
        // 30 rounds, of which 2 epochs are 15 each: the second epoch has the rate of round 16.
        var cosine = Plan with { Training = Plan.Training with { Schedule = RateSchedule.Cosine, Momentum = 0, LearningRateDecay = 1 } };
        using var scheduled = new CentralTraining(cosine, Faces.Train, 2);
        scheduled.TrainEpoch();
        scheduled.TrainEpoch();

        var half = cosine with { Training = cosine.Training with { Schedule = RateSchedule.Constant, LearningRateDecay = 1 / Math.Pow(2, 1.0 / 15) } };
        using var halved = new CentralTraining(half, Faces.Train, 2);
        halved.TrainEpoch();
        halved.TrainEpoch();
        scheduled.Model.Parameters.Zip(halved.Model.Parameters).ShouldAllBe(pair => Math.Abs(pair.First - pair.Second) < 1e-5);
    }

    [Fact]
    public void The_last_model_is_the_mean_of_all_epochs_where_the_plan_averages_also_after_a_break()
    {
        using var folder = new TemporaryFolder();
        var path = Path.Combine(folder.Path, "checkpoint.safetensors");

        // Over as many epochs as rounds the decay is the plan's; 0.9 is above 1 - 1 / 3, so that the mean is a plain one.
        var averaging = Plan with { Server = new() { Averaging = 0.9 }, Rounds = Plan.Rounds with { Count = 3 } };
        using var plain = new CentralTraining(averaging with { Server = new() }, Faces.Train, 3);
        var models = new List<float[]>();
        for (var epoch = 0; epoch < 3; epoch++)
        {
            plain.TrainEpoch();
            models.Add(plain.Model.Parameters);
        }

        using (var first = new CentralTraining(averaging, Faces.Train, 3))
        {
            first.TrainEpoch();
            first.Model.Parameters.ShouldBe(models[0]);
            first.TrainEpoch();
            first.Model.Parameters.ShouldBe(models[1], "training goes on from what the epoch made");
            first.PutAway(path);
        }

        using var second = new CentralTraining(averaging, Faces.Train, 3);
        second.TakeUp(path).ShouldBeTrue();
        second.TrainEpoch();
        var mean = second.Model.Parameters;
        for (var i = 0; i < mean.Length; i++)
        {
            mean[i].ShouldBe((models[0][i] + models[1][i] + models[2][i]) / 3, 1e-5f);
        }
    }

    [Fact]
    public void What_students_hold_out_is_not_trained_on_in_one_place_either()
    {
        var plan = Plan with { Students = Plan.Students with { HoldOut = 0.3 } };
        var samples = CentralTraining.SamplesOf(plan, Faces);
        samples.Count.ShouldBe(Population.Create(plan, Faces).TrainedSamples().Length);
        samples.Count.ShouldBeLessThan(Faces.Train.Count);
    }

    [Theory]
    [InlineData(250, 0.2, 1, 1, 50)]
    [InlineData(10, 1.0, 3, 2, 60)]
    [InlineData(1, 0.1, 1, 1, 1)]
    public void As_many_epochs_as_the_federated_run_has_passes(int rounds, double fraction, int local, int intra, int expected)
        => CentralTraining.EpochsOf(Plan with
        {
            Students = new() { Count = 50 },
            Rounds = new() { Count = rounds, ClientFraction = fraction },
            Training = new() { Epochs = local },
            Groups = new() { IntraGroupRounds = intra },
        }).ShouldBe(expected);

    [Fact]
    public void DP_SGD_is_the_students_business()
        => Should.Throw<TrainingException>(() => new CentralTraining(
            Plan with { Training = Plan.Training with { RecordPrivacy = new() { Clip = 1 } } }, Faces.Train, 1))
            .Message.ShouldContain("training.recordPrivacy.clip");

    [Fact]
    public void A_loss_that_is_not_finite_names_what_to_lower()
    {
        using var training = new CentralTraining(Plan with { Training = Plan.Training with { LearningRate = 1e38 } }, Faces.Train, 1);
        Should.Throw<TrainingException>(() => training.TrainEpoch()).Message.ShouldContain("training.learningRate");
    }

    private static ModelFile Trained(Plan plan, ISampleSet samples, int epochs)
    {
        using var training = new CentralTraining(plan, samples, epochs);
        while (training.Done < epochs)
        {
            training.TrainEpoch();
        }

        return training.Model;
    }
}
