using Cohort.Model.Data;
using Cohort.Model.Data.Synthesis;
using Cohort.Model.Validation;

namespace Cohort.Model.Tests.Validation;

public sealed class FoldedDataTests
{
    [Theory]
    [InlineData(false, 40)]
    [InlineData(true, 52)]
    public void Every_sample_is_tested_on_in_exactly_one_fold_and_trained_on_in_all_others(bool withTestHalf, int samples)
    {
        var folds = FoldedData.Create(Data(), new(4, Seed: 1) { WithTestHalf = withTestHalf });
        byte[][] tested = [.. Enumerable.Range(0, 4).SelectMany(fold => Pixels(folds.Fold(fold).Test))];
        tested.Length.ShouldBe(samples);
        tested.Select(picture => PictureHash.Of(picture)).Distinct(StringComparer.Ordinal).Count().ShouldBe(samples);
        for (int fold = 0; fold < 4; fold++)
        {
            DataSet data = folds.Fold(fold);
            data.Train.Count.ShouldBe(samples - data.Test.Count);
            Pixels(data.Train).Select(picture => PictureHash.Of(picture)).Intersect(Pixels(data.Test).Select(picture => PictureHash.Of(picture)), StringComparer.Ordinal).ShouldBeEmpty();
        }
    }

    [Fact]
    public void A_derived_sample_is_not_trained_on_where_its_source_is_tested_on_and_nothing_made_is_tested_on()
    {
        DataSet data = Data();
        string[] sources = PictureHash.OfAll(data.Train);
        DataSet more = TrainingAddition.Join(data, Made([.. sources.Take(6)], synthetic: 3), "made");
        var folds = FoldedData.Create(more, new(4, Seed: 1));
        folds.Tested.ShouldBe(40);
        folds.Made.ShouldBe(9);
        int followed = 0;
        for (int fold = 0; fold < 4; fold++)
        {
            DataSet cut = folds.Fold(fold);
            MadeSamples.CountIn(cut.Test).Any.ShouldBeFalse();
            string[] tested = PictureHash.OfAll(cut.Test);
            string?[] derivedFrom = [.. Enumerable.Range(0, cut.Train.Count).Select(i => SampleOrigin.Of(cut.Train, i).Source).Where(s => s is not null)];
            derivedFrom.Intersect(tested, StringComparer.Ordinal).ShouldBeEmpty();
            followed += 6 - derivedFrom.Length;
            MadeSamples.CountIn(cut.Train).Synthetic.ShouldBe(3);
        }

        followed.ShouldBe(6); // each is left out in the fold of its source alone
    }

    [Fact]
    public void By_person_nobody_is_in_two_folds_and_what_was_made_of_them_goes_with_them()
    {
        DataSet data = Data();
        DataSet more = TrainingAddition.Join(data, Made([.. PictureHash.OfAll(data.Train).Take(10)], synthetic: 0), "made");
        var folds = FoldedData.Create(more, new(3, Seed: 2) { ByPerson = true });
        for (int fold = 0; fold < 3; fold++)
        {
            DataSet cut = folds.Fold(fold);
            Persons(cut.Train).Intersect(Persons(cut.Test)).ShouldBeEmpty();
        }
    }

    [Fact]
    public void Pictures_that_stand_more_than_once_are_dealt_once()
    {
        ImageArray twice = Pictures(count: 10, first: 0, repeated: 4);
        var data = new DataSet("twice", twice, Pictures(5, first: 100), IsSynthetic: false);
        var folds = FoldedData.Create(data, new(2, 1));
        folds.Duplicates.ShouldBe(4);
        (folds.Fold(0).Train.Count, folds.Fold(0).Test.Count).ShouldBe((5, 5));
        FoldedData.Create(data, new(2, 1) { DropDuplicates = false }).Tested.ShouldBe(14);
    }

    [Fact]
    public void Folds_that_cannot_be_cut_are_refused_with_what_is_lacking()
    {
        DataSet data = Data();
        Refusal(data, new(1, 1)).ShouldContain("2 or more");
        Refusal(data, new(41, 1)).ShouldContain("40 samples");
        Refusal(data, new(15, 1)).ShouldContain("give k of at most 10");
        Refusal(data, new(9, 1) { ByPerson = true }).ShouldContain("there are 8 persons");
        Refusal(data with { Train = Pictures(40, first: 0, persons: false) }, new(4, 1) { ByPerson = true }).ShouldContain("do not say who is in them");
    }

    [Fact]
    public void A_class_with_fewer_samples_than_folds_is_told()
    {
        ImageArray rare = Pictures(count: 41, first: 0, labelOf: i => i == 40 ? 1 : 0);
        var folds = FoldedData.Create(new("rare", rare, Pictures(5, first: 100), IsSynthetic: false), new(4, 1));
        folds.RareClasses().ShouldBe([("disgust", 1), ("fear", 0), ("happy", 0), ("sad", 0), ("surprise", 0), ("neutral", 0)]);
    }

    [Fact]
    public void The_digest_names_the_folds_and_the_table_lists_every_sample()
    {
        DataSet data = Data();
        var folds = FoldedData.Create(data, new(4, 1) { WithTestHalf = true });
        FoldedData.Create(data, new(4, 1) { WithTestHalf = true }).Digest.ShouldBe(folds.Digest);
        FoldedData.Create(data, new(4, 2) { WithTestHalf = true }).Digest.ShouldNotBe(folds.Digest, StringComparer.Ordinal);
        using var text = new StringWriter();
        folds.WriteCsv(text);
        string[] lines = text.ToString().TrimEnd().Split('\n');
        lines.Length.ShouldBe(53);
        lines[0].ShouldBe("half,index,class,person,use,fold");
        lines[1].ShouldStartWith("train,0,angry,0,tested,");
        lines[41].ShouldStartWith("test,0,");
    }

    private static string Refusal(DataSet data, FoldRules rules)
        => Should.Throw<DataFormatException>(() => FoldedData.Create(data, rules)).Message;

    private static DataSet Data() => new("pictures", Pictures(40, first: 0), Pictures(12, first: 100), IsSynthetic: false);

    // Four classes in turn, 4x4; five pictures in a row of each person.
    private static ImageArray Pictures(int count, int first, int repeated = 0, bool persons = true, Func<int, int>? labelOf = null)
    {
        int[] numbers = [.. Enumerable.Range(0, count), .. Enumerable.Range(0, repeated)];
        byte[] pixels = [.. numbers.SelectMany(i => Enumerable.Range(0, 16).Select(p => (byte)(first + i + (p * 3))))];
        return new ImageArray(
            new ImageShape(1, 4, 4),
            EmotionClasses.Fer2013,
            pixels,
            [.. numbers.Select(i => (byte)(labelOf?.Invoke(i) ?? i % 4))],
            persons ? [.. numbers.Select(i => (first + i) / 5)] : null);
    }

    private static ImageArray Made(string[] sources, int synthetic)
    {
        int count = sources.Length + synthetic;
        return new ImageArray(
            new ImageShape(1, 4, 4),
            EmotionClasses.Fer2013,
            [.. Enumerable.Range(0, count * 16).Select(i => (byte)(255 - (i / 16) - (i % 3)))],
            new byte[count],
            attributes:
            [
                SampleAttribute.Of(SampleOrigin.SyntheticAttribute, [.. sources.Select(_ => "false"), .. Enumerable.Repeat("true", synthetic)]),
                SampleAttribute.Of(SampleOrigin.SourceAttribute, [.. sources, .. Enumerable.Repeat("", synthetic)]),
            ]);
    }

    private static IEnumerable<byte[]> Pixels(ISampleSet set) => Enumerable.Range(0, set.Count).Select(i =>
    {
        byte[] picture = new byte[set.Shape.Length];
        set.CopySample(i, picture);
        return picture;
    });

    private static int[] Persons(ISampleSet set) => [.. Enumerable.Range(0, set.Count).Select(set.PersonOf).Distinct()];
}
