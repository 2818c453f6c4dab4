using Cohort.Model.Files;
using Google.Protobuf;

namespace Cohort.Seed.Coordination;

/// <summary>
/// What a run's students remember between their rounds: after which round each last took part, and how long the memories of a round are
/// kept. They are needed until all its students have taken part again, and as long after that as a round before it may be replayed.
/// </summary>
internal sealed class StudentMemories
{
    private readonly string _run;
    private readonly int _keep;
    private readonly IStudentMemoryStore _store;

    /// <summary>Each student's last round, and the same some rounds ago, from when on rounds may be replayed.</summary>
    private readonly Dictionary<int, int> _last = [];
    private readonly Dictionary<int, int> _earliest = [];

    /// <summary>By round: how many students' <see cref="_earliest"/> it is.</summary>
    private readonly Dictionary<int, int> _needed = [];
    private readonly Queue<(int Round, IReadOnlyList<int> Participants)> _recent = new();
    private (int Round, IReadOnlyDictionary<int, ReadOnlyMemory<byte>> Memories)? _unwritten;

    /// <param name="run">The run's id.</param>
    /// <param name="keep">So many of the newest rounds may be replayed.</param>
    /// <param name="store">Where memories lie.</param>
    public StudentMemories(string run, int keep, IStudentMemoryStore store) => (_run, _keep, _store) = (run, keep, store);

    /// <summary>A round is finished, whose memories are not on disk yet.</summary>
    public void Learn(int round, IReadOnlyDictionary<int, ReadOnlyMemory<byte>> memories)
    {
        _unwritten = (round, memories);
        foreach (var student in memories.Keys)
        {
            _last[student] = round;
        }
    }

    /// <summary>Puts the memories of a finished round on disk, durable when this returns.</summary>
    public void Write(int round, IReadOnlyDictionary<int, ReadOnlyMemory<byte>> memories)
    {
        _store.Save(_run, round, memories);
        if (_unwritten?.Round == round)
        {
            _unwritten = null;
        }
    }

    /// <summary>A finished round is in the ledger; what nobody will ask for any more may go.</summary>
    public void Note(int round, IReadOnlyList<int> participants)
    {
        foreach (var student in participants)
        {
            _last[student] = Math.Max(round, _last.GetValueOrDefault(student));
        }

        _recent.Enqueue((round, participants));
        if (_recent.Count > _keep)
        {
            Settle(_recent.Dequeue());
        }
    }

    /// <summary>What some students remember: those who have taken part, and all their memories, one after the other.</summary>
    /// <exception cref="ModelFileException">A memory is not kept any more, or damaged.</exception>
    public (IReadOnlyList<int> Remembering, ByteString Memories) Of(IEnumerable<int> students)
    {
        var remembering = students.Where(_last.ContainsKey).ToList();
        var found = new Dictionary<int, ReadOnlyMemory<byte>>();
        foreach (var together in remembering.GroupBy(student => _last[student]))
        {
            if (_unwritten is { } fresh && fresh.Round == together.Key)
            {
                together.ToList().ForEach(student => found.Add(student, fresh.Memories[student]));
                continue;
            }

            foreach (var (student, memory) in _store.Load(_run, together.Key, [.. together]))
            {
                found.Add(student, memory);
            }
        }

        var joined = new byte[found.Values.Sum(memory => memory.Length)];
        var end = 0;
        foreach (var student in remembering)
        {
            found[student].CopyTo(joined.AsMemory(end));
            end += found[student].Length;
        }

        return (remembering, UnsafeByteOperations.UnsafeWrap(joined));
    }

    /// <returns>A student whose memory is not kept any more; null if all of them are.</returns>
    public int? Forgotten(IEnumerable<int> students)
        => students.Where(_last.ContainsKey).Where(student => !_store.Contains(_run, _last[student])).Cast<int?>().FirstOrDefault();

    /// <summary>No round before this one is replayed any more.</summary>
    private void Settle((int Round, IReadOnlyList<int> Participants) settled)
    {
        foreach (var student in settled.Participants)
        {
            if (_earliest.TryGetValue(student, out var before) && --_needed[before] == 0)
            {
                _needed.Remove(before);
                _store.Delete(_run, before);
            }

            _earliest[student] = settled.Round;
        }

        if (settled.Participants.Count > 0)
        {
            _needed[settled.Round] = settled.Participants.Count;
        }
    }
}
