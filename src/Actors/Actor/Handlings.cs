using System.Collections.Concurrent;

namespace Cohort.Actors;

/// <summary>
/// How a behavior's handlers are called, in order. All behaviors that register the same ways for the same types share one
/// instance, and with it what was found out about which handlers fit which message: a million actors of a kind look it up in one
/// table.
/// </summary>
internal sealed class Handlings
{
    public static readonly Handlings None = new([]);

    /// <summary>
    /// An actor that is sent more kinds of messages than this pays for the look-up instead of keeping them all.
    /// </summary>
    private const int TableSize = 64;

    private readonly Handling[] _handlings;
    private readonly ConcurrentDictionary<Handling, Handlings> _next = new(concurrencyLevel: 1, capacity: 1);
    private volatile Entry[] _table = [];

    private Handlings(Handling[] handlings) => _handlings = handlings;

    /// <summary>These and one more.</summary>
    public Handlings Then(Handling handling) =>
        _next.TryGetValue(handling, out var next) ? next : _next.GetOrAdd(handling, new Handlings([.. _handlings, handling]));

    /// <summary>The handlers that fit messages of a type, in order.</summary>
    public Candidate[] Candidates(Type messageType)
    {
        foreach (var entry in _table)
        {
            if (ReferenceEquals(entry.MessageType, messageType)) return entry.Candidates;
        }
        return Find(messageType);
    }

    private Candidate[] Find(Type messageType)
    {
        var candidates = _handlings.Select((handling, index) => new Candidate(index, handling))
            .Where(each => each.Handling.MessageType.IsAssignableFrom(messageType)).ToArray();
        var table = _table;
        if (table.Length < TableSize) _table = [.. table, new Entry(messageType, candidates)];
        return candidates;
    }

    public readonly record struct Candidate(int Index, Handling Handling);

    private readonly record struct Entry(Type MessageType, Candidate[] Candidates);
}
