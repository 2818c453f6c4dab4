namespace Cohort.Torch;

/// <summary>
/// Tensors made on a thread belong to its innermost scope and are freed with it, unless they were freed, moved out or
/// detached before. Scopes end on the thread that opened them, innermost first.
/// </summary>
public sealed class DisposeScope : IDisposable
{
    [ThreadStatic] private static DisposeScope? s_current;

    private readonly DisposeScope? _outer;
    private readonly List<torch.Tensor?> _tensors = new(32);
    private bool _disposed;

    internal DisposeScope()
    {
        _outer = s_current;
        s_current = this;
    }

    public void Dispose()
    {
        if (_disposed) return;
        if (s_current != this)
            throw new InvalidOperationException(
                "A dispose scope ended on another thread than it began, or before a scope inside it: " +
                "end scopes where they begin, innermost first.");
        _disposed = true;
        s_current = _outer;
        // From the back: what came last is likely still in the cache.
        for (var i = _tensors.Count - 1; i >= 0; i--)
        {
            var tensor = _tensors[i];
            if (tensor is null) continue;
            tensor.Leave();
            tensor.Dispose();
        }

        _tensors.Clear();
    }

    /// <summary>Gives the tensor to the scope around this one, or to nobody where there is none.</summary>
    internal void MoveToOuter(torch.Tensor tensor)
    {
        Detach(tensor);
        _outer?.Add(tensor);
    }

    /// <summary>From now on only its owner frees the tensor.</summary>
    internal void Detach(torch.Tensor tensor)
    {
        if (tensor.Scope != this) return;
        _tensors[tensor.ScopeIndex] = null;
        tensor.Leave();
        while (_tensors is [.., null]) _tensors.RemoveAt(_tensors.Count - 1);
    }

    /// <summary>Puts a new tensor into the calling thread's innermost scope, if there is one.</summary>
    internal static void Register(torch.Tensor tensor) => s_current?.Add(tensor);

    private void Add(torch.Tensor tensor)
    {
        tensor.Enter(this, _tensors.Count);
        _tensors.Add(tensor);
    }
}

public static partial class torch
{
    /// <summary>Opens a scope that frees, at its end, the tensors that this thread makes until then.</summary>
    public static DisposeScope NewDisposeScope() => new();
}
