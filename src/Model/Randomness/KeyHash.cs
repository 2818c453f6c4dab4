namespace Cohort.Model.Randomness;

/// <summary>
/// Hashes key words to 64 bits with the finaliser of SplitMix64 (Steele, Lea and Flood 2014). Fast and well mixed, and not for
/// secrets: privacy noise has a generator of its own.
/// </summary>
internal static class KeyHash
{
    private const ulong Golden = 0x9E3779B97F4A7C15;

    /// <summary>One output of SplitMix64; advances the state.</summary>
    public static ulong Next(ref ulong state)
    {
        state += Golden;
        return Mix(state);
    }

    /// <summary>The hash of a seed, a purpose and the words of a key; the number of words counts too.</summary>
    public static ulong Of(ulong seed, Purpose purpose, params ReadOnlySpan<long> key)
    {
        ulong hash = Add(Add(seed, (long)purpose), key.Length);
        foreach (long word in key)
            hash = Add(hash, word);
        return hash;
    }

    /// <summary>Takes one more word into a hash.</summary>
    public static ulong Add(ulong hash, long word) => Mix(Mix(hash + Golden) ^ (ulong)word);

    private static ulong Mix(ulong z)
    {
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
