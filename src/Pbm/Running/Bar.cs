using Spectre.Console;
using Spectre.Console.Rendering;

namespace Cohort.Pbm.Running;

/// <summary>A bar as wide as its column.</summary>
internal sealed class Bar(int value, int total, Color color) : IRenderable
{
    private const int Widest = 60;

    public Measurement Measure(RenderOptions options, int maxWidth) => new(10, Math.Min(Widest, maxWidth));

    public IEnumerable<Segment> Render(RenderOptions options, int maxWidth)
    {
        var width = Math.Min(Widest, maxWidth);
        var full = total == 0 ? 0 : (int)((long)width * Math.Min(value, total) / total);
        var (filled, empty) = options.Unicode ? ('━', '━') : ('#', '.');
        yield return new Segment(new string(filled, full), new Style(color));
        yield return new Segment(new string(empty, width - full), new Style(Color.Grey23));
    }
}
