using System.Runtime.InteropServices;

namespace Cohort.Torch.Tests.Engine;

public sealed class ErrorMessageTests
{
    [Fact]
    public void A_message_is_what_went_wrong_without_a_stack_of_C_functions()
    {
        using var scope = NewDisposeScope();
        Should.Throw<ExternalException>(() => torch.ones(2, 3).matmul(torch.ones(2, 3))).Message.ShouldNotContain("frame #0");
    }
}
