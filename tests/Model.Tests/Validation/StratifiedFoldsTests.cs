using Cohort.Model.Randomness;
using Cohort.Model.Validation;

namespace Cohort.Model.Tests.Validation;

public sealed class StratifiedFoldsTests
{
    public static TheoryData<ulong, int, int, int> Cases => new()
    {
        { 1, 100, 7, 10 }, { 2, 101, 7, 10 }, { 3, 23, 3, 2 }, { 4, 50, 2, 50 }, { 5, 999, 7, 5 }, { 6, 13, 4, 3 },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void Counts_of_a_class_and_sizes_differ_by_at_most_one_between_folds(ulong seed, int samples, int classes, int k)
    {
        int[] labels = SkewedLabels(seed, samples, classes);
        int[] folds = StratifiedFolds.Deal(labels, classes, k, seed);
        folds.ShouldAllBe(fold => fold >= 0 && fold < k);
        Spread(Enumerable.Range(0, k).Select(fold => folds.Count(f => f == fold))).ShouldBeLessThanOrEqualTo(1);
        for (int label = 0; label < classes; label++)
        {
            Spread(Enumerable.Range(0, k).Select(fold => labels.Zip(folds).Count(pair => pair == (label, fold))))
                .ShouldBeLessThanOrEqualTo(1, $"class {label}");
        }
    }

    [Fact]
    public void The_same_seed_gives_the_same_folds_and_another_seed_others()
    {
        int[] labels = SkewedLabels(1, 300, 7);
        int[] groups = [.. Enumerable.Range(0, 300).Select(i => i / 5)];
        StratifiedFolds.Deal(labels, 7, 5, 1).ShouldBe(StratifiedFolds.Deal(labels, 7, 5, 1));
        StratifiedFolds.Deal(labels, 7, 5, 1).ShouldNotBe(StratifiedFolds.Deal(labels, 7, 5, 2));
        StratifiedFolds.DealGroups(labels, groups, 7, 60, 5, 1).ShouldBe(StratifiedFolds.DealGroups(labels, groups, 7, 60, 5, 1));
        StratifiedFolds.DealGroups(labels, groups, 7, 60, 5, 1).ShouldNotBe(StratifiedFolds.DealGroups(labels, groups, 7, 60, 5, 2));
    }

    [Theory]
    [InlineData(1ul, 40, 5)]
    [InlineData(2ul, 200, 10)]
    [InlineData(3ul, 7, 7)]
    public void Nobody_is_in_two_folds_and_every_fold_has_somebody(ulong seed, int persons, int k)
    {
        (int[] labels, int[] groups) = Persons(seed, persons);
        int[] folds = StratifiedFolds.DealGroups(labels, groups, 7, persons, k, seed);
        groups.Zip(folds).Distinct().Count().ShouldBe(persons);
        folds.Distinct().Count().ShouldBe(k);
    }

    [Fact]
    public void Folds_of_persons_resemble_the_whole_far_better_than_persons_dealt_by_lot()
    {
        (int[] labels, int[] groups) = Persons(seed: 9, persons: 150);
        int[] folds = StratifiedFolds.DealGroups(labels, groups, 7, 150, 5, 9);
        double byLot = Enumerable.Range(0, 20).Average(draw =>
        {
            int[] foldOf = [.. Enumerable.Range(0, 150).Select(person => person % 5)];
            KeyedRandom.For(9, Purpose.Folds, 100 + draw).Permute<int>(foldOf);
            return Unevenness(labels, [.. groups.Select(group => foldOf[group])], 5);
        });
        Unevenness(labels, folds, 5).ShouldBeLessThan(byLot / 50);
    }

    [Fact]
    public void One_person_with_most_samples_leaves_no_fold_empty()
    {
        int[] groups = [.. Enumerable.Repeat(0, 500), 1, 2, 3];
        int[] folds = StratifiedFolds.DealGroups(new int[503], groups, 1, 4, 4, seed: 1);
        folds.Distinct().Count().ShouldBe(4);
    }

    private static int Spread(IEnumerable<int> counts)
    {
        int[] all = [.. counts];
        return all.Max() - all.Min();
    }

    private static double Unevenness(int[] labels, int[] folds, int k)
    {
        double sum = 0;
        for (int label = 0; label < 7; label++)
        {
            double ideal = (double)labels.Count(l => l == label) / k;
            for (int fold = 0; fold < k; fold++)
                sum += Math.Pow(labels.Zip(folds).Count(pair => pair == (label, fold)) - ideal, 2) / Math.Max(ideal, 1);
        }

        return sum;
    }

    private static int[] SkewedLabels(ulong seed, int samples, int classes)
    {
        var random = KeyedRandom.For(seed, Purpose.Folds, 1000);
        return [.. Enumerable.Range(0, samples).Select(_ => Math.Min(random.Next(classes), random.Next(classes)))];
    }

    // 1 to 19 samples each, and favourites.
    private static (int[] Labels, int[] Groups) Persons(ulong seed, int persons)
    {
        var random = KeyedRandom.For(seed, Purpose.Folds, 2000);
        var samples = Enumerable.Range(0, persons).SelectMany(person =>
        {
            int favourite = random.Next(7);
            return Enumerable.Range(0, 1 + random.Next(19)).Select(_ => (Label: random.Next(2) == 0 ? favourite : random.Next(7), Person: person));
        }).ToArray();
        return ([.. samples.Select(s => s.Label)], [.. samples.Select(s => s.Person)]);
    }
}
