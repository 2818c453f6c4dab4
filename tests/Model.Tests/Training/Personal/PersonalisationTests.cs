using Cohort.Federation;
using Cohort.Model.Data.Avatars;
using Cohort.Model.Partitions;
using Cohort.Model.Plans;
using Cohort.Model.Training;
using Cohort.Model.Training.Personal;

namespace Cohort.Model.Tests.Training.Personal;

public class PersonalisationTests
{
    private const double Rate = 0.02;
    private const int Round = 3;

    private static readonly Plan Plan = new()
    {
        Name = "spec",
        Network = "cnn2-small",
        Students = new() { Count = 8, Partition = PartitionKind.Shards, ShardsPerStudent = 1, HoldOut = 0.25 },
        Training = new() { LearningRate = 0.3, LearningRateDecay = 0.5, BatchSize = 5, Momentum = 0.5, Algorithm = new("fedProx") },
    };

    private static readonly Population Population =
        Population.Create(Plan, AvatarFaces.DataSet(seed: 2, students: 8, samplesPerStudent: 20, testPersons: 2, samplesPerTestPerson: 7));

    private static readonly PixelScale Scale = new(0.5, 0.5);

    private static readonly float[] Model = InitialModel.Create(Population.NetworkOf(Plan), 1).Parameters;

    [Fact]
    public void Fine_tuning_is_plain_local_training_from_the_global_model_by_its_own_epochs_and_rate()
    {
        var training = Plan.Training with { Algorithm = new("fedAvg"), LearningRate = Rate, LearningRateDecay = 1, Epochs = 4 };

        var tuned = Personalise("fineTune", ("epochs", 4), ("learningRate", Rate));

        tuned.ShouldBe(Moved(training, Population));
    }

    [Fact]
    public void What_rounds_add_to_training_and_nothing_of_a_student_leaves_is_no_part_of_it()
    {
        var rounds = Plan.Training with { LabelCalibration = true, RecordPrivacy = new() { Clip = 1 } };

        Personalise(Plan with { Training = rounds }, "fineTune").ShouldBe(Personalise("fineTune"));
    }

    [Fact]
    public void With_a_lambda_of_0_ditto_is_fine_tuning_bit_by_bit() =>
        Personalise("ditto", ("lambda", 0), ("epochs", 3)).ShouldBe(Personalise("fineTune", ("epochs", 3)));

    [Fact]
    public void Local_training_begins_with_the_first_model_and_knows_nothing_of_the_global_one()
    {
        float[] far = [.. Model.Select(value => value + 1)];

        Personalise(Plan, far, "local").ShouldBe(Personalise("fineTune")); // Model is the first one
        Personalise(Plan, far, "fineTune").ShouldNotBe(Personalise("fineTune"));
    }

    /// <summary>Two steps on all samples: v1 = w - eta g(w), v2 = v1 - eta (g(v1) + lambda (v1 - w)).</summary>
    [Theory]
    [InlineData(0.5)]
    [InlineData(30)]
    public void Ditto_s_steps_are_those_of_its_objective(double lambda)
    {
        var plan = Plan with { Training = Plan.Training with { BatchSize = 0, Momentum = 0 } };
        float[] Stepped(float[] from) => Moved(plan.Training with { Algorithm = new("fedAvg"), LearningRate = Rate, LearningRateDecay = 1 }, Population, from);
        var once = Stepped(Model);
        var twice = Stepped(once);

        var own = Personalise(plan, "ditto", ("epochs", 2), ("learningRate", Rate), ("lambda", lambda));

        for (var i = 0; i < own.Length; i++)
        {
            own[i].ShouldBe((float)(twice[i] - (Rate * lambda * (once[i] - Model[i]))), 4e-6f);
        }

        own.ShouldNotBe(twice);
    }

    [Fact]
    public void The_larger_lambda_the_nearer_a_personal_model_stays_to_the_global_one()
    {
        var distances = new[] { 0.0, 1, 10, 40 }
            .Select(lambda => L2Clipping.Norm([.. Personalise("ditto", ("lambda", lambda), ("epochs", 10)).Zip(Model, (own, global) => own - global)]))
            .ToArray();

        distances.ShouldBe([.. distances.OrderDescending()]);
        distances[^1].ShouldBeLessThan(distances[0] / 2);
    }

    [Fact]
    public void Students_of_few_classes_gain_by_each_method_and_none_leaves_the_model_as_it_is()
    {
        double Gain(string method)
        {
            var judged = Judge(Plan with { Personalisation = new() { Method = new(method) } });
            judged.ShouldAllBe(student => student.HeldOut == Population.HeldOut.SizeOf(student.Student) && student.Trained == Population.Partition.SizeOf(student.Student));
            return judged.Average(student => student.Personal - student.Global);
        }

        Gain("fineTune").ShouldBeGreaterThan(0.3);
        Gain("ditto").ShouldBeGreaterThan(0.3);
        Gain("none").ShouldBe(0);
    }

    [Fact]
    public void Beside_the_models_stands_what_naming_the_commonest_class_would_give()
    {
        foreach (var student in Judge(Plan))
        {
            int[] Labels(Partition of) => [.. of.SamplesOf(student.Student).ToArray().Select(Population.Data.Train.LabelOf)];
            var commonest = Labels(Population.Partition).CountBy(label => label).OrderByDescending(label => label.Value).ThenBy(label => label.Key).First().Key;
            student.CommonestCorrect.ShouldBe(Labels(Population.HeldOut).Count(label => label == commonest));
        }
    }

    [Fact]
    public void A_student_s_figures_do_not_depend_on_slots_nor_on_who_else_is_judged()
    {
        var plan = Plan with { Personalisation = new() { Method = new("fineTune") } };
        var judging = new PersonalJudging(Population.NetworkOf(plan), Scale, plan, Population);

        var all = judging.Judge(Model, Round, judging.Draw(100), slots: 1);

        all.Select(student => student.Student).ShouldBe(Enumerable.Range(0, 8));
        judging.Judge(Model, Round, judging.Draw(100), slots: 3).ShouldBe(all);
        judging.Judge(Model, Round, [5, 2], slots: 2).ShouldBe([all[5], all[2]]);
    }

    [Fact]
    public void Who_is_judged_is_drawn_by_the_seed_among_those_that_kept_samples()
    {
        var judging = new PersonalJudging(Population.NetworkOf(Plan), Scale, Plan, Population);
        var others = new PersonalJudging(Population.NetworkOf(Plan), Scale, Plan with { Seed = 4 }, Population);

        judging.Draw(3).Count.ShouldBe(3);
        judging.Draw(3).ShouldBe(judging.Draw(3));
        judging.Draw(3).ShouldBe(judging.Draw(3).Order());
        Enumerable.Range(1, 7).ShouldContain(most => !judging.Draw(most).SequenceEqual(others.Draw(most)));

        var plan = Plan with { Students = Plan.Students with { HoldOut = 0 } };
        new PersonalJudging(Population.NetworkOf(plan), Scale, plan, Population.Create(plan, Population.Data)).Draw(3).ShouldBeEmpty();
    }

    [Fact]
    public void A_student_whose_training_diverges_is_named_and_always_the_first_of_them()
    {
        var wild = new Choice<IPersonalisation>("fineTune") { Settings = Settings.None.With("learningRate", 1e30) };
        var plan = Plan with { Personalisation = new() { Method = wild } };
        var judging = new PersonalJudging(Population.NetworkOf(plan), Scale, plan, Population);

        foreach (var slots in new[] { 1, 3 })
        {
            Should.Throw<TrainingException>(() => judging.Judge(Model, Round, judging.Draw(100), slots))
                .Message.ShouldStartWith("student 0 has no personal model: its loss became");
        }
    }

    [Fact]
    public void A_stop_ends_the_judging()
    {
        var judging = new PersonalJudging(Population.NetworkOf(Plan), Scale, Plan, Population);

        Should.Throw<OperationCanceledException>(
            () => judging.Judge(Model, Round, judging.Draw(100), slots: 2, stop: new CancellationToken(canceled: true)));
    }

    [Fact]
    public void Each_method_has_its_entry_in_schema_and_explanation_and_one_that_nobody_can_judge_is_refused()
    {
        var rows = PlanExplanation.Of(Plan with { Personalisation = new() { Method = new("ditto") } }).Rows;
        rows.Single(row => row.Path is "personalisation.method").ShouldSatisfyAllConditions(
            row => row.Value.ShouldBe("ditto"),
            row => row.Allowed.ShouldBe("ditto, fineTune, local or none"),
            row => row.Meaning.ShouldContain("(Li et al. 2021)"));
        rows.Single(row => row.Path is "personalisation.lambda").ShouldSatisfyAllConditions(
            row => row.Value.ShouldBe("0.1"), row => row.Symbol.ShouldBe("lambda"), row => row.Meaning.ShouldEndWith("For ditto."));

        const string Text = """{ "name": "p", "network": "logistic", "data": { "set": "avatars" }, "personalisation": { "method": "METHOD" } }""";
        Should.Throw<PlanException>(() => Plan.Parse(Text.Replace("METHOD", "dito", StringComparison.Ordinal), "p.json"))
            .Message.ShouldContain("there is no method \"dito\" (did you mean \"ditto\"?); give ditto, fineTune, local or none.");
        Should.Throw<PlanException>(() => Plan.Parse(Text.Replace("METHOD", "ditto", StringComparison.Ordinal), "p.json"))
            .Message.ShouldContain("give students.holdOut, such as 0.2.");
        Plan.Parse(Text.Replace("METHOD", "none", StringComparison.Ordinal), "p.json").Personalisation.Method.Name.ShouldBe("none");
    }

    private static IReadOnlyList<PersonalAccuracy> Judge(Plan plan)
    {
        var judging = new PersonalJudging(Population.NetworkOf(plan), Scale, plan, Population);
        return judging.Judge(Model, Round, judging.Draw(100), slots: 2);
    }

    private static float[] Personalise(string method, params (string Name, double Value)[] settings) => Personalise(Plan, method, settings);

    private static float[] Personalise(Plan plan, string method, params (string Name, double Value)[] settings) =>
        Personalise(plan, Model, method, settings);

    private static float[] Personalise(Plan plan, float[] global, string method, params (string Name, double Value)[] settings)
    {
        using var trainer = new LocalTrainer(Population.NetworkOf(plan), "cpu");
        var chosen = new Choice<IPersonalisation>(method);
        return chosen.Kind.Personalise(
            new OwnTraining(trainer, Population, plan, Scale, student: 1, Round),
            global,
            settings.Aggregate(Settings.None, (given, setting) => given.With(setting.Name, setting.Value)));
    }

    /// <summary>Student 1's model after a training whose randomness is keyed as that of personal models.</summary>
    private static float[] Moved(TrainingPlan training, Population population, float[]? from = null)
    {
        using var trainer = new LocalTrainer(population.NetworkOf(Plan), "cpu");
        var (start, update) = (from ?? Model, new float[Model.Length]);
        trainer.Train(start, population, training, Scale, new TrainingTurn((ulong)Plan.Seed, Round, IntraRound: 0, Student: 1), update);
        return [.. update.Zip(start, (change, value) => change + value)];
    }
}
