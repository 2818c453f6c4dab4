namespace Cohort.Pbm.Printing.Charts;

/// <summary>A picture of figures, in pixels.</summary>
internal interface IChart
{
    double Width { get; }

    double Height { get; }

    void Draw(ICanvas canvas);
}
