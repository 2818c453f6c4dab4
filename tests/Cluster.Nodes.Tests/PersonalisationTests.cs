using Cohort.Federation;
using Cohort.Model.Data.Avatars;
using Cohort.Model.Plans;
using Cohort.Model.Training;
using Cohort.Model.Training.Personal;

namespace Cohort.Nodes.Tests;

public class PersonalisationTests
{
    [Fact]
    public void Whoever_implements_a_personalisation_has_it_in_plans_schema_and_explanation_and_is_judged()
    {
        Catalogue.Of<IPersonalisation>().Select(kind => kind.Name).ShouldBe(["ditto", "fineTune", "halfWay", "local", "none"]);
        var plan = Plan.Parse(
            """
            { "name": "p", "network": "logistic", "data": { "set": "avatars" }, "groups": { "count": 2 },
              "students": { "count": 4, "partition": "shards", "holdOut": 0.25 }, "personalisation": { "method": "halfWay", "way": 0.25 } }
            """,
            "p.json");
        PlanExplanation.Of(plan).Rows.Single(row => row.Path is "personalisation.method").Meaning.ShouldContain("halfWay, a part of the way;");
        PlanSchema.ToJson().ShouldContain("How far.");

        var population = Population.Create(plan, AvatarFaces.DataSet(seed: 2, students: 4, samplesPerStudent: 20, testPersons: 1, samplesPerTestPerson: 7));
        var model = InitialModel.Create(population.NetworkOf(plan), 1).Parameters;
        using var trainer = new LocalTrainer(population.NetworkOf(plan), "cpu");
        float[] Own(string method)
        {
            var chosen = plan.Personalisation.Method with { Name = method };
            return chosen.Kind.Personalise(new(trainer, population, plan, new PixelScale(0.5, 0.5), student: 1, round: 1), model, chosen.Settings);
        }

        var (tuned, half) = (Own("fineTune"), Own("halfWay"));
        half.ShouldBe([.. tuned.Zip(model, (own, global) => global + (0.25f * (own - global)))]);
        half.ShouldNotBe(model);

        var judging = new PersonalJudging(population.NetworkOf(plan), new PixelScale(0.5, 0.5), plan, population);
        judging.Judge(model, 1, judging.Draw(100), slots: 2).Count.ShouldBe(4);
    }
}

/// <summary>A personalisation that nothing but this file knows of: some of the way from the global model to the fine-tuned one.</summary>
internal sealed class HalfWay : IPersonalisation
{
    private static readonly Hyperparameter s_way = new("way", 0.5, "How far.") { Least = 0, Most = 1 };

    public string Name => "halfWay";

    public string Meaning => "a part of the way";

    public IReadOnlyList<Hyperparameter> Hyperparameters => [IPersonalisation.Epochs, IPersonalisation.LearningRate, s_way];

    public float[] Personalise(OwnTraining student, float[] global, Settings settings)
    {
        var way = (float)settings[s_way];
        return [.. student.Train(student.PlanOf(settings), global).Zip(global, (own, from) => from + (way * (own - from)))];
    }
}
