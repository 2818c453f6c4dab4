using Cohort.Model.Data;

namespace Cohort.Model.Tests.Data;

public sealed class DuplicatesTests
{
    [Fact]
    public void Copies_across_and_within_the_halves_are_found()
    {
        DataSet data = Of(train: ["aaa", "bbb", "aaa", "ccc"], test: ["ddd", "ccc", "ddd", "aaa", "ddd"]);
        var found = Duplicates.Find(data);
        found.Across.ShouldBe([new(3, 1), new(0, 3)]);
        found.WithinTrain.ShouldBe([new(0, 2)]);
        found.WithinTest.ShouldBe([new(0, 2), new(0, 4)]);
    }

    [Fact]
    public void Pictures_that_differ_in_one_byte_are_not_duplicates()
    {
        byte[] pixels = new byte[200 * 48 * 48];
        for (int i = 0; i < 200; i++)
            pixels[(i * 48 * 48) + (i * 11)] = 1;
        var set = new ImageArray(ImageShape.Face, EmotionClasses.Fer2013, pixels, new byte[200]);
        var found = Duplicates.Find(new DataSet("near", set, set, IsSynthetic: false));
        found.WithinTrain.ShouldBeEmpty();
        found.Across.Count.ShouldBe(200);
    }

    [Fact]
    public void Only_the_test_set_loses_pictures_and_keeps_their_labels()
    {
        DataSet data = Of(train: ["aaa", "bbb"], test: ["ddd", "bbb", "eee"]);
        (DataSet clean, Duplicates found) = data.WithoutDuplicates();
        found.Across.Count.ShouldBe(1);
        clean.Train.ShouldBeSameAs(data.Train);
        clean.Test.Count.ShouldBe(2);
        clean.Test.LabelOf(1).ShouldBe(2);
        byte[] pixels = new byte[3];
        clean.Test.CopySample(1, pixels);
        pixels.ShouldBe("eee"u8.ToArray());
        clean.Digest.ShouldNotBe(data.Digest, StringComparer.Ordinal);
        Duplicates.Find(clean).Across.ShouldBeEmpty();
    }

    [Fact]
    public void A_test_set_of_nothing_but_training_pictures_is_refused() =>
        Should.Throw<DataFormatException>(() => Of(train: ["aaa"], test: ["aaa"]).WithoutDuplicates()).Message
            .ShouldContain("none is left to test on");

    [SkippableFact]
    public void FER2013_has_training_pictures_in_its_test_set()
    {
        DataSet data = DataSets.Load(SharedData.Require("fer2013"));
        (DataSet clean, Duplicates found) = data.WithoutDuplicates();
        found.Across.Count.ShouldBeGreaterThan(0);
        clean.Test.Count.ShouldBe(data.Test.Count - found.Across.Count);
    }

    private static DataSet Of(string[] train, string[] test) => new("small", Set(train), Set(test), IsSynthetic: false);

    private static ImageArray Set(string[] pictures) => new(
        new ImageShape(1, 1, 3), ["0", "1", "2", "3", "4"], [.. pictures.SelectMany(p => p.Select(c => (byte)c))],
        [.. Enumerable.Range(0, pictures.Length).Select(i => (byte)i)]);
}
