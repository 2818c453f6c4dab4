using Cohort.Model.Data;
using Cohort.Model.Data.Texts;
using Cohort.Model.Files;

namespace Cohort.Model.Tests.Data.Texts;

public sealed class TextFilesTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("test.csv")]
    [InlineData("dev.csv")]
    public void A_csv_with_quotes_is_read_and_emotions_become_our_classes(string test)
    {
        _folder.Write("train.csv", "text,emotion\n\"well, \"\"fine\"\"\nthen\",joy\r\nno,anger\n");
        _folder.Write(test, "emotion,text\nsadness,oh\n");
        var data = DataSets.Load(_folder.Path);
        data.Classes.ShouldBe(EmotionClasses.Fer2013);
        data.Shape.ShouldBe(TextShape.Default);
        Seen(data.Train).ShouldBe([("well, \"fine\"\nthen", "happy"), ("no", "angry")]);
        Seen(data.Test).ShouldBe([("oh", "sad")]);
    }

    [Fact]
    public void Lines_with_a_semicolon_are_read_and_other_classes_are_sorted_by_name()
    {
        _folder.Write("train.txt", "i feel; so much;love\n\ni am sad;sadness\n");
        _folder.Write("val.txt", "i care;love\n");
        var data = DataSets.Load(_folder.Path);
        data.Classes.ShouldBe(["love", "sadness"]);
        Seen(data.Train).ShouldBe([("i feel; so much", "love"), ("i am sad", "sadness")]);
        Seen(data.Test).ShouldBe([("i care", "love")]);
    }

    [Fact]
    public void GoEmotions_becomes_our_classes_or_stays_as_it_is_and_texts_of_several_emotions_are_counted()
    {
        _folder.Write("train.tsv", "thank you\t15\tid1\nboth\t2,3\tid2\nwhat\t6\tid3\n");
        _folder.Write("test.tsv", "well\t27\tid4\nboth\t0,1\tid5\n");
        var ours = DataSets.Load(_folder.Path);
        ours.Classes.ShouldBe(EmotionClasses.Fer2013);
        Seen(ours.Train).ShouldBe([("thank you", "happy"), ("what", "surprise")]);
        Seen(ours.Test).ShouldBe([("well", "neutral")]);
        ours.LeftOut.ShouldBe("2 texts of several emotions were left out.");

        _folder.Write("test.tsv", "well\t15\tid4\n");
        var own = DataSets.Load(_folder.Path, ownClasses: true);
        own.Classes.ShouldBe(["confusion", "gratitude"]);
        Seen(own.Test).ShouldBe([("well", "gratitude")]);
    }

    /// <summary>The table ekman_mapping.json of Demszky et al. 2020; numbers are places in their alphabetical list, 27 is neutral.</summary>
    [Theory]
    [InlineData("angry", 2, 3, 10)]
    [InlineData("disgust", 11)]
    [InlineData("fear", 14, 19)]
    [InlineData("happy", 0, 1, 4, 5, 8, 13, 15, 17, 18, 20, 21, 23)]
    [InlineData("sad", 9, 12, 16, 24, 25)]
    [InlineData("surprise", 6, 7, 22, 26)]
    [InlineData("neutral", 27)]
    public void The_28_emotions_become_Ekmans_as_in_the_paper(string ekman, params int[] emotions)
    {
        var others = ekman is "fear" ? "x\t2\tid\n" : "x\t14\tid\n"; // a set has two classes
        _folder.Write("train.tsv", others + string.Concat(emotions.Select(emotion => $"text {emotion}\t{emotion}\tid\n")));
        _folder.Write("test.tsv", "y\t14\tid\n");
        Seen(DataSets.Load(_folder.Path).Train).Skip(1).ShouldBe(emotions.Select(emotion => ($"text {emotion}", ekman)));
    }

    [Fact]
    public void A_file_of_names_beside_GoEmotions_names_its_emotions()
    {
        _folder.Write("emotions.txt", "gloom\nfear\n");
        _folder.Write("train.tsv", "a\t0\tx\nb\t1\ty\n");
        _folder.Write("dev.tsv", "c\t0\tz\n");
        DataSets.Load(_folder.Path).Classes.ShouldBe(["fear", "gloom"]);
    }

    [Fact]
    public void Of_a_single_file_a_fifth_of_every_class_is_held_out()
    {
        var rows = Enumerable.Range(0, 100).Select(i => $"text {i},{(i < 70 ? "joy" : "fear")}");
        var path = _folder.Write("all.csv", "text,emotion\n" + string.Join('\n', rows));
        var data = DataSets.Load(path);
        (data.Name, data.Train.Count, data.Test.Count).ShouldBe(("all", 80, 20));
        Seen(data.Test).Count(text => string.Equals(text.Class, "fear", StringComparison.Ordinal)).ShouldBe(6);
        DataSets.Load(path).Digest.ShouldBe(data.Digest);
    }

    [Fact]
    public void A_text_that_is_trained_on_is_dropped_from_the_test()
    {
        _folder.Write("train.csv", "text,emotion\nthanks!,joy\nno,anger\n");
        _folder.Write("test.csv", "text,emotion\nthanks!,joy\noh,fear\n");
        var (data, found) = DataSets.Load(_folder.Path).WithoutDuplicates();
        found.Across.Count.ShouldBe(1);
        Seen(data.Test).ShouldBe([("oh", "fear")]);
    }

    [Fact]
    public void Texts_read_back_from_one_file_as_they_were_and_without_what_fills_their_rows()
    {
        _folder.Write("train.csv", "text,emotion\nthanks 😂,joy\nno,anger\nñ,fear\n");
        _folder.Write("test.csv", "text,emotion\noh,fear\n");
        var (data, file) = (DataSets.Load(_folder.Path), Path.Combine(_folder.Path, "kept.safetensors"));
        SampleFile.Write(file, data);
        var read = DataSets.Load(file);
        read.Digest.ShouldBe(data.Digest);
        Seen(read.Train).ShouldBe(Seen(data.Train));
        new FileInfo(file).Length.ShouldBeLessThan(2_000);

        var bytes = File.ReadAllBytes(file);
        bytes[bytes.AsSpan().IndexOf("thanks"u8)] = 0xff;
        File.WriteAllBytes(file, bytes);
        Should.Throw<DataFormatException>(() => DataSets.Load(file)).Message.ShouldContain("train does not fit together");
    }

    public static TheoryData<string, string, string> BadFiles => new()
    {
        { "a.csv", "text,mood\nhi,joy\n", "line 1 has the columns text, mood; expected text and emotion, and no others" },
        { "a.csv", "text,emotion\nhi,joy\nso,so,sad\n", "line 3 has 3 columns, expected 2" },
        { "a.csv", "text,emotion\n\"two\nlines\",joy\n  ,fear\n", "line 4: the text is empty" },
        { "a.csv", "text,emotion\nhi,\n", "line 2: the text has no emotion" },
        { "a.csv", "text,emotion\nhi \"you\",joy\n", "line 2 has a quote in the wrong place" },
        { "a.csv", "", "is empty" },
        { "a.csv", "text,emotion\n", "holds zero texts to train on" },
        { "a.csv", "text,emotion\nhi,joy\nho,joy\n", "holds texts of the one class joy" },
        { "a.txt", "hi;joy\nho\n", "line 2 has no semicolon" },
        { "a.tsv", "hi\t3\tid\nho\n", "line 2 has 1 columns" },
        { "a.tsv", "hi\t3\tid\nho\t28\tid\n", "line 2 has the emotion '28', expected numbers from 0 to 27" },
    };

    [Theory]
    [MemberData(nameof(BadFiles))]
    public void What_is_wrong_in_a_file_is_said_with_its_line(string name, string content, string expected)
        => Problem(_folder.Write(name, content)).ShouldContain(expected);

    [Fact]
    public void A_text_of_a_megabyte_is_refused_with_its_line()
    {
        var much = new string('a', 1 << 20);
        Problem(_folder.Write("a.csv", $"text,emotion\nhi,joy\n{much},fear\n")).ShouldContain("line 3 begins a text of more than 65536 characters");
        Problem(_folder.Write("a.txt", $"hi;joy\n{much};fear\n")).ShouldContain("line 2: the text has 1048576 characters, which is more than the 4096 bytes");
        Problem(_folder.Write("open.csv", $"text,emotion\n\"hi,joy\n{much},fear\n")).ShouldContain("line 2 begins a text of more than");
    }

    [Fact]
    public void Bytes_that_are_not_UTF8_are_refused_with_their_line()
        => Problem(_folder.Write("a.csv", [.. "text,emotion\nhi,joy\ncaf"u8, 0xe9, .. ",joy\n"u8])).ShouldContain("line 3 is not UTF-8 (byte 23 is 0xe9)");

    [Fact]
    public void A_class_that_only_the_test_has_is_refused_with_its_line()
    {
        _folder.Write("train.txt", "hi;love\nho;hate\n");
        _folder.Write("test.txt", "hi;love\nho;pity\n");
        Problem(_folder.Path).ShouldContain("test.txt': line 2 is of the unknown class 'pity'; expected one of hate, love.");
    }

    [Fact]
    public void A_folder_without_a_test_is_refused()
    {
        _folder.Write("train.csv", "text,emotion\nhi,joy\nho,fear\n");
        Problem(_folder.Path).ShouldContain("no file to test on; add one called test, dev, val or validation");
    }

    [SkippableFact]
    public void The_shared_texts_are_read()
    {
        var data = DataSets.Load(SharedData.Require("text"));
        (data.Train.Count, data.Test.Count).ShouldBe((4_000, 1_000));
        data.Classes.ShouldBe(EmotionClasses.Fer2013);
    }

    private string Problem(string path) => Should.Throw<DataFormatException>(() => DataSets.Load(path)).Message;

    private static (string Text, string Class)[] Seen(ISampleSet set)
    {
        var row = new byte[set.Shape.Length];
        return [.. Enumerable.Range(0, set.Count).Select(i =>
        {
            set.CopySample(i, row);
            return (TextArray.Text(row), set.Classes[set.LabelOf(i)]);
        })];
    }
}
