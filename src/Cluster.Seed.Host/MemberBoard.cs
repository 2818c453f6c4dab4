using System.Collections.Concurrent;
using Cohort.Clustering;
using Cohort.Messages;

namespace Cohort.Seed.Host;

/// <summary>What members have last said of their work. May be used by several threads.</summary>
public sealed class MemberBoard
{
    private readonly ConcurrentDictionary<string, MemberFigures> _newest = new(StringComparer.Ordinal);

    /// <returns>Null where this life of the member has said nothing yet.</returns>
    public MemberFigures? Of(Member member)
        => _newest.TryGetValue(member.Name, out var figures)
            && string.Equals(figures.Incarnation, member.Incarnation, StringComparison.Ordinal)
                ? figures
                : null;

    public void Note(MemberFigures figures) => _newest[figures.Member] = figures;

    public void Forget(Member member) => _newest.TryRemove(member.Name, out _);
}
