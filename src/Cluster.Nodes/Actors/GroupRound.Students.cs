using Cohort.Messages;
using Google.Protobuf;

namespace Cohort.Nodes.Actors;

/// <summary>What the coordinator says of each student: what it remembers, and which model it begins with if not with the group's.</summary>
internal sealed partial class GroupRound
{
    private readonly Dictionary<int, ByteString> _memories = MemoriesIn(request);
    private readonly Dictionary<int, (string Model, int Staleness)> _starts = StartsIn(request);

    /// <summary>What the coordinator says that students remember; who has not taken part before remembers nothing.</summary>
    private static Dictionary<int, ByteString> MemoriesIn(TrainGroup request)
    {
        var length = request.Memories.Length / Math.Max(1, request.Remembering.Count);
        return request.Remembering
            .Select((student, place) => (student, Memory: Slice(request.Memories, place, length)))
            .ToDictionary(entry => entry.student, entry => entry.Memory);
    }

    private static Dictionary<int, (string Model, int Staleness)> StartsIn(TrainGroup request)
        => request.Students.Zip(request.Starts, request.Staleness).ToDictionary(each => each.First, each => (each.Second, each.Third));

    /// <summary>From here on a student remembers its update that is in the sum; those of other tries are forgotten with them.</summary>
    private void Remember(PartialSum part)
    {
        var length = Context!.Memory.Bytes;
        for (var place = 0; place < part.Participants.Count && length > 0; place++)
        {
            _memories[part.Participants[place]] = UnsafeByteOperations.UnsafeWrap(
                SumWithMemories.MemoryIn(part.Sum, Sum!.Values.Length, place, length));
        }
    }

    private IReadOnlyList<ReadOnlyMemory<byte>> MemoriesOf(IReadOnlyCollection<int> students)
        => Context!.Memory.Bytes == 0 ? [] : [.. students.Select(student => _memories[student].Memory)];

    private static ByteString Slice(ByteString memories, int place, int length)
        => UnsafeByteOperations.UnsafeWrap(memories.Memory.Slice(place * length, length));
}
