using System.Security.Cryptography;
using System.Text;

namespace Cohort.Device.Store;

/// <summary>A sample that may be trained on or judged by.</summary>
/// <param name="Hash">Of its content.</param>
/// <param name="Kind">What it is.</param>
/// <param name="Emotion">What the student says it is.</param>
public sealed record SnapshotSample(SampleHash Hash, SampleKind Kind, string Emotion)
{
    /// <inheritdoc cref="Feedback.IsHeldOut"/>
    public bool IsHeldOut => Feedback.IsHeldOut(Hash);
}

/// <summary>
/// What a student had given an answer to at one version of its store. The same version is always the same samples with the same answers, in
/// the order of their hashes, whatever comes after it; an erasure makes it unusable instead.
/// </summary>
/// <param name="Student">Whose.</param>
/// <param name="Version">The store's, 0 before the first answer.</param>
/// <param name="Samples">In ascending order of their hashes.</param>
public sealed record Snapshot(StudentName Student, long Version, IReadOnlyList<SnapshotSample> Samples)
{
    /// <summary>SHA-256 in hex over hashes, kinds and answers: equal digests mean equal samples, on any device.</summary>
    public string Digest
    {
        get
        {
            var text = new StringBuilder("cohort-feedback 1\n");
            foreach (var sample in Samples)
            {
                text.Append(sample.Hash).Append(' ').Append(sample.Kind == SampleKind.Picture ? "picture" : "text").Append(' ').Append(sample.Emotion).Append('\n');
            }

            return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())));
        }
    }

    /// <summary>The samples of one use that a model of these classes knows.</summary>
    /// <param name="kind">Pictures or texts.</param>
    /// <param name="heldOut">Those that are kept from training, or those that are trained on.</param>
    /// <param name="classes">The model's; samples of other emotions are left out.</param>
    public IReadOnlyList<SnapshotSample> Usable(SampleKind kind, bool heldOut, IReadOnlyList<string> classes)
        => [.. Samples.Where(sample => sample.Kind == kind && sample.IsHeldOut == heldOut && Feedback.LabelOf(classes, sample.Emotion) >= 0)];

    /// <summary>int [classes]: how many of <see cref="Usable"/> there are of each.</summary>
    /// <inheritdoc cref="Usable"/>
    public int[] LabelCounts(SampleKind kind, bool heldOut, IReadOnlyList<string> classes)
    {
        var counts = new int[classes.Count];
        foreach (var sample in Usable(kind, heldOut, classes))
        {
            counts[Feedback.LabelOf(classes, sample.Emotion)]++;
        }

        return counts;
    }
}
