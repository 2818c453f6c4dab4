using Cohort.Device.Recognition;
using Cohort.Device.Store;
using Cohort.Model.Files;

namespace Cohort.Device.Tests.Store;

/// <summary>Models on the device: a new one is used once it answers, and the old one stays until then.</summary>
public sealed class ModelTests : IDisposable
{
    private readonly DeviceHome _home = new();

    [Fact]
    public void The_model_adopted_last_is_in_use_and_the_one_before_it_is_kept()
    {
        var store = _home.Open();
        Should.Throw<DeviceException>(() => store.ModelInUse(SampleKind.Picture)).Message.ShouldContain("no model for pictures on this device yet");
        var models = Enumerable.Range(1, 3).Select(round => SmallModels.Untrained((ulong)round, round)).ToList();
        foreach (var model in models)
        {
            _home.Clock.Now += TimeSpan.FromDays(1);
            store.Adopt(SmallModels.Bytes(model), "a file", model.Hash).Round.ShouldBe(model.Round);
        }

        store.Models().Select(model => (model.Hash, model.IsCurrent)).ShouldBe([(models[1].Hash, false), (models[2].Hash, true)]);
        Files().ShouldBe(models[1..].Select(model => model.Hash + ".safetensors").Order(StringComparer.Ordinal));
        var (used, isPersonal) = store.ModelInUse(SampleKind.Picture);
        (used.Hash, isPersonal).ShouldBe((models[2].Hash, false));

        // Back to the one before, as after a roll-back.
        _home.Clock.Now += TimeSpan.FromDays(1);
        store.Adopt(SmallModels.Bytes(models[1]), "a file");
        store.CurrentModel(SampleKind.Picture)!.Hash.ShouldBe(models[1].Hash);
        store.Models().Count.ShouldBe(2);
    }

    [Fact]
    public void A_model_that_does_not_answer_is_refused_and_the_old_one_stays_in_use()
    {
        var store = _home.Open();
        var old = SmallModels.Untrained();
        store.Adopt(SmallModels.Bytes(old), "a file");

        var broken = SmallModels.Untrained(2);
        broken.Parameters[7] = float.NaN;
        Should.Throw<ModelFileException>(() => store.Adopt(SmallModels.Bytes(broken), "seed")).Message.ShouldContain("is broken: its parameter 7 is NaN");

        var huge = SmallModels.Untrained(2); // finite, until it is multiplied
        Array.Fill(huge.Parameters, float.MaxValue);
        Should.Throw<ModelFileException>(() => store.Adopt(SmallModels.Bytes(huge), "seed")).Message.ShouldContain("no probabilities");

        var strange = SmallModels.Untrained(3) with { Network = "cnn4" };
        Should.Throw<ModelFileException>(() => store.Adopt(SmallModels.Bytes(strange), "seed")).Message.ShouldContain("its tensors are not those of the network cnn4");
        Should.Throw<ModelFileException>(() => store.Adopt(SmallModels.Bytes(strange with { Network = "cnn99" }), "seed")).Message.ShouldContain("No network is named 'cnn99'");

        var bytes = SmallModels.Bytes(SmallModels.Untrained(4));
        Should.Throw<ModelFileException>(() => store.Adopt(bytes[..^100], "seed", ModelHash.Of(bytes))).Message.ShouldContain("it was damaged or cut short");
        Should.Throw<ModelFileException>(() => store.Adopt(bytes[..^100], "seed"));
        Should.Throw<ModelFileException>(() => store.Adopt([1, 2, 3], "seed"));

        store.Models().ShouldHaveSingleItem().Hash.ShouldBe(old.Hash);
        Files().ShouldBe([old.Hash + ".safetensors"]);
    }

    [Fact]
    public void A_file_that_no_row_names_goes_when_the_store_is_opened_and_half_a_download_stays()
    {
        var store = _home.Open();
        store.Adopt(SmallModels.Bytes(SmallModels.Untrained()), "a file");
        var stray = SmallModels.Untrained(2);
        File.WriteAllBytes(Path.Combine(_home.Folder().Models, stray.Hash + ".safetensors"), SmallModels.Bytes(stray));
        File.WriteAllBytes(store.PathOfPart(stray.Hash), [1, 2, 3]);
        store.Dispose();
        _home.Open();
        Files().ShouldBe([SmallModels.Untrained().Hash + ".safetensors", stray.Hash + ".safetensors.part"], ignoreOrder: true);
    }

    [Fact]
    public void A_recogniser_answers_with_a_probability_for_each_class()
    {
        using var recogniser = Recogniser.Open(SmallModels.Untrained());
        var judgement = recogniser.Judge(DeviceHome.Face(3));
        judgement.Model.ShouldBe(SmallModels.Untrained().Hash);
        judgement.Probabilities.Sum(each => each.Value).ShouldBe(1, 1e-9);
        judgement.Probabilities.Select(each => each.Key).ShouldBe(Cohort.Model.Data.EmotionClasses.Fer2013);
        judgement.Confidence.ShouldBe(judgement.Probabilities.Max(each => each.Value));
        Should.Throw<Cohort.Model.Data.DataFormatException>(() => recogniser.Judge("no picture"u8));
    }

    [Fact]
    public void A_model_of_texts_reads_texts_and_says_of_others_what_is_wrong()
    {
        using var recogniser = Recogniser.Open(SmallModels.UntrainedText());
        recogniser.Kind.ShouldBe(SampleKind.Text);
        recogniser.Judge("what a day ☺"u8).Probabilities.Sum(each => each.Value).ShouldBe(1, 1e-9);
        recogniser.Judge("fine"u8).Probabilities.ShouldNotBe(recogniser.Judge("what a day ☺"u8).Probabilities);
        Should.Throw<Cohort.Model.Data.DataFormatException>(() => recogniser.Judge([0x61, 0xFF])).Message.ShouldBe("The text is no UTF-8 (its byte 2 is wrong).");
        Should.Throw<Cohort.Model.Data.DataFormatException>(() => recogniser.Judge(new byte[1 << 20].Select(_ => (byte)'x').ToArray())).Message.ShouldContain("4096 bytes of UTF-8");
    }

    [Fact]
    public void A_device_has_a_model_for_pictures_and_one_for_texts()
    {
        var store = _home.Open();
        store.Adopt(SmallModels.Bytes(SmallModels.Untrained()), "a file");
        store.Adopt(SmallModels.Bytes(SmallModels.UntrainedText()), "a file");
        store.Models().ShouldAllBe(model => model.IsCurrent);
        store.ModelInUse(SampleKind.Text).Model.Hash.ShouldBe(SmallModels.UntrainedText().Hash);
        store.ModelInUse(SampleKind.Picture).Model.Hash.ShouldBe(SmallModels.Untrained().Hash);
    }

    public void Dispose() => _home.Dispose();

    private List<string> Files() => [.. Directory.GetFiles(_home.Folder().Models).Select(file => Path.GetFileName(file)!).Order(StringComparer.Ordinal)];
}
