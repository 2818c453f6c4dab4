using System.Buffers.Binary;
using Cohort.Model.Data;

namespace Cohort.Model.Tests.Data;

public sealed class IdxFilesTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("")]
    [InlineData(".gz")]
    public void The_four_files_are_one_data_set(string ending)
    {
        WriteSet(ending);
        DataSet data = IdxFiles.Read(_folder.Path);
        data.Shape.ShouldBe(new ImageShape(1, 2, 3));
        data.Classes.ShouldBe(["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"]);
        data.Train.Count.ShouldBe(4);
        data.Test.Count.ShouldBe(2);
        data.Train.LabelOf(3).ShouldBe(9);
        ((ImageArray)data.Train).Pixels(1).ToArray().ShouldBe([6, 7, 8, 9, 10, 11]);
        data.Train.PersonOf(0).ShouldBe(-1);
    }

    [Fact]
    public void A_folder_called_fashion_has_garments_for_classes()
    {
        WriteSet("", "fashion-mnist/");
        IdxFiles.Read(Path.Combine(_folder.Path, "fashion-mnist")).Classes[9].ShouldBe("Ankle boot");
    }

    [Fact]
    public void What_does_not_fit_is_named_by_file()
    {
        Broken("train-images-idx3-ubyte", Images(5), "holds 5 pictures, but").ShouldContain("4 labels");
        Broken("train-images-idx3-ubyte", Labels(1, 2), "begins with 0x00000801, expected 0x00000803");
        Broken("train-labels-idx1-ubyte", Labels(1, 2, 3, 10), "label 3 is 10, expected 0 to 9");
        Broken("train-images-idx3-ubyte", Images(4)[..^1], "ends before its content is complete");
        Broken("train-images-idx3-ubyte", [.. Images(4), 0], "goes on after the 24 bytes");
        Broken("train-images-idx3-ubyte", Images(4)[..10], "ends before its content is complete");
        Broken("t10k-images-idx3-ubyte", Images(0), "holds zero samples");
        Broken("t10k-images-idx3-ubyte", Header(0x803, 2, 0, 3), "announces pictures of 0x3 pixels");
        Broken("t10k-images-idx3-ubyte", Header(0x803, 2_000_000_000, 28, 28), "more than it can hold");
        Broken(
            "t10k-images-idx3-ubyte", [.. Header(0x803, 2, 3, 2), .. new byte[12]],
            "training pictures are 1x2x3, but test pictures 1x3x2");
    }

    [Fact]
    public void A_missing_file_is_named()
    {
        WriteSet("");
        File.Delete(Path.Combine(_folder.Path, "t10k-labels-idx1-ubyte"));
        Should.Throw<DataFormatException>(() => IdxFiles.Read(_folder.Path)).Message
            .ShouldContain("no file 't10k-labels-idx1-ubyte'");
    }

    [Fact]
    public void A_gz_cut_short_is_refused()
    {
        WriteSet(".gz");
        string path = Path.Combine(_folder.Path, "train-images-idx3-ubyte.gz");
        byte[] whole = File.ReadAllBytes(path);
        for (int length = 0; length < whole.Length; length++)
        {
            File.WriteAllBytes(path, whole[..length]);
            Should.Throw<DataFormatException>(() => IdxFiles.Read(_folder.Path)).Message.ShouldContain(path);
        }
    }

    [SkippableFact]
    public void MNIST_has_its_documented_counts()
    {
        DataSet data = IdxFiles.Read(SharedData.Require("mnist"));
        data.Train.Count.ShouldBe(60_000);
        data.Test.Count.ShouldBe(10_000);
        data.Shape.ShouldBe(new ImageShape(1, 28, 28));
        Enumerable.Range(0, 5).Select(data.Train.LabelOf).ShouldBe([5, 0, 4, 1, 9]);
    }

    private string Broken(string file, byte[] content, string sentence)
    {
        WriteSet("");
        string path = _folder.Write(file, content);
        string message = Should.Throw<DataFormatException>(() => IdxFiles.Read(_folder.Path)).Message;
        message.ShouldContain(sentence);
        if (!sentence.StartsWith("training", StringComparison.Ordinal))
            message.ShouldContain(path);
        return message;
    }

    private void WriteSet(string ending, string below = "")
    {
        _folder.Write($"{below}train-images-idx3-ubyte{ending}", Images(4));
        _folder.Write($"{below}train-labels-idx1-ubyte{ending}", Labels(5, 0, 4, 9));
        _folder.Write($"{below}t10k-images-idx3-ubyte{ending}", Images(2));
        _folder.Write($"{below}t10k-labels-idx1-ubyte{ending}", Labels(1, 2));
    }

    private static byte[] Images(int count) =>
        [.. Header(0x803, count, 2, 3), .. Enumerable.Range(0, count * 6).Select(i => (byte)i)];

    private static byte[] Labels(params byte[] labels) => [.. Header(0x801, labels.Length), .. labels];

    private static byte[] Header(params int[] words)
    {
        byte[] bytes = new byte[words.Length * 4];
        for (int i = 0; i < words.Length; i++)
            BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(i * 4), words[i]);
        return bytes;
    }
}
