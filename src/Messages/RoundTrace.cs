using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Cohort.Messages;

/// <summary>
/// Spans of a round. All that is done for one key, in whichever process, is one trace, whose id is a hash of the key: nothing has to be
/// passed on for it, and who sees a round in a log can look up its trace.
/// </summary>
public static class RoundTrace
{
    public const string SourceName = "Cohort";

    private static readonly ActivitySource Source = new(SourceName);

    /// <summary>Begins a span; disposing of it ends it. Null where nobody traces.</summary>
    /// <param name="name">What is done.</param>
    /// <param name="key">For which round.</param>
    public static Activity? Start(string name, RoundKey key)
    {
        if (!Source.HasListeners())
        {
            return null;
        }

        // A span that a message is received in belongs to another round, if to any.
        return Source.StartActivity(name, ActivityKind.Internal, Of(key))
            ?.SetTag("cohort.run", key.Run)
            .SetTag("cohort.round", key.Round)
            .SetTag("cohort.attempt", key.Attempt);
    }

    /// <summary>The trace of a round, and in it the span that all its spans have as their parent.</summary>
    public static ActivityContext Of(RoundKey key)
    {
        var text = string.Create(
            CultureInfo.InvariantCulture, $"{key.Run}/{key.Round}/{key.Attempt}/{key.Epoch}/{key.Sequence}");
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes(text));
        return new(
            ActivityTraceId.CreateFromBytes(hash.AsSpan(0, 16)),
            ActivitySpanId.CreateFromBytes(hash.AsSpan(16, 8)),
            ActivityTraceFlags.Recorded,
            isRemote: true);
    }
}
