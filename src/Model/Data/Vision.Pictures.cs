using System.Runtime.InteropServices;
using Cohort.Model.Faces;

namespace Cohort.Model.Data;

/// <content>Whole pictures, and what is cut out of them and drawn into them.</content>
public static unsafe partial class Vision
{
    /// <summary>The bytes of a picture's file.</summary>
    /// <exception cref="DataFormatException">There is no such file, it cannot be read, or it is too large.</exception>
    public static byte[] ReadFile(string path)
    {
        var info = new FileInfo(path);
        if (!info.Exists)
            throw new DataFormatException($"There is no file '{path}'.");
        if (info.Length > LargestFile)
        {
            throw new DataFormatException(
                $"'{path}' has {info.Length} bytes, more than the {LargestFile} that a picture may have.");
        }

        try
        {
            return File.ReadAllBytes(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DataFormatException($"'{path}' cannot be read ({e.Message.TrimEnd('.')}).", e);
        }
    }

    /// <summary>All pixels of a PNG or JPEG.</summary>
    /// <param name="file">The file's bytes.</param>
    /// <param name="inColour">RGB if true, else grey.</param>
    /// <exception cref="DataFormatException">It is not a PNG or JPEG, is damaged, or larger than 2^26 pixels.</exception>
    public static Picture Open(ReadOnlySpan<byte> file, bool inColour = false)
    {
        var channels = inColour ? 3 : 1;
        byte* error = stackalloc byte[ErrorLength];
        byte* pixels = null;
        int width = 0, height = 0;
        try
        {
            fixed (byte* data = file)
                Check(cohort_vision_open(data, file.Length, channels, &pixels, &width, &height, error, ErrorLength), error);
            return new(new ReadOnlySpan<byte>(pixels, channels * width * height).ToArray(), width, height);
        }
        finally
        {
            cohort_vision_free(pixels);
        }
    }

    /// <summary>A square of a grey picture, resized as <see cref="Decode(ReadOnlySpan{byte}, int, Span{byte})"/> does.</summary>
    /// <param name="picture">A grey picture.</param>
    /// <param name="box">Its shorter side, centred, is the square's; it lies within the picture.</param>
    /// <param name="side">The side that the result has.</param>
    /// <param name="pixels">Gets side * side bytes.</param>
    public static void Crop(Picture picture, FaceBox box, int side, Span<byte> pixels)
    {
        ArgumentNullException.ThrowIfNull(picture);
        var edge = Math.Min(box.Width, box.Height);
        var square = new FaceBox(box.X + ((box.Width - edge) / 2), box.Y + ((box.Height - edge) / 2), edge, edge);
        Resize(picture, square, side, side, pixels);
    }

    /// <summary>A grey picture in another size, by the mean over pixel areas where it shrinks.</summary>
    public static Picture Resize(Picture picture, int width, int height)
    {
        ArgumentNullException.ThrowIfNull(picture);
        var pixels = new byte[width * height];
        Resize(picture, new FaceBox(0, 0, picture.Width, picture.Height), width, height, pixels);
        return new(pixels, width, height);
    }

    private static void Resize(Picture picture, FaceBox part, int width, int height, Span<byte> pixels)
    {
        if (picture.Channels != 1 || pixels.Length < width * height)
            throw new ArgumentException($"A grey picture and {width * height} bytes to write to are needed.", nameof(picture));
        byte* error = stackalloc byte[ErrorLength];
        fixed (byte* source = picture.Pixels)
        fixed (byte* target = pixels)
        {
            Check(
                cohort_vision_crop(
                    source, picture.Width, picture.Height, part.X, part.Y, part.Width, part.Height, width, height, target, error, ErrorLength),
                error);
        }
    }

    internal static void Mark(Picture picture, FaceBox box, string text, double size)
    {
        if (picture.Channels != 3)
            throw new ArgumentException("A box is drawn into an RGB picture, and this one is grey.", nameof(picture));
        byte* error = stackalloc byte[ErrorLength];
        var ascii = string.Concat(text.Select(letter => char.IsAscii(letter) && !char.IsControl(letter) ? letter : '?'));
        fixed (byte* target = picture.Pixels)
        {
            Check(
                cohort_vision_mark(
                    target, picture.Width, picture.Height, box.X, box.Y, box.Width, box.Height, ascii, size, error, ErrorLength),
                error);
        }
    }

    [LibraryImport(Library)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.AssemblyDirectory)]
    private static partial int cohort_vision_open(
        byte* data, long length, int channels, byte** pixels, int* width, int* height, byte* error, int errorLength);

    [LibraryImport(Library)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.AssemblyDirectory)]
    private static partial int cohort_vision_crop(
        byte* pixels, int width, int height, int x, int y, int partWidth, int partHeight, int outWidth, int outHeight, byte* target,
        byte* error, int errorLength);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.AssemblyDirectory)]
    private static partial int cohort_vision_mark(
        byte* pixels, int width, int height, int x, int y, int boxWidth, int boxHeight, string text, double size, byte* error,
        int errorLength);
}
