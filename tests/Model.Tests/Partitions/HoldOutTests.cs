using Cohort.Model.Data;
using Cohort.Model.Partitions;
using Cohort.Model.Randomness;
using Cohort.Model.Tests.Data;

namespace Cohort.Model.Tests.Partitions;

public sealed class HoldOutTests
{
    private const int Students = 40;
    private static readonly ImageArray Set = TinySamples.Even(2003);
    private static readonly Partition Whole = Partition.Dirichlet(Set, Students, 0.3, KeyedRandom.For(1, Purpose.Partition));

    [Theory]
    [InlineData(0.1)]
    [InlineData(0.25)]
    [InlineData(0.9)]
    public void Every_sample_is_trained_on_or_kept_in_its_order_and_the_share_is_the_one_asked_for(double share)
    {
        var (trained, kept) = Whole.HoldOut(Set, share, seed: 1);
        foreach (int student in Enumerable.Range(0, Students))
        {
            var held = kept.SamplesOf(student).ToArray().ToHashSet();
            Whole.SamplesOf(student).ToArray().Where(sample => !held.Contains(sample)).ShouldBe(trained.SamplesOf(student).ToArray());
            Whole.SamplesOf(student).ToArray().Where(held.Contains).ShouldBe(kept.SamplesOf(student).ToArray());
            held.Count.ShouldBe((int)Math.Round(share * Whole.SizeOf(student), MidpointRounding.AwayFromZero));
        }
    }

    [Theory]
    [InlineData(0.1)]
    [InlineData(0.25)]
    [InlineData(0.9)]
    public void A_student_keeps_the_share_of_each_of_its_classes_within_one_sample(double share)
    {
        var (_, kept) = Whole.HoldOut(Set, share, seed: 1);
        var (all, held) = (Whole.Histograms(Set), kept.Histograms(Set));
        for (int i = 0; i < all.Length; i++)
        {
            double quota = (double)all[i] * kept.SizeOf(i / 10) / Whole.SizeOf(i / 10);
            ((double)held[i]).ShouldBeInRange(Math.Floor(quota), Math.Ceiling(quota));
        }
    }

    [Fact]
    public void What_a_student_keeps_follows_from_the_seed_and_its_own_samples_alone()
    {
        int[] Kept(ulong seed, int others)
        {
            int[] persons = [.. Enumerable.Repeat(0, 30), .. Enumerable.Repeat(1, others)];
            var set = TinySamples.Labelled([.. persons.Select((_, i) => i % 10)], persons);
            return Partition.ByPerson(set).HoldOut(set, 0.3, seed).HeldOut.SamplesOf(0).ToArray();
        }

        Kept(seed: 1, others: 5).ShouldBe(Kept(seed: 1, others: 500));
        Kept(seed: 1, others: 5).ShouldNotBe(Kept(seed: 2, others: 5));
    }

    [Theory]
    [InlineData(1, 0)]
    [InlineData(2, 1)]
    [InlineData(7, 6)]
    public void However_large_the_share_a_student_trains_on_one_sample_at_least(int samples, int kept)
    {
        var set = TinySamples.Even(samples);
        var (trained, held) = Partition.Iid(set, 1, KeyedRandom.For(1, Purpose.Partition)).HoldOut(set, 0.999, seed: 1);
        held.SizeOf(0).ShouldBe(kept);
        trained.SizeOf(0).ShouldBe(samples - kept);
    }

    [Fact]
    public void Where_two_classes_have_the_same_claim_the_lot_decides()
    {
        int[] persons = [.. Enumerable.Range(0, 400).Select(i => i / 2)];
        var set = TinySamples.Labelled([.. persons.Select((_, i) => i % 2)], persons, classes: 2);
        var (_, kept) = Partition.ByPerson(set).HoldOut(set, 0.5, seed: 1);

        kept.Samples.ShouldBe(200);
        kept.Histograms(set).Where((_, i) => i % 2 == 0).Sum().ShouldBeInRange(70, 130);
    }

    [Fact]
    public void A_share_of_0_changes_nothing()
    {
        var (trained, kept) = Whole.HoldOut(Set, 0, seed: 1);
        trained.ShouldBeSameAs(Whole);
        kept.Students.ShouldBe(Students);
        kept.Samples.ShouldBe(0);
        Should.Throw<ArgumentOutOfRangeException>(() => Whole.HoldOut(Set, 1, seed: 1));
    }
}
