namespace Cohort.Model.Data;

/// <summary>Brightness between pixels; beyond the border, that of the border.</summary>
internal static class Bilinear
{
    /// <param name="plane">[height, width], in any scale of values.</param>
    /// <param name="shape">Its height and width.</param>
    /// <param name="x">In pixels from the left.</param>
    /// <param name="y">In pixels from the top.</param>
    public static float At(ReadOnlySpan<float> plane, ImageShape shape, float x, float y)
    {
        x = Math.Clamp(x, 0, shape.Width - 1);
        y = Math.Clamp(y, 0, shape.Height - 1);
        (int left, int top) = ((int)x, (int)y);
        int here = (top * shape.Width) + left;
        int beside = left + 1 < shape.Width ? 1 : 0;
        int below = top + 1 < shape.Height ? shape.Width : 0;
        (float u, float v) = (x - left, y - top);
        float upper = plane[here] + (u * (plane[here + beside] - plane[here]));
        float lower = plane[here + below] + (u * (plane[here + below + beside] - plane[here + below]));
        return upper + (v * (lower - upper));
    }
}
