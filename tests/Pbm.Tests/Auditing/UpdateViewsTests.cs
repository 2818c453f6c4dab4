using Cohort.Federation;
using Cohort.Model.Audit;
using Cohort.Model.Data;
using Cohort.Model.Data.Avatars;
using Cohort.Model.Networks;
using Cohort.Model.Plans;
using Cohort.Model.Training;
using Cohort.Pbm.Auditing;

namespace Cohort.Pbm.Tests.Auditing;

/// <summary>What protection is worth against the attacks that succeed without it.</summary>
public class UpdateViewsTests
{
    private const double DefeatedPsnr = 12;
    private const double OfSeveral = 2;

    private static readonly DataSet Faces =
        AvatarFaces.DataSet(seed: 4, students: 10, samplesPerStudent: 10, testPersons: 4, samplesPerTestPerson: 10);

    private static readonly Plan Plan = new()
    {
        Network = "2nn",
        Students = new() { Count = 10 },
        Groups = new() { Count = 2 },
        Privacy = new() { Clip = 1.0, NoiseMultiplier = 1.0 },
    };

    [Theory]
    [InlineData("2nn", 1)]
    [InlineData("cnn4", 500)]
    public void Noise_defeats_the_attack_that_recovers_faces_without_it(string network, int iterations)
    {
        var known = Knowledge(network);
        using var step = new AuditedStep(known, Faces);
        int[] pictures = [7];
        string[] chosen = [UpdateViews.AsItIs, UpdateViews.NoiseShare, UpdateViews.LocalNoise, UpdateViews.NoisedSum];
        var views = Views(step, pictures).Where(view => chosen.Contains(view.Name, StringComparer.Ordinal)).ToArray();
        var audit = new InversionAudit(known, Faces, InversionAudit.BestFor(known), new() { Iterations = iterations });
        var (findings, _) = audit.Run(pictures, views);
        findings.Views[0].MeanPsnr.ShouldBeGreaterThan(InversionAudit.RecoveredPsnr);
        foreach (var view in findings.Views.Skip(1))
        {
            // A sum is compared with the picture of every student in it, of which some resemble anything grey by 12 dB and more.
            var ofAll = view.Name is UpdateViews.NoisedSum ? OfSeveral : 0;
            view.BestPsnr.ShouldBeLessThanOrEqualTo(DefeatedPsnr + ofAll, view.Name);
            view.BestPsnr.ShouldBeLessThanOrEqualTo(
                findings.BlindPsnr + 1 + ofAll, $"{view.Name}: the mean picture is known without it");
        }
    }

    [Fact]
    public void Clipping_alone_bounds_the_update_and_protects_no_face()
    {
        var known = Knowledge("2nn") with { LearningRate = 5 };
        using var step = new AuditedStep(known, Faces);
        int[] pictures = [7];
        var clipped = Views(step, pictures).Single(view => view.Name is UpdateViews.Clipped);
        L2Clipping.Norm(step.UpdateOf(7)).ShouldBeGreaterThan(1.5);
        L2Clipping.Norm(clipped.Of(0)).ShouldBeInRange(0.99, 1.0);
        var (findings, _) = new InversionAudit(known, Faces, InversionAttack.Analytic, new()).Run(pictures, [clipped]);
        findings.Views[0].MeanPsnr.ShouldBeGreaterThan(40);
    }

    [Fact]
    public void The_noise_on_a_view_has_the_planned_deviation_and_repeats_with_the_seed_alone()
    {
        using var step = new AuditedStep(Knowledge("2nn"), Faces);
        int[] pictures = [7];
        float[] Seen(ulong seed) => new UpdateViews(step, pictures, Faces.Train.Count, Protection, seed).All()
            .Single(view => view.Name is UpdateViews.LocalNoise).Of(0);
        var (seen, clean) = (Seen(1), step.UpdateOf(7));
        var noise = seen.Zip(clean, (with, without) => (double)with - without).ToArray();
        Math.Sqrt(noise.Average(value => value * value)).ShouldBe(1.0, 0.01);
        Seen(1).ShouldBe(seen);
        Seen(2).ShouldNotBe(seen);
    }

    [Fact]
    public void A_sum_is_the_mean_of_the_audited_student_and_companions_who_are_others()
    {
        using var step = new AuditedStep(Knowledge("logistic"), Faces);
        int[] pictures = [7];
        var views = new UpdateViews(step, pictures, samples: 100, Protection with { Clip = 1e6, Students = 100 }, seed: 1).All();
        var all = Enumerable.Range(0, 100).Select(step.UpdateOf).ToArray();
        var seen = views.Single(view => view.Name is UpdateViews.Sum).Of(0);
        for (var i = 0; i < seen.Length; i += 97)
        {
            seen[i].ShouldBe(all.Average(update => update[i]), 1e-6f);
        }
    }

    [Theory]
    [InlineData(NoiseMechanism.Central, false, 1.0, UpdateViews.Clipped)]
    [InlineData(NoiseMechanism.Central, true, 1.0, UpdateViews.Sum)]
    [InlineData(NoiseMechanism.Distributed, true, 1.0, UpdateViews.NoisedSum)]
    [InlineData(NoiseMechanism.Local, false, 1.0, UpdateViews.LocalNoise)]
    [InlineData(NoiseMechanism.Central, false, null, UpdateViews.AsItIs)]
    public void The_plan_says_what_a_leader_sees(NoiseMechanism mechanism, bool secureAggregation, double? clip, string view)
    {
        var privacy = new PrivacyPlan
        {
            Mechanism = mechanism,
            SecureAggregation = secureAggregation,
            Clip = clip,
            NoiseMultiplier = clip is null ? 0 : 1,
        };
        var protection = Protection.Of(Plan with { Privacy = privacy }, Population.Create(Plan, Faces));
        protection.PlannedView.ShouldBe(view);
        using var step = new AuditedStep(Knowledge("2nn"), Faces);
        new UpdateViews(step, [0], Faces.Train.Count, protection, 1).All().Single(each => each.Planned).Name.ShouldBe(view);
    }

    private static Protection Protection { get; } = Protection.Of(Plan, Population.Create(Plan, Faces));

    private static IReadOnlyList<UpdateView> Views(AuditedStep step, int[] pictures)
        => new UpdateViews(step, pictures, Faces.Train.Count, Protection, seed: 1).All();

    private static AttackerKnowledge Knowledge(string network)
    {
        var spec = new NetworkSpec(network, Faces.Shape, Faces.Classes.Count);
        return new(spec, InitialModel.Create(spec, 1).Parameters, new PixelScale(0.5, 0.25), 0.05);
    }
}
