using Cohort.Model.Data;
using Cohort.Model.Data.Synthesis;
using Cohort.Model.Randomness;

namespace Cohort.Model.Tests.Data.Synthesis;

public sealed class VariationTests
{
    private static readonly ImageShape _shape = ImageShape.Face;

    [Fact]
    public void No_change_changes_no_byte()
    {
        byte[] face = Face();
        Applied(Variation.None, face).ShouldBe(face);
        Variation.None.ToString().ShouldBe("none");
    }

    [Fact]
    public void A_mirror_and_whole_shifts_move_pixels_where_they_belong()
    {
        byte[] face = Face();
        byte[] mirrored = Applied(Variation.None with { Mirror = true }, face);
        byte[] moved = Applied(Variation.None with { ShiftX = 3, ShiftY = -2 }, face);
        for (int y = 0; y < 48; y++)
        {
            for (int x = 0; x < 48; x++)
            {
                mirrored[(y * 48) + x].ShouldBe(face[(y * 48) + 47 - x]);
                moved[(y * 48) + x].ShouldBe(face[(Math.Min(y + 2, 47) * 48) + Math.Max(x - 3, 0)]);
            }
        }
    }

    [Fact]
    public void What_is_enlarged_or_turned_stays_centred()
    {
        byte[] spot = new byte[48 * 48];
        foreach (int i in (ReadOnlySpan<int>)[(23 * 48) + 23, (23 * 48) + 24, (24 * 48) + 23, (24 * 48) + 24])
            spot[i] = 200;
        byte[] large = Applied(Variation.None with { Scale = 2 }, spot);
        byte[] turned = Applied(Variation.None with { Rotation = 30 }, spot);
        large.Sum(p => p).ShouldBeInRange(4 * 4 * 200 * 9 / 10, 4 * 4 * 200 * 11 / 10);
        Middle(large).ShouldBe((23.5, 23.5));
        Middle(turned).X.ShouldBe(23.5, 0.01);
        turned.Sum(p => p).ShouldBeInRange(700, 900);
    }

    [Fact]
    public void Light_changes_what_its_names_say()
    {
        byte[] grey = [.. Enumerable.Repeat((byte)100, 48 * 48)];
        Applied(Variation.None with { Brightness = 0.1f }, grey)[0].ShouldBe((byte)126);
        Applied(Variation.None with { Contrast = 0.5f }, grey)[0].ShouldBe((byte)114);
        Applied(Variation.None with { Gamma = 0.5f }, grey)[0].ShouldBe((byte)160); // 255 sqrt(100/255)
        byte[] fromTheRight = Applied(Variation.None with { LightX = 0.3f }, grey);
        (fromTheRight[0], fromTheRight[47]).ShouldBe(((byte)70, (byte)130));
        Lighting.Of(Applied(Variation.None with { LightX = -0.6f }, grey), _shape).ShouldBe(Light.Left);
    }

    [Fact]
    public void A_cover_hides_its_square_and_nothing_else()
    {
        byte[] black = new byte[48 * 48];
        byte[] covered = Applied(Variation.None with { CoverSide = 5, CoverX = 10, CoverY = 20 }, black);
        for (int i = 0; i < covered.Length; i++)
            covered[i].ShouldBe(i % 48 is >= 10 and < 15 && i / 48 is >= 20 and < 25 ? (byte)128 : (byte)0);
    }

    [Fact]
    public void A_tilt_enlarges_the_nearer_side()
    {
        // Dots at the same distance from the middle: the one on the nearer side moves outwards, the other inwards.
        byte[] dots = new byte[48 * 48];
        dots[(24 * 48) + 12] = dots[(24 * 48) + 35] = 255;
        byte[] tilted = Applied(Variation.None with { TiltX = 0.2f }, dots);
        int[] bright = [.. Enumerable.Range(0, 48).Where(x => Enumerable.Range(22, 5).Any(y => tilted[(y * 48) + x] > 60))];
        bright.Max().ShouldBeGreaterThan(35);
        bright.Min().ShouldBeGreaterThan(12);
    }

    [Fact]
    public void The_same_key_draws_the_same_bytes_and_another_one_others()
    {
        byte[] face = Face();
        Drawn(1, face).ShouldBe(Drawn(1, face));
        Drawn(1, face).ShouldNotBe(Drawn(2, face));
    }

    [Fact]
    public void A_kind_that_is_not_asked_for_is_not_changed_and_the_label_is_free_of_commas()
    {
        for (int key = 0; key < 50; key++)
        {
            var random = KeyedRandom.For(1, Purpose.Synthesise, key);
            var light = Variation.Draw(random, _shape, VariationKinds.Light);
            (light with { Brightness = 0, Contrast = 1, Gamma = 1, LightX = 0, LightY = 0 }).ShouldBe(Variation.None);
            var all = Variation.Draw(random, _shape, VariationKinds.All);
            all.ToString().ShouldNotContain(",");
            (all.CoverX + all.CoverSide).ShouldBeLessThan(48);
        }
    }

    private static byte[] Drawn(int key, byte[] face)
        => Applied(Variation.Draw(KeyedRandom.For(1, Purpose.Synthesise, key), _shape, VariationKinds.All), face);

    private static byte[] Applied(Variation variation, byte[] picture)
    {
        byte[] changed = new byte[picture.Length];
        variation.Apply(picture, _shape, changed);
        return changed;
    }

    private static byte[] Face() => [.. Enumerable.Range(0, 48 * 48).Select(i => (byte)((i * 7) + (i / 48 * 13)))];

    private static (double X, double Y) Middle(byte[] picture)
    {
        double sum = picture.Sum(p => (double)p);
        return (
            Math.Round(picture.Index().Sum(p => p.Index % 48 * (double)p.Item) / sum, 6),
            Math.Round(picture.Index().Sum(p => p.Index / 48 * (double)p.Item) / sum, 6));
    }
}
