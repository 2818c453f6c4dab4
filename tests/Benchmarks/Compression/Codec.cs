using System.IO.Compression;
using Cohort.Clustering.RabbitMq.Wire;

namespace Cohort.Benchmarks.Compression;

/// <summary>A way to make bytes fewer, and them whole again.</summary>
/// <param name="Name">For the table.</param>
/// <param name="Shrink">From bytes to fewer.</param>
/// <param name="Restore">From those, and the number of bytes, to all of them.</param>
internal sealed record Codec(string Name, Func<byte[], ReadOnlyMemory<byte>> Shrink, Func<ReadOnlyMemory<byte>, int, byte[]> Restore)
{
    public static Codec Brotli(int quality) => new(
        $"Brotli {quality}",
        bytes =>
        {
            var shrunk = new byte[BrotliEncoder.GetMaxCompressedLength(bytes.Length)];
            return BrotliEncoder.TryCompress(bytes, shrunk, out var length, quality, window: 22)
                ? shrunk.AsMemory(0, length)
                : throw new InvalidOperationException("Brotli found no room.");
        },
        (shrunk, length) =>
        {
            var bytes = new byte[length];
            return BrotliDecoder.TryDecompress(shrunk.Span, bytes, out _) ? bytes : throw new InvalidDataException("No Brotli.");
        });

    public static Codec Deflate { get; } = new(
        "Deflate fastest",
        bytes =>
        {
            using var shrunk = new MemoryStream(bytes.Length);
            using (var deflate = new DeflateStream(shrunk, CompressionLevel.Fastest, leaveOpen: true))
            {
                deflate.Write(bytes);
            }

            return shrunk.GetBuffer().AsMemory(0, (int)shrunk.Length);
        },
        (shrunk, length) =>
        {
            var bytes = new byte[length];
            using var deflate = new DeflateStream(new MemoryStream(shrunk.ToArray()), CompressionMode.Decompress);
            deflate.ReadExactly(bytes);
            return bytes;
        });

    /// <summary>Of 64-bit integers the bytes that they need, as the wire format does it.</summary>
    public static Codec Narrow { get; } = new(
        "narrow integers",
        bytes => NarrowIntegers.WidthOf(bytes) is var width and > 0 ? NarrowIntegers.Narrow(bytes, width) : bytes,
        (shrunk, length) =>
        {
            var bytes = new byte[length];
            shrunk.Span.CopyTo(bytes.AsSpan(length - shrunk.Length));
            if (shrunk.Length < length)
            {
                NarrowIntegers.Widen(bytes, 8 * shrunk.Length / length);
            }

            return bytes;
        });

    /// <summary>The same after all first bytes, all second bytes, and so on, have been put together.</summary>
    public static Codec OverPlanes(Codec codec, int width) => new(
        $"byte planes, {codec.Name}",
        bytes => codec.Shrink(Transpose(bytes, bytes.Length / width, width)),
        (shrunk, length) => Transpose(codec.Restore(shrunk, length), width, length / width));

    /// <summary>A matrix of so many rows and columns, columns first.</summary>
    private static byte[] Transpose(byte[] bytes, int rows, int columns)
    {
        var turned = new byte[bytes.Length];
        for (var column = 0; column < columns; column++)
        {
            var target = turned.AsSpan(column * rows, rows);
            for (int row = 0, from = column; row < rows; row++, from += columns)
            {
                target[row] = bytes[from];
            }
        }

        return turned;
    }
}
