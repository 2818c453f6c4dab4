using Cohort.Model.Data;
using Cohort.Model.Data.Synthesis;
using Cohort.Model.Files;

namespace Cohort.Model.Tests.Data;

public sealed class TrainingAdditionTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Added_samples_are_trained_on_and_counted_and_the_test_half_stays()
    {
        DataSet data = Data();
        DataSet more = TrainingAddition.Join(data, ReadMade(synthetic: 2, PictureHash.OfAll(data.Train)[0]), "made");
        more.Train.Count.ShouldBe(data.Train.Count + 3);
        more.Test.Digest.ShouldBe(data.Test.Digest);
        more.Made.ShouldBe(new MadeSamples(Synthetic: 2, Derived: 1));
        more.Digest.ShouldNotBe(data.Digest, StringComparer.Ordinal);
        data.Made.Any.ShouldBeFalse();
    }

    [Fact]
    public void A_derived_sample_is_of_its_sources_person_and_drawn_persons_are_new()
    {
        DataSet data = Data();
        DataSet more = TrainingAddition.Join(data, ReadMade(synthetic: 2, PictureHash.OfAll(data.Train)[3]), "made");
        int count = data.Train.Count;
        int derived = Enumerable.Range(count, 3).Single(i => SampleOrigin.Of(more.Train, i).Kind == OriginKind.Derived);
        more.Train.PersonOf(derived).ShouldBe(data.Train.PersonOf(3));
        int[] known = [.. Enumerable.Range(0, count).Select(data.Train.PersonOf), .. Enumerable.Range(0, data.Test.Count).Select(data.Test.PersonOf)];
        Enumerable.Range(count, 3).Where(i => i != derived).Select(more.Train.PersonOf).ShouldAllBe(person => person >= 0 && !known.Contains(person));
    }

    [Fact]
    public void A_sample_derived_from_a_test_picture_is_refused_by_its_hash()
    {
        DataSet data = Data();
        Should.Throw<DataFormatException>(() => TrainingAddition.Join(data, ReadMade(synthetic: 1, PictureHash.OfAll(data.Test)[1]), "made"))
            .Message.ShouldContain("1 training samples are derived from pictures of the test half");
    }

    [Fact]
    public void An_imported_set_keeps_what_was_made_and_refuses_to_test_on_it()
    {
        DataSet data = Data();
        DataSet more = TrainingAddition.Join(data, ReadMade(synthetic: 2, PictureHash.OfAll(data.Train)[0]), "made");
        string path = Path.Combine(_folder.Path, "more.safetensors");
        SampleFile.Write(path, more);
        DataSet read = SampleFile.Read(path);
        read.Made.ShouldBe(new MadeSamples(2, 1));
        read.Digest.ShouldBe(more.Digest);

        SampleFile.Write(path, more with { Train = more.Test, Test = more.Train });
        Should.Throw<DataFormatException>(() => SampleFile.Read(path)).Message.ShouldContain("2 synthetic and 1 derived samples stand in the test half");
    }

    [Fact]
    public void A_folder_that_would_test_on_made_pictures_is_refused_and_none_is_held_out()
    {
        for (int i = 0; i < 10; i++)
            Write($"data/sad/{i}.png", i);
        string rows = string.Join("", Enumerable.Range(0, 10).Select(i => $"sad/{i}.png,sad,{(i < 5 ? "true" : "")}\n"));
        _folder.Write("data/labels.csv", "image,emotion,synthetic\n" + rows);
        DataSet data = ImageFolder.Read(Path.Combine(_folder.Path, "data"));
        data.Made.Synthetic.ShouldBe(5);
        data.Test.Count.ShouldBe(1); // a fifth of the five recorded ones

        _folder.Write("data/labels.csv", "image,emotion,synthetic,split\nsad/0.png,sad,true,test\nsad/1.png,sad,,train\n");
        Should.Throw<DataFormatException>(() => ImageFolder.Read(Path.Combine(_folder.Path, "data"))).Message.ShouldContain("would measure the generator");
        Should.Throw<DataFormatException>(() => ImageFolder.ReadTraining(Path.Combine(_folder.Path, "data"))).Message.ShouldContain("holds test pictures too");
    }

    [Fact]
    public void A_source_that_is_no_hash_and_an_unknown_class_are_refused()
    {
        Should.Throw<DataFormatException>(() => SampleOrigin.Of("", "sad/1.png")).Message.ShouldContain("expected the SHA-256");
        Should.Throw<DataFormatException>(() => SampleOrigin.Of("perhaps", "")).Message.ShouldContain("expected true or false");
        DataSet two = Data();
        ISampleSet made = ReadMade(synthetic: 1, PictureHash.OfAll(two.Train)[0]);
        var others = new DataSet("others", Pictures(4, 0, ["sad", "glad"]), Pictures(4, 50, ["sad", "glad"]), IsSynthetic: false);
        Should.Throw<DataFormatException>(() => TrainingAddition.Join(others, made, "made")).Message.ShouldContain("class 'angry'");
    }

    private static DataSet Data() => new(
        "faces", Pictures(8, first: 0, EmotionClasses.Fer2013), Pictures(4, first: 100, EmotionClasses.Fer2013), IsSynthetic: false);

    private static ImageArray Pictures(int count, int first, IReadOnlyList<string> classes) => new(
        ImageShape.Face,
        classes,
        [.. Enumerable.Range(0, count * ImageShape.Face.Length).Select(i => (byte)(first + (i / ImageShape.Face.Length)))],
        [.. Enumerable.Range(0, count).Select(i => (byte)(i % 2))],
        [.. Enumerable.Range(0, count).Select(i => (first + i) / 2)]);

    // Through the folder that pbm data synth writes.
    private ISampleSet ReadMade(int synthetic, string source)
    {
        string folder = Path.Combine(_folder.Path, Guid.NewGuid().ToString("N"));
        MadePicture drawn = new(Grey(200), "happy", "drawn-1", "female", Light.Even, Source: "", Change: "");
        SyntheticFolder.Write(folder, 48, [
            .. Enumerable.Range(0, synthetic).Select(i => drawn with { Pixels = Grey(200 + i) }),
            new MadePicture(Grey(220), "angry", "", "", Light.Bright, source, "mirror; gamma 0.9"),
        ]);
        return ImageFolder.ReadTraining(folder);
    }

    private static byte[] Grey(int shade) => [.. Enumerable.Repeat((byte)shade, 48 * 48)];

    private void Write(string name, int shade) => _folder.Write(name, Vision.EncodePng(Grey(shade), 48, 48));
}
