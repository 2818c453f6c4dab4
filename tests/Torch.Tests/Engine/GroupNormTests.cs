namespace Cohort.Torch.Tests.Engine;

public sealed class GroupNormTests
{
    [Fact]
    public void Scale_and_shift_start_at_1_and_0()
    {
        using var scope = NewDisposeScope();
        using var norm = GroupNorm(2, 4);
        norm.weight!.data<float>().ToArray().ShouldBe([1f, 1f, 1f, 1f]);
        norm.bias!.data<float>().ToArray().ShouldBe([0f, 0f, 0f, 0f]);
    }
}
