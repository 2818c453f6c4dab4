using System.Collections.Concurrent;
using Cohort.Federation;

namespace Cohort.Seed;

/// <summary>The noise secrets of the runs of this process, for its leaders. For any thread.</summary>
public sealed class NoiseSecrets
{
    private readonly ConcurrentDictionary<string, NoiseSecret> _secrets = new(StringComparer.Ordinal);

    public void Keep(string run, NoiseSecret secret) => _secrets[run] = secret;

    /// <exception cref="InvalidOperationException">No such run was opened here.</exception>
    public NoiseSecret Of(string run)
        => _secrets.TryGetValue(run, out var secret)
            ? secret
            : throw new InvalidOperationException(
                $"The noise secret of run {run} is not known here; without it no sum may leave.");
}
