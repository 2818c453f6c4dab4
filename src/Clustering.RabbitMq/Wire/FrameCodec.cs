using Cohort.Messages;
using Google.Protobuf;

namespace Cohort.Clustering.RabbitMq.Wire;

/// <summary>
/// From a message to AMQP frames and back. A small message is one frame whose body is the envelope. A message with a large
/// <c>bytes</c> field travels with that field as the body, and the envelope in a header; above <see cref="LargestWhole"/> in
/// several frames, which arrive in this order. The field is not copied, unless it holds integers that fit fewer bytes
/// (<see cref="NarrowIntegers"/>).
/// </summary>
internal static class FrameCodec
{
    /// <summary>From so many bytes on a field is worth cutting out.</summary>
    public const int SmallestAttachment = 64 << 10;

    /// <summary>A larger attachment travels in parts.</summary>
    public const int LargestWhole = 16 << 20;

    /// <summary>Bytes of a part: with its framing it fits a pooled buffer of 4 MiB, and delays a heartbeat by milliseconds.</summary>
    public const int PartSize = (4 << 20) - (64 << 10);

    /// <summary>An envelope without attachment may be so large: some million participants.</summary>
    public const int LargestEnvelope = 16 << 20;

    /// <summary>A header must fit one AMQP frame of 128 KiB; a larger envelope travels in the body with the field in it.</summary>
    public const int LargestHeader = 96 << 10;

    private static readonly MessageParser<Envelope> EnvelopeParser = Envelope.Parser.WithDiscardUnknownFields(true);

    /// <summary>The type for the sender's side.</summary>
    /// <exception cref="RefusedException">The message may not leave this process.</exception>
    public static MessageType TypeOf(object message)
        => MessageTypes.Of(message) ?? throw new RefusedException(
            RefusedException.Type,
            $"A {message.GetType()} cannot leave this process: only messages of src/Messages can.");

    /// <param name="envelope">Target, sender and number; the rest is filled in.</param>
    /// <param name="message">One of the messages of src/Messages.</param>
    /// <param name="largest">Bytes; a larger message is refused.</param>
    /// <exception cref="RefusedException">The message is of another type, or too large.</exception>
    public static IReadOnlyList<Frame> Encode(Envelope envelope, object message, int largest)
    {
        var type = TypeOf(message);
        var payload = (IMessage)message;
        envelope.Type = type.Descriptor.FullName;
        type.Describe(payload, envelope);
        if (type.LargeField(payload) is { } field)
        {
            var attachment = (ByteString)field.Accessor.GetValue(payload);
            CheckSize(type, attachment.Length, largest);
            var rest = type.Parser.ParseFrom(ByteString.Empty);
            CopyWithout(payload, rest, field);
            envelope.Message = Wrap(rest);
            envelope.Attachment = field.FieldNumber;
            if (envelope.CalculateSize() <= LargestHeader)
            {
                return WithAttachment(envelope, attachment.Memory);
            }

            envelope.Attachment = 0;
        }

        envelope.Message = Wrap(payload);
        CheckSize(type, envelope.Message.Length, Math.Min(largest, LargestEnvelope));
        return [new Frame(envelope.ToByteArray(), Header: null)];
    }

    /// <summary>Reads the envelope of a frame.</summary>
    /// <exception cref="RefusedException">There is none.</exception>
    public static Envelope ReadEnvelope(ReadOnlySpan<byte> body, byte[]? header)
    {
        var bytes = header ?? body;
        if (bytes.Length > (header is null ? LargestEnvelope + LargestHeader : LargestHeader))
        {
            throw new RefusedException(RefusedException.Size, $"An envelope of {bytes.Length} bytes is too large.");
        }

        var envelope = (Envelope)Parse(EnvelopeParser, bytes, "envelope");
        if (header is null && (envelope.Attachment != 0 || envelope.Width != 0 || envelope.Part is not null))
        {
            throw new RefusedException(RefusedException.Form, "An envelope speaks of an attachment that the frame does not have.");
        }

        return envelope;
    }

    /// <summary>Reads the message of an envelope, whose attachment is complete.</summary>
    /// <param name="envelope">As read.</param>
    /// <param name="attachment">Null if there is none.</param>
    /// <exception cref="RefusedException">Its type is unknown, or it is malformed.</exception>
    public static IMessage ReadMessage(Envelope envelope, ByteString? attachment)
    {
        var type = MessageTypes.Of(envelope.Type) ?? throw new RefusedException(
            RefusedException.Type, $"A message of type '{Printable(envelope.Type)}' is refused: only messages of src/Messages are taken.");
        var message = Parse(type.Parser, envelope.Message.Span, envelope.Type);
        if (attachment is not null)
        {
            var field = type.BytesField(envelope.Attachment) ?? throw new RefusedException(
                RefusedException.Form, $"{envelope.Type} has no bytes field {envelope.Attachment} for an attachment.");
            field.Accessor.SetValue(message, attachment);
        }

        return message;
    }

    /// <summary>From the bytes of an attachment that travel to those that it has.</summary>
    /// <exception cref="RefusedException">There cannot be so many of this width, or they would be more than allowed.</exception>
    public static int LengthOf(Envelope envelope, long travelling, int largest)
    {
        var length = envelope.Width switch
        {
            0 => travelling,
            >= 1 and <= NarrowIntegers.Widest when travelling % envelope.Width == 0 => travelling / envelope.Width * NarrowIntegers.Wide,
            _ => throw new RefusedException(
                RefusedException.Form, $"An attachment of {travelling} bytes cannot hold integers of {envelope.Width} bytes."),
        };
        return length <= largest
            ? (int)length
            : throw new RefusedException(RefusedException.Size, $"An attachment of {length} bytes is larger than {largest}.");
    }

    private static List<Frame> WithAttachment(Envelope envelope, ReadOnlyMemory<byte> attachment)
    {
        if (NarrowIntegers.WidthOf(attachment.Span) is var width and > 0)
        {
            envelope.Width = width;
            attachment = NarrowIntegers.Narrow(attachment.Span, width);
        }

        if (attachment.Length <= LargestWhole)
        {
            return [new Frame(attachment, envelope.ToByteArray())];
        }

        List<Frame> frames = [];
        for (var offset = 0; offset < attachment.Length; offset += PartSize)
        {
            envelope.Part = new Part { Offset = offset, Total = attachment.Length };
            var length = Math.Min(PartSize, attachment.Length - offset);
            frames.Add(new Frame(attachment.Slice(offset, length), envelope.ToByteArray()));
        }

        return frames;
    }

    /// <summary>A shallow copy: nested messages and lists are shared, and only read.</summary>
    private static void CopyWithout(IMessage from, IMessage to, Google.Protobuf.Reflection.FieldDescriptor without)
    {
        foreach (var field in from.Descriptor.Fields.InFieldNumberOrder())
        {
            if (field == without)
            {
                continue;
            }

            if (field.IsRepeated)
            {
                var target = (System.Collections.IList)field.Accessor.GetValue(to);
                foreach (var value in (System.Collections.IEnumerable)field.Accessor.GetValue(from))
                {
                    target.Add(value);
                }
            }
            else if (field.Accessor.GetValue(from) is { } value)
            {
                field.Accessor.SetValue(to, value);
            }
        }
    }

    private static ByteString Wrap(IMessage message) => UnsafeByteOperations.UnsafeWrap(message.ToByteArray());

    private static IMessage Parse(MessageParser parser, ReadOnlySpan<byte> bytes, string what)
    {
        try
        {
            return parser.ParseFrom(bytes);
        }
        catch (InvalidProtocolBufferException problem)
        {
            throw new RefusedException(RefusedException.Form, $"A malformed {what} of {bytes.Length} bytes: {problem.Message}");
        }
    }

    private static void CheckSize(MessageType type, long bytes, long largest)
    {
        if (bytes > largest)
        {
            throw new RefusedException(
                RefusedException.Size, $"A {type.Descriptor.FullName} of {bytes} bytes is larger than the {largest} that may travel.");
        }
    }

    /// <summary>What a stranger wrote, fit for a log.</summary>
    private static string Printable(string text)
        => string.Concat(text.Take(80).Select(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' ? c : '?'));
}

/// <summary>What one AMQP message carries.</summary>
/// <param name="Body">The envelope, or the attachment, or a part of it.</param>
/// <param name="Header">The envelope, when the body is none.</param>
internal readonly record struct Frame(ReadOnlyMemory<byte> Body, byte[]? Header)
{
    public long Bytes => Body.Length + (Header?.Length ?? 0);
}
