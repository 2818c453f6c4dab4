using Cohort.Model.Data;
using Cohort.Model.Data.Avatars;

namespace Cohort.Model.Tests.Data;

/// <summary>A resident student whose samples are a folder of pictures.</summary>
public sealed class ResidentFolderTests : IDisposable
{
    private static readonly SampleForm Form = new(ImageShape.Face, EmotionClasses.Fer2013);

    private readonly TemporaryFolder _folder = new();
    private readonly AvatarFaces _faces = new(seed: 1, persons: 1, samplesPerPerson: 9);

    public void Dispose() => _folder.Dispose();

    private string Home => Path.Combine(_folder.Path, "home");

    private ResidentFolder Open(Action<string>? note = null) => new(Path.Combine(_folder.Path, "anna"), Home, note: note);

    private string Paint(string name, int face)
    {
        var pixels = new byte[ImageShape.Face.Length];
        _faces.CopySample(face, pixels);
        return _folder.Write(Path.Combine("anna", name), Vision.EncodePng(pixels, 48, 48));
    }

    private static byte[] Pixels(ISampleSet samples, int index)
    {
        var pixels = new byte[samples.Shape.Length];
        samples.CopySample(index, pixels);
        return pixels;
    }

    [Fact]
    public void A_version_is_the_folders_pictures_in_the_order_of_their_paths_pixel_for_pixel()
    {
        Paint("sad/b.png", 0);
        Paint("happy/z.png", 1);
        Paint("Happiness/y.png", 2);
        _folder.Write("anna/notes/todo.txt", "buy milk");
        _folder.Write("anna/.trash/old.png", "gone");

        var student = Open();
        student.Newest(Form).ShouldBe(1);
        var samples = student.Samples(1, Form);

        student.Name.ShouldBe("anna");
        samples.Classes.ShouldBe(EmotionClasses.Fer2013);
        Enumerable.Range(0, samples.Count).Select(samples.LabelOf).ShouldBe([3, 3, 4]);
        Pixels(samples, 0).ShouldBe(Pixels(_faces, 2));
        Pixels(samples, 1).ShouldBe(Pixels(_faces, 1));
    }

    [Fact]
    public void A_new_picture_makes_a_new_version_and_the_old_one_stays_what_it_was_also_in_another_life()
    {
        Paint("happy/1.png", 0);
        Paint("sad/1.png", 1);
        Open().Newest(Form).ShouldBe(1);
        Paint("happy/2.png", 2);

        var again = Open();
        again.Newest(Form).ShouldBe(2);
        again.Newest(Form).ShouldBe(2); // nothing has changed
        again.Samples(1, Form).Count.ShouldBe(2);
        again.Samples(2, Form).Count.ShouldBe(3);
        Open().Samples(1, Form).Digest.ShouldBe(again.Samples(1, Form).Digest);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_version_with_a_picture_that_was_removed_or_changed_is_refused_in_words_that_name_no_picture(bool removed)
    {
        Paint("happy/1.png", 0);
        var me = Paint("sad/me-at-the-lake.png", 1);
        var student = Open();
        student.Newest(Form);
        student.Samples(1, Form).Count.ShouldBe(2);
        if (removed)
            File.Delete(me);
        else
            Paint("sad/me-at-the-lake.png", 3);

        Should.Throw<ResidentSamplesException>(() => student.Samples(1, Form)).Message
            .ShouldBe("version 1 of its samples is not all there any more; a new run takes what is");
        Should.Throw<ResidentSamplesException>(() => Open().Samples(1, Form));
        student.Newest(Form).ShouldBe(2);
        student.Samples(2, Form).Count.ShouldBe(removed ? 1 : 2);
    }

    [Fact]
    public void A_picture_that_cannot_be_read_is_left_out_and_named_once_on_the_device()
    {
        Paint("happy/1.png", 0);
        _folder.Write("anna/happy/broken.png", "no picture");
        List<string> notes = [];
        var student = Open(notes.Add);

        student.Newest(Form);
        student.Newest(Form);

        student.Samples(1, Form).Count.ShouldBe(1);
        notes.ShouldHaveSingleItem().ShouldContain("broken.png");
    }

    [Fact]
    public void What_cannot_be_trained_on_is_refused_in_words_that_name_nothing_that_the_student_has()
    {
        Paint("furious-at-mum/1.png", 0);
        Should.Throw<ResidentSamplesException>(() => Open().Newest(Form)).Message.ShouldBe("it has samples of a class that the plan does not know");
        Should.Throw<ResidentSamplesException>(() => Open().Newest(new(new ImageShape(3, 48, 48), Form.Classes))).Message
            .ShouldBe("its pictures are square and grey, and the plan trains on pictures of 3x48x48");
        Open().Newest(new(ImageShape.Face, ["furious-at-mum"])).ShouldBe(1); // a plan's own classes
    }

    [Fact]
    public void A_student_without_pictures_has_no_version()
    {
        _folder.Write("anna/readme.txt", "empty");
        Open().Newest(Form).ShouldBeNull();
    }

    [Fact]
    public void Folders_that_are_no_students_are_refused_with_what_is_expected()
    {
        Should.Throw<DataFormatException>(() => ResidentFolder.AllIn(Path.Combine(_folder.Path, "none"), Home)).Message.ShouldContain("There is no folder");
        Directory.CreateDirectory(Path.Combine(_folder.Path, "empty"));
        Should.Throw<DataFormatException>(() => ResidentFolder.AllIn(Path.Combine(_folder.Path, "empty"), Home)).Message
            .ShouldContain("holds no student: expected one folder for each, with pictures by class (anna/happy/1.png).");
        Directory.CreateDirectory(Path.Combine(_folder.Path, "some", "anna & ben"));
        Should.Throw<DataFormatException>(() => ResidentFolder.AllIn(Path.Combine(_folder.Path, "some"), Home)).Message.ShouldContain("'anna & ben' is none");
    }
}
