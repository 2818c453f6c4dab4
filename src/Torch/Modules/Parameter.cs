namespace Cohort.Torch.Modules;

/// <summary>A tensor that a module learns. It belongs to its module and to no dispose scope.</summary>
public sealed class Parameter : torch.Tensor
{
    /// <summary>Takes the tensor over; the other object becomes invalid.</summary>
    public Parameter(torch.Tensor data, bool requires_grad = true) : base(Leaf(data))
    {
        DetachFromDisposeScope();
        requires_grad_(requires_grad);
    }

    private static nint Leaf(torch.Tensor data)
    {
        using (data) return data.detach().Release();
    }
}
