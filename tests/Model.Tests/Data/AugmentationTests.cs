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
    public void A_zoomed_picture_keeps_its_middle_and_moves_what_is_around_it()
    {
        var shape = new ImageShape(1, 49, 49);
        float Radius(float[] picture) => Enumerable.Range(0, 24).Last(x => picture[(24 * 49) + 24 + x] > 0.5f);
        for (int i = 0; i < 20; i++)
        {
            // A disc of radius 10.
            float[] disc = [.. Enumerable.Range(0, 49 * 49).Select(at => Math.Pow((at % 49) - 24, 2) + Math.Pow((at / 49) - 24, 2) <= 100 ? 1f : 0f)];
            (Augmentation.None with { Zoom = 0.3 }).Apply(disc, shape, new float[shape.Length], KeyedRandom.For((ulong)i, Purpose.Augment));
            disc[(24 * 49) + 24].ShouldBe(1);
            Radius(disc).ShouldBeInRange(7, 13);
            double wanted = 1 + (0.3 * ((2 * KeyedRandom.For((ulong)i, Purpose.Augment).NextDouble()) - 1));
            Radius(disc).ShouldBe((float)(10 * wanted), 1);
        }
    }

    [Fact]
    public void Brightness_moves_all_pixels_alike_and_contrast_stretches_them_about_their_mean()
    {
        for (int i = 0; i < 20; i++)
        {
            float[] brighter = Changed(Augmentation.None with { Brightness = 5 }, i);
            float added = brighter[0] - Numbered()[0];
            Math.Abs(added).ShouldBeLessThanOrEqualTo(5);
            brighter.Zip(Numbered()).ShouldAllBe(pair => Math.Abs(pair.First - pair.Second - added) < 1e-4);

            float[] stretched = Changed(Augmentation.None with { Contrast = 0.5 }, i);
            stretched.Average().ShouldBe(Numbered().Average(), 1e-3f);
            float factor = (stretched[59] - stretched[0]) / (Numbered()[59] - Numbered()[0]);
            factor.ShouldBeInRange(0.5f, 1.5f);
            stretched.Zip(stretched.Skip(1)).ShouldAllBe(pair => Math.Abs(pair.Second - pair.First - factor) < 1e-3);
        }
    }

    [Fact]
    public void Erasing_sets_one_rectangle_to_the_mean_as_often_as_it_is_asked_to()
    {
        var shape = new ImageShape(1, 40, 40);
        int erased = 0;
        for (int i = 0; i < 400; i++)
        {
            float[] picture = [.. Enumerable.Range(0, 1600).Select(at => (float)at)];
            (Augmentation.None with { Erasing = 0.25 }).Apply(picture, shape, new float[1600], KeyedRandom.For((ulong)i, Purpose.Augment));
            int[] changed = [.. Enumerable.Range(0, 1600).Where(at => picture[at] != at)];
            if (changed.Length == 0)
                continue;
            erased++;
            changed.ShouldAllBe(at => picture[at] == 799.5f);
            int width = changed.Max(at => at % 40) - changed.Min(at => at % 40) + 1;
            int height = (changed[^1] / 40) - (changed[0] / 40) + 1;
            changed.Length.ShouldBe(width * height, "it is a rectangle");
            changed.Length.ShouldBeInRange(25, 345); // 2 to 20 % of 1600, and rounding of the sides
        }

        erased.ShouldBeInRange(70, 130);
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
