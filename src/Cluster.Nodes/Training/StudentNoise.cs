using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Cohort.Federation;
using Cohort.Messages;
using Cohort.Model.Training.Records;

namespace Cohort.Nodes.Training;

/// <summary>What one student's DP-SGD draws, from the run's secret; who trains when, and from which model, keys it.</summary>
internal sealed class StudentNoise : IRecordNoise, IDisposable
{
    private readonly RecordNoise _noise;

    private StudentNoise(RecordNoise noise) => _noise = noise;

    public Random Sampling => _noise.Sampling;

    /// <summary>Null where the plan protects no records.</summary>
    public static StudentNoise? Of(RunContext context, TrainStudent request, float[] model)
        => context.Plan.Training.RecordPrivacy.IsOn
            ? new(new RecordNoise(
                context.Noise,
                new RecordNoiseKey(
                    context.NoiseName,
                    request.Key.Round,
                    request.IntraRound,
                    request.Student,
                    Convert.ToHexString(SHA256.HashData(MemoryMarshal.AsBytes(model.AsSpan()))))))
            : null;

    public void AddTo(Span<float> sum, double deviation, double resolution) => _noise.AddTo(sum, deviation, resolution);

    public void Dispose() => _noise.Dispose();
}
