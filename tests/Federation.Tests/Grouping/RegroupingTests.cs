namespace Cohort.Federation.Tests;

public class RegroupingTests
{
    [Fact]
    public void Groups_that_still_fit_stay_as_they_are()
    {
        var students = FerStudents.Draw(seed: 1);
        var before = new BalancedGrouping().Assign(students, 10, new Random(1));
        var bound = SmallPopulations.Worst(students, before, 10);
        var after = Regrouping.Of(students, before, 10, bound, new Random(1));
        after.GroupOf.ShouldBe(before);
        (after.Moved, after.WithinBound).ShouldBe((0, true));
    }

    [Fact]
    public void Without_a_bound_no_more_move_than_even_sizes_force()
    {
        for (var seed = 0; seed < 60; seed++)
        {
            var random = new Random(seed);
            var (students, before, groups) = Changed(random);
            var after = Regrouping.Of(students, before, groups, double.PositiveInfinity, random);
            var least = SmallPopulations.All(students.Students, groups).Min(assignment => Moved(before, assignment));
            after.Moved.ShouldBe(least, $"seed {seed}");
            Moved(before, after.GroupOf).ShouldBe(least);
            var sizes = GroupBalance.Of(students, after.GroupOf, groups).Select(b => b.Size).ToList();
            (sizes.Max() - sizes.Min()).ShouldBeInRange(0, 1);
        }
    }

    [Fact]
    public void Within_a_bound_hardly_more_move_than_must()
    {
        var (cases, optimal, found) = (0, 0, 0);
        for (var seed = 0; seed < 120; seed++)
        {
            var random = new Random(seed);
            var (students, before, groups) = Changed(random);
            // A bound that some assignments keep, and usually not the one before.
            var costs = SmallPopulations.All(students.Students, groups)
                .Select(assignment => SmallPopulations.Worst(students, assignment, groups)).Order().ToList();
            var bound = costs[costs.Count / 10] + 1e-9;
            var after = Regrouping.Of(students, before, groups, bound, random);
            after.WithinBound.ShouldBe(SmallPopulations.Worst(students, after.GroupOf, groups) <= bound, $"seed {seed}");
            Moved(before, after.GroupOf).ShouldBe(after.Moved);
            cases++;
            if (!after.WithinBound)
                continue;
            found++;
            var least = SmallPopulations.All(students.Students, groups)
                .Where(assignment => SmallPopulations.Worst(students, assignment, groups) <= bound)
                .Min(assignment => Moved(before, assignment));
            after.Moved.ShouldBeInRange(least, least + 3, $"seed {seed}");
            optimal += after.Moved == least ? 1 : 0;
        }

        found.ShouldBe(cases);
        optimal.ShouldBeGreaterThanOrEqualTo(115); // 116; fewer where nobody is put back
    }

    [Fact]
    public void A_tenth_that_comes_goes_or_drifts_moves_few_of_those_who_stay()
    {
        var students = FerStudents.Draw(seed: 3);
        var old = new BalancedGrouping().Assign(students, 10, new Random(3));
        var counts = new List<int>();
        var before = new List<int>();
        for (var student = 10; student < 100; student++) // ten have gone, ten drifted to one class
        {
            counts.AddRange(student < 20 ? [0, 0, 0, 30, 0, 0, 0] : students.Of(student).ToArray());
            before.Add(old[student]);
        }

        for (var newcomer = 0; newcomer < 10; newcomer++)
        {
            counts.AddRange(FerStudents.Draw(seed: 4).Of(newcomer).ToArray());
            before.Add(Regrouping.NoGroup);
        }

        var now = new StudentHistograms(7, [.. counts]);
        var after = Regrouping.Of(now, [.. before], 10, 0.06, new Random(1));
        after.WithinBound.ShouldBeTrue();
        SmallPopulations.Worst(now, after.GroupOf, 10).ShouldBeLessThanOrEqualTo(0.06);
        after.Moved.ShouldBeInRange(1, 30);

        var anew = new BalancedGrouping().Assign(now, 10, new Random(1));
        Moved([.. before], anew).ShouldBeGreaterThan(2 * after.Moved);
    }

    [Fact]
    public void A_bound_that_nothing_meets_is_said_not_to_be_met()
    {
        var students = new StudentHistograms(2, [5, 0, 5, 0, 0, 5, 5, 0]);
        Regrouping.Of(students, [0, 1, 0, 1], 2, 0, new Random(1)).WithinBound.ShouldBeFalse();
    }

    [Fact]
    public void What_cannot_be_formed_again_is_refused()
    {
        var students = new StudentHistograms(1, [1, 1, 1]);
        Refusal([0, 1], 2, 1).ShouldContain("name 2 students but there are 3");
        Refusal([0, 1, 2], 2, 1).ShouldContain("Student 2 was in group 2");
        Refusal([0, -2, 1], 2, 1).ShouldContain("Student 1 was in group -2");
        Refusal([0, 1, 2], 4, 1).ShouldContain("3 students cannot form 4 groups");
        Refusal([0, 1, 0], 2, double.NaN).ShouldContain("expected 0 or more nats");

        string Refusal(int[] before, int groups, double bound) =>
            Should.Throw<ArgumentException>(() => Regrouping.Of(students, before, groups, bound, new Random(1))).Message;
    }

    /// <summary>Up to nine students who were in balanced groups once: some are new, some have other labels, sizes are uneven.</summary>
    private static (StudentHistograms Students, int[] Before, int Groups) Changed(Random random)
    {
        var students = SmallPopulations.Draw(random.Next(4, 9), random.Next(2, 4), 12, random);
        var groups = random.Next(2, 4);
        var before = Enumerable.Range(0, students.Students)
            .Select(_ => random.Next(4) == 0 ? Regrouping.NoGroup : random.Next(groups)).ToArray();
        return (students, before, groups);
    }

    private static int Moved(int[] before, int[] after) =>
        before.Zip(after).Count(pair => pair.First != Regrouping.NoGroup && pair.First != pair.Second);
}
