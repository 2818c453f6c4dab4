using Cohort.Model.Data;
using Cohort.Model.Data.Avatars;
using Cohort.Model.Files;

namespace Cohort.Model.Tests.Data;

public sealed class SampleAttributeTests : IDisposable
{
    private static readonly string?[] Gender = ["female", null, "male", "female"];

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Subsets_joined_and_relabelled_sets_keep_each_samples_values()
    {
        Values(new SampleSubset(Set(Gender), [2, 1]), "gender").ShouldBe(["male", null]);
        Values(new RelabelledSamples(Set(Gender), label => 1 - label), "gender").ShouldBe(Gender);
        var joined = new JoinedSamples(Set(null), Set(Gender));
        joined.AttributeNames.ShouldBe(["gender"]);
        Values(joined, "gender").ShouldBe([null, null, null, null, .. Gender]);
    }

    [Fact]
    public void Persons_that_are_mere_numbers_are_an_attribute_too()
    {
        var set = new ImageArray(new ImageShape(1, 1, 1), ["a"], [1, 2], [0, 0], [7, -1]);
        set.AttributeNames.ShouldBe(["person"]);
        Values(set, "person").ShouldBe(["7", null]);
    }

    [Fact]
    public void An_imported_set_keeps_its_attributes()
    {
        var path = Path.Combine(_folder.Path, "set.safetensors");
        SampleFile.Write(path, new("faces", Set(Gender), Set(["other", "male", null, "male"]), IsSynthetic: false));
        var read = SampleFile.Read(path);
        read.Train.AttributeNames.ShouldBe(["gender"]);
        Values(read.Train, "gender").ShouldBe(Gender);
        Values(read.Test, "gender").ShouldBe(["other", "male", null, "male"]);
        read.Digest.ShouldBe(new DataSet("x", Set(Gender), Set(null), IsSynthetic: false).Digest);
    }

    [Fact]
    public void Attributes_change_no_digest_but_where_training_is_balanced_by_them()
    {
        var with = new DataSet("x", Set(Gender), Set(null), IsSynthetic: false);
        with.Digest.ShouldBe(new DataSet("x", Set(null), Set(null), IsSynthetic: false).Digest);
        var balanced = with with { BalancedBy = "gender" };
        balanced.Digest.ShouldNotBe(with.Digest, StringComparer.Ordinal);
        var other = (balanced with { Train = Set(["female", "male", "male", "female"]) }).Digest;
        other.ShouldNotBe(balanced.Digest, StringComparer.Ordinal);
        (balanced with { Test = Set(["male", null, null, null]) }).Digest.ShouldBe(balanced.Digest);
    }

    [Fact]
    public void An_attribute_that_is_not_there_is_answered_with_those_that_are()
    {
        Should.Throw<DataFormatException>(() => SampleAttribute.Read(Set(Gender), "age")).Message
            .ShouldBe("The samples have no attribute \"age\"; they have gender.");
        Should.Throw<DataFormatException>(() => SampleAttribute.Read(Set(null), "age")).Message.ShouldContain("they have none");
    }

    [Fact]
    public void Avatars_know_person_looks_and_light()
    {
        var faces = new AvatarFaces(seed: 3, persons: 200, samplesPerPerson: 2);
        faces.AttributeNames.ShouldBe(["person", "glasses", "beard", "style", "light"]);
        foreach (var name in new[] { "glasses", "beard", "style", "light" })
        {
            var seen = Values(faces, name);
            seen.ShouldAllBe(value => value != null);
            seen.Distinct(StringComparer.Ordinal).Count().ShouldBeGreaterThan(1, name);
        }

        Values(faces, "person")[^1].ShouldBe("199");
        for (var person = 0; person < 200; person++)
        {
            faces.AttributeOf(2 * person, "style").ShouldBe(faces.AttributeOf((2 * person) + 1, "style"));
        }
    }

    [Fact]
    public void Avatars_lit_from_the_right_are_brighter_there()
    {
        var faces = new AvatarFaces(seed: 3, persons: 300, samplesPerPerson: 1);
        var brighter = new Dictionary<string, List<double>>(StringComparer.Ordinal);
        var pixels = new byte[48 * 48];
        for (var i = 0; i < faces.Count; i++)
        {
            faces.CopySample(i, pixels);
            var difference = pixels.Select((value, at) => at % 48 >= 24 ? value : -(double)value).Sum() / pixels.Length;
            var light = faces.AttributeOf(i, "light")!;
            (brighter.TryGetValue(light, out var list) ? list : brighter[light] = []).Add(difference);
        }

        brighter["right"].Average().ShouldBeGreaterThan(brighter["front"].Average() + 5);
        brighter["left"].Average().ShouldBeLessThan(brighter["front"].Average() - 5);
    }

    private static ImageArray Set(string?[]? gender)
        => new(new ImageShape(1, 1, 1), ["a", "b"], [1, 2, 3, 4], [0, 1, 0, 1], null, gender is null ? null : [SampleAttribute.Of("gender", gender)]);

    private static string?[] Values(ISampleSet set, string attribute)
        => [.. Enumerable.Range(0, set.Count).Select(i => set.AttributeOf(i, attribute))];
}
