using Cohort.Device.Personal;
using Cohort.Device.Store;
using Cohort.Federation;
using Cohort.Model.Plans;
using Cohort.Model.Training.Personal;

namespace Cohort.Device.Tests.Personal;

/// <summary>A student makes the global model its own, on its device.</summary>
public sealed class PersonalTrainingTests : IDisposable
{
    private static readonly Choice<IPersonalisation> FineTune = new("fineTune");

    private readonly DeviceHome _home = new();

    [Fact]
    public void An_own_model_learns_what_its_student_says_and_is_used_from_then_on()
    {
        var store = Answered(80);
        var snapshot = store.Snapshot();
        var (model, comparison) = PersonalTraining.Train(store, snapshot, SampleKind.Picture, new Plan(), FineTune);
        comparison.Trained.ShouldBe(snapshot.LabelCounts(SampleKind.Picture, heldOut: false, model.Classes).Sum());
        comparison.HeldOut.ShouldBe(snapshot.LabelCounts(SampleKind.Picture, heldOut: true, model.Classes).Sum());
        comparison.PersonalCorrect.ShouldBeGreaterThan(comparison.GlobalCorrect);
        (comparison.PersonalCorrect - comparison.GlobalCorrect).ShouldBe(comparison.OnlyPersonal - comparison.OnlyGlobal);
        comparison.IsBetter.ShouldBeTrue();

        var kept = store.KeepPersonal(model, snapshot.Version, "fineTune", comparison);
        kept.Global.ShouldBe(SmallModels.Untrained().Hash);
        var (used, isPersonal) = store.ModelInUse(SampleKind.Picture);
        (used.Hash, isPersonal).ShouldBe((model.Hash, true));
        used.Hash.ShouldNotBe(SmallModels.Untrained().Hash);
        store.PersonalModel(SampleKind.Picture)!.Comparison.ShouldBe(comparison);

        // Another global model: the own one began with the old one, and is not used before it is trained anew.
        store.Adopt(SmallModels.Bytes(SmallModels.Untrained(2)), "a file");
        store.ModelInUse(SampleKind.Picture).IsPersonal.ShouldBeFalse();
    }

    [Fact]
    public void Training_again_on_the_same_version_gives_the_same_model()
    {
        var store = Answered(30);
        var snapshot = store.Snapshot();
        var first = PersonalTraining.Train(store, snapshot, SampleKind.Picture, new Plan(), FineTune);
        var again = PersonalTraining.Train(store, store.Snapshot(snapshot.Version), SampleKind.Picture, new Plan(), FineTune);
        again.Model.Hash.ShouldBe(first.Model.Hash);
        again.Comparison.ShouldBe(first.Comparison);
    }

    [Fact]
    public void Erasing_a_sample_erases_the_own_model_too()
    {
        var store = Answered(30);
        var snapshot = store.Snapshot();
        var (model, comparison) = PersonalTraining.Train(store, snapshot, SampleKind.Picture, new Plan(), FineTune);
        store.KeepPersonal(model, snapshot.Version, "fineTune", comparison with { HeldOut = 50, GlobalCorrect = 0, PersonalCorrect = 50 });
        File.Exists(Path.Combine(_home.Folder().Models, model.Hash + ".safetensors")).ShouldBeTrue();
        store.Erase(snapshot.Samples[0].Hash);
        store.PersonalModel(SampleKind.Picture).ShouldBeNull();
        File.Exists(Path.Combine(_home.Folder().Models, model.Hash + ".safetensors")).ShouldBeFalse();
        store.ModelInUse(SampleKind.Picture).IsPersonal.ShouldBeFalse();
        Should.Throw<SnapshotGoneException>(() => store.KeepPersonal(model, snapshot.Version, "fineTune", comparison));
    }

    [Fact]
    public void An_own_model_of_texts_learns_its_student_s_words()
    {
        var store = _home.Open();
        store.Adopt(SmallModels.Bytes(SmallModels.UntrainedText()), "a file");
        for (var i = 0; i < 60; i++)
        {
            store.Answer(store.Add(DeviceHome.Text(i % 2 == 0 ? $"grand stuff {i}" : $"meh whatever {i}")).Hash, i % 2 == 0 ? "happy" : "sad");
        }

        var method = FineTune with { Settings = Settings.None.With("epochs", 60).With("learningRate", 1) };
        var (model, comparison) = PersonalTraining.Train(store, store.Snapshot(), SampleKind.Text, new Plan(), method);
        comparison.PersonalCorrect.ShouldBe(comparison.HeldOut);
        comparison.GlobalCorrect.ShouldBeLessThan(comparison.HeldOut);
        store.KeepPersonal(model, store.Snapshot().Version, "fineTune", comparison);
        store.ModelInUse(SampleKind.Text).IsPersonal.ShouldBeTrue();
    }

    [Fact]
    public void Too_little_feedback_is_said_with_the_numbers()
    {
        var store = Answered(0);
        Should.Throw<DeviceException>(() => PersonalTraining.Train(store, store.Snapshot(), SampleKind.Picture, new Plan(), FineTune)).Message
            .ShouldContain("ada has answered 0 pictures that the model knows, of which 0 are kept to judge by");
    }

    public void Dispose() => _home.Dispose();

    // Half of the faces are of one emotion and half of another, by the student's own lights: the generated faces with even numbers.
    private StudentStore Answered(int count)
    {
        var store = _home.Open();
        store.Adopt(SmallModels.Bytes(SmallModels.Untrained()), "a file");
        for (var i = 0; i < count; i++)
        {
            store.Answer(store.Add(DeviceHome.Picture(i, "neutral")).Hash, "disgust");
        }

        return store;
    }
}
