using Cohort.Device.Store;
using Cohort.Model.Data;

namespace Cohort.Device.Tests.Store;

/// <summary>What is trained on has a version, and a version is always the same samples.</summary>
public sealed class SnapshotTests : IDisposable
{
    private readonly DeviceHome _home = new();

    [Fact]
    public void A_version_gives_the_same_samples_whatever_is_answered_after_it()
    {
        var store = _home.Open();
        var hashes = Answered(store, 12);
        var before = store.Snapshot();
        before.Version.ShouldBe(12);
        before.Samples.Count.ShouldBe(12);

        store.Answer(hashes[0], "angry");
        store.Withdraw(hashes[1]);
        store.Answer(store.Add(DeviceHome.Text("new")).Hash, "sad");
        var after = store.Snapshot();
        after.Version.ShouldBe(15);
        after.Samples.Single(sample => sample.Hash == hashes[0]).Emotion.ShouldBe("angry");
        after.Samples.ShouldNotContain(sample => sample.Hash == hashes[1]);
        string.Equals(after.Digest, before.Digest, StringComparison.Ordinal).ShouldBeFalse();

        store.Dispose();
        var again = _home.Open().Snapshot(12);
        again.Samples.ShouldBe(before.Samples);
        again.Digest.ShouldBe(before.Digest);
    }

    [Fact]
    public void Samples_stand_in_the_order_of_their_hashes_so_that_equal_feedback_is_equal_on_any_device()
    {
        var (store, other) = (_home.Open(), _home.Open("bob"));
        Answered(store, 12);
        foreach (var i in Enumerable.Range(0, 12).Reverse())
        {
            other.Answer(other.Add(DeviceHome.Text($"text {i}")).Hash, "sad");
            other.Answer(other.Add(DeviceHome.Text($"text {i}")).Hash, i % 2 == 0 ? "sad" : "happy");
        }

        other.Snapshot().Samples.ShouldBe(store.Snapshot().Samples);
        other.Snapshot().Digest.ShouldBe(store.Snapshot().Digest);
        store.Snapshot().Samples.Select(sample => sample.Hash.ToString()).ShouldBeInOrder(SortDirection.Ascending, StringComparer.Ordinal);
    }

    [Fact]
    public void Only_what_the_student_has_said_something_of_is_trained_on()
    {
        var store = _home.Open();
        store.Snapshot().Samples.ShouldBeEmpty();
        store.Add(DeviceHome.Text("unanswered"));
        store.Snapshot().Samples.ShouldBeEmpty();
        store.Snapshot().Version.ShouldBe(0);
    }

    [Fact]
    public void An_erasure_makes_every_earlier_version_unusable_and_says_so()
    {
        var store = _home.Open();
        var hashes = Answered(store, 3);
        var before = store.Snapshot();
        store.Erase(hashes[1]);
        Should.Throw<SnapshotGoneException>(() => store.Snapshot(before.Version)).Message
            .ShouldBe("Version 3 of ada's feedback cannot be trained on any more: samples of it have been erased since; version 4 can.");
        Should.Throw<SnapshotGoneException>(() => store.Pictures(before, heldOut: false, ImageShape.Face, EmotionClasses.Fer2013));
        store.Snapshot().Version.ShouldBe(4);
        store.Snapshot().Samples.Count.ShouldBe(2);
    }

    [Fact]
    public void Erasing_what_nobody_could_train_on_leaves_the_versions()
    {
        var store = _home.Open();
        Answered(store, 3);
        store.Erase(store.Add(DeviceHome.Text("unanswered")).Hash);
        store.Snapshot(3).Samples.Count.ShouldBe(3);
    }

    [Fact]
    public void A_version_s_number_is_never_used_again()
    {
        var store = _home.Open();
        var hash = Answered(store, 1)[0];
        store.Erase(hash);
        store.Answer(store.Add(DeviceHome.Text("text 0")).Hash, "sad");
        store.Snapshot().Version.ShouldBe(3);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(4)]
    public void A_version_that_is_not_there_yet_is_refused(long version)
    {
        var store = _home.Open();
        Answered(store, 3);
        Should.Throw<DeviceException>(() => store.Snapshot(version)).Message.ShouldContain($"has no version {version}; its newest is 3");
    }

    [Fact]
    public void A_fifth_is_held_out_of_every_class_and_for_ever()
    {
        var store = _home.Open();
        var hashes = Enumerable.Range(0, 600).Select(i => store.Add(DeviceHome.Text($"text {i}")).Hash).ToList();
        store.Database.Together(() =>
        {
            foreach (var (i, hash) in hashes.Index())
            {
                store.Answer(hash, i % 2 == 0 ? "sad" : "happy");
            }

            return true;
        });
        var snapshot = store.Snapshot();
        var held = snapshot.LabelCounts(SampleKind.Text, heldOut: true, EmotionClasses.Fer2013);
        var trained = snapshot.LabelCounts(SampleKind.Text, heldOut: false, EmotionClasses.Fer2013);
        (held[3] + trained[3], held[4] + trained[4]).ShouldBe((300, 300));
        held[3].ShouldBeInRange(40, 80);
        held[4].ShouldBeInRange(40, 80);

        var kept = snapshot.Samples.First(sample => sample.IsHeldOut).Hash;
        store.Answer(kept, "fear");
        store.Snapshot().Samples.Single(sample => sample.Hash == kept).IsHeldOut.ShouldBeTrue();
    }

    [Fact]
    public void Pictures_become_a_model_s_samples_with_the_student_s_labels()
    {
        var store = _home.Open();
        for (var i = 0; i < 20; i++)
        {
            store.Answer(store.Add(DeviceHome.Picture(i)).Hash, i < 10 ? "sad" : "surprise");
        }

        store.Answer(store.Add(DeviceHome.Text("no picture")).Hash, "sad");
        var snapshot = store.Snapshot();
        string[] classes = ["sadness", "joy", "surprise"];
        var trained = store.Pictures(snapshot, heldOut: false, ImageShape.Face, classes);
        var held = store.Pictures(snapshot, heldOut: true, ImageShape.Face, classes);
        (trained.Count + held.Count).ShouldBe(20);
        held.Count.ShouldBeGreaterThan(0);
        trained.Digest.ShouldBe(store.Pictures(snapshot, heldOut: false, ImageShape.Face, classes).Digest);
        var counts = snapshot.LabelCounts(SampleKind.Picture, heldOut: false, classes);
        Enumerable.Range(0, 3).Select(label => Enumerable.Range(0, trained.Count).Count(i => trained.LabelOf(i) == label)).ShouldBe(counts);

        var usable = snapshot.Usable(SampleKind.Picture, heldOut: false, classes);
        var pixels = new byte[ImageShape.Face.Length];
        var expected = new byte[ImageShape.Face.Length];
        for (var i = 0; i < trained.Count; i++)
        {
            trained.CopySample(i, pixels);
            Vision.Decode(store.Content(usable[i].Hash), 48, expected);
            pixels.ShouldBe(expected);
        }

        // A model that does not know the emotion does not get the sample.
        store.Pictures(snapshot, heldOut: false, ImageShape.Face, ["sad", "happy"]).Count.ShouldBe(counts[0]);
    }

    public void Dispose() => _home.Dispose();

    private static List<SampleHash> Answered(StudentStore store, int count) => [.. Enumerable.Range(0, count).Select(i =>
        store.Answer(store.Add(DeviceHome.Text($"text {i}")).Hash, i % 2 == 0 ? "sad" : "happy").Hash)];
}
