using System.Runtime.InteropServices;
using Cohort.Model.Files;
using Cohort.Model.Randomness;
using Cohort.Model.Training;

namespace Cohort.Model.Audit;

/// <summary>How long an attack searches, and how.</summary>
public sealed record MatchingOptions
{
    /// <summary>Steps of one search.</summary>
    public int Iterations { get; init; } = 1200;

    /// <summary>Searches from different beginnings, of which the one with the least mismatch counts.</summary>
    public int Restarts { get; init; } = 1;

    /// <summary>Adam's first step, in the unit of the network's input.</summary>
    public double StepSize { get; init; } = 0.1;

    /// <summary>Weight of the picture's total variation beside the angle (alpha in Geiping et al. 2020, eq. 4).</summary>
    public double TotalVariation { get; init; } = 0.1;

    /// <summary>Keys the beginnings.</summary>
    public ulong Seed { get; init; } = 1;
}

/// <summary>
/// Searches for the picture whose gradient is the one that an update shows. Constructs a network of its own; not for two threads
/// at once.
/// </summary>
public sealed class GradientMatching : IDisposable
{
    // Below this a gradient counts as 0 and is given no sign.
    private const double Tiny = 1e-30;

    private readonly AttackerKnowledge _known;
    private readonly InversionAttack _attack;
    private readonly MatchingOptions _options;
    private readonly Module<Tensor, Tensor> _network;
    private readonly Tensor[] _parameters;
    private readonly IReadOnlyList<TensorLayout> _layout;

    /// <param name="known">The model before the round.</param>
    /// <param name="attack">Any but <see cref="InversionAttack.Analytic"/>.</param>
    /// <param name="options">How long to search.</param>
    public GradientMatching(AttackerKnowledge known, InversionAttack attack, MatchingOptions options)
    {
        ArgumentNullException.ThrowIfNull(known);
        set_num_threads(1);
        (_known, _attack, _options) = (known, attack, options);
        _network = known.Network.Construct();
        _network.train();
        var vector = new ParameterVector(_network);
        vector.Write(known.Parameters);
        _layout = vector.Layout;
        _parameters = [.. _network.parameters()];
    }

    /// <summary>Searches from every beginning.</summary>
    /// <param name="update">float32, the update as it is seen.</param>
    /// <param name="progress">Told the number of steps done so far.</param>
    /// <param name="stop">Ends the search.</param>
    /// <returns>The picture of the search that came nearest.</returns>
    public Reconstruction Invert(ReadOnlySpan<float> update, Action<int>? progress = null, CancellationToken stop = default)
    {
        using var scope = NewDisposeScope();
        var target = TargetOf(update);
        var label = LabelInference.LabelOf(_layout, update);
        Reconstruction? best = null;
        for (var restart = 0; restart < _options.Restarts; restart++)
        {
            var done = restart * _options.Iterations;
            var found = Search(target, label, restart, step => progress?.Invoke(done + step), stop);
            if (best is null || found.Mismatch < best.Mismatch)
            {
                best = found;
            }
        }

        return best!;
    }

    public void Dispose() => _network.Dispose();

    private Reconstruction Search(Tensor[] target, int label, int restart, Action<int> progress, CancellationToken stop)
    {
        using var scope = NewDisposeScope();
        var shape = _known.Network.Input.Picture;
        var random = KeyedRandom.For(_options.Seed, Purpose.Attack, restart);
        var start = new float[shape.Length];
        foreach (ref var value in start.AsSpan())
        {
            value = (float)Math.Clamp(random.NextGaussian(), _known.Scale.Black, _known.Scale.White);
        }

        using var picture = new Parameter(tensor(start, [1, shape.Channels, shape.Height, shape.Width]));
        using var guess = new Parameter(zeros([1, _known.Network.Classes], ScalarType.Float32));
        var searchesLabel = _attack == InversionAttack.Dlg;
        var answer = tensor(new[] { (long)label });
        using var optimizer = torch.optim.Adam(searchesLabel ? [picture, guess] : [picture], _options.StepSize, 0.9, 0.999);
        var (least, found) = (double.PositiveInfinity, start);
        for (var step = 1; step <= _options.Iterations; step++)
        {
            stop.ThrowIfCancellationRequested();
            using var inner = NewDisposeScope();
            var logits = _network.call(picture);
            var loss = searchesLabel
                ? -(guess.softmax(1) * logits.log_softmax(1)).sum()
                : functional.cross_entropy(logits, answer);
            var gradients = torch.autograd.grad([loss], _parameters, retain_graph: true, create_graph: true);
            var mismatch = _attack == InversionAttack.Cosine ? Angle(gradients, target) : SquaredDistance(gradients, target);
            var objective = _attack == InversionAttack.Cosine
                ? mismatch + TotalVariation(picture) * _options.TotalVariation
                : mismatch;
            optimizer.zero_grad();
            objective.backward();
            var value = objective.ToDouble();
            if (value < least)
            {
                (least, found) = (value, MemoryMarshal.Cast<byte, float>(picture.bytes).ToArray());
            }

            Move(picture, optimizer, step);
            progress(step);
        }

        var decided = searchesLabel ? (int)guess.argmax().item<long>() : label;
        return new(Array.ConvertAll(found, value => _known.Scale.Brightness(value)), decided, least);
    }

    /// <summary>
    /// One step of Adam, of the gradient's signs alone for <see cref="InversionAttack.Cosine"/>; then into the box of black and
    /// white.
    /// </summary>
    private void Move(Parameter picture, torch.optim.Optimizer optimizer, int step)
    {
        using var noGradients = no_grad();
        if (_attack == InversionAttack.Cosine)
        {
            var gradient = picture.grad!;
            gradient.div_(gradient.abs().add_(Tiny));
        }

        foreach (var group in optimizer.ParamGroups)
        {
            group.LearningRate = _options.StepSize * Decay(step);
        }

        optimizer.step();
        picture.clamp_(_known.Scale.Black, _known.Scale.White);
    }

    /// <summary>A tenth after 3/8, 5/8 and 7/8 of the steps (Geiping et al. 2020, appendix A).</summary>
    private double Decay(int step)
        => Math.Pow(0.1, new[] { 3, 5, 7 }.Count(eighths => step * 8L > (long)eighths * _options.Iterations));

    private Tensor[] TargetOf(ReadOnlySpan<float> update)
    {
        var target = new Tensor[_layout.Count];
        for (var i = 0; i < target.Length; i++)
        {
            var values = update[.._layout[i].Length].ToArray();
            update = update[values.Length..];
            target[i] = tensor(values, [.. _layout[i].Shape.Select(length => (long)length)]).mul_(-1 / _known.LearningRate);
        }

        return target;
    }

    private static Tensor SquaredDistance(IList<Tensor> gradients, Tensor[] target)
        => Sum(gradients.Zip(target, (g, t) => (g - t) * (g - t)));

    /// <summary>1 - cos of the angle between all gradients as one vector (Geiping et al. 2020, eq. 4).</summary>
    private static Tensor Angle(IList<Tensor> gradients, Tensor[] target)
    {
        var product = Sum(gradients.Zip(target, (g, t) => g * t));
        var lengths = Sum(gradients.Select(g => g * g)).sqrt() * Sum(target.Select(t => t * t)).sqrt();
        return 1 - product / (lengths + Tiny);
    }

    /// <summary>Mean absolute difference of neighbours, anisotropic (Rudin et al. 1992).</summary>
    private static Tensor TotalVariation(Tensor picture)
    {
        Tensor Along(int dimension)
        {
            var length = picture.shape[dimension] - 1;
            return (picture.narrow(dimension, 1, length) - picture.narrow(dimension, 0, length)).abs().mean();
        }

        return Along(2) + Along(3);
    }

    private static Tensor Sum(IEnumerable<Tensor> parts) => parts.Select(part => part.sum()).Aggregate((sum, next) => sum + next);
}
