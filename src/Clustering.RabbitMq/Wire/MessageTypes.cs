using System.Collections.Frozen;
using System.Reflection;
using Cohort.Messages;
using Google.Protobuf;
using Google.Protobuf.Reflection;

namespace Cohort.Clustering.RabbitMq.Wire;

/// <summary>What may be said between processes: the messages of src/Messages, by descriptor, and nothing else.</summary>
internal static class MessageTypes
{
    private static readonly FrozenDictionary<string, MessageType> ByName = Find().ToFrozenDictionary(
        type => type.Descriptor.FullName, StringComparer.Ordinal);

    private static readonly FrozenDictionary<Type, MessageType> ByType = ByName.Values.ToFrozenDictionary(
        type => type.Descriptor.ClrType);

    public static IEnumerable<MessageType> All => ByName.Values;

    public static MessageType? Of(string name) => ByName.GetValueOrDefault(name);

    public static MessageType? Of(object message) => ByType.GetValueOrDefault(message.GetType());

    private static IEnumerable<MessageType> Find()
        => typeof(Envelope).Assembly.GetTypes()
            .Where(type => typeof(IMessage).IsAssignableFrom(type) && type is { IsAbstract: false, IsPublic: true })
            .Select(type => (MessageDescriptor)type
                .GetProperty("Descriptor", BindingFlags.Public | BindingFlags.Static)!.GetValue(obj: null)!)
            .Where(descriptor => descriptor.File != ClusterReflection.Descriptor || descriptor == AskFailed.Descriptor)
            .Select(descriptor => new MessageType(descriptor));
}

/// <summary>A message type with what the wire wants to know of it.</summary>
internal sealed class MessageType
{
    private readonly FieldDescriptor[] _bytes;
    private readonly FieldDescriptor? _key;
    private readonly FieldDescriptor? _run;
    private readonly FieldDescriptor? _deadline;

    public MessageType(MessageDescriptor descriptor)
    {
        Descriptor = descriptor;
        Parser = descriptor.Parser.WithDiscardUnknownFields(true);
        _bytes = [.. descriptor.Fields.InFieldNumberOrder().Where(f => f is { FieldType: FieldType.Bytes, IsRepeated: false })];
        _key = descriptor.FindFieldByName("key") is { FieldType: FieldType.Message } key && key.MessageType == RoundKey.Descriptor
            ? key
            : null;
        _run = descriptor.FindFieldByName("run") is { FieldType: FieldType.String, IsRepeated: false } run ? run : null;
        _deadline = descriptor.FindFieldByName("deadline_ms") is { FieldType: FieldType.Int64 } deadline ? deadline : null;
    }

    public MessageDescriptor Descriptor { get; }

    public MessageParser Parser { get; }

    /// <summary>The message's one large field, if it has one that is worth cutting out.</summary>
    public FieldDescriptor? LargeField(IMessage message)
    {
        FieldDescriptor? largest = null;
        var length = FrameCodec.SmallestAttachment - 1;
        foreach (var field in _bytes)
        {
            if (((ByteString)field.Accessor.GetValue(message)).Length is var here && here > length)
            {
                (largest, length) = (field, here);
            }
        }

        return largest;
    }

    /// <summary>The bytes field of this number; null if there is none, so that no attachment lands elsewhere.</summary>
    public FieldDescriptor? BytesField(int number) => Array.Find(_bytes, field => field.FieldNumber == number);

    /// <summary>Copies to the envelope what people and metrics want to know without opening the message.</summary>
    public void Describe(IMessage message, Envelope envelope)
    {
        if (_key?.Accessor.GetValue(message) is RoundKey key)
        {
            (envelope.Run, envelope.Round, envelope.Attempt) = (key.Run, key.Round, key.Attempt);
        }
        else if (_run is not null)
        {
            envelope.Run = (string)_run.Accessor.GetValue(message);
        }

        if (_deadline is not null)
        {
            envelope.DeadlineMs = (long)_deadline.Accessor.GetValue(message);
        }
    }
}
