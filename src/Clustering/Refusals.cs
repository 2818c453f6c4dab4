using System.Diagnostics.Metrics;

namespace Cohort.Clustering;

/// <summary>
/// What an actor refuses to take from others: all of it is counted, by cause, as <c>cohort.updates.refused</c> of the meter "Cohort",
/// and logged once per cause.
/// </summary>
/// <param name="log">The actor's.</param>
public sealed class Refusals(ILoggingAdapter log)
{
    private static readonly Counter<long> Refused = new Meter("Cohort").CreateCounter<long>(
        "cohort.updates.refused", "{message}", "Models and sums that are not what they should be, by cause.");

    private readonly HashSet<string> _logged = new(StringComparer.Ordinal);

    public void Note(Refusal refusal)
    {
        Refused.Add(1, new KeyValuePair<string, object?>("cause", refusal.Cause));
        if (_logged.Add(refusal.Cause))
        {
            log.Warning("{0}; it is refused. (Further ones of this cause, '{1}', are counted, not logged.)", refusal.Sentence, refusal.Cause);
        }
    }
}

/// <summary>Why a message is not taken.</summary>
/// <param name="Cause">A word or two, the same for all of its kind.</param>
/// <param name="Sentence">What is wrong with this one, without a full stop.</param>
public sealed record Refusal(string Cause, string Sentence);
