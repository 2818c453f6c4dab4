using System.Runtime.CompilerServices;

namespace Cohort.Model.Data.Avatars;

/// <summary>
/// An area of the plane by its signed distance: negative inside, positive outside, in the units of its coordinates and exact
/// enough near the border to smooth it. y points down.
/// </summary>
internal interface IShape
{
    /// <summary>A box around the shape.</summary>
    Box Bounds { get; }

    float Distance(float x, float y);
}

internal readonly record struct Box(float Left, float Top, float Right, float Bottom)
{
    public static Box Around(float x, float y, float halfWidth, float halfHeight) =>
        new(x - halfWidth, y - halfHeight, x + halfWidth, y + halfHeight);

    public Box Grown(float by) => new(Left - by, Top - by, Right + by, Bottom + by);

    public Box Meet(in Box other) => new(
        MathF.Max(Left, other.Left), MathF.Max(Top, other.Top), MathF.Min(Right, other.Right), MathF.Min(Bottom, other.Bottom));
}

/// <summary>
/// An oval: ellipse, egg (taper above 0 narrows it downwards) or squircle (square towards 1; Fernandez-Guasti 1992).
/// </summary>
internal readonly record struct Oval(float X, float Y, float RadiusX, float RadiusY, float Taper = 0, float Square = 0) : IShape
{
    public Box Bounds => Box.Around(X, Y, RadiusX * (1 + MathF.Abs(Taper)), RadiusY);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public float Distance(float x, float y)
    {
        float inverseY = 1 / RadiusY;
        float v = (y - Y) * inverseY;
        float radiusX = RadiusX * (1 - (Taper * Math.Clamp(v, -1, 1)));
        float inverseX = 1 / radiusX;
        float u = (x - X) * inverseX;
        float square = (u * u) + (v * v) - (Square * MathF.Min(u * u * v * v, 1));

        // Far from the border only the sign counts.
        if (square < 0.25f)
            return -0.5f * MathF.Min(radiusX, RadiusY);
        if (square > 3)
            return 0.7f * MathF.Min(radiusX, RadiusY);
        float length = MathF.Sqrt(square);
        return length * (length - 1) / MathF.Sqrt((u * u * inverseX * inverseX) + (v * v * inverseY * inverseY));
    }
}

/// <summary>
/// A bent line of a constant width with round ends: a parabola of half-length Half whose middle lies Bend below its ends,
/// turned so that it rises by Slope.
/// </summary>
internal readonly record struct Curve(float X, float Y, float Half, float Bend, float Width, float Slope = 0) : IShape
{
    public Box Bounds => Box.Around(X, Y, Half + Width, (Half * MathF.Abs(Slope)) + MathF.Abs(Bend) + Width);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public float Distance(float x, float y)
    {
        float u = x - X;
        float along = Math.Clamp(u, -Half, Half);
        float t = along / Half;
        float dy = y - Y - (Bend * (1 - (t * t))) - (Slope * along);
        float dx = u - along;
        float steepness = Slope - (2 * Bend * t / Half);
        return MathF.Sqrt((dx * dx) + (dy * dy / (1 + (steepness * steepness)))) - (Width / 2);
    }
}

/// <summary>
/// The area between two parabolas that meet in two corners, such as an eye or a mouth: Over above and Under below their common
/// middle line, which itself hangs Bend below the corners and rises by Slope. Square towards 1 makes it fuller at the corners.
/// </summary>
internal readonly record struct Lens(
    float X, float Y, float Half, float Bend, float Over, float Under, float Slope = 0, float Square = 0) : IShape
{
    public Box Bounds =>
        Box.Around(X, Y, Half, (Half * MathF.Abs(Slope)) + MathF.Abs(Bend) + MathF.Max(MathF.Abs(Over), MathF.Abs(Under)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public float Distance(float x, float y)
    {
        float u = x - X;
        float along = Math.Clamp(u, -Half, Half);
        float t = along / Half;
        float fullness = (1 - (t * t)) * (1 + (Square * t * t));
        float v = y - Y - (Bend * (1 - (t * t))) - (Slope * along);
        float steepness = Slope - (2 * (Bend + (MathF.Max(Over, Under) * (1 - Square))) * t / Half);
        float across = MathF.Max(-(Over * fullness) - v, v - (Under * fullness)) / MathF.Sqrt(1 + (steepness * steepness));
        float dx = u - along;
        if (dx == 0)
            return MathF.Max(across, MathF.Abs(u) - Half);
        across = MathF.Max(across, 0);
        return MathF.Sqrt((dx * dx) + (across * across));
    }
}

/// <summary>
/// What lies above a parabola through (X, Y) with this curvature and slope, or below it where Sign is -1, as far as a head
/// reaches.
/// </summary>
internal readonly record struct Side(float X, float Y, float Curvature, float Slope, float Sign) : IShape
{
    private const float Reach = 20;

    public Box Bounds
    {
        get
        {
            float tilt = MathF.Abs(Slope) * (Reach + MathF.Abs(X));
            float bow = Curvature * (Reach + MathF.Abs(X)) * (Reach + MathF.Abs(X));
            return Sign > 0
                ? new Box(-Reach, -2 * Reach, Reach, Y + tilt + MathF.Max(bow, 0))
                : new Box(-Reach, Y - tilt + MathF.Min(bow, 0), Reach, 2 * Reach);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public float Distance(float x, float y)
    {
        float u = x - X;
        float steepness = Slope + (2 * Curvature * u);
        float border = Y + (u * (Slope + (Curvature * u)));
        return Sign * (y - border) / MathF.Sqrt(1 + (steepness * steepness));
    }
}

/// <summary>What two shapes have in common.</summary>
internal readonly record struct Meet<TFirst, TSecond>(TFirst First, TSecond Second) : IShape
    where TFirst : struct, IShape
    where TSecond : struct, IShape
{
    public Box Bounds => First.Bounds.Meet(Second.Bounds);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public float Distance(float x, float y) => MathF.Max(First.Distance(x, y), Second.Distance(x, y));
}

/// <summary>The outline of a shape, Width wide.</summary>
internal readonly record struct Outline<TShape>(TShape Shape, float Width) : IShape
    where TShape : struct, IShape
{
    public Box Bounds => Shape.Bounds.Grown(Width / 2);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public float Distance(float x, float y) => MathF.Abs(Shape.Distance(x, y)) - (Width / 2);
}
