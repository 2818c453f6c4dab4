using Cohort.Model.Data;
using Cohort.Model.Faces;
using Cohort.Model.Tests.Data;

namespace Cohort.Model.Tests.Faces;

public class FaceDetectorTests
{
    [SkippableFact]
    public void Faces_are_found_where_they_were_pasted_and_nowhere_else()
    {
        var faces = ImageFolder.Read(SharedData.Require("faces")).Test;
        using var detector = FaceDetector.Open();
        var (pasted, found, wrong) = (0, 0, 0);
        for (var number = 0; number < 6; number++)
        {
            var scene = ComposedScene.Draw(faces, number);
            var boxes = detector.Find(scene.Picture);
            pasted += scene.Faces.Count;
            found += scene.Faces.Count(face => boxes.Any(box => box.Overlap(face) > 0.4));
            wrong += boxes.Count(box => !scene.Faces.Any(face => box.Overlap(face) > 0.4));
        }

        pasted.ShouldBe(24);
        found.ShouldBeGreaterThanOrEqualTo(18);
        wrong.ShouldBeLessThanOrEqualTo(1);
    }

    [SkippableFact]
    public void The_same_picture_gives_the_same_boxes_from_left_to_right()
    {
        var scene = ComposedScene.Draw(ImageFolder.Read(SharedData.Require("faces")).Test, number: 3, count: 6);
        using var detector = FaceDetector.Open();
        using var other = FaceDetector.Open();
        var boxes = detector.Find(scene.Picture);
        boxes.Count.ShouldBeGreaterThan(2);
        boxes.Select(box => box.X).ShouldBeInOrder();
        other.Find(scene.Picture).ShouldBe(boxes);
        detector.Find(scene.Picture).ShouldBe(boxes);
    }

    [SkippableFact]
    public void In_a_picture_larger_than_is_searched_boxes_are_in_its_own_pixels()
    {
        var scene = ComposedScene.Draw(ImageFolder.Read(SharedData.Require("faces")).Test, number: 1, least: 150);
        using var detector = FaceDetector.Open();
        var large = scene.Picture.Enlarged(3);
        var boxes = detector.Find(large);
        boxes.ShouldNotBeEmpty();
        foreach (var box in boxes)
        {
            scene.Faces.Max(face => box.Overlap(new(face.X * 3, face.Y * 3, face.Width * 3, face.Height * 3))).ShouldBeGreaterThan(0.4);
        }
    }

    [Theory]
    [InlineData(800, 600)]
    [InlineData(1, 1)]
    [InlineData(3000, 2)]
    public void A_picture_without_a_face_has_none(int width, int height)
    {
        using var detector = FaceDetector.Open();
        detector.Find(new(new byte[width * height], width, height)).ShouldBeEmpty();
    }

    [Fact]
    public void Cascades_that_are_not_installed_are_answered_with_what_installs_them()
    {
        using var folder = new TemporaryFolder();
        Should.Throw<DataFormatException>(() => FaceDetector.Open(folder.Path)).Message.ShouldContain("apt-get install opencv-data");
        foreach (var name in new[] { "haarcascade_frontalface_alt.xml", "haarcascade_frontalface_alt2.xml", "haarcascade_frontalface_default.xml" })
            folder.Write(name, "<opencv_storage></opencv_storage>");
        Should.Throw<DataFormatException>(() => FaceDetector.Open(folder.Path)).Message.ShouldContain("haarcascade_frontalface_alt.xml");
    }

    [Theory]
    [InlineData(0, 0, 10, 10, 1)]
    [InlineData(5, 0, 10, 10, 1.0 / 3)]
    [InlineData(10, 0, 10, 10, 0)]
    [InlineData(2, 2, 5, 5, 0.25)]
    [InlineData(-40, -40, 5, 5, 0)]
    public void Boxes_overlap_by_the_share_of_their_union(int x, int y, int width, int height, double overlap)
        => new FaceBox(0, 0, 10, 10).Overlap(new(x, y, width, height)).ShouldBe(overlap, 1e-12);
}
