using System.IO.Compression;
using System.Text;
using Cohort.Model.Data;

namespace Cohort.Model.Tests.Data;

public sealed class ImageFolderTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Train_and_test_folders_decide_the_split_and_emotions_the_order()
    {
        WritePng("train/happiness/b.png", 20);
        WritePng("train/happiness/a.PNG", 10);
        WritePng("train/Anger/c.png", 30);
        WritePng("test/neutral/d.png", 40);
        DataSet data = ImageFolder.Read(_folder.Path);
        data.Classes.ShouldBe(EmotionClasses.Fer2013);
        Seen(data.Train).ShouldBe([(0, 30, -1), (3, 10, -1), (3, 20, -1)]);
        Seen(data.Test).ShouldBe([(6, 40, -1)]);
    }

    [Fact]
    public void Other_classes_are_sorted_by_name()
    {
        foreach (string half in new[] { "train", "test" })
        {
            WritePng($"{half}/zebra/a.png", 1);
            WritePng($"{half}/happy/a.png", 2);
        }

        DataSet data = ImageFolder.Read(_folder.Path);
        data.Classes.ShouldBe(["happy", "zebra"]);
        Seen(data.Test).ShouldBe([(0, 2, -1), (1, 1, -1)]);
    }

    [Fact]
    public void A_table_gives_split_and_person_and_decides_what_is_read()
    {
        WritePng("sad/a.png", 1);
        WritePng("sad/b.png", 2);
        WritePng("sad/unlisted.png", 3);
        WritePng("fear/c.png", 4);
        _folder.Write("labels.csv", "image,emotion,gender,person,split\nsad/b.png,sad,,Zoe,train\nsad/a.png,sad,,Abe,test\n"
            + "fear/c.png,fear,male,,train\n");
        DataSet data = ImageFolder.Read(_folder.Path);
        Seen(data.Train).ShouldBe([(2, 4, -1), (4, 2, 1)]);
        Seen(data.Test).ShouldBe([(4, 1, 0)]);
    }

    [Fact]
    public void Further_columns_are_attributes_and_an_empty_field_is_an_unknown_value()
    {
        WritePng("sad/a.png", 1);
        WritePng("sad/b.png", 2);
        WritePng("sad/c.png", 3);
        _folder.Write("labels.csv", "image,emotion,Gender,person,split,school\nsad/a.png,sad,,Abe,test,north\nsad/b.png,sad,female,Zoe,train,\n"
            + "sad/c.png,sad,male,,train,south\n");
        DataSet data = ImageFolder.Read(_folder.Path);
        data.Train.AttributeNames.ShouldBe(["gender", "person", "school"]);
        Values(data.Train, "gender").ShouldBe(["female", "male"]);
        Values(data.Train, "person").ShouldBe(["Zoe", null]);
        Values(data.Train, "school").ShouldBe([null, "south"]);
        Values(data.Test, "gender").ShouldBe([null]);
        data.Test.AttributeOf(0, "age").ShouldBeNull();
    }

    [Fact]
    public void A_column_that_is_named_twice_is_refused()
    {
        WritePng("sad/a.png", 1);
        _folder.Write("labels.csv", "image,emotion,gender,Gender\nsad/a.png,sad,male,female\n");
        Should.Throw<DataFormatException>(() => ImageFolder.Read(_folder.Path)).Message.ShouldContain("names the column 'gender' twice");
    }

    [Fact]
    public void Without_a_split_a_fifth_of_each_class_is_held_out_the_same_each_time()
    {
        for (int i = 0; i < 10; i++)
        {
            WritePng($"sad/{i}.png", (byte)i);
            WritePng($"happy/{i}.png", (byte)(100 + i));
        }

        DataSet data = ImageFolder.Read(_folder.Path, splitSeed: 1);
        Enumerable.Range(0, 4).Select(data.Test.LabelOf).ShouldBe([3, 3, 4, 4]);
        Seen(data.Train).Concat(Seen(data.Test)).Select(s => s.Pixel).ToHashSet().Count.ShouldBe(20);
        ImageFolder.Read(_folder.Path, splitSeed: 1).Digest.ShouldBe(data.Digest);
        ImageFolder.Read(_folder.Path, splitSeed: 2).Digest.ShouldNotBe(data.Digest, StringComparer.Ordinal);
    }

    [Fact]
    public void The_middle_square_is_kept_and_averaged_by_area()
    {
        // 192 wide, 96 high: the square covers columns 48 to 143, where left is 40 and right is 200.
        byte[] wide = Png(192, 96, (x, _) => x is < 48 or >= 144 ? (byte)255 : x < 96 ? (byte)40 : (byte)200);
        byte[] pixels = new byte[48 * 48];
        Vision.Decode(wide, 48, pixels);
        for (int i = 0; i < pixels.Length; i++)
            pixels[i].ShouldBe(i % 48 < 24 ? (byte)40 : (byte)200);

        Vision.Decode(Png(96, 96, (x, y) => (x + y) % 2 == 0 ? (byte)0 : (byte)100), 48, pixels);
        pixels.ShouldAllBe(p => p == 50);
    }

    [Fact]
    public void Colour_becomes_grey_by_luminance()
    {
        byte[] pixels = new byte[48 * 48];
        Vision.Decode(Png(48, 48, (_, _) => 0, colour: (200, 100, 50)), 48, pixels);
        pixels.ShouldAllBe(p => p == 124);
    }

    [Fact]
    public void A_jpeg_is_read_whole_or_refused()
    {
        // 16x16, grey: the left half 40, the right half 200.
        byte[] jpeg = Convert.FromBase64String(
            "/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAA0JCgsKCA0LCgsODg0PEyAVExISEyccHhcgLikxMC4pLSwzOko+MzZGNywtQFdBRkxO"
            + "UlNSMj5aYVpQYEpRUk//wAALCAAQABABAREA/8QAFQABAQAAAAAAAAAAAAAAAAAABwb/xAAUEAEAAAAAAAAAAAAAAAAAAAAA/9oA"
            + "CAEBAAA/AIkxB0xP/9k=");
        byte[] pixels = new byte[48 * 48];
        Vision.Decode(jpeg, 48, pixels);
        ((double)pixels[(24 * 48) + 4]).ShouldBe(40, 3);
        ((double)pixels[(24 * 48) + 44]).ShouldBe(200, 3);
        for (int length = 0; length < jpeg.Length; length++)
            Should.Throw<DataFormatException>(() => Vision.Decode(jpeg.AsSpan(0, length), 48, pixels)).Message.ShouldNotBeEmpty();
    }

    [Fact]
    public void A_text_named_png_is_refused_by_name_and_the_first_bad_one_is_told()
    {
        WritePng("train/sad/a.png", 1);
        _folder.Write("train/sad/b.png", "This is no picture, but long enough to be one.");
        _folder.Write("train/sad/c.png", "Nor is this.");
        WritePng("test/sad/a.png", 1);
        for (int i = 0; i < 5; i++)
            Message().ShouldMatch(".*sad/b.png' cannot be read as a picture: it is neither a PNG nor a JPEG picture.");
    }

    [Fact]
    public void A_picture_cut_short_is_refused_wherever_it_is_cut()
    {
        byte[] whole = Png(60, 60, (x, y) => (byte)((x * 7) ^ (y * 13)));
        byte[] pixels = new byte[48 * 48];
        Vision.Decode(whole, 48, pixels);
        for (int length = 0; length < whole.Length - 12; length += 7)
        {
            Should.Throw<DataFormatException>(() => Vision.Decode(whole.AsSpan(0, length), 48, pixels)).Message
                .ShouldNotBeEmpty();
        }
    }

    [Fact]
    public void A_picture_of_too_many_pixels_is_refused_before_it_is_decoded()
    {
        byte[] bomb = Png(8, 8, (_, _) => 0, announced: (200_000, 200_000));
        Should.Throw<DataFormatException>(() => Vision.Decode(bomb, 48, new byte[48 * 48])).Message
            .ShouldContain("200000x200000, more than the 67108864 pixels");
    }

    [Fact]
    public void Empty_and_odd_folders_are_named()
    {
        Directory.CreateDirectory(Path.Combine(_folder.Path, "train"));
        Message().ShouldContain("/train' is empty");
        Directory.CreateDirectory(Path.Combine(_folder.Path, "train/sad"));
        Message().ShouldContain("/train/sad' holds no PNG or JPEG picture");
        WritePng("train/sad/a.png", 1);
        Message().ShouldContain("no folder test");
        WritePng("test/bored/a.png", 1);
        Message().ShouldContain("unknown class 'bored'");
        Should.Throw<DataFormatException>(() => ImageFolder.Read(Path.Combine(_folder.Path, "absent"))).Message
            .ShouldContain("There is no folder");
    }

    [Theory]
    [InlineData("image,person\nsad/a.png,x", "line 1 has no column 'emotion'")]
    [InlineData("image,emotion,split\nsad/a.png,sad", "line 2 has 2 columns, expected 3")]
    [InlineData("image,emotion,split\nsad/a.png,sad,dev", "line 2 has split 'dev', expected train or test")]
    [InlineData("image,emotion,split\nsad/x.png,sad,train", "line 2 names 'sad/x.png', but there is no such picture")]
    [InlineData("image,emotion,split\n../../etc/a.png,sad,train", "which lies outside the folder")]
    [InlineData("image,emotion,split\nsad/a.png,sad,train\nsad/a.png,sad,test", "line 3 lists 'sad/a.png' again")]
    [InlineData("image,emotion,split\nsad/a.png,,train", "line 2 gives 'sad/a.png' no emotion")]
    [InlineData("image,emotion,split\nsad/a.png,sad,train", "zero samples to test on")]
    [InlineData("image,emotion,split\n", "lists zero samples")]
    public void A_bad_table_is_named_by_line(string table, string sentence)
    {
        WritePng("sad/a.png", 1);
        _folder.Write("labels.csv", table);
        Message().ShouldContain(sentence);
    }

    [Fact]
    public void Load_finds_out_the_layout_or_says_what_it_expected()
    {
        Should.Throw<DataFormatException>(() => DataSets.Load(_folder.Path)).Message.ShouldContain("empty folder");
        string text = _folder.Write("notes.dat", "hello");
        Should.Throw<DataFormatException>(() => DataSets.Load(text)).Message.ShouldContain("is no data set that can be read");
        Should.Throw<DataFormatException>(() => DataSets.Load(_folder.Path)).Message.ShouldContain("expected a FER2013 file");
        Should.Throw<DataFormatException>(() => DataSets.Load(text + "x")).Message.ShouldContain("There is no file or folder");
        WritePng("train/sad/a.png", 1);
        WritePng("test/sad/a.png", 1);
        DataSets.Load(_folder.Path).Train.Count.ShouldBe(1);
    }

    [SkippableFact]
    public void The_shared_faces_have_their_documented_split()
    {
        DataSet data = DataSets.Load(SharedData.Require("faces"));
        data.Train.Count.ShouldBe(1019);
        data.Test.Count.ShouldBe(181);
        data.Classes.ShouldBe(EmotionClasses.Fer2013);
        int[] train = [.. Enumerable.Range(0, data.Train.Count).Select(data.Train.PersonOf).Distinct()];
        int[] test = [.. Enumerable.Range(0, data.Test.Count).Select(data.Test.PersonOf).Distinct()];
        train.Intersect(test).ShouldBeEmpty();
    }

    [SkippableTheory]
    [InlineData("fer2013", 5000)]
    [InlineData("fer2013/fer2013.csv.gz", 5000)]
    [InlineData("mnist", 60_000)]
    public void Load_reads_the_other_shared_sets(string name, int train) =>
        DataSets.Load(SharedData.Require(name)).Train.Count.ShouldBe(train);

    private string Message() => Should.Throw<DataFormatException>(() => ImageFolder.Read(_folder.Path)).Message;

    private void WritePng(string name, byte shade) => _folder.Write(name, Png(5, 7, (_, _) => shade));

    private static (int Label, int Pixel, int Person)[] Seen(ISampleSet set)
    {
        byte[] pixels = new byte[set.Shape.Length];
        return [.. Enumerable.Range(0, set.Count).Select(i =>
        {
            set.CopySample(i, pixels);
            return (set.LabelOf(i), (int)pixels[0], set.PersonOf(i));
        })];
    }

    // The smallest valid PNG: one IHDR, one IDAT with unfiltered rows, one IEND.
    private static byte[] Png(
        int width, int height, Func<int, int, byte> shade, (byte R, byte G, byte B)? colour = null, (int, int)? announced = null)
    {
        using var raw = new MemoryStream();
        using (var zlib = new ZLibStream(raw, CompressionLevel.Fastest, leaveOpen: true))
        {
            for (int y = 0; y < height; y++)
            {
                zlib.WriteByte(0);
                for (int x = 0; x < width; x++)
                    zlib.Write(colour is (byte r, byte g, byte b) ? [r, g, b] : [shade(x, y)]);
            }
        }

        (int w, int h) = announced ?? (width, height);
        byte[] header = [.. Word(w), .. Word(h), 8, (byte)(colour is null ? 0 : 2), 0, 0, 0];
        return [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a,
            .. Chunk("IHDR", header), .. Chunk("IDAT", raw.ToArray()), .. Chunk("IEND", [])];
    }

    private static byte[] Chunk(string name, byte[] content)
    {
        byte[] named = [.. Encoding.ASCII.GetBytes(name), .. content];
        return [.. Word(content.Length), .. named, .. Word((int)Crc(named))];
    }

    private static byte[] Word(int value) => [(byte)(value >> 24), (byte)(value >> 16), (byte)(value >> 8), (byte)value];

    private static uint Crc(byte[] bytes)
    {
        uint crc = uint.MaxValue;
        foreach (byte b in bytes)
        {
            crc ^= b;
            for (int bit = 0; bit < 8; bit++)
                crc = (crc >> 1) ^ (0xEDB88320 & (0 - (crc & 1)));
        }

        return ~crc;
    }

    private static string?[] Values(ISampleSet set, string attribute)
        => [.. Enumerable.Range(0, set.Count).Select(i => set.AttributeOf(i, attribute))];
}
