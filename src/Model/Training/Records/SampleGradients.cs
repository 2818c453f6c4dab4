namespace Cohort.Model.Training.Records;

/// <summary>
/// The gradients of the single samples of a batch, from one pass through the network and back: hooks keep what each layer takes, the
/// way back gives the gradients of what layers gave and of no parameter, and each layer's part follows from the two (book-keeping of Bu
/// et al. 2022, "Differentially private optimization on large model at small cost"). Not for two threads at once.
/// </summary>
internal sealed class SampleGradients : IDisposable
{
    // Norms and sums are added up in float32, whose rounding, and that of noised sums to a grid, fit in what is left of the bound.
    private const double Room = 1 - (1.0 / 1024);

    private readonly Module<Tensor, Tensor> _network;
    private readonly List<(string Name, Module<Tensor, Tensor> Module)> _layers;
    private readonly List<Action> _unhook = [];
    private readonly Dictionary<string, (Tensor Input, Tensor Output)> _seen = new(StringComparer.Ordinal);
    private bool _records;

    /// <param name="network">Stays the owner of its layers.</param>
    /// <exception cref="TrainingException">The network has a layer whose samples cannot be told apart; the message names it.</exception>
    public SampleGradients(Module<Tensor, Tensor> network)
    {
        _network = network;
        foreach (var (name, module) in network.named_modules())
        {
            if (!module.named_children().Any() && !LayerGradients.Knows(module))
            {
                throw new TrainingException(
                    $"DP-SGD knows no per-sample gradient of '{name}', a {module.GetType().Name}; take another network, or leave "
                    + "training.recordPrivacy.clip out");
            }
        }

        _layers = [.. network.named_modules()
            .Where(entry => entry.module.named_parameters().Any() && LayerGradients.Knows(entry.module))
            .Select(entry => (entry.name, (Module<Tensor, Tensor>)entry.module))];
        var known = _layers.SelectMany(layer => layer.Module.named_parameters().Select(p => $"{layer.Name}.{p.name}"));
        if (network.named_parameters().Select(p => p.name).Except(known, StringComparer.Ordinal).FirstOrDefault() is { } stray)
        {
            throw new TrainingException(
                $"DP-SGD knows no per-sample gradient of the parameter '{stray}', which is in no layer; take another network, or leave "
                + "training.recordPrivacy.clip out");
        }

        foreach (var (name, module) in _layers)
        {
            var hook = module.register_forward_hook((_, input, output) =>
            {
                if (_records)
                {
                    Keep(name, input, output);
                }

                return output;
            });
            _unhook.Add(() => hook.remove());
        }
    }

    /// <summary>
    /// Adds to the sum each sample's gradient, g min(1, C / |g|) (Abadi et al. 2016, Algorithm 1). A gradient without a finite norm adds
    /// nothing.
    /// </summary>
    /// <param name="input">[m, C, H, W]</param>
    /// <param name="target">int64 [m]: labels.</param>
    /// <param name="lossOf">The losses of logits [m, classes] and labels [m], added up; each sample's follows from it alone.</param>
    /// <param name="bound">C: what no sample's part of the sum exceeds in L2 norm, rounding included.</param>
    /// <param name="sum">Where to.</param>
    public void AddClipped(Tensor input, Tensor target, Func<Tensor, Tensor, Tensor> lossOf, double bound, GradientSum sum)
    {
        using var scope = NewDisposeScope();
        var parts = Parts(input, target, lossOf);
        using var noGradients = no_grad();
        var norms = Norms(parts);
        if (Array.TrueForAll(norms, double.IsFinite))
        {
            var weights = tensor(Array.ConvertAll(norms, norm => (float)Math.Min(1, bound * Room / norm))).to(input.device);
            foreach (var part in parts)
            {
                part.AddTo(sum, weights);
            }

            return;
        }

        // Weight 0 does not silence what is not finite, so those samples leave the batch.
        long[] finite = [.. Enumerable.Range(0, norms.Length).Where(i => double.IsFinite(norms[i])).Select(i => (long)i)];
        if (finite.Length > 0)
        {
            var chosen = tensor(finite).to(input.device);
            using var again = enable_grad();
            AddClipped(input.index_select(0, chosen), target.index_select(0, chosen), lossOf, bound, sum);
        }
    }

    /// <summary>The L2 norm of each sample's gradient over all parameters; infinite or NaN where float32 cannot hold its square.</summary>
    public double[] Norms(Tensor input, Tensor target, Func<Tensor, Tensor, Tensor> lossOf)
    {
        using var scope = NewDisposeScope();
        var parts = Parts(input, target, lossOf);
        using var noGradients = no_grad();
        return Norms(parts);
    }

    public void Dispose()
    {
        foreach (var unhook in _unhook)
        {
            unhook();
        }
    }

    private static double[] Norms(IReadOnlyList<LayerGradients> parts)
    {
        var squared = parts[0].SquaredNorms();
        foreach (var part in parts.Skip(1))
        {
            squared += part.SquaredNorms();
        }

        return Array.ConvertAll(squared.cpu().data<float>().ToArray(), square => Math.Sqrt(square));
    }

    private IReadOnlyList<LayerGradients> Parts(Tensor input, Tensor target, Func<Tensor, Tensor, Tensor> lossOf)
    {
        _seen.Clear();
        _records = true;
        Tensor loss;
        try
        {
            loss = lossOf(_network.call(input), target);
        }
        finally
        {
            _records = false;
        }

        var calls = _layers.ConvertAll(layer => _seen.TryGetValue(layer.Name, out var call)
            ? call
            : throw new TrainingException($"DP-SGD found that the network does not use its layer '{layer.Name}'"));
        _seen.Clear();
        var gradients = autograd.grad([loss], calls.ConvertAll(call => call.Output));
        using var noGradients = no_grad();
        return [.. _layers.Select((layer, i) => LayerGradients.Of(layer.Module, layer.Name, calls[i].Input.detach(), gradients[i]))];
    }

    private void Keep(string name, Tensor input, Tensor output)
    {
        // Aliases, since containers free what passes between layers.
        if (!_seen.TryAdd(name, (input.alias(), output.alias())))
        {
            throw new TrainingException($"DP-SGD cannot tell samples apart in '{name}', which the network uses twice");
        }
    }
}
