using System.Reflection;

namespace Cohort.Torch.Tests.Engine;

public sealed class ExposedOperationsTests
{
    /// <summary>Methods that give tensors and have no gradient to check, each with its reason.</summary>
    private static readonly string[] s_exempt =
    [
        "detach", // is there to stop gradients
        "eq", "isfinite", "all", "argmax", // give truth values or positions
        "MoveToOuterDisposeScope", "DetachFromDisposeScope", "requires_grad_", // give the tensor itself
        "add_", "sub_", "mul_", "div_", "copy_", "zero_", "fill_", "clamp_", // change the tensor itself
    ];

    [Fact]
    public void Every_differentiable_operation_has_a_gradient_check()
    {
        var checkedNames = GradientCases.All.Select(c => c.Name.Split(' ')[0]).ToHashSet(StringComparer.Ordinal);
        var exposed = TensorMethods(typeof(Tensor), BindingFlags.Instance).Select(method => method.Name)
            .Concat(TensorMethods(typeof(functional), BindingFlags.Static).Select(method => $"functional.{method.Name}"))
            .Concat(["cat", "stack"])
            .Except(s_exempt, StringComparer.Ordinal);
        exposed.Where(name => !checkedNames.Contains(name)).ShouldBeEmpty();
    }

    private static IEnumerable<MethodInfo> TensorMethods(Type type, BindingFlags kind) =>
        type.GetMethods(kind | BindingFlags.Public | BindingFlags.DeclaredOnly).Where(method =>
            !method.IsSpecialName && (method.ReturnType == typeof(Tensor) || method.ReturnType == typeof((Tensor, Tensor))));
}
