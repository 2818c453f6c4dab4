using Cohort.Model.Data;
using Cohort.Model.Randomness;

namespace Cohort.Model.Tests.Data;

public sealed class AugmentationTests
{
    private static readonly ImageShape _shape = new(2, 5, 6);

    [Fact]
    public void None_changes_nothing_and_draws_nothing()
    {
        var random = KeyedRandom.For(1, Purpose.Augment);
        float[] picture = Numbered();
        Augmentation.None.Apply(picture, _shape, new float[60], random);
        picture.ShouldBe(Numbered());
        random.NextUInt64().ShouldBe(KeyedRandom.For(1, Purpose.Augment).NextUInt64());
    }

    [Fact]
    public void A_mirrored_picture_is_the_picture_or_its_mirror_image()
    {
        float[] mirrored = [.. Numbered().Chunk(6).SelectMany(row => row.Reverse())];
        float[][] seen = [.. Enumerable.Range(0, 20).Select(i => Changed(Augmentation.None with { Mirror = true }, i))];
        seen.ShouldAllBe(p => p.SequenceEqual(Numbered()) || p.SequenceEqual(mirrored));
        seen.Count(p => p.SequenceEqual(mirrored)).ShouldBeInRange(4, 16);
    }

    [Fact]
    public void A_shifted_picture_is_one_of_the_shifts_with_its_border_repeated()
    {
        var seen = new HashSet<(int, int)>();
        for (int i = 0; i < 200; i++)
        {
            float[] picture = Changed(Augmentation.None with { Shift = 1 }, i);
            (int, int)[] fits = [.. from right in Enumerable.Range(-1, 3) from down in Enumerable.Range(-1, 3)
                                   where picture.SequenceEqual(Shifted(right, down)) select (right, down)];
            seen.Add(fits.ShouldHaveSingleItem());
        }

        seen.Count.ShouldBe(9);
    }

    [Fact]
    public void A_shift_beyond_the_picture_leaves_its_border()
    {
        for (int i = 0; i < 50; i++)
            Changed(Augmentation.None with { Shift = 100 }, i).ShouldAllBe(v => Numbered().Contains(v));
    }

    [Fact]
    public void Rotation_moves_the_outside_more_than_the_middle_and_keeps_an_even_picture_even()
    {
        var shape = new ImageShape(1, 49, 49);
        float[] flat = [.. Enumerable.Repeat(3f, shape.Length)];
        var rotation = Augmentation.None with { Rotation = 30 };
        rotation.Apply(flat, shape, new float[shape.Length], KeyedRandom.For(2, Purpose.Augment));
        flat.ShouldAllBe(v => Math.Abs(v - 3) < 1e-5);

        // A bar to the right of the middle turns by at most 30 degrees and stays at its distance.
        float[] bar = new float[shape.Length];
        bar[(24 * 49) + 24] = 1;
        bar[(24 * 49) + 44] = 1;
        rotation.Apply(bar, shape, new float[shape.Length], KeyedRandom.For(3, Purpose.Augment));
        bar[(24 * 49) + 24].ShouldBe(1, 1e-5);
        bar[(24 * 49) + 44].ShouldBeLessThan(0.5f);
        (int x, int y) = Enumerable.Range(0, bar.Length).Where(i => i != (24 * 49) + 24).MaxBy(i => bar[i]) is var at
            ? ((at % 49) - 24, (at / 49) - 24) : default;
        Math.Sqrt((x * x) + (y * y)).ShouldBe(20, 1);
        Math.Abs(Math.Atan2(y, x)).ShouldBeInRange(0.02, 30 * Math.PI / 180);
    }

    [Fact]
    public void The_same_generator_gives_the_same_change()
    {
        var all = new Augmentation();
        Changed(all, 5).ShouldBe(Changed(all, 5));
        Enumerable.Range(0, 20).Select(i => string.Join(',', Changed(all, i))).ToHashSet(StringComparer.Ordinal).Count
            .ShouldBeGreaterThan(15);
    }

    [Fact]
    public void What_makes_no_sense_is_refused()
    {
        Should.Throw<ArgumentOutOfRangeException>(() => new Augmentation { Shift = -1 });
        Should.Throw<ArgumentOutOfRangeException>(() => new Augmentation { Rotation = 46 });
        Should.Throw<ArgumentOutOfRangeException>(() => new Augmentation { Rotation = double.NaN });
        Should.Throw<ArgumentException>(() =>
            new Augmentation().Apply(new float[59], _shape, new float[60], KeyedRandom.For(1, Purpose.Augment)));
    }

    private static float[] Numbered() => [.. Enumerable.Range(0, 60).Select(i => (float)i)];

    private static float[] Changed(Augmentation augmentation, int key)
    {
        float[] picture = Numbered();
        augmentation.Apply(picture, _shape, new float[60], KeyedRandom.For(9, Purpose.Augment, key));
        return picture;
    }

    private static float[] Shifted(int right, int down)
    {
        float[] picture = Numbered();
        return [.. from channel in Enumerable.Range(0, 2)
                   from y in Enumerable.Range(0, 5)
                   from x in Enumerable.Range(0, 6)
                   select picture[(channel * 30) + (Math.Clamp(y - down, 0, 4) * 6) + Math.Clamp(x - right, 0, 5)]];
    }
}
