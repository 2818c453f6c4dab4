using System.Runtime.InteropServices;

namespace Cohort.Model.Data;

/// <summary>Pictures through OpenCV (native/cohort_vision.cpp). May be called by many threads at once.</summary>
public static unsafe partial class Vision
{
    private const string Library = "cohort_vision";
    private const int ErrorLength = 512;

    /// <summary>Larger files are refused unread: 64 MiB.</summary>
    public const int LargestFile = 64 << 20;

    /// <summary>
    /// Decodes a PNG or JPEG of any size, grey or colour, to a grey square: the largest centred square of the picture (turned as
    /// its EXIF data says), resized by the mean over pixel areas where it shrinks (OpenCV's INTER_AREA; bilinear where it grows).
    /// </summary>
    /// <param name="file">The file's bytes.</param>
    /// <param name="side">The side of the square in pixels.</param>
    /// <param name="pixels">Gets side * side bytes, row by row, 0 black to 255 white.</param>
    /// <exception cref="DataFormatException">It is not a PNG or JPEG, is damaged, or larger than 2^26 pixels.</exception>
    public static void Decode(ReadOnlySpan<byte> file, int side, Span<byte> pixels)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(side);
        if (pixels.Length < side * side)
            throw new ArgumentException($"A picture of {side}x{side} needs {side * side} bytes, got {pixels.Length}.");
        byte* error = stackalloc byte[ErrorLength];
        fixed (byte* data = file)
        fixed (byte* target = pixels)
            Check(cohort_vision_decode(data, file.Length, side, target, error, ErrorLength), error);
    }

    /// <summary>As <see cref="Decode(ReadOnlySpan{byte}, int, Span{byte})"/>, from a file; the error names it.</summary>
    /// <exception cref="DataFormatException">There is no such file, or it cannot be decoded.</exception>
    public static void Decode(string path, int side, Span<byte> pixels)
    {
        var file = ReadFile(path);
        try
        {
            Decode(file, side, pixels);
        }
        catch (DataFormatException problem)
        {
            throw new DataFormatException($"'{path}' cannot be read as a picture: {problem.Message}.", problem);
        }
    }

    /// <summary>Writes a line of ASCII text into a grey picture; (x, y) is the left end of its base line.</summary>
    public static void Write(Span<byte> pixels, int width, int height, string text, int x, int y, double size, byte shade)
    {
        byte* error = stackalloc byte[ErrorLength];
        fixed (byte* target = pixels)
            Check(cohort_vision_write(target, width, height, text, x, y, size, shade, error, ErrorLength), error);
    }

    /// <summary>A PNG file of width * height pixels, row by row: a byte each where they are grey, three where they are RGB.</summary>
    /// <exception cref="ArgumentException">There are more or fewer bytes.</exception>
    public static byte[] EncodePng(ReadOnlySpan<byte> pixels, int width, int height)
    {
        var channels = pixels.Length == 3 * width * height ? 3 : 1;
        if (pixels.Length != channels * width * height)
            throw new ArgumentException($"A picture of {width}x{height} has 1 or 3 bytes a pixel, got {pixels.Length}.", nameof(pixels));
        byte* error = stackalloc byte[ErrorLength];
        byte* png = null;
        long length = 0;
        try
        {
            fixed (byte* source = pixels)
                Check(cohort_vision_encode(source, width, height, channels, &png, &length, error, ErrorLength), error);
            return new ReadOnlySpan<byte>(png, (int)length).ToArray();
        }
        finally
        {
            cohort_vision_free(png);
        }
    }

    private static void Check(int result, byte* error)
    {
        if (result != 0)
            throw new DataFormatException(Marshal.PtrToStringUTF8((nint)error) ?? "OpenCV failed");
    }

    [LibraryImport(Library)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.AssemblyDirectory)]
    private static partial int cohort_vision_decode(
        byte* data, long length, int side, byte* pixels, byte* error, int errorLength);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.AssemblyDirectory)]
    private static partial int cohort_vision_write(
        byte* pixels, int width, int height, string text, int x, int y, double size, int shade, byte* error, int errorLength);

    [LibraryImport(Library)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.AssemblyDirectory)]
    private static partial int cohort_vision_encode(
        byte* pixels, int width, int height, int channels, byte** png, long* length, byte* error, int errorLength);

    [LibraryImport(Library)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.AssemblyDirectory)]
    private static partial void cohort_vision_free(byte* png);
}
