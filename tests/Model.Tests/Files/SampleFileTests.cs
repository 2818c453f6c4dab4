using System.Text;
using Cohort.Model.Data;
using Cohort.Model.Files;

namespace Cohort.Model.Tests.Files;

public sealed class SampleFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string File => _folder.File("faces.safetensors");

    public void Dispose() => _folder.Dispose();

    private static ImageArray Samples(int count, ImageShape shape, int[]? persons = null) => new(
        shape, ["angry", "zły \"x\"", "sad"],
        [.. Enumerable.Range(0, count * shape.Length).Select(i => (byte)(i * 7))],
        [.. Enumerable.Range(0, count).Select(i => (byte)(i % 3))], persons);

    private static DataSet Some(int train = 5) => new("faces",
        Samples(train, new ImageShape(3, 4, 5), [.. Enumerable.Range(0, train).Select(i => i - 1)]),
        Samples(2, new ImageShape(3, 4, 5)), IsSynthetic: true);

    private string Changed(string text, string by)
    {
        SampleFile.Write(File, Some());
        var bytes = Encoding.Latin1.GetString(System.IO.File.ReadAllBytes(File));
        System.IO.File.WriteAllBytes(File, Encoding.Latin1.GetBytes(
            bytes.Replace(text, by.PadRight(text.Length), StringComparison.Ordinal)));
        return ReadFails();
    }

    private string ReadFails() => Should.Throw<DataFormatException>(() => SampleFile.Read(File)).Message;

    [Fact]
    public void A_data_set_reads_back_as_it_was()
    {
        var data = Some();
        SampleFile.Write(File, data);

        var read = SampleFile.Read(File);

        read.Digest.ShouldBe(data.Digest);
        (read.Name, read.IsSynthetic, read.Shape).ShouldBe(("faces", true, new ImageShape(3, 4, 5)));
        read.Classes.ShouldBe(["angry", "zły \"x\"", "sad"]);
        (read.Train.Count, read.Train.LabelOf(4), read.Train.PersonOf(4), read.Test.PersonOf(0)).ShouldBe((5, 1, 3, -1));
    }

    [Fact]
    public void Sets_larger_than_a_chunk_and_empty_halves_read_back()
    {
        var data = new DataSet("big", Samples(1_000, ImageShape.Face), Samples(0, ImageShape.Face), IsSynthetic: false);
        SampleFile.Write(File, data);

        SampleFile.Read(File).Digest.ShouldBe(data.Digest);
    }

    [Fact]
    public void Equal_data_sets_have_equal_files()
    {
        SampleFile.Write(File, Some());
        SampleFile.Write(_folder.File("other.safetensors"), Some());

        System.IO.File.ReadAllBytes(File).ShouldBe(System.IO.File.ReadAllBytes(_folder.File("other.safetensors")));
    }

    [Fact]
    public void A_file_that_is_not_there_or_cut_short_is_told()
    {
        ReadFails().ShouldStartWith($"{File}: the samples cannot be read (");
        SampleFile.Write(File, Some());
        using (var file = System.IO.File.OpenWrite(File))
            file.SetLength(file.Length - 1);

        ReadFails().ShouldContain("tensor \"test.pixels\" ends at byte ");
    }

    [Theory]
    [InlineData("cohort-samples-1", "cohort-model-1", "no data set of ours: its metadata has format \"cohort-model-1")]
    [InlineData("train.labels", "train.lebels", "the tensor \"train.labels\" is missing.")]
    [InlineData("\"synthetic\":\"true\"", "\"synthetic\":\"1\"", "the metadata's \"synthetic\" is \"1\", where true or false " +
        "was expected.")]
    [InlineData("\"shape\":[5,3,4,5]", "\"shape\":[3,5,4,5]", "train has 3 pictures and 5 labels.")]
    [InlineData("\"shape\":[5,3,4,5]", "\"shape\":[5,3,20]", "the tensor \"train.pixels\" is U8 of 3 dimensions, where U8 of 4 " +
        "was expected.")]
    [InlineData("[\\\"angry\\\",", "[", "train does not fit together: Sample 2 has label 2, but there are 2 classes.")]
    public void A_file_that_is_no_data_set_is_refused(string text, string by, string expected)
    {
        var message = Changed(text, by);

        message.ShouldStartWith(File);
        message.ShouldContain(expected);
    }

    [Fact]
    public void Only_safetensors_files_that_exist_look_like_one()
    {
        SampleFile.LooksLike(File).ShouldBeFalse();
        SampleFile.Write(File, Some());
        SampleFile.LooksLike(File).ShouldBeTrue();
        SampleFile.LooksLike(_folder.Path).ShouldBeFalse();
    }
}
