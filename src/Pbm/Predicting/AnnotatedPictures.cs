using System.Globalization;
using Cohort.Model.Data;
using Cohort.Model.Faces;
using Cohort.Model.Files;

namespace Cohort.Pbm.Predicting;

/// <summary>Copies of pictures as PNG files, with the faces' boxes and labels drawn in, in folders as the pictures were found.</summary>
internal sealed class AnnotatedPictures
{
    /// <summary>Smaller pictures are enlarged to at least this longer side, so that letters have room.</summary>
    private const int LeastSide = 320;

    /// <summary>A line such as "surprise 93 %" in letters of size 1, and some room.</summary>
    private const double PixelsOfLine = 300;

    private readonly string _folder;
    private readonly HashSet<string> _taken = new(StringComparer.OrdinalIgnoreCase);

    /// <exception cref="CommandException">The folder cannot be made.</exception>
    public AnnotatedPictures(string folder)
    {
        _folder = Path.GetFullPath(folder);
        Create(_folder);
    }

    /// <returns>The file that was written.</returns>
    /// <exception cref="StorageException">It cannot be written; nothing half-written is left.</exception>
    public string Add(PictureSource source, PredictedPicture seen)
    {
        var path = Path.Combine(_folder, Free(source.Relative));
        Create(Path.GetDirectoryName(path)!);
        var png = Draw(source.Path, seen).ToPng();
        DurableFile.Write(path, stream => stream.Write(png));
        return path;
    }

    private static Picture Draw(string path, PredictedPicture seen)
    {
        var picture = Vision.Open(Vision.ReadFile(path), inColour: true);
        var times = Math.Max(1, (LeastSide + Math.Max(picture.Width, picture.Height) - 1) / Math.Max(picture.Width, picture.Height));
        if (times > 1)
        {
            picture = picture.Enlarged(times);
        }

        foreach (var face in seen.Faces)
        {
            var box = face.Box is { } found
                ? new FaceBox(found.X * times, found.Y * times, found.Width * times, found.Height * times)
                : new FaceBox(0, 0, picture.Width, picture.Height);
            var size = Math.Clamp(box.Width / PixelsOfLine, 0.45, 2);
            picture.Mark(box, string.Create(CultureInfo.InvariantCulture, $"{face.Label} {100 * face.Probability:F0} %"), size);
        }

        return picture;
    }

    /// <summary>The picture's own name with .png behind it; two of one name get numbers.</summary>
    private string Free(string relative)
    {
        var name = relative.EndsWith(".png", StringComparison.OrdinalIgnoreCase) ? relative : relative + ".png";
        var free = name;
        for (var number = 2; !_taken.Add(free); number++)
        {
            free = string.Create(CultureInfo.InvariantCulture, $"{name[..^".png".Length]}-{number}.png");
        }

        return free;
    }

    private static void Create(string folder)
    {
        try
        {
            Directory.CreateDirectory(folder);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CommandException($"{folder}: the folder cannot be made ({e.Message.TrimEnd('.')}); name another with --annotate.");
        }
    }
}
