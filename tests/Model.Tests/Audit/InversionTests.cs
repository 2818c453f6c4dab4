using Cohort.Model.Audit;
using Cohort.Model.Data;
using Cohort.Model.Data.Avatars;
using Cohort.Model.Evaluation;
using Cohort.Model.Networks;
using Cohort.Model.Training;

namespace Cohort.Model.Tests.Audit;

public class InversionTests
{
    private static readonly DataSet Faces =
        AvatarFaces.DataSet(seed: 4, students: 3, samplesPerStudent: 10, testPersons: 2, samplesPerTestPerson: 5);

    [Theory]
    [InlineData("logistic")]
    [InlineData("2nn")]
    public void A_network_that_begins_with_a_linear_layer_gives_the_picture_away_to_the_last_bit_of_a_byte(string network)
    {
        var (known, update) = Step(network, Faces, sample: 3);
        var found = AnalyticInversion.Invert(known, update);
        ImageSimilarity.Psnr(Original(Faces, 3), found.Pixels).ShouldBeGreaterThan(60);
    }

    [Fact]
    public void An_update_that_was_only_clipped_gives_away_as_much()
    {
        var (known, update) = Step("2nn", Faces, sample: 3);
        var found = AnalyticInversion.Invert(known, Array.ConvertAll(update, value => value * 0.01f));
        ImageSimilarity.Psnr(Original(Faces, 3), found.Pixels).ShouldBeGreaterThan(40);
    }

    [Theory]
    [InlineData("logistic")]
    [InlineData("cnn2-small")]
    [InlineData("cnn4")]
    public void The_label_of_every_picture_is_read_off_its_update(string network)
    {
        for (var sample = 0; sample < 10; sample++)
        {
            var (known, update) = Step(network, Faces, sample);
            LabelInference.LabelOf(known.Network.Layout(), update).ShouldBe(Faces.Train.LabelOf(sample), $"sample {sample}");
        }
    }

    [Fact]
    public void A_convolution_network_gives_its_picture_away_to_a_search_by_angle()
    {
        var (known, update) = Step("cnn2-small", Small, sample: 3);
        using var search = new GradientMatching(known, InversionAttack.Cosine, new() { Iterations = 1000, TotalVariation = 0.02 });
        var found = search.Invert(update);
        found.Label.ShouldBe(Small.Train.LabelOf(3));
        ImageSimilarity.Psnr(Original(Small, 3), found.Pixels).ShouldBeGreaterThan(InversionAudit.RecoveredPsnr);
    }

    [Theory]
    [InlineData(InversionAttack.Dlg)]
    [InlineData(InversionAttack.Idlg)]
    public void Deep_leakage_finds_the_picture_through_the_distance_of_gradients(InversionAttack attack)
    {
        var (known, update) = Step("2nn", Small, sample: 3);
        using var search = new GradientMatching(known, attack, new() { Iterations = 500 });
        var found = search.Invert(update);
        found.Label.ShouldBe(Small.Train.LabelOf(3));
        ImageSimilarity.Psnr(Original(Small, 3), found.Pixels).ShouldBeGreaterThan(InversionAudit.RecoveredPsnr);
    }

    [Fact]
    public void A_search_is_a_function_of_its_seed()
    {
        var (known, update) = Step("cnn2-small", Small, sample: 3);
        float[] Found(ulong seed)
        {
            using var search = new GradientMatching(known, InversionAttack.Cosine, new() { Iterations = 5, Seed = seed });
            return search.Invert(update).Pixels;
        }

        Found(1).ShouldBe(Found(1));
        Found(2).ShouldNotBe(Found(1));
    }

    [Fact]
    public void More_beginnings_never_end_with_a_greater_mismatch()
    {
        var (known, update) = Step("cnn2-small", Small, sample: 3);
        double Mismatch(int restarts)
        {
            using var search = new GradientMatching(known, InversionAttack.Cosine, new() { Iterations = 20, Restarts = restarts });
            return search.Invert(update).Mismatch;
        }

        Mismatch(3).ShouldBeLessThanOrEqualTo(Mismatch(1));
    }

    [Fact]
    public void A_network_that_cannot_be_solved_says_so_and_names_another_attack()
    {
        var (known, update) = Step("cnn2-small", Faces, sample: 0);
        Should.Throw<ArgumentException>(() => AnalyticInversion.Invert(known, update)).Message.ShouldContain("cosine");
        InversionAudit.BestFor(known).ShouldBe(InversionAttack.Cosine);
    }

    [Fact]
    public void The_figures_tell_views_apart_that_show_all_and_nothing()
    {
        var (known, _) = Step("2nn", Faces, sample: 0);
        using var step = new AuditedStep(known, Faces);
        int[] pictures = [2, 5];
        var audit = new InversionAudit(known, Faces, InversionAttack.Analytic, new());
        var (findings, made) = audit.Run(
            pictures,
            [
                new("all", "everything", Planned: true, picture => step.UpdateOf(pictures[picture])),
                new("nothing", "zeros", Planned: false, _ => new float[known.Parameters.Length]),
            ]);
        findings.Views[0].Recovered.ShouldBe(2);
        findings.Views[0].Labels.ShouldBe(2);
        findings.Views[0].MeanSsim!.Value.ShouldBeGreaterThan(0.99);
        findings.Views[1].Recovered.ShouldBe(0);
        findings.Views[1].MeanPsnr.ShouldBeLessThan(InversionAudit.RecoveredPsnr);
        findings.BlindPsnr.ShouldBeInRange(5, 20);
        made.Count.ShouldBe(2);
        AuditSection.Of(findings).ShouldContain(paragraph => paragraph.Contains("what the plan lets a leader see", StringComparison.Ordinal));
    }

    [Fact]
    public void A_sum_that_shows_another_student_counts_as_recovered()
    {
        var (known, _) = Step("2nn", Faces, sample: 0);
        using var step = new AuditedStep(known, Faces);
        UpdateView Shows(bool knowsAll) => new("sum", "the other", Planned: false, _ => step.UpdateOf(25))
        {
            Students = knowsAll ? _ => [2, 25] : null,
        };
        var audit = new InversionAudit(known, Faces, InversionAttack.Analytic, new());
        var (findings, _) = audit.Run([2], [Shows(knowsAll: true), Shows(knowsAll: false)]);
        findings.Views.Select(view => view.Recovered).ShouldBe([1, 0]);
    }

    /// <summary>The same faces at a third of their side, 16x16, so that searches are short.</summary>
    private static DataSet Small { get; } = Faces with { Train = Third(Faces.Train), Test = Third(Faces.Test) };

    private static ImageArray Third(ISampleSet samples)
    {
        const int Side = 16, Zoom = 3;
        var pixels = new byte[samples.Count * Side * Side];
        var large = new byte[samples.Shape.Length];
        for (var sample = 0; sample < samples.Count; sample++)
        {
            samples.CopySample(sample, large);
            for (var i = 0; i < Side * Side; i++)
            {
                var sum = 0;
                for (var j = 0; j < Zoom * Zoom; j++)
                {
                    sum += large[(((i / Side * Zoom) + (j / Zoom)) * Side * Zoom) + (i % Side * Zoom) + (j % Zoom)];
                }

                pixels[(sample * Side * Side) + i] = (byte)(sum / (Zoom * Zoom));
            }
        }

        return new(
            new ImageShape(1, Side, Side), samples.Classes, pixels,
            [.. Enumerable.Range(0, samples.Count).Select(i => (byte)samples.LabelOf(i))]);
    }

    private static (AttackerKnowledge Known, float[] Update) Step(string network, DataSet data, int sample)
    {
        var spec = new NetworkSpec(network, data.Shape, data.Classes.Count);
        var known = new AttackerKnowledge(spec, InitialModel.Create(spec, 1).Parameters, new PixelScale(0.5, 0.25), 0.05);
        using var step = new AuditedStep(known, data);
        return (known, step.UpdateOf(sample));
    }

    private static float[] Original(DataSet data, int sample)
    {
        var bytes = new byte[data.Shape.Length];
        data.Train.CopySample(sample, bytes);
        return Array.ConvertAll(bytes, pixel => pixel / 255f);
    }
}
