using System.Buffers.Binary;
using System.Security.Cryptography;
using Cohort.Model.Data;
using Cohort.Model.Data.Avatars;
using Cohort.Model.Partitions;

namespace Cohort.Model.Tests.Data;

public sealed class AvatarFacesTests
{
    [Fact]
    public void A_picture_is_a_function_of_seed_person_and_number_alone()
    {
        var few = new AvatarFaces(seed: 3, persons: 2, samplesPerPerson: 5, firstPerson: 4);
        var many = new AvatarFaces(seed: 3, persons: 10, samplesPerPerson: 5);
        for (int i = 0; i < few.Count; i++)
        {
            Picture(few, i).ShouldBe(Picture(many, 20 + i));
            few.LabelOf(i).ShouldBe(many.LabelOf(20 + i));
            few.PersonOf(i).ShouldBe(4 + (i / 5));
        }

        Picture(new AvatarFaces(seed: 4, persons: 10, samplesPerPerson: 5), 0).ShouldNotBe(Picture(many, 0));
    }

    [Fact]
    public void The_painted_bytes_are_known()
    {
        // Changes whenever the drawing does; then the version in the digest is to be raised as well.
        var faces = new AvatarFaces(seed: 1, persons: 20, samplesPerPerson: 5);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        for (int i = 0; i < faces.Count; i++)
            hash.AppendData(Picture(faces, i));
        Convert.ToHexStringLower(hash.GetHashAndReset())
            .ShouldBe("d5a595e65092066ab63b3834016956e46f3fccf732f93cf541068bd2aa2d74e3");
    }

    [Fact]
    public void Painting_and_labelling_allocate_nothing()
    {
        var faces = new AvatarFaces(seed: 1, persons: 100, samplesPerPerson: 20);
        byte[] pixels = new byte[48 * 48];
        Use(50);
        long before = GC.GetAllocatedBytesForCurrentThread();
        Use(200);
        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBe(0);

        void Use(int count)
        {
            for (int i = 0; i < count; i++)
            {
                faces.CopySample(i, pixels);
                pixels[0] = (byte)(faces.LabelOf(i) + faces.PersonOf(i));
            }
        }
    }

    [Fact]
    public void No_emotion_is_rare_over_all_and_every_person_has_favourites()
    {
        var faces = new AvatarFaces(seed: 2, persons: 2000, samplesPerPerson: 20);
        int[] rows = Partition.ByPerson(faces).Histograms(faces);
        for (int emotion = 0; emotion < 7; emotion++)
            Enumerable.Range(0, 2000).Sum(person => rows[(person * 7) + emotion]).ShouldBeInRange(5200, 6200);

        // Twenty even draws from seven would have their largest count at about 5.5 on average.
        rows.Chunk(7).Average(row => row.Max()).ShouldBeGreaterThan(7);
    }

    [Fact]
    public void Test_persons_are_nobody_s_students()
    {
        DataSet data = AvatarFaces.DataSet(seed: 1, students: 30, samplesPerStudent: 4, testPersons: 10, samplesPerTestPerson: 6);
        data.IsSynthetic.ShouldBeTrue();
        data.Train.Count.ShouldBe(120);
        data.Test.Count.ShouldBe(60);
        int[] students = [.. Enumerable.Range(0, 120).Select(data.Train.PersonOf)];
        int[] others = [.. Enumerable.Range(0, 60).Select(data.Test.PersonOf)];
        students.Intersect(others).ShouldBeEmpty();
    }

    [Fact]
    public void Emotions_can_be_told_apart_on_unseen_persons()
    {
        // The nearest mean picture is about the weakest classifier there is; chance is one in seven.
        var train = new AvatarFaces(seed: 1, persons: 200, samplesPerPerson: 14);
        var test = new AvatarFaces(seed: 1, persons: 50, samplesPerPerson: 14, firstPerson: 200);
        double[][] means = [.. Enumerable.Range(0, 7).Select(_ => new double[48 * 48])];
        int[] counts = new int[7];
        for (int i = 0; i < train.Count; i++)
        {
            counts[train.LabelOf(i)]++;
            double[] centred = Centred(train, i);
            for (int p = 0; p < centred.Length; p++)
                means[train.LabelOf(i)][p] += centred[p];
        }

        int right = Enumerable.Range(0, test.Count).Count(i =>
        {
            double[] centred = Centred(test, i);
            return Enumerable.Range(0, 7).MinBy(c => centred.Zip(means[c], (a, b) => a - (b / counts[c])).Sum(d => d * d))
                == test.LabelOf(i);
        });
        ((double)right / test.Count).ShouldBeGreaterThan(0.24);
    }

    [Fact]
    public void A_person_looks_more_like_themselves_than_like_others()
    {
        var faces = new AvatarFaces(seed: 5, persons: 60, samplesPerPerson: 10);
        double own = 0;
        double other = 0;
        for (int person = 0; person < 59; person++)
        {
            own += Difference(faces, person * 10, (person * 10) + 1);
            other += Difference(faces, person * 10, (person * 10) + 11);
        }

        own.ShouldBeLessThan(0.9 * other);
    }

    [Fact]
    public void The_digest_names_the_parameters()
    {
        string[] digests =
        [
            new AvatarFaces(1, 2, 3).Digest, new AvatarFaces(2, 2, 3).Digest, new AvatarFaces(1, 3, 3).Digest,
            new AvatarFaces(1, 2, 4).Digest, new AvatarFaces(1, 2, 3, 1).Digest,
        ];
        digests.ToHashSet(StringComparer.Ordinal).Count.ShouldBe(digests.Length);
    }

    [Fact]
    public void Impossible_numbers_are_refused()
    {
        Should.Throw<ArgumentException>(() => new AvatarFaces(1, 0, 1)).Message.ShouldContain("at least 1 person");
        Should.Throw<ArgumentException>(() => new AvatarFaces(1, 1 << 20, 1 << 12)).Message.ShouldContain("more than");
        Should.Throw<ArgumentException>(() => new AvatarFaces(1, 1, 1, -1)).Message.ShouldContain("got -1");
        Should.Throw<ArgumentOutOfRangeException>(() => new AvatarFaces(1, 2, 3).LabelOf(6));
    }

    [Fact]
    public void A_contact_sheet_is_a_png_with_a_cell_per_person_and_class()
    {
        using var folder = new TemporaryFolder();
        var faces = new AvatarFaces(seed: 1, persons: 2, samplesPerPerson: 80);
        string both = Path.Combine(folder.Path, "both.png");
        string one = Path.Combine(folder.Path, "one.png");
        int[] first = [.. Enumerable.Range(0, 80)];
        int[] second = [.. Enumerable.Range(80, 80)];
        ContactSheet.Save(both, faces, [("first", first), ("second", second)], zoom: 1);
        ContactSheet.Save(one, faces, [("first", first), ("", [])], zoom: 1);

        byte[] png = File.ReadAllBytes(both);
        png[..8].ShouldBe([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
        BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(16)).ShouldBeGreaterThanOrEqualTo(7 * 48);
        BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(20)).ShouldBeInRange(2 * 48, (2 * 48) + 40);

        // The middle square of the sheet is darker where the second row has pictures instead of white.
        Brightness(both).ShouldBeLessThan(Brightness(one));

        static double Brightness(string path)
        {
            byte[] pixels = new byte[48 * 48];
            Vision.Decode(path, 48, pixels);
            return pixels.Average(p => (double)p);
        }
    }

    private static byte[] Picture(AvatarFaces faces, int index)
    {
        byte[] pixels = new byte[48 * 48];
        faces.CopySample(index, pixels);
        return pixels;
    }

    private static double[] Centred(AvatarFaces faces, int index)
    {
        double[] pixels = [.. Picture(faces, index).Select(p => (double)p)];
        double mean = pixels.Average();
        return [.. pixels.Select(p => p - mean)];
    }

    private static double Difference(AvatarFaces faces, int one, int other) =>
        Centred(faces, one).Zip(Centred(faces, other), (a, b) => Math.Abs(a - b)).Average();
}
