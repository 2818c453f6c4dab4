namespace Cohort.Model.Training.Records;

/// <summary>A sum of gradients: one vector on the host, in the order of <see cref="ParameterVector"/>, and a part of it for each parameter.</summary>
internal sealed class GradientSum : IDisposable
{
    private readonly float[] _values;
    private readonly Tensor _flat;
    private readonly Dictionary<string, Tensor> _parts = new(StringComparer.Ordinal);
    private readonly List<Parameter> _parameters = [];
    private readonly bool _onHost;

    public GradientSum(Module<Tensor, Tensor> network, Device device)
    {
        var named = network.named_parameters().ToArray();
        _values = new float[named.Sum(entry => entry.parameter.numel())];
        _onHost = device.type == DeviceType.CPU;
        var host = frombuffer(_values, ScalarType.Float32).DetachFromDisposeScope();
        _flat = _onHost ? host : host.to(device).DetachFromDisposeScope();
        if (!_onHost)
        {
            host.Dispose();
        }

        var offset = 0L;
        foreach (var (name, parameter) in named)
        {
            using var slice = _flat.narrow(0, offset, parameter.numel());
            _parts.Add(name, slice.view(parameter.shape).DetachFromDisposeScope());
            _parameters.Add(parameter);
            offset += parameter.numel();
        }
    }

    /// <summary>The part of one parameter, in its shape; what is added to it is added to the sum.</summary>
    public Tensor this[string parameter] => _parts[parameter];

    public void Clear() => _flat.zero_();

    /// <summary>Lets a function change the vector on the host.</summary>
    public void Change(Action<float[]> change)
    {
        if (_onHost)
        {
            change(_values);
            return;
        }

        using var values = _flat.cpu();
        values.data<float>().ToArray().CopyTo(_values.AsSpan());
        change(_values);
        using var changed = tensor(_values);
        _flat.copy_(changed);
    }

    /// <summary>Makes the sum the gradient of the network's parameters, without a copy.</summary>
    public void BecomeGradients()
    {
        foreach (var (parameter, part) in _parameters.Zip(_parts.Values))
        {
            parameter.grad = part;
        }
    }

    public void Dispose()
    {
        foreach (var part in _parts.Values)
        {
            part.Dispose();
        }

        _flat.Dispose();
    }
}
