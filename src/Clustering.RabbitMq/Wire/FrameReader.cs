using Cohort.Messages;
using Google.Protobuf;

namespace Cohort.Clustering.RabbitMq.Wire;

/// <summary>
/// Reads the frames of one queue, in their order. Parts of an attachment are put together in place: an attachment under way takes
/// its own size in memory, once, and all those under way together take no more than a bound; the oldest gives way.
/// </summary>
/// <param name="largest">Bytes of the largest message.</param>
/// <param name="lost">Is told of an attachment that will never be complete.</param>
internal sealed class FrameReader(int largest, Action<RefusedException> lost)
{
    /// <summary>How long one attachment may wait for its next part while others arrive.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly Dictionary<Origin, Assembly> _underWay = [];
    private long _bytesUnderWay;

    /// <summary>Bytes held for attachments that are not complete.</summary>
    public long BytesUnderWay => _bytesUnderWay;

    /// <summary>The message, when this frame completes one; else null.</summary>
    /// <param name="body">Only read during the call.</param>
    /// <param name="header">The envelope, when the body is none.</param>
    /// <exception cref="RefusedException">The frame is not what it should be; nothing of it is kept.</exception>
    public Incoming? Read(ReadOnlySpan<byte> body, byte[]? header)
    {
        var envelope = FrameCodec.ReadEnvelope(body, header);
        if (header is null)
        {
            return new(envelope, FrameCodec.ReadMessage(envelope, attachment: null));
        }

        if (envelope.Part is { } part)
        {
            return Add(envelope, part, body);
        }

        var attachment = new Assembly(FrameCodec.LengthOf(envelope, body.Length, largest), body.Length, envelope.Width);
        attachment.Add(body);
        return new(envelope, FrameCodec.ReadMessage(envelope, attachment.Whole()));
    }

    private Incoming? Add(Envelope envelope, Part part, ReadOnlySpan<byte> body)
    {
        if (part.Total <= 0 || part.Total > largest || part.Offset < 0 || part.Offset + body.Length > part.Total || body.IsEmpty)
        {
            throw new RefusedException(
                RefusedException.Part,
                $"A part of {body.Length} bytes at {part.Offset} of {part.Total} is not within an attachment of at most {largest} bytes.");
        }

        var origin = new Origin(envelope.Member, envelope.Incarnation, envelope.Number);
        if (part.Offset == 0 && !_underWay.ContainsKey(origin))
        {
            Begin(origin, new Assembly(FrameCodec.LengthOf(envelope, part.Total, largest), (int)part.Total, envelope.Width));
        }

        var known = _underWay.TryGetValue(origin, out var assembly);
        if (known && part.Offset + body.Length <= assembly!.Filled)
        {
            return null; // sent again after a lost connection
        }

        if (!known
            || assembly!.Total != part.Total
            || assembly.Width != envelope.Width
            || assembly.Filled != part.Offset)
        {
            GiveUp(origin, "a part of it is missing");
            throw new RefusedException(
                RefusedException.Part, $"A part at {part.Offset} of {part.Total} does not continue what came before it.");
        }

        assembly.Add(body);
        if (assembly.Filled < assembly.Total)
        {
            return null;
        }

        Forget(origin);
        return new(envelope, FrameCodec.ReadMessage(envelope, assembly.Whole()));
    }

    private void Begin(Origin origin, Assembly begun)
    {
        foreach (var (other, old) in _underWay.OrderBy(each => each.Value.LastPart).ToList())
        {
            if (Environment.TickCount64 - old.LastPart > Patience.TotalMilliseconds || _bytesUnderWay + begun.Length > 2L * largest)
            {
                GiveUp(other, "the rest of it has not come");
            }
        }

        _underWay[origin] = begun;
        _bytesUnderWay += begun.Length;
    }

    private void GiveUp(Origin origin, string why)
    {
        if (Forget(origin) is { } assembly)
        {
            lost(new RefusedException(
                RefusedException.Part,
                $"An attachment of {assembly.Total} bytes is given up after {assembly.Filled}: {why}."));
        }
    }

    private Assembly? Forget(Origin origin)
    {
        if (!_underWay.Remove(origin, out var assembly))
        {
            return null;
        }

        _bytesUnderWay -= assembly.Length;
        return assembly;
    }

    private readonly record struct Origin(string Member, string Incarnation, ulong Number);

    /// <summary>An attachment under way. Narrow integers gather at the end of the memory that they will fill.</summary>
    /// <param name="length">Bytes when it is whole.</param>
    /// <param name="total">Bytes that travel.</param>
    /// <param name="width">Of each integer; 0 for other bytes.</param>
    private sealed class Assembly(int length, int total, int width)
    {
        private readonly byte[] _bytes = LargeMemory.Take(length);

        public int Length => length;

        public int Total => total;

        public int Width => width;

        public int Filled { get; private set; }

        public long LastPart { get; private set; } = Environment.TickCount64;

        public void Add(ReadOnlySpan<byte> part)
        {
            part.CopyTo(_bytes.AsSpan(length - total + Filled));
            Filled += part.Length;
            LastPart = Environment.TickCount64;
        }

        public ByteString Whole()
        {
            if (width > 0)
            {
                NarrowIntegers.Widen(_bytes, width);
            }

            return UnsafeByteOperations.UnsafeWrap(_bytes);
        }
    }
}

/// <summary>A message that has arrived whole.</summary>
internal sealed record Incoming(Envelope Envelope, IMessage Message);
