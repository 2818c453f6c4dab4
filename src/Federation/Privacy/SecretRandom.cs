namespace Cohort.Federation;

/// <summary>
/// A generator that nobody can follow who does not have the run's secret: words of an AES-256-CTR stream. Who knew whom a round
/// asks would take away the privacy that sampling gives.
/// </summary>
public sealed class SecretRandom : Random, IDisposable
{
    private readonly KeyStream _stream;

    /// <param name="secret">The run's secret.</param>
    /// <param name="purpose">What is drawn, such as <c>cohort</c>.</param>
    /// <param name="round">The round it is drawn for.</param>
    public SecretRandom(NoiseSecret secret, string purpose, int round)
    {
        ArgumentNullException.ThrowIfNull(secret);
        _stream = new KeyStream(secret.DeriveKey(System.Text.Encoding.UTF8.GetBytes($"cohort/random/1/{purpose}/{round}")));
    }

    /// <param name="key">32 bytes, derived from the run's secret for one purpose.</param>
    internal SecretRandom(byte[] key) => _stream = new KeyStream(key);

    public void Dispose() => _stream.Dispose();

    public override double NextDouble() => (NextWord() >> 11) * (1.0 / (1UL << 53));

    public override int Next(int maxValue)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(maxValue);
        return maxValue == 0 ? 0 : (int)Below((ulong)maxValue);
    }

    public override int Next(int minValue, int maxValue)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(minValue, maxValue);
        return minValue == maxValue ? minValue : (int)(minValue + (long)Below((ulong)((long)maxValue - minValue)));
    }

    public override int Next() => Next(int.MaxValue);

    public override long NextInt64() => (long)Below(long.MaxValue);

    protected override double Sample() => NextDouble();

    public override void NextBytes(byte[] buffer) => NextBytes(buffer.AsSpan());

    public override void NextBytes(Span<byte> buffer)
    {
        foreach (ref var value in buffer)
            value = (byte)NextWord();
    }

    /// <summary>Uniform without bias: words beyond the last whole multiple are drawn again.</summary>
    private ulong Below(ulong limit)
    {
        var excess = (ulong.MaxValue % limit) + 1 == limit ? 0 : (ulong.MaxValue % limit) + 1;
        ulong word;
        do
        {
            word = NextWord();
        }
        while (word > ulong.MaxValue - excess);
        return word % limit;
    }

    private ulong NextWord() => _stream.Next();
}
