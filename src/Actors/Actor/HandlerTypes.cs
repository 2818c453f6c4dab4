using System.Collections.Concurrent;

namespace Cohort.Actors;

/// <summary>
/// The message types of a behavior's handlers, in order. All behaviors that register the same types share one instance, and
/// with it what was found out about which handlers fit which message: a million actors of a kind look it up in one table.
/// </summary>
internal sealed class HandlerTypes
{
    public static readonly HandlerTypes None = new([]);

    /// <summary>
    /// An actor that is sent more kinds of messages than this pays for the look-up instead of keeping them all.
    /// </summary>
    private const int TableSize = 64;

    private readonly Type[] _types;
    private readonly ConcurrentDictionary<Type, HandlerTypes> _next = new(concurrencyLevel: 1, capacity: 1);
    private volatile Entry[] _table = [];

    private HandlerTypes(Type[] types) => _types = types;

    /// <summary>These types and one more.</summary>
    public HandlerTypes Then(Type type) =>
        _next.TryGetValue(type, out var next) ? next : _next.GetOrAdd(type, new HandlerTypes([.. _types, type]));

    /// <summary>The indices of the handlers that fit messages of a type, in order.</summary>
    public int[] Candidates(Type messageType)
    {
        foreach (var entry in _table)
        {
            if (ReferenceEquals(entry.MessageType, messageType)) return entry.Candidates;
        }
        return Find(messageType);
    }

    private int[] Find(Type messageType)
    {
        var candidates = Enumerable.Range(0, _types.Length).Where(i => _types[i].IsAssignableFrom(messageType)).ToArray();
        var table = _table;
        if (table.Length < TableSize) _table = [.. table, new Entry(messageType, candidates)];
        return candidates;
    }

    private readonly record struct Entry(Type MessageType, int[] Candidates);
}
