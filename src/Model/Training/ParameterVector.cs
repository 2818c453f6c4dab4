using System.Runtime.InteropServices;
using Cohort.Model.Files;

namespace Cohort.Model.Training;

/// <summary>
/// A network's parameters as one vector: float32, concatenated in the order of <c>named_parameters</c>. What is averaged, sent
/// and stored is always this vector.
/// </summary>
public sealed class ParameterVector
{
    private readonly (string Name, Parameter Parameter)[] _parameters;

    /// <param name="network">Stays the owner of its parameters.</param>
    public ParameterVector(Module<Tensor, Tensor> network)
    {
        _parameters = [.. network.named_parameters().Select(p => (p.name, p.parameter))];
        Layout = [.. _parameters.Select(p => new TensorLayout(p.Name, Array.ConvertAll(p.Parameter.shape, d => (int)d)))];
        Length = Layout.Sum(tensor => tensor.Length);
    }

    /// <summary>Names and shapes, in order.</summary>
    public IReadOnlyList<TensorLayout> Layout { get; }

    /// <summary>Number of values.</summary>
    public int Length { get; }

    /// <summary>Overwrites the network's parameters.</summary>
    public void Write(ReadOnlySpan<float> values)
    {
        ThrowIfOfOtherLength(values.Length);
        using var noGradients = no_grad();
        foreach (var (_, parameter) in _parameters)
        {
            var count = (int)parameter.numel();
            if (parameter.device.type == DeviceType.CPU)
            {
                MemoryMarshal.AsBytes(values[..count]).CopyTo(parameter.bytes);
            }
            else
            {
                using var host = tensor(values[..count].ToArray(), parameter.shape);
                parameter.copy_(host);
            }

            values = values[count..];
        }
    }

    /// <summary>Copies the network's parameters out.</summary>
    public void Read(Span<float> values)
    {
        ThrowIfOfOtherLength(values.Length);
        foreach (var (_, parameter) in _parameters)
        {
            var count = (int)parameter.numel();
            if (parameter.device.type == DeviceType.CPU)
            {
                parameter.bytes.CopyTo(MemoryMarshal.AsBytes(values[..count]));
            }
            else
            {
                using var detached = parameter.detach();
                using var host = detached.cpu();
                host.bytes.CopyTo(MemoryMarshal.AsBytes(values[..count]));
            }

            values = values[count..];
        }
    }

    private void ThrowIfOfOtherLength(int length)
    {
        if (length != Length)
        {
            throw new ArgumentException($"The vector holds {length} values, but the network has {Length} parameters.");
        }
    }
}
