using Cohort.Model.Data;
using Cohort.Model.Data.Avatars;
using Cohort.Model.Tuning;

namespace Cohort.Model.Tests.Tuning;

public class ValidationSplitTests
{
    private static readonly DataSet Faces =
        AvatarFaces.DataSet(seed: 2, students: 10, samplesPerStudent: 14, testPersons: 2, samplesPerTestPerson: 7);

    [Fact]
    public void Both_parts_are_training_samples_and_each_is_in_one_of_them()
    {
        var split = ValidationSplit.Of(Faces, 0.25, 1);
        var all = Pictures(Faces.Train);
        (Pictures(split.Train).Count + Pictures(split.Test).Count).ShouldBe(all.Count);
        Pictures(split.Train).Concat(Pictures(split.Test)).Order(StringComparer.Ordinal).ShouldBe(all.Order(StringComparer.Ordinal));
        Pictures(split.Test).Intersect(Pictures(Faces.Test), StringComparer.Ordinal).ShouldBeEmpty("no test picture is judged by");
    }

    [Fact]
    public void Each_class_gives_the_same_share()
    {
        var split = ValidationSplit.Of(Faces, 0.25, 1);
        for (var label = 0; label < 7; label++)
        {
            var (of, all) = (CountOf(split.Test, label), CountOf(Faces.Train, label));
            of.ShouldBe((int)Math.Round(0.25 * all));
        }
    }

    [Fact]
    public void The_seed_decides_and_rare_classes_are_on_both_sides()
    {
        ValidationSplit.Of(Faces, 0.25, 1).Digest.ShouldBe(ValidationSplit.Of(Faces, 0.25, 1).Digest);
        ValidationSplit.Of(Faces, 0.25, 2).Digest.ShouldNotBe(ValidationSplit.Of(Faces, 0.25, 1).Digest, StringComparer.Ordinal);
        var few = Faces with { Train = new SampleSubset(Faces.Train, [.. Enumerable.Range(0, Faces.Train.Count).GroupBy(Faces.Train.LabelOf).SelectMany(group => group.Take(2))]) };
        foreach (var share in new[] { 0.01, 0.99 })
        {
            var split = ValidationSplit.Of(few, share, 1);
            (split.Train.Count, split.Test.Count).ShouldBe((7, 7));
        }
    }

    [Fact]
    public void Data_of_single_samples_cannot_be_split()
    {
        var single = Faces with { Train = new SampleSubset(Faces.Train, [0]) };
        Should.Throw<DataFormatException>(() => ValidationSplit.Of(single, 0.5, 1)).Message.ShouldContain("give more data");
    }

    [Fact]
    public void Halving_gives_the_best_third_three_times_the_rounds_and_the_last_all()
    {
        SuccessiveHalving.Of(9, 27).ShouldBe([new(9, 3), new(3, 9), new(1, 27)]);
        SuccessiveHalving.Of(27, 30).ShouldBe([new(27, 1), new(9, 3), new(3, 10), new(1, 30)]);
        SuccessiveHalving.Of(2, 30).ShouldBe([new(2, 30)]);
        SuccessiveHalving.Of(9, 2).ShouldBe([new(9, 2)], "there are no fewer rounds to begin with");
        SuccessiveHalving.Of(9, 5).ShouldBe([new(9, 1), new(3, 5)]);
        SuccessiveHalving.None(9, 27).ShouldBe([new(9, 27)]);
    }

    private static int CountOf(ISampleSet set, int label) => Enumerable.Range(0, set.Count).Count(i => set.LabelOf(i) == label);

    private static List<string> Pictures(ISampleSet set)
    {
        var bytes = new byte[set.Shape.Length];
        return [.. Enumerable.Range(0, set.Count).Select(i =>
        {
            set.CopySample(i, bytes);
            return Convert.ToHexString(bytes);
        })];
    }
}
