using Cohort.Model.Partitions;
using Cohort.Model.Randomness;

namespace Cohort.Model.Tests.Partitions;

public class LabelSkewTests
{
    private static readonly double[] Fer2013 = [.. LabelSkew.Fer2013Training.Select(count => (double)count)];

    [Fact]
    public void Classes_keep_their_shares_and_students_their_number_of_samples()
    {
        var counts = Draw(alpha: 0.1);
        counts.Length.ShouldBe(700);
        counts.Sum().ShouldBeInRange(4_996, 5_004); // each class is rounded
        for (var c = 0; c < 7; c++)
        {
            var ofClass = Enumerable.Range(0, 100).Sum(student => counts[(student * 7) + c]);
            ofClass.ShouldBe((int)Math.Round(5_000 * Fer2013[c] / Fer2013.Sum()));
        }
    }

    [Fact]
    public void A_small_alpha_gives_students_of_few_labels_and_a_large_one_nearly_equal_ones()
    {
        static double Largest(int[] counts) => Enumerable.Range(0, 100).Where(student => Of(counts, student).Sum() > 0)
            .Average(student => Of(counts, student).Max() / (double)Of(counts, student).Sum());
        Largest(Draw(alpha: 0.1)).ShouldBeGreaterThan(0.7);
        Largest(Draw(alpha: 1_000)).ShouldBeLessThan(0.35);
    }

    [Fact]
    public void The_same_generator_draws_the_same() => Draw(0.5).ShouldBe(Draw(0.5));

    [Theory]
    [InlineData(0, 1, 1.0, "students")]
    [InlineData(1, 0, 1.0, "samplesPerStudent")]
    [InlineData(1, 1, 0.0, "must be a number above 0")]
    [InlineData(1, 1, double.NaN, "must be a number above 0")]
    [InlineData(100_000, 100_000, 1.0, "expected at most 2147483647")]
    public void What_cannot_be_drawn_is_refused(int students, int samples, double alpha, string expected) =>
        Should.Throw<ArgumentException>(() => LabelSkew.Dirichlet(Fer2013, students, samples, alpha, KeyedRandom.For(1, Purpose.Partition)))
            .Message.ShouldContain(expected);

    [Fact]
    public void Class_sizes_that_mean_nothing_are_refused()
    {
        Refusal([1, -1]).ShouldContain("A class's size is -1");
        Refusal([0, 0]).ShouldContain("No class has any sample");

        static string Refusal(double[] sizes) => Should.Throw<ArgumentException>(
            () => LabelSkew.Dirichlet(sizes, 3, 3, 1, KeyedRandom.For(1, Purpose.Partition))).Message;
    }

    private static int[] Draw(double alpha) => LabelSkew.Dirichlet(Fer2013, 100, 50, alpha, KeyedRandom.For(1, Purpose.Partition));

    private static int[] Of(int[] counts, int student) => counts[(student * 7)..((student + 1) * 7)];
}
