using Cohort.Model.Data;
using Cohort.Model.Data.Avatars;
using Cohort.Model.Data.Synthesis;

namespace Cohort.Model.Tests.Data.Synthesis;

public sealed class DrawnFacesTests
{
    [Theory]
    [InlineData(Light.Even)]
    [InlineData(Light.Dim)]
    [InlineData(Light.Bright)]
    [InlineData(Light.Left)]
    [InlineData(Light.Right)]
    public void A_face_is_drawn_in_the_light_that_is_wished_for_whatever_it_shows(Light light)
    {
        var faces = new DrawnFaces(seed: 1, persons: 12);
        byte[] picture = new byte[48 * 48];
        for (int number = 0; number < 70; number++)
        {
            faces.Draw(number, new FaceWish(number % 7, Light: light), picture).Light.ShouldBe(light);
            Lighting.Of(picture, ImageShape.Face).ShouldBe(light);
        }
    }

    [Fact]
    public void A_gender_is_drawn_as_wished_and_changes_the_face()
    {
        var faces = new DrawnFaces(seed: 1, persons: 4);
        foreach (Gender gender in Enum.GetValues<Gender>())
            faces.Draw(3, new FaceWish(3, gender), new byte[48 * 48]).Gender.ShouldBe(gender);
        Drawn(faces, 3, Gender.Female).ShouldNotBe(Drawn(faces, 3, Gender.Male));
    }

    [Fact]
    public void Without_a_wish_genders_take_turns_and_all_persons_have_theirs()
    {
        var faces = new DrawnFaces(seed: 1, persons: 5);
        DrawnFace[] drawn = [.. Enumerable.Range(0, 40).Select(number => faces.Draw(number, new FaceWish(number % 7), new byte[48 * 48]))];
        drawn.Count(face => face.Gender == Gender.Male).ShouldBe(20);
        drawn.Select(face => (face.Gender, face.Person)).Distinct().Count().ShouldBe(10);
    }

    [Fact]
    public void The_same_seed_draws_the_same_faces_and_another_one_others()
    {
        Drawn(new DrawnFaces(1, 4), 5, null).ShouldBe(Drawn(new DrawnFaces(1, 4), 5, null));
        Drawn(new DrawnFaces(1, 4), 5, null).ShouldNotBe(Drawn(new DrawnFaces(2, 4), 5, null));
        Drawn(new DrawnFaces(1, 4), 5, null).ShouldNotBe(Drawn(new DrawnFaces(1, 4), 6, null));
    }

    private static byte[] Drawn(DrawnFaces faces, int number, Gender? gender)
    {
        byte[] picture = new byte[48 * 48];
        faces.Draw(number, new FaceWish(2, gender), picture);
        return picture;
    }
}
