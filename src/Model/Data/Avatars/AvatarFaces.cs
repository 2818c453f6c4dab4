using System.Globalization;
using Cohort.Model.Data.Synthesis;
using Cohort.Model.Randomness;

namespace Cohort.Model.Data.Avatars;

/// <summary>
/// Drawn faces, 48x48 grey, that need no download: seven emotions whose geometry differs, on persons who differ in head, hair,
/// eyes, brows, nose, beard and glasses, in changing pose, light and drawing style. Nothing is stored: a picture is a function
/// of (seed, person, number), painted when asked for with basic arithmetic and square roots alone, so that every machine paints
/// the same bytes. Always called synthetic wherever a result is shown.
/// </summary>
public sealed class AvatarFaces : ISampleSet
{
    private const int Side = 48;
    private const int Emotions = 7;
    private const string LightName = "light";

    private static readonly string[] _attributeNames = [SampleAttribute.Person, "glasses", "beard", "style", LightName];

    private readonly ulong _seed;
    private readonly int _persons;
    private readonly int _samplesPerPerson;
    private readonly int _firstPerson;
    private readonly ulong _identityKey;
    private readonly ulong _labelKey;
    private readonly ulong _pictureKey;

    /// <param name="seed">Another seed, other persons.</param>
    /// <param name="persons">How many persons.</param>
    /// <param name="samplesPerPerson">Sample i shows person firstPerson + i / samplesPerPerson.</param>
    /// <param name="firstPerson">Sets of one seed whose ranges of persons do not overlap have no person in common.</param>
    /// <exception cref="ArgumentException">A number is out of range.</exception>
    public AvatarFaces(ulong seed, int persons, int samplesPerPerson, int firstPerson = 0)
    {
        if (persons < 1 || samplesPerPerson < 1)
        {
            throw new ArgumentException(
                $"Avatar faces need at least 1 person and 1 sample each, got {persons} and {samplesPerPerson}.");
        }

        if ((long)persons * samplesPerPerson > int.MaxValue)
        {
            throw new ArgumentException(
                $"{persons} persons with {samplesPerPerson} samples each are more than {int.MaxValue} samples.");
        }

        if (firstPerson < 0 || firstPerson > int.MaxValue - persons)
        {
            throw new ArgumentException(
                $"The first of {persons} persons must be 0 to {int.MaxValue - persons}, got {firstPerson}.");
        }

        (_seed, _persons, _samplesPerPerson, _firstPerson) = (seed, persons, samplesPerPerson, firstPerson);
        _identityKey = KeyHash.Of(seed, Purpose.Avatar, 0);
        _labelKey = KeyHash.Of(seed, Purpose.Avatar, 1);
        _pictureKey = KeyHash.Of(seed, Purpose.Avatar, 2);
    }

    public ImageShape Shape => ImageShape.Face;

    SampleShape ISampleSet.Shape => Shape;

    public IReadOnlyList<string> Classes => EmotionClasses.Fer2013;

    public int Count => _persons * _samplesPerPerson;

    /// <summary>Of the generator's version and parameters, which decide every byte.</summary>
    public string Digest =>
        SampleDigest.Of($"cohort-avatars 1\n{_seed}\n{_persons}\n{_samplesPerPerson}\n{_firstPerson}");

    /// <summary>Students to train and other persons to test on.</summary>
    /// <param name="seed">Another seed, other persons.</param>
    /// <param name="students">Persons to train on, numbered from 0.</param>
    /// <param name="samplesPerStudent">Pictures of each.</param>
    /// <param name="testPersons">Persons to test on, numbered after the students.</param>
    /// <param name="samplesPerTestPerson">Pictures of each.</param>
    public static DataSet DataSet(
        ulong seed, int students, int samplesPerStudent, int testPersons, int samplesPerTestPerson) =>
        new(
            "avatars",
            new AvatarFaces(seed, students, samplesPerStudent),
            new AvatarFaces(seed, testPersons, samplesPerTestPerson, firstPerson: students),
            IsSynthetic: true);

    public int PersonOf(int index) => _firstPerson + (int)((uint)Checked(index) / (uint)_samplesPerPerson);

    /// <summary>Who is drawn, what the person looks like, in which style, and the light of the picture.</summary>
    public IReadOnlyList<string> AttributeNames => _attributeNames;

    public string? AttributeOf(int index, string attribute)
    {
        if (string.Equals(attribute, SampleAttribute.Person, StringComparison.Ordinal))
            return PersonOf(index).ToString(CultureInfo.InvariantCulture);
        if (string.Equals(attribute, LightName, StringComparison.Ordinal))
            return LightOf(index);
        var trait = new Xoshiro256(KeyHash.Add(_identityKey, PersonOf(index)));
        var identity = Identity.Draw(ref trait);
        return attribute switch
        {
            "glasses" => identity.Glasses is Glasses.None ? "no" : "yes",
            "beard" => identity.Beard is Beard.None ? "no" : "yes",
            "style" => identity.Outlined ? "outlined" : "shaded",
            _ => null,
        };
    }

    /// <summary>
    /// Every person has two favourite emotions of their own, shown up to three quarters of the time; the rest is even. So
    /// distributions differ between persons, and over all persons no emotion is rare.
    /// </summary>
    public int LabelOf(int index)
    {
        (uint person, uint number) = Math.DivRem((uint)Checked(index), (uint)_samplesPerPerson);
        ulong taste = KeyHash.Add(_labelKey, _firstPerson + person);
        ulong draw = KeyHash.Add(taste, number);

        // Sixteen bits decide whether a favourite is shown, the others which emotion otherwise.
        uint chance = (uint)draw & 0xffff;
        uint firstShare = (uint)(taste & 0x7fff);
        uint secondShare = (uint)((taste >> 15) & 0x3fff);
        if (chance < firstShare)
            return (int)((taste >> 32) % Emotions);
        if (chance < firstShare + secondShare)
            return (int)((taste >> 40) % Emotions);
        return (int)((draw >> 16) % Emotions);
    }

    public void CopySample(int index, Span<byte> destination) =>
        Paint(PersonOf(index), index % _samplesPerPerson, LabelOf(index), destination);

    /// <summary>Paints this person showing any emotion, whatever the set's own labels are: for contact sheets.</summary>
    /// <param name="person">The person's number.</param>
    /// <param name="number">Which of the person's pictures.</param>
    /// <param name="emotion">FER2013's label.</param>
    /// <param name="destination">48 * 48 bytes.</param>
    public void Paint(int person, int number, int emotion, Span<byte> destination)
    {
        var trait = new Xoshiro256(KeyHash.Add(_identityKey, person));
        var identity = Identity.Draw(ref trait);
        var stream = new Xoshiro256(KeyHash.Add(KeyHash.Add(_pictureKey, person), number));
        Paint(identity, emotion, light: null, ref stream, destination);
    }

    /// <summary>Paints a person; without a wish for light it is drawn by lot.</summary>
    internal static void Paint(in Identity identity, int emotion, Light? light, ref Xoshiro256 stream, Span<byte> destination)
    {
        var expression = Expression.Draw(ref stream, emotion);
        var pose = Pose.Draw(ref stream, Side);
        var exposure = Exposure.Draw(ref stream);
        if (light is { } wanted)
            exposure = exposure.In(wanted, ref stream);

        Span<float> picture = stackalloc float[Side * Side];
        picture.Fill(stream.Between(0.1f, 0.95f));
        var canvas = new Canvas(picture, Side, pose);
        new Portrait(canvas, identity, expression, pose, lineWidth: stream.Between(0.8f, 1.4f), gaze: stream.Spread(1)).Paint();

        Span<float> scratch = stackalloc float[Side * Side];
        exposure.Develop(picture, scratch, Side, ref stream, destination);
    }

    // The side of the face that is lit more; the draws before it are those of Paint.
    private string LightOf(int index)
    {
        var stream = new Xoshiro256(KeyHash.Add(KeyHash.Add(_pictureKey, PersonOf(index)), index % _samplesPerPerson));
        _ = Expression.Draw(ref stream, LabelOf(index));
        _ = Pose.Draw(ref stream, Side);
        float light = Exposure.Draw(ref stream).LightX;
        return light < -0.15f ? "left" : light > 0.15f ? "right" : "front";
    }

    private int Checked(int index)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, Count);
        return index;
    }
}
