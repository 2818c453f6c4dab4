using Cohort.Model.Data;
using Cohort.Model.Evaluation;

namespace Cohort.Model.Tests.Evaluation;

public class ImageSimilarityTests
{
    private static readonly ImageShape Shape = new(1, 16, 16);

    [Fact]
    public void A_tenth_of_full_brightness_everywhere_is_20_decibels()
        => ImageSimilarity.Psnr(Flat(0.4f), Flat(0.5f)).ShouldBe(20, 1e-5);

    [Fact]
    public void Full_brightness_in_one_pixel_of_256_is_24_decibels()
    {
        var other = Flat(0);
        other[17] = 1;
        ImageSimilarity.Psnr(Flat(0), other).ShouldBe(10 * Math.Log10(256), 1e-9);
    }

    [Fact]
    public void Equal_pictures_are_as_similar_as_can_be()
    {
        ImageSimilarity.Psnr(Stripes(), Stripes()).ShouldBe(ImageSimilarity.MostDecibels);
        ImageSimilarity.Ssim(Stripes(), Stripes(), Shape).ShouldBe(1, 1e-12);
    }

    [Fact]
    public void Flat_pictures_differ_in_luminance_alone()
    {
        // No variance: the second factor is C2 / C2 (Wang et al. 2004, eq. 6).
        const double x = 0.25, y = 0.75, c1 = 1e-4;
        ImageSimilarity.Ssim(Flat((float)x), Flat((float)y), Shape)
            .ShouldBe(((2 * x * y) + c1) / ((x * x) + (y * y) + c1), 1e-9);
    }

    [Fact]
    public void A_negative_has_the_structure_reversed()
    {
        var negative = Array.ConvertAll(Stripes(), value => 1 - value);
        ImageSimilarity.Ssim(Stripes(), negative, Shape).ShouldBeLessThan(-0.9);
    }

    [Fact]
    public void Pictures_smaller_than_the_window_are_refused()
        => Should.Throw<ArgumentException>(() => ImageSimilarity.Ssim(new float[100], new float[100], new ImageShape(1, 10, 10)))
            .Message.ShouldContain("11x11");

    private static float[] Flat(float value) => [.. Enumerable.Repeat(value, Shape.Length)];

    private static float[] Stripes() => [.. Enumerable.Range(0, Shape.Length).Select(i => i % 2 == 0 ? 0.1f : 0.9f)];
}
