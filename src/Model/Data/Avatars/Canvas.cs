namespace Cohort.Model.Data.Avatars;

/// <summary>
/// A grey picture under construction, 0 black to 1 white, on which shapes are painted in face coordinates: the middle of the
/// face at (0, 0), one pixel a unit before the pose turns, scales and shifts them.
/// </summary>
internal readonly ref struct Canvas
{
    private readonly Span<float> _pixels;
    private readonly int _side;
    private readonly Pose _pose;

    public Canvas(Span<float> pixels, int side, in Pose pose)
    {
        _pixels = pixels;
        _side = side;
        _pose = pose;
    }

    /// <summary>Paints a shape with a smooth border, one pixel wide.</summary>
    public void Paint<TShape>(in TShape shape, float shade, float opacity = 1)
        where TShape : struct, IShape
    {
        // A local of our own: on a reference to a struct of unknown kind the compiler would copy it at every call.
        TShape painted = shape;
        (int left, int top, int right, int bottom) = PixelsAround(painted.Bounds);
        (float stepX, float stepY) = (_pose.Cosine / _pose.Scale, -_pose.Sine / _pose.Scale);
        for (int row = top; row < bottom; row++)
        {
            (float x, float y) = _pose.ToFace(left + 0.5f, row + 0.5f);
            Span<float> line = _pixels.Slice(row * _side, _side);
            for (int column = left; column < right; column++)
            {
                int step = column - left;
                float coverage = 0.5f - (painted.Distance(x + (step * stepX), y + (step * stepY)) * _pose.Scale);
                if (coverage > 0)
                    line[column] += (shade - line[column]) * (MathF.Min(coverage, 1) * opacity);
            }
        }
    }

    private (int Left, int Top, int Right, int Bottom) PixelsAround(in Box box)
    {
        (float x, float y) = _pose.ToPicture((box.Left + box.Right) / 2, (box.Top + box.Bottom) / 2);
        (float halfWidth, float halfHeight) = ((box.Right - box.Left) / 2, (box.Bottom - box.Top) / 2);
        (float cosine, float sine) = (MathF.Abs(_pose.Cosine), MathF.Abs(_pose.Sine));
        float reachX = (_pose.Scale * ((halfWidth * cosine) + (halfHeight * sine))) + 1;
        float reachY = (_pose.Scale * ((halfWidth * sine) + (halfHeight * cosine))) + 1;
        return (Clip(x - reachX), Clip(y - reachY), Clip(x + reachX + 1), Clip(y + reachY + 1));
    }

    private int Clip(float value) => (int)Math.Clamp(value, 0, _side);
}
