using System.Buffers.Binary;
using System.IO.Compression;

namespace Cohort.Model.Data;

/// <summary>
/// Decompresses a gzip file and makes sure that it was whole: <see cref="GZipStream"/> takes the end of a file that was cut short
/// for the end of its content. The last four bytes of a gzip file are the length of its content modulo 2^32 (RFC 1952).
/// </summary>
internal sealed class CheckedGzipStream : Stream
{
    private readonly GZipStream _content;
    private readonly uint _announced;
    private uint _seen;

    public CheckedGzipStream(FileStream file)
    {
        _content = new GZipStream(file, CompressionMode.Decompress);
        _announced = LastWord(file);
    }

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override int Read(Span<byte> buffer)
    {
        int read = _content.Read(buffer);
        _seen += (uint)read;
        if (read == 0 && !buffer.IsEmpty && _seen != _announced)
        {
            throw new InvalidDataException(
                $"its gzip data unpacks to {_seen} bytes and then announces {_announced} "
                + "(several gzip files joined into one are not read)");
        }

        return read;
    }

    public override void Flush() => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            _content.Dispose();
        base.Dispose(disposing);
    }

    // A header of 10 bytes and a trailer of 8 are the least.
    private static uint LastWord(FileStream file)
    {
        Span<byte> word = stackalloc byte[sizeof(uint)];
        if (file.Length < 18)
        {
            long length = file.Length;
            file.Dispose();
            throw new InvalidDataException($"it has {length} bytes, less than any gzip file");
        }

        file.Seek(-word.Length, SeekOrigin.End);
        file.ReadExactly(word);
        file.Seek(0, SeekOrigin.Begin);
        return BinaryPrimitives.ReadUInt32LittleEndian(word);
    }
}
