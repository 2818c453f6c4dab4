using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Cohort.Federation;

/// <summary>Names one training of one student by DP-SGD.</summary>
/// <param name="Run">The run's identifier.</param>
/// <param name="Round">The global round.</param>
/// <param name="IntraRound">The round inside the group, within the global round.</param>
/// <param name="Student">The student's index.</param>
/// <param name="Model">
/// A digest of the parameters that it starts from. A round that is tried again may start from others, and two trainings under one noise
/// would show how they differ.
/// </param>
public readonly record struct RecordNoiseKey(string Run, int Round, int IntraRound, int Student, string Model)
{
    internal byte[] Encode(ReadOnlySpan<byte> purpose)
    {
        ArgumentException.ThrowIfNullOrEmpty(Run);
        var run = Encoding.UTF8.GetBytes(Run);
        var model = Encoding.UTF8.GetBytes(Model);
        var bytes = new byte[purpose.Length + (4 * sizeof(int)) + run.Length + model.Length];
        purpose.CopyTo(bytes);
        var rest = bytes.AsSpan(purpose.Length);
        BinaryPrimitives.WriteInt32LittleEndian(rest, Round);
        BinaryPrimitives.WriteInt32LittleEndian(rest[4..], IntraRound);
        BinaryPrimitives.WriteInt32LittleEndian(rest[8..], Student);
        BinaryPrimitives.WriteInt32LittleEndian(rest[12..], run.Length);
        run.CopyTo(rest[16..]);
        model.CopyTo(rest[(16 + run.Length)..]);
        return bytes;
    }
}

/// <summary>
/// All that one training by DP-SGD draws (Abadi et al. 2016, Algorithm 1): two AES-256-CTR streams whose keys are HKDF-SHA256(secret,
/// info = key), one for its batches and one for its noise. The same secret and key give the same on every processor.
/// </summary>
public sealed class RecordNoise : IDisposable
{
    private readonly SecretRandom _sampling;
    private readonly KeyStream _words;
    private DiscreteGaussian? _gaussian;
    private double _sigma;

    /// <param name="secret">The run's secret.</param>
    /// <param name="key">Names the training; never use one key for two that differ.</param>
    public RecordNoise(NoiseSecret secret, RecordNoiseKey key)
    {
        ArgumentNullException.ThrowIfNull(secret);
        _sampling = new SecretRandom(secret.DeriveKey(key.Encode("cohort/record-batches/1"u8)));
        var aesKey = secret.DeriveKey(key.Encode("cohort/record-noise/1"u8));
        _words = new KeyStream(aesKey);
        CryptographicOperations.ZeroMemory(aesKey);
    }

    /// <summary>Draws batches.</summary>
    public Random Sampling => _sampling;

    /// <summary>
    /// Rounds every value to a whole number of steps and adds noise N_Z(0, sigma^2), drawn exactly (<see cref="DiscreteGaussian"/>), so that
    /// the low bits of a float tell nothing of what they were before (Mironov 2012).
    /// </summary>
    /// <param name="values">Shape [n], finite.</param>
    /// <param name="deviation">The noise's standard deviation, in the unit of the values; from 1/32 to 2^50 steps.</param>
    /// <param name="step">A power of two, in the unit of the values.</param>
    public void AddTo(Span<float> values, double deviation, double step)
    {
        var sigma = deviation / step;
        if (_gaussian is null || sigma != _sigma)
            (_gaussian, _sigma) = (new DiscreteGaussian(sigma), sigma);
        foreach (ref var value in values)
        {
            var steps = (long)Math.Round(value / step, MidpointRounding.ToEven) + _gaussian.Next(_words);
            value = (float)(steps * step);
        }
    }

    public void Dispose()
    {
        _sampling.Dispose();
        _words.Dispose();
    }
}
