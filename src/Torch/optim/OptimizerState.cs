namespace Cohort.Torch;

/// <summary>
/// The tensors in which an optimiser remembers former steps. A step makes them where a slot is empty; from then on they
/// belong to this object.
/// </summary>
internal sealed class OptimizerState(int count) : IDisposable
{
    private readonly torch.Tensor?[] _owners = new torch.Tensor?[count];

    /// <summary>What a step gets and fills: the native tensors, 0 where there is none.</summary>
    internal nint[] Slots { get; } = new nint[count];

    /// <summary>Takes over what a step made.</summary>
    internal void Adopt()
    {
        for (var i = 0; i < Slots.Length; i++)
            if (Slots[i] != 0 && _owners[i] is null)
                _owners[i] = new torch.Tensor(Slots[i]).DetachFromDisposeScope();
    }

    public void Dispose()
    {
        foreach (var owner in _owners) owner?.Dispose();
        Array.Clear(_owners);
        Array.Clear(Slots);
    }
}
