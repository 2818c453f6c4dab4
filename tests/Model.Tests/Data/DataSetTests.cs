using Cohort.Model.Data;

namespace Cohort.Model.Tests.Data;

public sealed class DataSetTests
{
    [Fact]
    public void A_digest_changes_with_pixels_labels_persons_classes_and_shape_alone()
    {
        string[] digests =
        [
            Of([1, 2, 3, 4], [0, 1]).Digest, Of([1, 2, 3, 5], [0, 1]).Digest, Of([1, 2, 3, 4], [1, 1]).Digest,
            Of([1, 2, 3, 4], [0, 1], persons: [0, 1]).Digest, Of([1, 2, 3, 4], [0, 1], classes: ["a", "c"]).Digest,
            Of([1, 2, 3, 4], [0, 1], shape: new ImageShape(1, 2, 1)).Digest,
        ];
        digests.ToHashSet(StringComparer.Ordinal).Count.ShouldBe(digests.Length);
        Of([1, 2, 3, 4], [0, 1]).Digest.ShouldBe(digests[0]);
        digests[0].ShouldMatch("^[0-9a-f]{64}$");
    }

    [Fact]
    public void A_view_of_the_same_samples_has_the_same_digest()
    {
        ImageArray set = Of([1, 2, 3, 4], [0, 1]);
        new SampleSubset(set, [0, 1]).Digest.ShouldBe(set.Digest);
        new SampleSubset(set, [1, 0]).Digest.ShouldNotBe(set.Digest, StringComparer.Ordinal);
    }

    [Fact]
    public void The_digest_of_a_data_set_covers_both_halves_and_not_the_name()
    {
        (ImageArray a, ImageArray b) = (Of([1, 2], [0]), Of([3, 4], [1]));
        var data = new DataSet("x", a, b, IsSynthetic: false);
        (data with { Name = "y" }).Digest.ShouldBe(data.Digest);
        (data with { Train = b, Test = a }).Digest.ShouldNotBe(data.Digest, StringComparer.Ordinal);
    }

    [Fact]
    public void Arrays_that_do_not_fit_are_refused()
    {
        Message(() => Of([1, 2, 3], [0, 1])).ShouldContain("need 4 bytes, got 3");
        Message(() => Of([1, 2], [2])).ShouldContain("Sample 0 has label 2, but there are 2 classes");
        Message(() => Of([1, 2], [0], persons: [1, 2])).ShouldContain("1 labels and 2 persons");

        static string Message(Action act) => Should.Throw<ArgumentException>(act).Message;
    }

    private static ImageArray Of(
        byte[] pixels, byte[] labels, int[]? persons = null, string[]? classes = null, ImageShape? shape = null) =>
        new(shape ?? new ImageShape(1, 1, 2), classes ?? ["a", "b"], pixels, labels, persons);
}
