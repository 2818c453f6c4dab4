namespace Cohort.Nodes.Actors;

/// <summary>What an actor refuses to take: all of it is counted, and logged once per cause.</summary>
internal sealed class Refusals(ILoggingAdapter log)
{
    private readonly HashSet<string> _logged = new(StringComparer.Ordinal);

    /// <param name="refusal">A short cause, and a sentence without its full stop.</param>
    public void Note((string Cause, string Sentence) refusal)
    {
        NodeMeter.Refused.Add(1, new KeyValuePair<string, object?>("cause", refusal.Cause));
        if (_logged.Add(refusal.Cause))
        {
            log.Warning("{0}; it is refused. (Further ones of this cause, '{1}', are counted, not logged.)", refusal.Sentence, refusal.Cause);
        }
    }
}
