using Cohort.Model.Data;
using Cohort.Model.Partitions;
using Cohort.Model.Randomness;
using Cohort.Model.Tests.Data;

namespace Cohort.Model.Tests.Partitions;

public sealed class PartitionTests
{
    public static TheoryData<string> Kinds => ["iid", "dirichlet 0.05", "dirichlet 0.5", "dirichlet 100", "shards", "person"];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Every_sample_belongs_to_exactly_one_student(string kind)
    {
        foreach ((int count, int students) in new[] { (1, 1), (7, 3), (100, 100), (1003, 17), (5000, 50) })
        {
            ImageArray set = People(count, students);
            Partition partition = Make(kind, set, students, seed: 1);
            int[] all = [.. Enumerable.Range(0, partition.Students).SelectMany(s => partition.SamplesOf(s).ToArray())];
            all.Order().ShouldBe(Enumerable.Range(0, count));
            partition.Samples.ShouldBe(count);
            partition.Students.ShouldBe(students);
            Enumerable.Range(0, students).ShouldAllBe(s => partition.SizeOf(s) >= 1);
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void The_same_seed_gives_the_same_partition_and_another_seed_another(string kind)
    {
        ImageArray set = People(1000, 20);
        Flat(Make(kind, set, 20, seed: 1)).ShouldBe(Flat(Make(kind, set, 20, seed: 1)));
        if (kind is not "person")
            Flat(Make(kind, set, 20, seed: 1)).ShouldNotBe(Flat(Make(kind, set, 20, seed: 2)));

        static int[] Flat(Partition p) =>
            [.. Enumerable.Range(0, p.Students).SelectMany(s => p.SamplesOf(s).ToArray().Append(-1))];
    }

    [Theory]
    [InlineData(10, 3)]
    [InlineData(6000, 7)]
    [InlineData(99, 98)]
    public void Iid_sizes_are_within_one(int count, int students)
    {
        Partition partition = Make("iid", TinySamples.Even(count), students, seed: 3);
        int[] sizes = [.. Enumerable.Range(0, students).Select(partition.SizeOf)];
        (sizes.Max() - sizes.Min()).ShouldBeLessThanOrEqualTo(1);
    }

    [Fact]
    public void Iid_students_see_all_classes_about_evenly()
    {
        ImageArray set = TinySamples.Even(10_000);
        int[] histograms = Make("iid", set, 10, seed: 4).Histograms(set);
        histograms.ShouldAllBe(count => count > 60 && count < 140);
    }

    [Fact]
    public void Histograms_count_every_label_of_every_student_row_by_row()
    {
        ImageArray set = TinySamples.Labelled([0, 1, 1, 2, 0, 2, 2], persons: [0, 0, 0, 1, 1, 1, 1], classes: 3);
        Partition.ByPerson(set).Histograms(set).ShouldBe([1, 2, 0, 1, 0, 3]);
    }

    [Fact]
    public void A_small_alpha_skews_labels_more_than_a_large_one()
    {
        ImageArray set = TinySamples.Even(20_000);
        double skewed = MeanLargestShare(0.1);
        double even = MeanLargestShare(100);
        skewed.ShouldBeGreaterThan(0.5);
        even.ShouldBeLessThan(0.2);

        double MeanLargestShare(double alpha)
        {
            Partition partition = Partition.Dirichlet(set, 50, alpha, KeyedRandom.For(5, Purpose.Partition));
            int[] rows = partition.Histograms(set);
            return Enumerable.Range(0, 50).Average(s => rows.AsSpan(s * 10, 10).ToArray().Max() / (double)partition.SizeOf(s));
        }
    }

    [Theory]
    [InlineData(0.001)]
    [InlineData(0.05)]
    [InlineData(1)]
    public void Dirichlet_leaves_no_student_below_the_minimum(double alpha)
    {
        Partition partition =
            Partition.Dirichlet(TinySamples.Even(2000), 90, alpha, KeyedRandom.For(6, Purpose.Partition), minimumSize: 20);
        Enumerable.Range(0, 90).Min(partition.SizeOf).ShouldBeGreaterThanOrEqualTo(20);
    }

    [Fact]
    public void Two_shards_of_sorted_labels_hold_at_most_four_labels_and_mostly_two()
    {
        ImageArray set = TinySamples.Even(6000);
        Partition partition = Make("shards", set, 100, seed: 7);
        int[] rows = partition.Histograms(set);
        int[] labels = [.. Enumerable.Range(0, 100).Select(s => rows.AsSpan(s * 10, 10).ToArray().Count(c => c > 0))];
        labels.Max().ShouldBeLessThanOrEqualTo(4);
        labels.Count(l => l <= 2).ShouldBe(100);
        Enumerable.Range(0, 100).ShouldAllBe(s => partition.SizeOf(s) == 60);
    }

    [Fact]
    public void By_person_gives_each_person_a_student_whatever_the_numbering()
    {
        ImageArray set = TinySamples.Labelled([0, 1, 2, 3, 4], persons: [7, 3, 7, 9, 3]);
        Partition partition = Partition.ByPerson(set);
        partition.Students.ShouldBe(3);
        partition.SamplesOf(0).ToArray().ShouldBe([1, 4]);
        partition.SamplesOf(1).ToArray().ShouldBe([0, 2]);
        partition.SamplesOf(2).ToArray().ShouldBe([3]);
    }

    [Fact]
    public void What_cannot_be_partitioned_is_refused_with_a_reason()
    {
        ImageArray set = TinySamples.Even(10);
        var random = KeyedRandom.For(9, Purpose.Partition);
        Message(() => Partition.Iid(set, 11, random)).ShouldContain("10 samples cannot be split over 11 students");
        Message(() => Partition.Iid(set, 0, random)).ShouldContain("at least 1 student");
        Message(() => Partition.Dirichlet(set, 11, 1, random)).ShouldContain("11 students");
        foreach (double alpha in new[] { 0, -1, double.NaN, double.PositiveInfinity })
            Message(() => Partition.Dirichlet(set, 2, alpha, random)).ShouldContain("alpha must be a number above 0");
        Message(() => Partition.Shards(set, 4, 3, random)).ShouldContain("10 samples cannot be cut into 12 shards");
        Message(() => Partition.Shards(set, 4, 0, random)).ShouldContain("at least 1 shard");
        Message(() => Partition.ByPerson(set)).ShouldContain("10 of 10 samples do not say who");
        Message(() => Partition.ByPerson(TinySamples.Labelled([0, 1], persons: [0, 100_000_000]))).ShouldContain("without gaps");

        static string Message(Action act) => Should.Throw<ArgumentException>(act).Message;
    }

    // Persons are dealt out unevenly, but each has a sample.
    private static ImageArray People(int count, int persons) => TinySamples.Labelled(
        [.. Enumerable.Range(0, count).Select(i => i * 7 % 10)],
        persons: [.. Enumerable.Range(0, count).Select(i => i < persons ? i : i * i % persons)]);

    private static Partition Make(string kind, ImageArray set, int students, ulong seed)
    {
        var random = KeyedRandom.For(seed, Purpose.Partition);
        string[] words = kind.Split(' ');
        return words[0] switch
        {
            "iid" => Partition.Iid(set, students, random),
            "dirichlet" => Partition.Dirichlet(set, students, double.Parse(words[1]), random),
            "shards" => Partition.Shards(set, students, set.Count >= 2 * students ? 2 : 1, random),
            _ => Partition.ByPerson(set),
        };
    }
}
