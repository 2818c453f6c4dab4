using System.Numerics;

namespace Cohort.Model.Randomness;

/// <summary>
/// The generator xoshiro256** 1.0 (Blackman and Vigna 2021, "Scrambled linear pseudorandom number generators") as a value:
/// 32 bytes of state, no allocation. Its state is filled by SplitMix64 from a hash of the key words, as its authors advise.
/// </summary>
public struct Xoshiro256
{
    private ulong _s0;
    private ulong _s1;
    private ulong _s2;
    private ulong _s3;

    public Xoshiro256(ulong hash)
    {
        _s0 = KeyHash.Next(ref hash);
        _s1 = KeyHash.Next(ref hash);
        _s2 = KeyHash.Next(ref hash);
        _s3 = KeyHash.Next(ref hash);
    }

    /// <summary>A generator with exactly this state; at least one word must not be 0.</summary>
    public Xoshiro256(ulong s0, ulong s1, ulong s2, ulong s3) => (_s0, _s1, _s2, _s3) = (s0, s1, s2, s3);

    public ulong NextUInt64()
    {
        ulong result = BitOperations.RotateLeft(_s1 * 5, 7) * 9;
        ulong t = _s1 << 17;
        _s2 ^= _s0;
        _s3 ^= _s1;
        _s1 ^= _s2;
        _s0 ^= _s3;
        _s2 ^= t;
        _s3 = BitOperations.RotateLeft(_s3, 45);
        return result;
    }

    /// <summary>Uniform in [0, 1): a multiple of 2^-53.</summary>
    public double NextDouble() => (NextUInt64() >> 11) * (1.0 / (1ul << 53));

    /// <summary>Uniform in [0, 1): a multiple of 2^-24.</summary>
    public float NextSingle() => (NextUInt64() >> 40) * (1.0f / (1u << 24));

    /// <summary>
    /// Uniform in [0, bound), unbiased (Lemire 2019, "Fast random integer generation in an interval"); bound > 0.
    /// </summary>
    public ulong NextBelow(ulong bound)
    {
        ulong high = Math.BigMul(NextUInt64(), bound, out ulong low);
        if (low >= bound)
            return high;
        ulong threshold = (0 - bound) % bound;
        while (low < threshold)
            high = Math.BigMul(NextUInt64(), bound, out low);
        return high;
    }
}
