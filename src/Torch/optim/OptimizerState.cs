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

    /// <summary>Writes for each slot its bytes, or that it is empty.</summary>
    internal void Save(BinaryWriter writer)
    {
        foreach (var owner in _owners)
        {
            if (owner is null)
            {
                writer.Write(-1);
                continue;
            }

            using var host = owner.cpu();
            using var values = host.contiguous();
            writer.Write(values.bytes.Length);
            writer.Write(values.bytes);
        }
    }

    /// <summary>Fills the slots with what <see cref="Save"/> wrote.</summary>
    /// <param name="reader">Where it stands.</param>
    /// <param name="like">The parameter whose shape, type and device a slot's tensor has.</param>
    internal void Load(BinaryReader reader, Func<int, torch.Tensor> like)
    {
        Dispose();
        for (var slot = 0; slot < Slots.Length; slot++)
        {
            var length = reader.ReadInt32();
            if (length < 0) continue;
            var parameter = like(slot);
            using var scope = torch.NewDisposeScope();
            var host = torch.zeros(parameter.shape, parameter.dtype);
            if (host.bytes.Length != length)
                throw new InvalidDataException($"The state has {length} bytes for a parameter of {host.bytes.Length}.");
            reader.ReadBytes(length).CopyTo(host.bytes);
            _owners[slot] = host.to(parameter.device).DetachFromDisposeScope();
            Slots[slot] = _owners[slot]!.Handle;
        }
    }

    public void Dispose()
    {
        foreach (var owner in _owners) owner?.Dispose();
        Array.Clear(_owners);
        Array.Clear(Slots);
    }
}
