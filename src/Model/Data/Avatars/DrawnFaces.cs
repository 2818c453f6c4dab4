using Cohort.Model.Data.Synthesis;
using Cohort.Model.Randomness;

namespace Cohort.Model.Data.Avatars;

/// <summary>What one face to draw should show; null leaves it to the lot.</summary>
/// <param name="Emotion">FER2013's label.</param>
/// <param name="Gender">As which gender the person is drawn.</param>
/// <param name="Light">How <see cref="Lighting"/> is to find the picture lit.</param>
public readonly record struct FaceWish(int Emotion, Gender? Gender = null, Light? Light = null);

/// <summary>
/// Avatar faces to order, 48x48 grey: each shows the emotion, gender and light that is wished for. A picture is a function of seed, wish
/// and number, painted by the same pen as <see cref="AvatarFaces"/>, whose persons these are not. Always called synthetic.
/// </summary>
public sealed class DrawnFaces
{
    /// <summary>Light depends on the face too: this often another picture of the person is tried, and then another person's.</summary>
    private const int PicturesOfOnePerson = 8;
    private const int MostTries = 400;

    private readonly int _persons;
    private readonly ulong _identityKey;
    private readonly ulong _pictureKey;

    /// <param name="seed">Another seed, other persons.</param>
    /// <param name="persons">How many persons of each gender the faces are of.</param>
    public DrawnFaces(ulong seed, int persons)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(persons);
        _persons = persons;
        _identityKey = KeyHash.Of(seed, Purpose.Synthesise, 0);
        _pictureKey = KeyHash.Of(seed, Purpose.Synthesise, 1);
    }

    /// <summary>Draws one face.</summary>
    /// <param name="number">Which: another number is another picture, and the next person's turn.</param>
    /// <param name="wish">What it is to show.</param>
    /// <param name="destination">48 * 48 bytes.</param>
    /// <returns>What was drawn.</returns>
    public DrawnFace Draw(int number, FaceWish wish, Span<byte> destination)
    {
        Gender gender = wish.Gender ?? (Gender)(number % 2);
        int turn = wish.Gender is null ? number / 2 : number;
        for (int attempt = 0; attempt < MostTries; attempt++)
        {
            int person = (turn + (attempt / PicturesOfOnePerson)) % _persons;
            var trait = new Xoshiro256(KeyHash.Add(KeyHash.Add(_identityKey, (int)gender), person));
            Identity identity = Identity.Draw(ref trait).As(gender, ref trait);
            var stream = new Xoshiro256(KeyHash.Add(KeyHash.Add(KeyHash.Add(_pictureKey, (int)gender), number), attempt));
            AvatarFaces.Paint(identity, wish.Emotion, wish.Light, ref stream, destination);
            Light light = Lighting.Of(destination, ImageShape.Face);
            if (wish.Light is null || wish.Light == light)
                return new DrawnFace(gender, person, light);
        }

        throw new InvalidOperationException(
            $"No face of {_persons} persons looks {wish.Light} after {MostTries} tries; draw more persons.");
    }
}

/// <summary>What a drawn face shows.</summary>
/// <param name="Gender">As which gender the person is drawn.</param>
/// <param name="Person">Which person of that gender.</param>
/// <param name="Light">How the picture is lit, as measured.</param>
public readonly record struct DrawnFace(Gender Gender, int Person, Light Light);
