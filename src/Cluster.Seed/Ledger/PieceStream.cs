namespace Cohort.Seed.Ledger;

/// <summary>Bytes that lie in pieces somewhere else, fetched as they are read: only one piece is held at a time.</summary>
/// <param name="length">Bytes in all.</param>
/// <param name="first">Bytes of piece 0.</param>
/// <param name="each">Bytes of every other piece, but for the last.</param>
/// <param name="fetch">Fetches a piece.</param>
internal sealed class PieceStream(long length, int first, int each, Func<int, byte[]> fetch) : Stream
{
    private int _held = -1;
    private byte[] _bytes = [];

    public override bool CanRead => true;

    public override bool CanSeek => true;

    public override bool CanWrite => false;

    public override long Length => length;

    public override long Position { get; set; }

    public override int Read(Span<byte> buffer)
    {
        if (Position >= length || buffer.IsEmpty)
            return 0;
        var (piece, offset) = Position < first ? (0, (int)Position) : After(Position - first);
        if (piece != _held)
            (_held, _bytes) = (piece, fetch(piece));
        var count = Math.Min(buffer.Length, _bytes.Length - offset);
        _bytes.AsSpan(offset, count).CopyTo(buffer);
        Position += count;
        return count;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override long Seek(long offset, SeekOrigin origin) => Position = offset + origin switch
    {
        SeekOrigin.Begin => 0,
        SeekOrigin.Current => Position,
        _ => length,
    };

    public override void Flush()
    {
    }

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    private (int Piece, int Offset) After(long position) => ((int)(position / each) + 1, (int)(position % each));
}
