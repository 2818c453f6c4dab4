namespace Cohort.Federation.Tests;

public class HistogramReportTests
{
    private static readonly NoiseSecret Secret = NoiseSecret.FromSeed(1);

    [Fact]
    public void A_run_reports_the_same_again_and_another_something_else()
    {
        var students = FerStudents.Draw(seed: 1);
        var report = Counts(new HistogramReport(1, Secret, "quick-1").Of(students));
        Counts(new HistogramReport(1, Secret, "quick-1").Of(students)).ShouldBe(report);
        Counts(new HistogramReport(1, Secret, "quick-2").Of(students)).ShouldNotBe(report);
        Counts(new HistogramReport(1, NoiseSecret.FromSeed(2), "quick-1").Of(students)).ShouldNotBe(report);
        report.ShouldNotBe(Counts(students));
    }

    [Fact]
    public void Each_student_draws_noise_of_its_own_that_depends_on_nobody_else()
    {
        var report = new HistogramReport(0.5, Secret, "run");
        var all = report.Of(new StudentHistograms(4, [.. Enumerable.Repeat(100, 40)]));
        int[] alone = [100, 100, 100, 100];
        report.Noise(7, alone);
        alone.ShouldBe(all.Of(7).ToArray());
        Enumerable.Range(0, 10).Select(student => string.Join(',', all.Of(student).ToArray())).ToHashSet(StringComparer.Ordinal).Count.ShouldBe(10);
    }

    [Fact]
    public void No_count_is_negative_and_most_of_them_are_near_the_truth()
    {
        var reported = Counts(new HistogramReport(1, Secret, "run").Of(new StudentHistograms(2, [.. Enumerable.Repeat(0, 4_000)])));
        reported.ShouldAllBe(count => count >= 0);
        // Of two-sided geometric noise with ratio a = 1/e, a/(1 + a) is above 0.
        reported.Count(count => count > 0).ShouldBeInRange(970, 1_180); // 4,000 x 0.269, five deviations
    }

    [Fact]
    public void A_large_epsilon_reports_the_truth()
    {
        var students = FerStudents.Draw(seed: 2);
        Counts(new HistogramReport(64, Secret, "run").Of(students)).ShouldBe(Counts(students));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(65)]
    [InlineData(double.NaN)]
    public void An_epsilon_that_the_mechanism_does_not_draw_is_refused(double epsilon) =>
        Should.Throw<ArgumentOutOfRangeException>(() => new HistogramReport(epsilon, Secret, "run")).Message.ShouldContain("from 0.0009765625 to 64");

    private static int[] Counts(StudentHistograms students) =>
        [.. Enumerable.Range(0, students.Students).SelectMany(student => students.Of(student).ToArray())];
}
