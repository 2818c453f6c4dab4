using Cohort.Federation;
using Cohort.Model.Data.Avatars;
using Cohort.Model.Plans;
using Cohort.Model.Tests.Training.Records;
using Cohort.Model.Training;

namespace Cohort.Model.Tests.Training;

public class LocalTrainerTests
{
    private static readonly Plan Plan = new()
    {
        Name = "spec",
        Network = "cnn2-small",
        Students = new() { Count = 3, Partition = PartitionKind.ByPerson },
        Training = new() { LearningRate = 0.01, Epochs = 2, BatchSize = 4 },
    };

    private static readonly Population Population =
        Population.Create(Plan, AvatarFaces.DataSet(seed: 2, students: 3, samplesPerStudent: 10, testPersons: 2, samplesPerTestPerson: 7));

    [Fact]
    public void Training_is_a_function_of_model_data_plan_and_turn_however_often_and_wherever_it_is_done()
    {
        var first = Train(Plan.Training, student: 1);
        Train(Plan.Training, student: 1).ShouldBe(first);

        float[]? elsewhere = null;
        var thread = new Thread(() => elsewhere = Train(Plan.Training, student: 1));
        thread.Start();
        thread.Join();
        elsewhere.ShouldBe(first);
    }

    [Fact]
    public void A_trainer_that_has_trained_another_student_trains_the_next_one_as_a_new_trainer_would()
    {
        using var used = Trainer();
        Train(used, Plan.Training, student: 0);
        Train(used, Plan.Training, student: 1).ShouldBe(Train(Plan.Training, student: 1));
    }

    [Fact]
    public void Every_turn_shuffles_in_its_own_order()
    {
        var first = Train(Plan.Training, student: 1);
        Train(Plan.Training, student: 1, round: 2).ShouldNotBe(first);
        Train(Plan.Training, student: 1, seed: 9).ShouldNotBe(first);
    }

    [Fact]
    public void Training_lowers_the_loss_on_the_student_s_own_faces()
    {
        using var trainer = Trainer();
        var (model, _) = InitialModel.Create(Population.NetworkOf(Plan), 1);
        var update = new float[model.Length];
        var once = trainer.Train(model, Population, Plan.Training with { Epochs = 1 }, Scale, new(1, 1, 1, 0), update);
        var often = trainer.Train(model, Population, Plan.Training with { Epochs = 20 }, Scale, new(1, 1, 1, 0), update);
        often.Loss!.Value.ShouldBeLessThan(once.Loss!.Value);
        often.SamplesSeen.ShouldBe(200);
    }

    [Fact]
    public void The_learning_rate_decays_with_the_rounds()
    {
        var decaying = Plan.Training with { LearningRateDecay = 0.5 };
        Train(decaying, student: 0, round: 1).ShouldBe(Train(Plan.Training, student: 0, round: 1));
        var half = Plan.Training with { LearningRate = Plan.Training.LearningRate / 2 };
        Train(decaying, student: 0, round: 2).ShouldBe(Train(half, student: 0, round: 2));
    }

    [Theory]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public void Augmentation_and_label_calibration_change_what_is_learned(bool mirror, bool calibrate)
    {
        var changed = Plan.Training with
        {
            Augmentation = new AugmentationPlan { Mirror = mirror },
            LabelCalibration = calibrate,
        };
        Train(changed, student: 2).ShouldNotBe(Train(Plan.Training, student: 2));
    }

    [Theory]
    [InlineData(BalanceKind.Reweigh)]
    [InlineData(BalanceKind.Resample)]
    public void Balance_changes_what_is_learned_where_the_attribute_is_uneven_and_is_repeatable(BalanceKind kind)
    {
        var balanced = Plan.Training with { Balance = kind, BalanceBy = "light" };
        var first = Train(balanced, student: 1);
        first.ShouldNotBe(Train(Plan.Training, student: 1));
        Train(balanced, student: 1).ShouldBe(first);
    }

    [Fact]
    public void Reweighing_by_what_is_the_same_for_all_changes_no_more_than_rounding()
    {
        // One student, one person: each class's weight is P(a) P(y) / P(a, y) = 1.
        var one = Plan with { Students = new() { Count = 1, Partition = PartitionKind.ByPerson } };
        var alone = Population.Create(one, AvatarFaces.DataSet(seed: 2, students: 1, samplesPerStudent: 10, testPersons: 1, samplesPerTestPerson: 1));
        using var trainer = Trainer();
        var (model, _) = InitialModel.Create(alone.NetworkOf(one), 1);
        var (plain, weighted) = (new float[model.Length], new float[model.Length]);
        trainer.Train(model, alone, one.Training, Scale, new(1, 1, 1, 0), plain);
        trainer.Train(model, alone, one.Training with { Balance = BalanceKind.Reweigh, BalanceBy = "person" }, Scale, new(1, 1, 1, 0), weighted);
        plain.Zip(weighted, (a, b) => Math.Abs(a - b)).Max().ShouldBeLessThan(1e-5f);
    }

    [Fact]
    public void The_learning_rate_follows_the_schedule_over_the_rounds()
    {
        var cosine = Plan.Training with { Schedule = RateSchedule.Cosine };
        Train(cosine, student: 0, round: 6, rounds: 10).ShouldBe(
            Train(Plan.Training with { LearningRate = PlannedSteps.RateOf(cosine, 6, 10) }, student: 0, round: 6));
        Train(cosine, student: 0, round: 6, rounds: 20).ShouldNotBe(Train(cosine, student: 0, round: 6, rounds: 10));
        var warming = Plan.Training with { WarmUpRounds = 1 };
        var half = Plan.Training with { LearningRate = Plan.Training.LearningRate / 2 };
        Train(warming, student: 0, round: 1, rounds: 10).ShouldBe(Train(half, student: 0, round: 1));
        Train(warming, student: 0, round: 2, rounds: 10).ShouldBe(Train(Plan.Training, student: 0, round: 2));
    }

    [Fact]
    public void Losses_weights_and_every_augmentation_change_what_is_learned_and_keep_it_a_function_of_the_turn()
    {
        var plain = Train(Plan.Training, student: 2);
        TrainingPlan[] plans =
        [
            Plan.Training with { Loss = new("focal") },
            Plan.Training with { LabelSmoothing = 0.1 },
            Plan.Training with { ClassWeights = new("balanced") },
            Plan.Training with { ClassWeights = new("effectiveNumber") },
            Plan.Training with { Augmentation = new() { Zoom = 0.1 } },
            Plan.Training with { Augmentation = new() { Brightness = 0.1 } },
            Plan.Training with { Augmentation = new() { Contrast = 0.2 } },
            Plan.Training with { Augmentation = new() { Erasing = 0.5 } },
        ];
        var trained = plans.Select(plan => Train(plan, student: 2)).ToList();
        trained.ShouldAllBe(update => !update.SequenceEqual(plain));
        trained.Select(update => Convert.ToHexString(System.Runtime.InteropServices.MemoryMarshal.AsBytes<float>(update)))
            .Distinct(StringComparer.Ordinal).Count().ShouldBe(plans.Length);
        plans.Zip(trained).ShouldAllBe(pair => Train(pair.First, 2, 1, 1, 0).SequenceEqual(pair.Second));
    }

    [Fact]
    public void The_focal_loss_without_focus_and_weights_without_exponent_train_what_cross_entropy_does()
    {
        var plain = Train(Plan.Training, student: 1);
        TrainingPlan[] same =
        [
            Plan.Training with { Loss = new("focal") { Settings = Settings.None.With("focalGamma", 0) } },
            Plan.Training with { ClassWeights = new("balanced") { Settings = Settings.None.With("weightExponent", 0) } },
        ];
        foreach (var plan in same)
        {
            var update = Train(plan, student: 1);
            update.Zip(plain).ShouldAllBe(pair => Math.Abs(pair.First - pair.Second) < 1e-5);
        }
    }

    [Theory]
    [InlineData("focal", 0)]
    [InlineData("crossEntropy", 0.2)]
    public void DP_SGD_clips_the_gradients_of_the_plan_s_loss(string loss, double smoothing)
    {
        var records = new RecordPrivacyPlan { Clip = 0.5, NoiseMultiplier = 0.5 };
        using var trainer = Trainer();
        var (model, _) = InitialModel.Create(Population.NetworkOf(Plan), 1);
        var (plain, other) = (new float[model.Length], new float[model.Length]);
        trainer.Train(
            model, Population, Plan.Training with { RecordPrivacy = records }, Scale, new(1, 1, 1, 0), plain, new TestNoise(1));
        var changed = Plan.Training with { RecordPrivacy = records, Loss = new(loss), LabelSmoothing = smoothing };
        trainer.Train(model, Population, changed, Scale, new(1, 1, 1, 0), other, new TestNoise(1));
        other.ShouldNotBe(plain);
    }

    [Fact]
    public void Calibration_leaves_alone_a_student_whose_labels_are_everybody_s()
    {
        var one = Plan with { Students = new() { Count = 1, Partition = PartitionKind.Iid } };
        var everybody = Population.Create(one, Population.Data);
        using var trainer = Trainer();
        var (model, _) = InitialModel.Create(everybody.NetworkOf(one), 1);
        var (plain, calibrated) = (new float[model.Length], new float[model.Length]);
        trainer.Train(model, everybody, one.Training, Scale, new(1, 1, 1, 0), plain);
        trainer.Train(model, everybody, one.Training with { LabelCalibration = true }, Scale, new(1, 1, 1, 0), calibrated);
        calibrated.ShouldBe(plain);
    }

    [Fact]
    public void A_loss_that_is_not_finite_names_what_to_lower()
        => Should.Throw<TrainingException>(() => Train(Plan.Training with { LearningRate = 1e38 }, student: 0))
            .Message.ShouldContain("training.learningRate");

    [Fact]
    public void A_plan_that_protects_records_trains_under_noise_and_reports_no_loss()
    {
        var plan = Plan.Training with { RecordPrivacy = new() { Clip = 0.5, NoiseMultiplier = 0.5 } };
        using var trainer = Trainer();
        var (model, _) = InitialModel.Create(Population.NetworkOf(Plan), 1);
        var (plain, first, second) = (new float[model.Length], new float[model.Length], new float[model.Length]);
        trainer.Train(model, Population, Plan.Training, Scale, new(1, 1, 1, 0), plain);
        var trained = trainer.Train(model, Population, plan, Scale, new(1, 1, 1, 0), first, new TestNoise(1));
        (trained.Samples, trained.SamplesSeen, trained.Loss).ShouldBe((10, 20, null));
        trainer.Train(model, Population, plan, Scale, new(1, 1, 1, 0), second, new TestNoise(1));
        second.ShouldBe(first);
        trainer.Train(model, Population, Plan.Training, Scale, new(1, 1, 1, 0), second);
        second.ShouldBe(plain, "training without protection is what it was");
    }

    [Fact]
    public void A_plan_that_protects_records_is_never_trained_without_noise()
    {
        var plan = Plan.Training with { RecordPrivacy = new() { Clip = 0.5 } };
        Should.Throw<ArgumentException>(() => Train(plan, student: 0)).Message.ShouldContain("training.recordPrivacy.clip");
    }

    [Fact]
    public void Parameters_that_noise_drives_out_of_float32_name_what_to_lower()
    {
        var plan = Plan.Training with { LearningRate = 1e38, RecordPrivacy = new() { Clip = 1, NoiseMultiplier = 100 } };
        using var trainer = Trainer();
        var (model, _) = InitialModel.Create(Population.NetworkOf(Plan), 1);
        Should.Throw<TrainingException>(() =>
            trainer.Train(model, Population, plan, Scale, new(1, 1, 1, 0), new float[model.Length], new TestNoise(1)))
            .Message.ShouldContain("training.learningRate");
    }

    private static PixelScale Scale => new(0.5, 0.5);

    private static LocalTrainer Trainer() => new(Population.NetworkOf(Plan), "cpu");

    private static float[] Train(TrainingPlan training, int student, int round = 1, ulong seed = 1, int rounds = 0)
    {
        using var trainer = Trainer();
        return Train(trainer, training, student, round, seed, rounds);
    }

    private static float[] Train(LocalTrainer trainer, TrainingPlan training, int student, int round = 1, ulong seed = 1, int rounds = 0)
    {
        var (model, _) = InitialModel.Create(Population.NetworkOf(Plan), 1);
        var update = new float[model.Length];
        trainer.Train(model, Population, training, Scale, new TrainingTurn(seed, round, 1, student) { Rounds = rounds }, update);
        return update;
    }
}
