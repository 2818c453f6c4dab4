using System.Runtime.InteropServices;
using Cohort.Federation;
using Cohort.Model.Networks;
using Cohort.Model.Plans;

namespace Cohort.Model.Training;

/// <summary>
/// How what a student remembers between two of its rounds lies in bytes, little-endian: first its algorithm's float32 values, then the
/// int32 steps of the grid that compression has left out of its last update.
/// </summary>
/// <param name="Algorithm">Values of the algorithm.</param>
/// <param name="Residual">Values of the compression's error.</param>
public sealed record MemoryLayout(int Algorithm, int Residual)
{
    /// <summary>Of a plan whose students remember nothing.</summary>
    public static MemoryLayout Empty { get; } = new(0, 0);

    public int Bytes => sizeof(float) * (Algorithm + Residual);

    public static MemoryLayout Of(Plan plan, NetworkSpec network)
    {
        ArgumentNullException.ThrowIfNull(plan);
        ArgumentNullException.ThrowIfNull(network);
        if (!plan.StudentsRemember)
        {
            return Empty;
        }

        var (tensors, algorithm) = (network.Layout(), plan.Training.Algorithm);
        return new(
            algorithm.Kind.MemoryLength(tensors, algorithm.Settings),
            plan.Compression.ErrorFeedback ? tensors.Sum(tensor => tensor.Length) : 0);
    }

    /// <param name="memory">A student's; empty before its first round.</param>
    /// <returns>What its algorithm remembers, null before the first round, and the compression's error, which is 0 then.</returns>
    /// <exception cref="UpdateRejectedException">It is of another plan or network.</exception>
    public (float[]? Algorithm, int[] Residual) Read(ReadOnlySpan<byte> memory)
    {
        if (memory.IsEmpty)
        {
            return (null, new int[Residual]);
        }

        return memory.Length == Bytes
            ? (MemoryMarshal.Cast<byte, float>(memory[..(sizeof(float) * Algorithm)]).ToArray(),
                MemoryMarshal.Cast<byte, int>(memory[(sizeof(float) * Algorithm)..]).ToArray())
            : throw new UpdateRejectedException($"its memory has {memory.Length} bytes, where the plan's students remember {Bytes}");
    }

    /// <summary>What <see cref="Read"/> reads.</summary>
    public byte[] Write(ReadOnlySpan<float> algorithm, ReadOnlySpan<int> residual)
    {
        if (algorithm.Length != Algorithm || residual.Length != Residual)
        {
            throw new ArgumentException(
                $"{algorithm.Length} and {residual.Length} values are to be remembered, where the plan's students remember {Algorithm} and {Residual}.");
        }

        return [.. MemoryMarshal.AsBytes(algorithm), .. MemoryMarshal.AsBytes(residual)];
    }
}
