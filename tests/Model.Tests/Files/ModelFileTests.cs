using System.Text;
using Cohort.Federation;
using Cohort.Model.Data;
using Cohort.Model.Data.Texts;
using Cohort.Model.Files;
using Cohort.Model.Training;

namespace Cohort.Model.Tests.Files;

public class ModelFileTests
{
    internal static ModelFile Some() => new()
    {
        Network = "logistic",
        Classes = ["angry", "happy"],
        Tensors = [new TensorLayout("linear.weight", [2, 3]), new TensorLayout("linear.bias", [2])],
        Parameters = [1, -2, 3.5f, float.Epsilon, -0f, float.MaxValue, 7, 8],
        Round = 3,
        Parent = ModelHash.Of("parent"u8),
        Plan = "quick",
        Picture = new ImageShape(1, 48, 48),
        PixelMean = 0.1,
        PixelDeviation = 1 / 3.0,
    };

    private static byte[] Bytes(ModelFile model)
    {
        using var folder = new TemporaryFolder();
        var store = new ModelStore(folder.Path);
        return File.ReadAllBytes(store.PathOf(store.Save(model)));
    }

    /// <summary>The same file with another text in its header, padded so that the length still fits.</summary>
    private static byte[] Replace(byte[] file, string text, string by) =>
        Encoding.Latin1.GetBytes(Encoding.Latin1.GetString(file)
            .Replace(text, by.PadRight(text.Length), StringComparison.Ordinal));

    [Fact]
    public void A_control_variate_s_hash_is_part_of_the_model_s_and_is_read_from_its_header_alone()
    {
        var model = Some().With(new ServerState(new("fedAvg"), [], [1, 2, 3, 4, 5, 6, 7, 8]));
        var other = Some().With(new ServerState(new("fedAvg"), [], [1, 2, 3, 4, 5, 6, 7, 9]));

        var named = ModelFile.ControlOf(model.Header(), 4 * 8);

        named.ShouldBe(ModelHash.Of(System.Runtime.InteropServices.MemoryMarshal.AsBytes<float>([1, 2, 3, 4, 5, 6, 7, 8])));
        other.Hash.ShouldNotBe(model.Hash);
        ModelFile.ControlOf(Some().Header(), 4 * 8).ShouldBeNull();
        Should.Throw<ModelFileException>(() => ModelFile.ControlOf(model.Header(), 4 * 7)).Message.ShouldContain("28 bytes");
    }

    [Fact]
    public void What_is_written_reads_back_bit_by_bit()
    {
        var model = Some();

        var read = ModelFile.Parse(Bytes(model), "m");

        read.Network.ShouldBe("logistic");
        read.Classes.ShouldBe(["angry", "happy"]);
        read.Tensors.ShouldBe(model.Tensors);
        read.Round.ShouldBe(3);
        read.Parent.ShouldBe(ModelHash.Of("parent"u8));
        read.Plan.ShouldBe("quick");
        read.Picture.ShouldBe(new ImageShape(1, 48, 48));
        (read.PixelMean, read.PixelDeviation).ShouldBe((0.1, 1 / 3.0));
        read.Hash.ShouldBe(model.Hash);
        read.Parameters.Select(BitConverter.SingleToInt32Bits).ShouldBe(model.Parameters.Select(BitConverter.SingleToInt32Bits));
    }

    [Fact]
    public void The_first_model_has_no_parent() =>
        ModelFile.Parse(Bytes(Some() with { Parent = null, Round = 0 }), "m").Parent.ShouldBeNull();

    [Fact]
    public void Privacy_that_nobody_accounts_is_said_in_words_and_never_as_a_number() =>
        ModelFile.Parse(Bytes(Some()), "m").Epsilon.ShouldBe("not accounted");

    [Fact]
    public void Equal_models_have_equal_bytes_and_hashes()
    {
        Bytes(Some()).ShouldBe(Bytes(Some()));
        Some().Hash.ShouldBe(Some().Hash);
        Some().Hash.ShouldBe(ModelHash.Of(Bytes(Some())));
    }

    [Fact]
    public void The_hash_is_the_same_on_every_machine() =>
        Some().Hash.ToString().ShouldBe("08a6e332a13b5a9f2e68c235c680bd32fce3e7a9a406b8df41a4ed3163fd2042");

    [Fact]
    public void Every_part_of_a_model_is_in_its_hash()
    {
        var model = Some();

        new[]
        {
            model,
            model with { Network = "cnn4" },
            model with { Classes = ["angry", "sad"] },
            model with { Tensors = [new TensorLayout("linear.weight", [3, 2]), new TensorLayout("linear.bias", [2])] },
            model with { Parameters = [1, -2, 3.5f, float.Epsilon, 0f, float.MaxValue, 7, 8] },
            model with { Round = 4 },
            model with { Parent = null },
            model with { Plan = "fer" },
            model with { Epsilon = "1.5" },
            model with { Picture = new ImageShape(3, 48, 48) },
            model with { PixelMean = 0.2 },
            model with { PixelDeviation = 0.2 },
        }.Select(m => m.Hash).ShouldBeUnique();
    }

    [Fact]
    public void Parameters_that_do_not_fill_the_tensors_are_refused() =>
        Should.Throw<ArgumentException>(() => (Some() with { Parameters = new float[7] }).Hash).Message
            .ShouldBe("The model's tensors hold 8 values, but 7 parameters are given.");

    [Theory]
    [InlineData("cohort-model-1", "cohort-model-9", "its metadata has format \"cohort-model-9\" instead of \"cohort-model-1\".")]
    [InlineData("\"format\":", "\"fermat\":", "its metadata has no format instead of")]
    [InlineData("\"round\":\"3\"", "\"round\":\"x\"", "the metadata's \"round\" is \"x\", where a whole number was expected.")]
    [InlineData("\"network\":", "\"netwerk\":", "the metadata lacks \"network\".")]
    [InlineData("\"pixelMean\":\"0.1\"", "\"pixelMean\":\"NaN\"", "the metadata's \"pixelMean\" is \"NaN\", where a number was " +
        "expected.")]
    [InlineData("\"dtype\":\"F32\"", "\"dtype\":\"I32\"", "tensor \"linear.weight\" is of type I32, and a model's tensors are " +
        "F32.")]
    [InlineData("[\\\"angry\\\",\\\"happy\\\"]", "angry", "where a list of texts was expected.")]
    public void A_safetensors_file_that_is_no_model_is_refused(string text, string by, string expected)
    {
        var file = Replace(Bytes(Some()), text, by);

        var message = Should.Throw<ModelFileException>(() => ModelFile.Parse(file, "m.safetensors")).Message;

        message.ShouldStartWith("m.safetensors: ");
        message.ShouldContain(expected);
    }

    [Fact]
    public void A_model_of_texts_says_how_they_become_tokens_and_reads_back_with_its_hash()
    {
        var text = new TextEncoding { Buckets = 300, MostTokens = 40, WordGrams = 3, LeastCharacters = 0, MostCharacters = 4 };
        var model = Some() with { Text = text };

        var read = ModelFile.Parse(Bytes(model), "m.safetensors");

        read.Text.ShouldBe(text);
        read.Hash.ShouldBe(model.Hash);
        read.Hash.ShouldNotBe((Some() with { Text = text with { WordGrams = 2 } }).Hash);
        (read.Samples.Kind, read.Input).ShouldBe(("text", new TokenShape(40, 300)));
        Should.Throw<ModelFileException>(() => ModelFile.Parse(
                Replace(Bytes(model), "\"textBuckets\":\"300\"", "\"textBuckets\":\"0\""), "m.safetensors")).Message
            .ShouldContain("\"textBuckets\" is \"0\", where a whole number from 1 to 1048576 was expected");
    }

    [Fact]
    public void A_file_that_is_not_there_is_named() =>
        Should.Throw<ModelFileException>(() => ModelFile.Read("no/model.safetensors")).Message
            .ShouldStartWith("no/model.safetensors: the model file cannot be read (");

    [Fact]
    public void A_model_under_a_name_of_ones_own_can_be_read()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllBytes(folder.File("mine.safetensors"), Bytes(Some()));

        ModelFile.Read(folder.File("mine.safetensors")).Network.ShouldBe("logistic");
    }
}
