using System.Text;
using Cohort.Model.Files;

namespace Cohort.Pbm.Printing.Charts;

/// <summary>Where a chart is to be kept, and as what.</summary>
internal sealed record ChartFile
{
    private readonly bool _svg;

    private ChartFile(string path, bool svg) => (Path, _svg) = (path, svg);

    public string Path { get; }

    /// <exception cref="CommandException">The name ends neither in .svg nor in .png.</exception>
    public static ChartFile At(string path) => System.IO.Path.GetExtension(path).ToUpperInvariant() switch
    {
        ".SVG" => new(path, svg: true),
        ".PNG" => new(path, svg: false),
        _ => throw new CommandException($"--plot {path}: charts are drawn as .svg or .png; end the name in one of them."),
    };

    /// <exception cref="StorageException">The file cannot be written; what stood there before still does.</exception>
    public void Save(IChart chart)
    {
        var (width, height) = (chart.Width, chart.Height);
        byte[] file;
        if (_svg)
        {
            var canvas = new SvgCanvas(width, height);
            chart.Draw(canvas);
            file = Encoding.UTF8.GetBytes(canvas.ToSvg());
        }
        else
        {
            var canvas = new PngCanvas(width, height);
            chart.Draw(canvas);
            file = canvas.ToPng();
        }

        DurableFile.Write(Path, stream => stream.Write(file));
    }
}
