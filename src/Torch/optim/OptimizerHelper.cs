namespace Cohort.Torch.Modules;

/// <summary>An optimiser that can be put away and go on later as if nothing had been between.</summary>
public abstract class OptimizerHelper : torch.optim.Optimizer
{
    private protected OptimizerHelper(IEnumerable<Parameter> parameters, double learningRate)
        : base(parameters, learningRate)
    {
    }

    /// <summary>Writes the optimiser's kind, its learning rate, and what it remembers of former steps.</summary>
    public void save_state_dict(BinaryWriter writer)
    {
        writer.Write(GetType().Name);
        writer.Write(LearningRate);
        Save(writer);
    }

    /// <summary>Reads what <see cref="save_state_dict"/> wrote for an optimiser of the same kind over parameters of the same shapes.</summary>
    /// <exception cref="InvalidDataException">It is of another kind, or of other parameters.</exception>
    public void load_state_dict(BinaryReader reader)
    {
        var name = reader.ReadString();
        if (!string.Equals(name, GetType().Name, StringComparison.Ordinal))
            throw new InvalidDataException($"This is the state of {name}, where that of {GetType().Name} was expected.");
        foreach (var group in ParamGroups) group.LearningRate = reader.ReadDouble();
        Load(reader);
    }

    private protected abstract void Save(BinaryWriter writer);

    private protected abstract void Load(BinaryReader reader);
}
