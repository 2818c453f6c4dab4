using System.Text;
using Cohort.Model.Data;

namespace Cohort.Model.Tests.Data;

public sealed class Fer2013CsvTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("small.csv")]
    [InlineData("small.csv.gz")]
    public void Rows_go_to_train_or_test_by_usage_with_label_and_pixels(string name)
    {
        string path = _folder.Write(name, File(
            "emotion,pixels,Usage", Row(3, 7, "Training"), Row(6, 9, "PublicTest"), Row(0, 255, "Training")));
        DataSet data = Fer2013Csv.Read(path);
        data.Name.ShouldBe("small");
        data.IsSynthetic.ShouldBeFalse();
        data.Classes.ShouldBe(["angry", "disgust", "fear", "happy", "sad", "surprise", "neutral"]);
        data.Shape.ShouldBe(new ImageShape(1, 48, 48));
        Labels(data.Train).ShouldBe([3, 0]);
        Labels(data.Test).ShouldBe([6]);
        Pixels(data.Train, 1).ShouldAllBe(p => p == 255);
        Pixels(data.Test, 0).ShouldAllBe(p => p == 9);
    }

    [Fact]
    public void Pixels_are_read_row_by_row()
    {
        string values = string.Join(' ', Enumerable.Range(0, 2304).Select(i => i % 256));
        string path = _folder.Write("a.csv", File("emotion,pixels,Usage", $"1,{values},Training", Row(1, 1, "PublicTest")));
        Pixels(Fer2013Csv.Read(path).Train, 0).ShouldBe(Enumerable.Range(0, 2304).Select(i => (byte)(i % 256)));
    }

    [Fact]
    public void Column_order_quotes_spaces_and_line_ends_of_other_copies_are_understood()
    {
        string pixels = string.Join(' ', Enumerable.Repeat(5, 2304));
        string path = _folder.Write(
            "icml.csv", $"\uFEFFemotion, Usage, pixels\r\n2, Training,\"{pixels}\"\r\n4, PublicTest,{pixels}\r\n\r\n");
        DataSet data = Fer2013Csv.Read(path);
        Labels(data.Train).ShouldBe([2]);
        Labels(data.Test).ShouldBe([4]);
    }

    [Fact]
    public void Private_rows_are_the_test_only_where_asked_for_or_alone()
    {
        string both = _folder.Write("both.csv", File(
            "emotion,pixels,Usage", Row(0, 1, "Training"), Row(1, 1, "PublicTest"), Row(2, 1, "PrivateTest")));
        string alone = _folder.Write("alone.csv", File("emotion,pixels,Usage", Row(0, 1, "Training"), Row(2, 1, "PrivateTest")));
        Labels(Fer2013Csv.Read(both).Test).ShouldBe([1]);
        Labels(Fer2013Csv.Read(both, FerTest.Private).Test).ShouldBe([2]);
        Labels(Fer2013Csv.Read(alone).Test).ShouldBe([2]);
    }

    public static TheoryData<string, string, string> BadRows => new()
    {
        { "emotion,pixels,Usage", Row(3, 7, "Training", count: 2303), "line 3 has 2303 pixel values, expected 2304 (48x48)" },
        { "emotion,pixels,Usage", Row(3, 7, "Training", count: 2305), "line 3 has 2305 pixel values, expected 2304 (48x48)" },
        { "emotion,pixels,Usage", Row(3, 256, "Training"), "line 3 has pixel 1 above 255" },
        { "emotion,pixels,Usage", Row(3, 999999999, "Training"), "line 3 has pixel 1 above 255" },
        { "emotion,pixels,Usage", "3,1 2 -3 4,Training", "line 3 has '-' in pixel 3" },
        { "emotion,pixels,Usage", Row(7, 7, "Training"), "line 3 has emotion '7', expected 0 to 6" },
        { "emotion,pixels,Usage", "happy,1 2 3,Training", "line 3 has emotion 'happy', expected 0 to 6" },
        { "emotion,pixels,Usage", Row(3, 7, "Validation"), "line 3 has Usage 'Validation'" },
        { "emotion,pixels,Usage", "3,1 2 3", "line 3 has 2 columns, expected 3" },
        { "emotion,pixels,Usage", "3,1 2 3,Training,", "line 3 has more than 3 columns" },
        { "emotion,pixels", Row(3, 7, "Training"), "line 1 has no column 'Usage'" },
        { "label,pixels,Usage", Row(3, 7, "Training"), "line 1 has no column 'emotion'" },
    };

    [Theory]
    [MemberData(nameof(BadRows))]
    public void A_bad_row_is_named_by_file_and_line(string header, string row, string sentence)
    {
        string path = _folder.Write("bad.csv", File(header, Row(0, 1, "Training"), row, Row(0, 1, "PublicTest")));
        string message = Should.Throw<DataFormatException>(() => Fer2013Csv.Read(path)).Message;
        message.ShouldContain(sentence);
        message.ShouldContain(path);
    }

    [Fact]
    public void A_file_without_samples_is_refused()
    {
        Message(_folder.Write("nothing.csv", "")).ShouldContain("is empty");
        Message(_folder.Write("header.csv", "emotion,pixels,Usage\n")).ShouldContain("zero samples to train on");
        Message(_folder.Write("train.csv", File("emotion,pixels,Usage", Row(1, 1, "Training"))))
            .ShouldContain("zero samples to test on");
        Message(Path.Combine(_folder.Path, "absent.csv")).ShouldContain("There is no file");
    }

    [Fact]
    public void A_gz_cut_short_anywhere_is_refused()
    {
        var random = new Random(1);
        string[] rows = [.. Enumerable.Range(0, 60).Select(i =>
        {
            string pixels = string.Join(' ', Enumerable.Range(0, 2304).Select(_ => random.Next(256)));
            return $"{i % 7},{pixels},{(i % 5 == 0 ? "PublicTest" : "Training")}";
        })];
        byte[] whole = TemporaryFolder.Gzip(Encoding.UTF8.GetBytes(File(["emotion,pixels,Usage", .. rows])));
        string path = Path.Combine(_folder.Path, "cut.csv.gz");
        for (int length = 0; length < whole.Length; length += Math.Max(1, whole.Length / 40))
        {
            System.IO.File.WriteAllBytes(path, whole[..length]);
            Message(path).ShouldContain(path);
        }

        // Only the checksum at the end is missing.
        System.IO.File.WriteAllBytes(path, whole[..^5]);
        Message(path).ShouldContain("cut short");
        System.IO.File.WriteAllBytes(path, whole);
        Fer2013Csv.Read(path).Train.Count.ShouldBe(48);
    }

    [Fact]
    public void A_text_named_gz_is_refused()
    {
        string path = Path.Combine(_folder.Path, "plain.csv.gz");
        System.IO.File.WriteAllText(path, "emotion,pixels,Usage\n");
        Message(path).ShouldContain("damaged or cut short");
    }

    [SkippableFact]
    public void The_shared_subset_of_FER2013_has_its_documented_counts()
    {
        DataSet data = Fer2013Csv.Read(SharedData.Require("fer2013/fer2013.csv.gz"));
        Counts(data.Train).ShouldBe([719, 72, 726, 1279, 813, 525, 866]);
        Counts(data.Test).ShouldBe([168, 20, 184, 279, 202, 148, 199]);
        Pixels(data.Train, 0)[..4].ShouldBe([70, 80, 82, 72]);
    }

    private static string Message(string path) => Should.Throw<DataFormatException>(() => Fer2013Csv.Read(path)).Message;

    private static string File(params string[] lines) => string.Concat(lines.Select(line => line + "\n"));

    private static string Row(int emotion, int pixel, string usage, int count = 2304) =>
        $"{emotion},{string.Join(' ', Enumerable.Repeat(pixel, count))},{usage}";

    private static int[] Labels(ISampleSet set) => [.. Enumerable.Range(0, set.Count).Select(set.LabelOf)];

    private static int[] Counts(ISampleSet set) =>
        [.. Enumerable.Range(0, set.Classes.Count).Select(label => Labels(set).Count(l => l == label))];

    private static byte[] Pixels(ISampleSet set, int index)
    {
        byte[] pixels = new byte[set.Shape.Length];
        set.CopySample(index, pixels);
        return pixels;
    }

    [Theory]
    [InlineData("pixels\n", "", false)]
    [InlineData("emotion,pixels\n", "3,", true)]
    public void Rows_without_a_usage_are_read_in_file_order(string header, string before, bool isLabelled)
    {
        using var folder = new TemporaryFolder();
        string[] rows = [.. new[] { 7, 9 }.Select(value => $"{before}\"{string.Join(' ', Enumerable.Repeat(value, 48 * 48))}\"\n")];
        foreach (string name in new[] { "test.csv", "test.csv.gz" })
        {
            ImageArray read = Fer2013Csv.ReadPixels(folder.Write(name, header + string.Concat(rows)), out bool labelled);
            labelled.ShouldBe(isLabelled);
            read.Count.ShouldBe(2);
            read.Pixels(0)[17].ShouldBe((byte)7);
            read.Pixels(1)[^1].ShouldBe((byte)9);
        }

        string cut = folder.Write("cut.csv", header + rows[0][..^8]);
        Should.Throw<DataFormatException>(() => Fer2013Csv.ReadPixels(cut, out _)).Message.ShouldContain("line 2");
        string none = folder.Write("none.csv", "a,b\n1,2\n");
        Should.Throw<DataFormatException>(() => Fer2013Csv.ReadPixels(none, out _)).Message.ShouldContain("expected the column pixels");
    }
}
