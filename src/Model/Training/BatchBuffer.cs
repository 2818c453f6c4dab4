using Cohort.Model.Data;

namespace Cohort.Model.Training;

/// <summary>One batch in managed memory, which tensors see without a copy; filled again for every step.</summary>
internal sealed class BatchBuffer : IDisposable
{
    private readonly float[] _inputs;
    private readonly long[] _labels;
    private readonly float[] _scratch;
    private readonly Tensor _input;
    private readonly Tensor _target;

    public BatchBuffer(int size, SampleShape shape)
    {
        Size = size;
        _inputs = new float[size * shape.Length];
        _labels = new long[size];
        _scratch = new float[shape.Length];
        using var inputs = frombuffer(_inputs, ScalarType.Float32).DetachFromDisposeScope();
        _input = inputs.view(shape.Batch(size)).DetachFromDisposeScope();
        _target = frombuffer(_labels, ScalarType.Int64).DetachFromDisposeScope();
    }

    /// <summary>The most samples it holds.</summary>
    public int Size { get; }

    /// <summary>Copies the chosen samples in, in the order chosen; each is augmented by the generator that is given for it.</summary>
    public void Fill(
        float[] inputs,
        long[] labels,
        ReadOnlySpan<int> chosen,
        SampleShape shape,
        Augmentation? augmentation,
        Func<int, Random> randomOf)
    {
        var length = shape.Length;
        for (var i = 0; i < chosen.Length; i++)
        {
            var input = _inputs.AsSpan(i * length, length);
            inputs.AsSpan(chosen[i] * length, length).CopyTo(input);
            augmentation?.Apply(input, shape.Picture, _scratch, randomOf(chosen[i]));
            _labels[i] = labels[chosen[i]];
        }
    }

    /// <summary>The first <paramref name="count"/> samples: input float32 [count, ...] and target int64 [count].</summary>
    public (Tensor Input, Tensor Target) Tensors(int count)
        => (_input.narrow(0, 0, count), _target.narrow(0, 0, count));

    public void Dispose()
    {
        _input.Dispose();
        _target.Dispose();
    }
}
