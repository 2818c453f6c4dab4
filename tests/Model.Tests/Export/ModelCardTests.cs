using Cohort.Model.Data;
using Cohort.Model.Export;

namespace Cohort.Model.Tests.Export;

public class ModelCardTests
{
    private static readonly ModelCard Bare = new()
    {
        Model = new string('a', 64),
        File = "face.onnx",
        Format = "onnx",
        FileDigest = new string('b', 64),
        Network = "cnn4",
        Parameters = 1234567,
        Classes = EmotionClasses.Fer2013,
        Kind = "picture",
        Input = "pixels",
        Plan = "fer",
        Round = 30,
        Epsilon = "not accounted",
    };

    [Fact]
    public void What_nobody_has_said_or_measured_is_not_made_up()
    {
        var text = ModelCardText.Write(Bare);
        text.ShouldContain("Model: not stated. Data: not stated");
        text.ShouldContain("Not measured for this card.");
        text.ShouldContain("Whether it does worse for some people than for others is not known.");
        text.ShouldContain("Epsilon: **not accounted**");
        text.ShouldNotContain("license:");
        text.ShouldNotContain("model-index:");
    }

    [Fact]
    public void What_is_known_stands_in_the_card_and_in_its_front_matter()
    {
        var text = ModelCardText.Write(Bare with
        {
            Licence = "Apache-2.0",
            Epsilon = "3.2 at delta 1E-05",
            Training = new("fer", new string('c', 64), false, 50, "Dirichlet(0.5)", 48, 5, "balanced", "fedAvg", "fedAdam", "mean", 1, 10, 0.05, 0.5, "central", 2.5, 1.1),
            Figures = new("fer", false, 1200, [new("accuracy", 0.4912, 0.46, 0.52)], [new("happy", 0.7, 0.8, 0.75, 279)]),
            Attributes =
            [
                new("gender", "No gap is larger than chance explains.", [new("accuracy", "male over female", 0.031, -0.01, 0.07, 0.055)]),
                new("glasses", "Nothing can be compared.", []),
            ],
        });
        var front = text.Split("---\n")[1];
        front.ShouldContain("license: \"Apache-2.0\"\n");
        front.ShouldContain("value: 0.4912\n");
        foreach (var said in new[]
        {
            "| accuracy | 0.4912 (0.4600 to 0.5200) |", "| happy | 0.700 | 0.800 | 0.750 | 279 |", "| accuracy | male over female | 0.0310 (-0.0100 to 0.0700) | up to 0.0550 |",
            "By gender: No gap is larger than chance explains.\n\n|", "By glasses: Nothing can be compared.\n\n#",
            "clipped to an L2 norm of 2.5; central noise of 1.1 times", "the updates of 48 are in the model", "1,234,567 parameters", Bare.FileDigest,
        })
        {
            text.ShouldContain(said);
        }
    }

    [Fact]
    public void What_people_wrote_cannot_become_markup()
    {
        var text = ModelCardText.Write(Bare with
        {
            Plan = "<script>|*x*\n# y",
            Licence = "a\"b\n---\nevil: yes",
            File = "a`b|c.onnx",
            Classes = ["[x](http://y)", "|"],
        });
        text.ShouldContain(@"| plan | &lt;script&gt;\|\*x\* \# y |");
        text.ShouldContain(@"\[x\](http://y)");
        text.ShouldContain(@"license: ""a\""b\n---\nevil: yes""");
        text.ShouldNotContain("\nevil: yes");
        text.ShouldContain("`a?b?c.onnx`");
        text.Split('\n').Count(line => line is "---").ShouldBe(2);
    }

    [Fact]
    public void A_classifier_of_digits_is_not_called_a_recogniser_of_emotions()
    {
        var text = ModelCardText.Write(Bare with { Classes = [.. Enumerable.Range(0, 10).Select(digit => $"{digit}")] });
        text.ShouldContain("# Classifier aaaa");
        text.ShouldNotContain("motion");
    }
}
