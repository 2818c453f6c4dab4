using System.Buffers.Binary;

namespace Cohort.Model.Data;

/// <summary>
/// A folder with the four files of MNIST (LeCun et al. 1998) or of a set in the same layout, such as Fashion-MNIST (Xiao et al.
/// 2017, Debian's dataset-fashion-mnist): train-images-idx3-ubyte, train-labels-idx1-ubyte, t10k-images-idx3-ubyte,
/// t10k-labels-idx1-ubyte, each also with .gz.
/// </summary>
public static class IdxFiles
{
    private const uint ImagesMagic = 0x00000803;
    private const uint LabelsMagic = 0x00000801;

    private static readonly string[] _digits = ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"];

    private static readonly string[] _garments =
        ["T-shirt/top", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot"];

    /// <summary>Whether the folder looks like one of this layout.</summary>
    public static bool AreIn(string folder) => Find(folder, "train-images", 3) is not null;

    /// <summary>
    /// Reads all four files. Classes are "0" to "9", or Fashion-MNIST's garments where the folder's name contains "fashion".
    /// </summary>
    /// <exception cref="DataFormatException">A file is missing, damaged, or does not fit the others.</exception>
    public static DataSet Read(string folder)
    {
        string name = Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder)));
        string[] classes = name.Contains("fashion", StringComparison.OrdinalIgnoreCase) ? _garments : _digits;

        Task<ImageArray> testing = Task.Run(() => ReadHalf(folder, "t10k", classes));
        ImageArray? train = null;
        try
        {
            train = ReadHalf(folder, "train", classes);
        }
        finally
        {
            // When both halves fail, the first one's error is the one to tell.
            if (train is null)
                testing.ContinueWith(t => t.Exception, TaskScheduler.Default).Wait();
        }

        ImageArray test = testing.GetAwaiter().GetResult();
        if (train.Shape != test.Shape)
            throw new DataFormatException($"In '{folder}' training pictures are {train.Shape}, but test pictures {test.Shape}.");
        return new DataSet(name, train, test, IsSynthetic: false);
    }

    private static ImageArray ReadHalf(string folder, string prefix, string[] classes)
    {
        string imagesPath = Require(folder, $"{prefix}-images", 3);
        string labelsPath = Require(folder, $"{prefix}-labels", 1);
        byte[] labels = SourceFile.Read(labelsPath, stream => ReadLabels(stream, labelsPath, classes));
        (ImageShape shape, byte[] pixels) = SourceFile.Read(imagesPath, stream => ReadImages(stream, imagesPath));
        int images = pixels.Length / shape.Length;
        if (images != labels.Length)
        {
            throw new DataFormatException(
                $"'{imagesPath}' holds {images} pictures, but '{labelsPath}' {labels.Length} labels; "
                + "they belong to different sets.");
        }

        return new ImageArray(shape, classes, pixels, labels);
    }

    private static byte[] ReadLabels(Stream stream, string path, string[] classes)
    {
        Span<uint> header = stackalloc uint[2];
        ReadHeader(stream, path, LabelsMagic, header);
        byte[] labels = ReadBody(stream, path, header[1]);
        for (int i = 0; i < labels.Length; i++)
        {
            if (labels[i] >= classes.Length)
                throw new DataFormatException($"'{path}': label {i} is {labels[i]}, expected 0 to {classes.Length - 1}.");
        }

        return labels;
    }

    private static (ImageShape Shape, byte[] Pixels) ReadImages(Stream stream, string path)
    {
        Span<uint> header = stackalloc uint[4];
        ReadHeader(stream, path, ImagesMagic, header);
        if (header[2] is 0 or > 4096 || header[3] is 0 or > 4096)
        {
            throw new DataFormatException(
                $"'{path}' announces pictures of {header[2]}x{header[3]} pixels, expected 1 to 4096 a side.");
        }

        var shape = new ImageShape(1, (int)header[2], (int)header[3]);
        return (shape, ReadBody(stream, path, (long)header[1] * shape.Length));
    }

    private static void ReadHeader(Stream stream, string path, uint magic, Span<uint> header)
    {
        Span<byte> word = stackalloc byte[sizeof(uint)];
        for (int i = 0; i < header.Length; i++)
        {
            stream.ReadExactly(word);
            header[i] = BinaryPrimitives.ReadUInt32BigEndian(word);
            if (header[0] != magic)
            {
                throw new DataFormatException(
                    $"'{path}' begins with 0x{header[0]:x8}, expected 0x{magic:x8}: "
                    + $"it is not an idx{magic & 0xff} file of bytes.");
            }
        }

        if (header[1] == 0)
            throw new DataFormatException($"'{path}' holds zero samples.");
    }

    private static byte[] ReadBody(Stream stream, string path, long length)
    {
        long possible = new FileInfo(path).Length * (SourceFile.IsGzip(path) ? SourceFile.LargestExpansion : 1);
        if (length > possible || length > Array.MaxLength)
            throw new DataFormatException($"'{path}' announces {length} bytes of content, more than it can hold.");

        byte[] body = GC.AllocateUninitializedArray<byte>((int)length);
        stream.ReadExactly(body);
        if (stream.ReadByte() >= 0)
            throw new DataFormatException($"'{path}' goes on after the {length} bytes of content it announces.");
        return body;
    }

    private static string Require(string folder, string name, int dimensions) =>
        Find(folder, name, dimensions)
        ?? throw new DataFormatException($"'{folder}' has no file '{name}-idx{dimensions}-ubyte' (or with .gz).");

    private static string? Find(string folder, string name, int dimensions)
    {
        string[] spellings = [$"{name}-idx{dimensions}-ubyte", $"{name}.idx{dimensions}-ubyte"];
        return spellings
            .SelectMany(spelling => new[] { spelling, spelling + ".gz" })
            .Select(file => Path.Combine(folder, file))
            .FirstOrDefault(File.Exists);
    }
}
