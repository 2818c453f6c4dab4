using Cohort.Model.Data;
using Cohort.Model.Data.Texts;
using Cohort.Model.Plans;
using Cohort.Model.Training;

namespace Cohort.Model.Tests.Training;

/// <summary>docs/privacy.md, Words in an update: what somebody reads out of one who sees it by itself.</summary>
public sealed class TokensInUpdatesTests
{
    private static readonly string[] Texts =
    [
        "my grandmother died last week", "what a lovely day", "the bus was late again", "nobody came to the party", "we won the match", "I am so tired",
    ];

    private static readonly TextEncoding Encoding = new() { Buckets = 4_096, MostTokens = 256 };

    [Fact]
    public void An_update_by_itself_moves_the_vectors_of_its_students_tokens_and_of_no_others()
    {
        var texts = new TextArray(EmotionClasses.Fer2013, Texts, [4, 3, 0, 4, 3, 6]);
        var plan = new Plan
        {
            Network = "text-bag",
            Data = new() { Text = Encoding },
            Students = new() { Count = 1 },
            Training = new() { LearningRate = 1, BatchSize = 2 },
        };
        var population = Population.Create(plan, new DataSet("diary", texts, new TextArray(EmotionClasses.Fer2013, ["so"], [6]), IsSynthetic: false));
        var network = population.NetworkOf(plan);
        var (model, layout) = InitialModel.Create(network, 1);
        var update = new float[model.Length];
        using var trainer = new LocalTrainer(network, "cpu");

        trainer.Train(model, population, plan.Training, Encoding, new(1, 1, 1, 0), update);

        var (rows, width) = ((int)layout[0].Shape[0], (int)layout[0].Shape[1]);
        Enumerable.Range(0, rows).Where(row => update.AsSpan(row * width, width).ContainsAnyExcept(0f)).ShouldBe(Tokens().Order());
    }

    private static HashSet<int> Tokens()
    {
        var (tokens, ids) = (new float[Encoding.MostTokens], new HashSet<int>());
        foreach (var text in Texts)
        {
            Encoding.Apply(TextArray.Row(text), tokens);
            ids.UnionWith(tokens.Where(id => id > 0).Select(id => (int)id));
        }

        return ids;
    }
}
