using Cohort.Model.Data;
using Cohort.Model.Faces;

namespace Cohort.Model.Tests.Faces;

public class PictureTests
{
    [Fact]
    public void A_picture_is_read_whole_in_grey_and_in_colour()
    {
        byte[] pixels = [255, 0, 0, 0, 255, 0, 0, 0, 255, 10, 20, 30, 200, 200, 200, 0, 0, 0];
        var file = new Picture(pixels, 3, 2).ToPng();

        var colour = Vision.Open(file, inColour: true);
        (colour.Width, colour.Height, colour.Channels).ShouldBe((3, 2, 3));
        colour.Pixels.ShouldBe(pixels);
        var grey = Vision.Open(file);
        (grey.Width, grey.Height, grey.Channels).ShouldBe((3, 2, 1));
        foreach (var (luma, expected) in grey.Pixels.Zip([76, 150, 29]))
            Math.Abs(luma - expected).ShouldBeLessThanOrEqualTo(1, "Rec. 601 luma of red, green and blue");
    }

    [Fact]
    public void A_whole_square_cut_out_is_what_decoding_it_gives()
    {
        var random = new Random(1);
        var pixels = new byte[90 * 90];
        random.NextBytes(pixels);
        var picture = new Picture(pixels, 90, 90);
        var (cut, decoded) = (new byte[48 * 48], new byte[48 * 48]);
        Vision.Crop(picture, new FaceBox(0, 0, 90, 90), 48, cut);
        Vision.Decode(picture.ToPng(), 48, decoded);
        cut.ShouldBe(decoded);
    }

    [Fact]
    public void Enlarging_repeats_every_pixel()
        => new Picture([1, 2, 3, 4], 2, 2).Enlarged(2).Pixels.ShouldBe(new byte[] { 1, 1, 2, 2, 1, 1, 2, 2, 3, 3, 4, 4, 3, 3, 4, 4 });

    [Theory]
    [InlineData(0)]
    [InlineData(255)]
    public void A_mark_can_be_told_from_a_black_and_from_a_white_picture(byte background)
    {
        var picture = new Picture([.. Enumerable.Repeat(background, 3 * 200 * 200)], 200, 200);
        picture.Mark(new FaceBox(60, 70, 80, 80), "happy 93 %", 0.5);
        var brightness = picture.Pixels.Chunk(3).Select(pixel => (pixel[0] + pixel[1] + pixel[2]) / 3).ToArray();
        brightness.Count(b => Math.Abs(b - background) > 80).ShouldBeGreaterThan(600); // box, plate or letters
        brightness.Count(b => b > 120 && b < 250).ShouldBeGreaterThan(300); // light lines
        brightness.Count(b => b < 40).ShouldBeGreaterThan(300); // dark rim
        picture.Pixels.AsSpan(0, 300).ToArray().ShouldAllBe(b => b == background); // the top row's corner is untouched
    }

    [Fact]
    public void A_mark_in_a_corner_or_larger_than_the_picture_does_no_harm()
    {
        var picture = new Picture(new byte[3 * 40 * 40], 40, 40);
        picture.Mark(new FaceBox(0, 0, 40, 40), "a line much longer than the picture is wide, with ü and \n", 1);
        picture.Mark(new FaceBox(35, 35, 5, 5), "x", 2);
    }
}
