using Cohort.Model.Randomness;

namespace Cohort.Model.Data.Avatars;

internal enum Hair
{
    Short,
    Fringe,
    SidePart,
    Long,
    Curly,
    Bald,
    Bun,
    Bob,
}

internal enum Beard
{
    None,
    Moustache,
    Full,
    Goatee,
    Stubble,
}

internal enum Glasses
{
    None,
    Round,
    Square,
}

/// <summary>What stays the same in all pictures of one person. Lengths in pixels, shades from 0 black to 1 white.</summary>
internal readonly record struct Identity
{
    public float HeadWidth { get; private init; }

    public float HeadHeight { get; private init; }

    public float Taper { get; private init; }

    public float Jaw { get; private init; }

    public float Skin { get; private init; }

    public float HairShade { get; private init; }

    public Hair Hair { get; private init; }

    public float Hairline { get; private init; }

    public float Parting { get; private init; }

    public float EyeSpacing { get; private init; }

    public float EyeWidth { get; private init; }

    public float EyeHeight { get; private init; }

    public float EyeSlant { get; private init; }

    public float Iris { get; private init; }

    public float BrowWidth { get; private init; }

    public float BrowLength { get; private init; }

    public float BrowHeight { get; private init; }

    public float NoseLength { get; private init; }

    public float NoseWidth { get; private init; }

    public float MouthWidth { get; private init; }

    public float MouthHeight { get; private init; }

    public float Lips { get; private init; }

    public float Ears { get; private init; }

    public Beard Beard { get; private init; }

    public Glasses Glasses { get; private init; }

    public bool Freckles { get; private init; }

    public bool Earrings { get; private init; }

    public bool Outlined { get; private init; }

    public float Shirt { get; private init; }

    /// <summary>Never drawn by lot; only <see cref="As"/> gives them.</summary>
    public bool Lashes { get; private init; }

    /// <summary>Brows and lines: as the hair, but always darker than the skin.</summary>
    public float BrowShade => MathF.Min(HairShade, Skin - 0.28f);

    public static Identity Draw(ref Xoshiro256 stream)
    {
        float skin = stream.Between(0.4f, 0.92f);
        float hair = stream.Chance(0.72f) ? stream.Between(0.04f, 0.3f) : stream.Between(0.35f, 0.95f);
        if (MathF.Abs(hair - skin) < 0.16f)
            hair = skin - 0.3f;
        var style = (Hair)stream.Kind(8);
        bool mayHaveBeard = style is Hair.Short or Hair.SidePart or Hair.Bald or Hair.Curly;
        return new Identity
        {
            HeadWidth = stream.Between(12.6f, 15.4f),
            HeadHeight = stream.Between(16.2f, 18.8f),
            Taper = stream.Between(0.02f, 0.2f),
            Jaw = stream.Between(0, 0.55f),
            Skin = skin,
            HairShade = hair,
            Hair = style,
            Hairline = stream.Between(-11.5f, -9),
            Parting = stream.Spread(8),
            EyeSpacing = stream.Between(5.3f, 6.9f),
            EyeWidth = stream.Between(2.9f, 3.8f),
            EyeHeight = stream.Between(1.7f, 2.4f),
            EyeSlant = stream.Spread(0.12f),
            Iris = stream.Between(0.02f, 0.35f),
            BrowWidth = stream.Between(1, 2),
            BrowLength = stream.Between(3, 4.1f),
            BrowHeight = stream.Between(4.2f, 5.2f),
            NoseLength = stream.Between(3.8f, 6),
            NoseWidth = stream.Between(1.4f, 2.6f),
            MouthWidth = stream.Between(4.3f, 6),
            MouthHeight = stream.Between(8.6f, 10.2f),
            Lips = stream.Between(0.9f, 1.7f),
            Ears = stream.Between(2, 3.4f),
            Beard = mayHaveBeard && stream.Chance(0.5f) ? (Beard)(1 + stream.Kind(4)) : Beard.None,
            Glasses = stream.Chance(0.26f) ? (Glasses)(1 + stream.Kind(2)) : Glasses.None,
            Freckles = stream.Chance(0.12f),
            Earrings = !mayHaveBeard && stream.Chance(0.4f),
            Outlined = stream.Chance(0.4f),
            Shirt = stream.Between(0.08f, 0.95f),
        };
    }

    /// <summary>
    /// The same person drawn as caricaturists tell women from men: hair, jaw, brows, lips, lashes, beard. A convention of drawing, which
    /// says nothing about people.
    /// </summary>
    public Identity As(Gender gender, ref Xoshiro256 stream)
    {
        ReadOnlySpan<Hair> styles = gender is Gender.Female
            ? [Hair.Long, Hair.Long, Hair.Bob, Hair.Bun, Hair.Curly, Hair.Fringe]
            : [Hair.Short, Hair.Short, Hair.SidePart, Hair.Bald, Hair.Curly, Hair.Fringe];
        var hair = styles[stream.Kind(styles.Length)];
        return gender is Gender.Female
            ? this with
            {
                Hair = hair,
                Jaw = stream.Between(0, 0.15f),
                Taper = stream.Between(0.12f, 0.24f),
                BrowWidth = stream.Between(0.9f, 1.3f),
                Lips = stream.Between(1.5f, 2.2f),
                Beard = Beard.None,
                Earrings = stream.Chance(0.5f),
                Lashes = true,
            }
            : this with
            {
                Hair = hair,
                Jaw = stream.Between(0.3f, 0.65f),
                Taper = stream.Between(0.01f, 0.1f),
                BrowWidth = stream.Between(1.6f, 2.4f),
                Lips = stream.Between(0.7f, 1.1f),
                Beard = stream.Chance(0.6f) ? (Beard)(1 + stream.Kind(4)) : Beard.None,
                Earrings = false,
                Lashes = false,
            };
    }
}
