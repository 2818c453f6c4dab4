using System.Runtime.InteropServices;
using Cohort.Model.Data;

namespace Cohort.Model.Faces;

/// <summary>
/// Finds frontal faces with OpenCV's cascades (Viola, Jones 2001; Lienhart, Maydt 2002), which Debian's package opencv-data brings. The
/// same pixels give the same boxes. Not for two threads at once.
/// </summary>
public sealed unsafe partial class FaceDetector : IDisposable
{
    /// <summary>Smaller faces are not looked for: the cascades' window has 20 pixels.</summary>
    public const int LeastFace = 24;

    private const string Library = "cohort_faces";
    private const string Package = "opencv-data";
    private const int ErrorLength = 512;
    private const int MostFaces = 1024;

    /// <summary>Larger pictures are searched in a smaller copy: a face of a 50th of the side is still found there.</summary>
    private const int MostSide = 1280;

    private static readonly string[] Folders =
        ["/usr/share/opencv4/haarcascades", "/usr/local/share/opencv4/haarcascades", "/usr/share/opencv/haarcascades"];

    /// <summary>The most trusted one first. Windows that have to agree: more, where a cascade alone would see faces in walls.</summary>
    private static readonly (string File, int Neighbours)[] Cascades =
        [("haarcascade_frontalface_alt.xml", 2), ("haarcascade_frontalface_alt2.xml", 3), ("haarcascade_frontalface_default.xml", 8)];

    private readonly nint[] _cascades;

    private FaceDetector(nint[] cascades) => _cascades = cascades;

    /// <param name="folder">Where the cascades lie; null for where Debian and OpenCV put them.</param>
    /// <exception cref="DataFormatException">They, or OpenCV's detector, are not installed; the message says what to install.</exception>
    public static FaceDetector Open(string? folder = null)
    {
        var found = folder ?? Array.Find(Folders, Directory.Exists) ?? Folders[0];
        var cascades = new List<nint>();
        try
        {
            foreach (var (file, _) in Cascades)
                cascades.Add(OpenOne(Path.Combine(found, file)));
            return new([.. cascades]);
        }
        catch (Exception e)
        {
            cascades.ForEach(cohort_faces_close);
            if (e is DllNotFoundException)
            {
                throw new DataFormatException(
                    "OpenCV's face detector is not installed; install it (Debian: sudo apt-get install libopencv-objdetect406 "
                    + $"{Package}), or take pictures whole: --faces whole.",
                    e);
            }

            throw;
        }
    }

    /// <summary>Boxes of the faces, from left to right; none where there is no face.</summary>
    /// <param name="picture">A grey picture.</param>
    public IReadOnlyList<FaceBox> Find(Picture picture)
    {
        ArgumentNullException.ThrowIfNull(picture);
        ObjectDisposedException.ThrowIf(_cascades.Length > 0 && _cascades[0] == 0, this);
        var (searched, shrunk) = Shrunk(picture);
        var faces = new List<FaceBox>();
        foreach (var (cascade, (_, neighbours)) in _cascades.Zip(Cascades))
        {
            // Larger ones first, so that a face wins over what looks like one within it.
            foreach (var box in Search(cascade, searched, neighbours).OrderByDescending(box => box.Area).ThenBy(box => (box.X, box.Y)))
            {
                if (!faces.Exists(box.IsSameFace))
                    faces.Add(box);
            }
        }

        return [.. faces.Select(box => Back(box, shrunk, picture)).OrderBy(box => (box.X, box.Y))];
    }

    public void Dispose()
    {
        foreach (ref var cascade in _cascades.AsSpan())
        {
            cohort_faces_close(cascade);
            cascade = 0;
        }
    }

    private static nint OpenOne(string path)
    {
        if (!File.Exists(path))
        {
            throw new DataFormatException(
                $"'{path}' is not there: faces are found by OpenCV's cascades. Install them (Debian: sudo apt-get install {Package}), or take "
                + "pictures whole: --faces whole.");
        }

        byte* error = stackalloc byte[ErrorLength];
        nint cascade = 0;
        return cohort_faces_open(path, &cascade, error, ErrorLength) == 0
            ? cascade
            : throw new DataFormatException(
                $"'{path}' cannot be used: {Marshal.PtrToStringUTF8((nint)error)}. Install {Package} again.");
    }

    private static (Picture Searched, double Shrunk) Shrunk(Picture picture)
    {
        var shrunk = Math.Max(1, Math.Max(picture.Width, picture.Height) / (double)MostSide);
        return shrunk > 1
            ? (Vision.Resize(picture, Math.Max(1, (int)(picture.Width / shrunk)), Math.Max(1, (int)(picture.Height / shrunk))), shrunk)
            : (picture, 1);
    }

    private static FaceBox Back(FaceBox box, double shrunk, Picture picture)
    {
        var (x, y) = ((int)(box.X * shrunk), (int)(box.Y * shrunk));
        return new(
            x, y, Math.Min((int)(box.Width * shrunk), picture.Width - x), Math.Min((int)(box.Height * shrunk), picture.Height - y));
    }

    private static FaceBox[] Search(nint cascade, Picture picture, int neighbours)
    {
        byte* error = stackalloc byte[ErrorLength];
        var values = new int[4 * MostFaces];
        var count = 0;
        fixed (byte* pixels = picture.Pixels)
        fixed (int* boxes = values)
        {
            var result = cohort_faces_find(
                cascade, pixels, picture.Width, picture.Height, LeastFace, neighbours, boxes, MostFaces, &count, error, ErrorLength);
            if (result != 0)
                throw new DataFormatException($"OpenCV could not search the picture: {Marshal.PtrToStringUTF8((nint)error)}");
        }

        return [.. values.Take(4 * count).Chunk(4).Select(box => new FaceBox(box[0], box[1], box[2], box[3]))];
    }

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.AssemblyDirectory)]
    private static partial int cohort_faces_open(string path, nint* cascade, byte* error, int errorLength);

    [LibraryImport(Library)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.AssemblyDirectory)]
    private static partial int cohort_faces_find(
        nint cascade, byte* pixels, int width, int height, int least, int neighbours, int* boxes, int most, int* count, byte* error,
        int errorLength);

    [LibraryImport(Library)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.AssemblyDirectory)]
    private static partial void cohort_faces_close(nint cascade);
}
