using Cohort.Federation;
using Cohort.Model.Data;
using Cohort.Model.Files;
using Cohort.Model.Networks;
using Cohort.Model.Plans;

namespace Cohort.Model.Training.Algorithms;

/// <summary>
/// FedPer: the network's last layers are each student's own, and those before them everybody's (Arivazhagan et al. 2019, "Federated
/// Learning with Personalization Layers", Algorithms 1 and 2). A student puts its own layers, which it remembers, behind the base that it
/// is given, trains both together, and sends the base's change alone: of its own layers the update is 0, so that those of the global model
/// stay what they were at first, and are what a student begins with.
/// </summary>
public sealed class FedPer : IClientAlgorithm
{
    internal static Hyperparameter PersonalLayers { get; } = new(
        "personalLayers", 1, "How many of the network's last layers are each student's own; a normalisation with parameters is a layer.")
    {
        Least = 1,
        Most = 100,
        IsWhole = true,
        Unit = "layers",
        Symbol = "K_P",
    };

    public string Name => "fedPer";

    public string Meaning => "the last layers are each student's own, and not averaged, so that pbm model personalise says how good they are, and not the test " +
        "accuracy (Arivazhagan et al. 2019)";

    public IReadOnlyList<Hyperparameter> Hyperparameters => [PersonalLayers];

    public bool StudentsRemember => true;

    public int MemoryLength(IReadOnlyList<TensorLayout> tensors, Settings settings)
    {
        ArgumentNullException.ThrowIfNull(tensors);
        ArgumentNullException.ThrowIfNull(settings);
        return tensors.Skip(tensors.Count - OwnTensors(tensors, (int)settings[PersonalLayers])).Sum(tensor => tensor.Length);
    }

    public string? WhyNot(Plan plan)
    {
        ArgumentNullException.ThrowIfNull(plan);
        if (plan is { Training.RecordPrivacy.IsOn: true } or { Privacy.Clip: not null })
        {
            return "a student's own layers are neither clipped nor noised, and travel as what it remembers does; take fedAvg, or leave privacy.clip and " +
                "training.recordPrivacy.clip out.";
        }

        if (plan.Rounds.TargetAccuracy is not null)
        {
            return "the global model's last layers are never trained, so that its accuracy tells nothing; take fedAvg, or leave rounds.targetAccuracy out.";
        }

        if (!NetworkNames.All.Contains(plan.Network, StringComparer.Ordinal))
        {
            return null;
        }

        // Shape and classes change no layer's number.
        var layers = new NetworkSpec(plan.Network, NetworkCatalogue.AnyInputOf(plan.Network), EmotionClasses.Fer2013.Count).Layout().Select(LayerOf).Distinct(StringComparer.Ordinal).Count();
        var own = (int)plan.Training.Algorithm.Settings[PersonalLayers];
        return own < layers
            ? null
            : $"{plan.Network} has {layers} layer{(layers == 1 ? "" : "s")}, and with {own} of them each student's own nothing is trained together; take " +
              (layers == 1 ? "another network." : $"at most {layers - 1} for training.personalLayers.");
    }

    public ILocalTurn? Begin(IReadOnlyList<Parameter> parameters, Settings settings, AlgorithmState state)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        ArgumentNullException.ThrowIfNull(state);
        if (state.Memory is { } own)
        {
            Write(parameters, own);
        }

        return new OwnLayers(state.NextMemory);
    }

    /// <summary>The base of the global model, and behind it the student's own layers.</summary>
    public float[]? OwnModel(float[] global, float[]? memory)
    {
        ArgumentNullException.ThrowIfNull(global);
        return memory is null ? global : [.. global.AsSpan(0, global.Length - memory.Length), .. memory];
    }

    /// <summary>Overwrites the last parameters.</summary>
    private static void Write(IReadOnlyList<Parameter> parameters, float[] own)
    {
        using var noGradients = no_grad();
        var end = own.Length;
        for (var i = parameters.Count - 1; end > 0; i--)
        {
            var parameter = parameters[i];
            var first = end - (int)parameter.numel();
            using var values = tensor(own[first..end], parameter.shape, device: parameter.device);
            parameter.copy_(values);
            end = first;
        }
    }

    /// <summary>How many of the last tensors belong to so many layers: a layer's tensors share what stands before their last dot.</summary>
    private static int OwnTensors(IReadOnlyList<TensorLayout> tensors, int layers)
    {
        var (own, last) = (0, "");
        foreach (var layer in tensors.Reverse().Select(LayerOf))
        {
            if (!string.Equals(layer, last, StringComparison.Ordinal) && layers-- == 0)
            {
                break;
            }

            (own, last) = (own + 1, layer);
        }

        return own;
    }

    private static string LayerOf(TensorLayout tensor) => tensor.Name[..Math.Max(0, tensor.Name.LastIndexOf('.'))];

    /// <param name="own">Shape [m]: where the student's own layers are put when they are trained.</param>
    private sealed class OwnLayers(float[] own) : ILocalTurn
    {
        public void End(ReadOnlySpan<float> model, Span<float> update, LocalSteps steps)
        {
            var first = update.Length - own.Length;
            for (var i = 0; i < own.Length; i++)
            {
                own[i] = model[first + i] + update[first + i];
            }

            update[first..].Clear();
        }

        public void Dispose()
        {
        }
    }
}
