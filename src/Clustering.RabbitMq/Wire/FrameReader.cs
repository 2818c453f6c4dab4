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

        if (body.Length > largest)
        {
            throw new RefusedException(RefusedException.Size, $"An attachment of {body.Length} bytes is larger than {largest}.");
        }

        if (envelope.Part is not { } part)
        {
            return new(envelope, FrameCodec.ReadMessage(envelope, ByteString.CopyFrom(body)));
        }

        return Add(envelope, part, body);
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
            Begin(origin, (int)part.Total);
        }

        var known = _underWay.TryGetValue(origin, out var assembly);
        if (known && part.Offset + body.Length <= assembly!.Filled)
        {
            return null; // sent again after a lost connection
        }

        if (!known
            || assembly!.Bytes.Length != part.Total
            || assembly.Filled != part.Offset)
        {
            GiveUp(origin, "a part of it is missing");
            throw new RefusedException(
                RefusedException.Part, $"A part at {part.Offset} of {part.Total} does not continue what came before it.");
        }

        body.CopyTo(assembly.Bytes.AsSpan(assembly.Filled));
        assembly.Filled += body.Length;
        assembly.LastPart = Environment.TickCount64;
        if (assembly.Filled < assembly.Bytes.Length)
        {
            return null;
        }

        Forget(origin);
        return new(envelope, FrameCodec.ReadMessage(envelope, UnsafeByteOperations.UnsafeWrap(assembly.Bytes)));
    }

    private void Begin(Origin origin, int total)
    {
        foreach (var (other, old) in _underWay.OrderBy(each => each.Value.LastPart).ToList())
        {
            if (Environment.TickCount64 - old.LastPart > Patience.TotalMilliseconds || _bytesUnderWay + total > 2L * largest)
            {
                GiveUp(other, "the rest of it has not come");
            }
        }

        _underWay[origin] = new Assembly(GC.AllocateUninitializedArray<byte>(total))
        {
            LastPart = Environment.TickCount64,
        };
        _bytesUnderWay += total;
    }

    private void GiveUp(Origin origin, string why)
    {
        if (Forget(origin) is { } assembly)
        {
            lost(new RefusedException(
                RefusedException.Part,
                $"An attachment of {assembly.Bytes.Length} bytes is given up after {assembly.Filled}: {why}."));
        }
    }

    private Assembly? Forget(Origin origin)
    {
        if (!_underWay.Remove(origin, out var assembly))
        {
            return null;
        }

        _bytesUnderWay -= assembly.Bytes.Length;
        return assembly;
    }

    private readonly record struct Origin(string Member, string Incarnation, ulong Number);

    private sealed class Assembly(byte[] bytes)
    {
        public byte[] Bytes => bytes;

        public int Filled { get; set; }

        public long LastPart { get; set; }
    }
}

/// <summary>A message that has arrived whole.</summary>
internal sealed record Incoming(Envelope Envelope, IMessage Message);
