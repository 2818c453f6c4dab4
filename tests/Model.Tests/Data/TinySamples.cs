using Cohort.Model.Data;

namespace Cohort.Model.Tests.Data;

/// <summary>Small sample sets made in memory.</summary>
internal static class TinySamples
{
    /// <summary>1x1 pictures with these labels and persons; the pixel is the index modulo 256.</summary>
    public static ImageArray Labelled(int[] labels, int[]? persons = null, int classes = 10) => new(
        new ImageShape(1, 1, 1),
        [.. Enumerable.Range(0, classes).Select(c => $"class {c}")],
        [.. Enumerable.Range(0, labels.Length).Select(i => (byte)i)],
        [.. labels.Select(l => (byte)l)],
        persons);

    /// <summary>Count samples whose labels go round 0..classes - 1.</summary>
    public static ImageArray Even(int count, int classes = 10) =>
        Labelled([.. Enumerable.Range(0, count).Select(i => i % classes)], classes: classes);
}
