using Cohort.Federation;
using Cohort.Model.Data;
using Cohort.Model.Networks;
using Cohort.Model.Plans;
using Cohort.Model.Training;

namespace Cohort.Model.Tests.Training;

public class MemoryLayoutTests
{
    private static readonly NetworkSpec Network = new("logistic", new ImageShape(1, 2, 2), 3);

    [Theory]
    [InlineData("fedAvg", false, 0)]
    [InlineData("fedAvg", true, 15)]
    [InlineData("scaffold", false, 15)]
    public void Students_remember_what_algorithm_and_compression_ask_for(string algorithm, bool errorFeedback, int values) =>
        Layout(algorithm, errorFeedback).Bytes.ShouldBe(4 * values);

    [Fact]
    public void What_is_remembered_reads_back_to_the_bit()
    {
        var layout = new MemoryLayout(2, 3);

        var (algorithm, residual) = layout.Read(layout.Write([float.Epsilon, -0f], [int.MinValue, 0, 7]));

        algorithm!.Select(BitConverter.SingleToInt32Bits).ShouldBe([1, int.MinValue]);
        residual.ShouldBe([int.MinValue, 0, 7]);
    }

    [Fact]
    public void Before_its_first_round_a_student_remembers_nothing_and_nothing_was_left_out()
    {
        var (algorithm, residual) = new MemoryLayout(2, 3).Read([]);

        algorithm.ShouldBeNull();
        residual.ShouldBe([0, 0, 0]);
    }

    [Fact]
    public void A_memory_of_another_plan_is_refused() =>
        Should.Throw<UpdateRejectedException>(() => new MemoryLayout(2, 3).Read(new byte[19])).Message
            .ShouldBe("its memory has 19 bytes, where the plan's students remember 20");

    private static MemoryLayout Layout(string algorithm, bool errorFeedback) => MemoryLayout.Of(
        new Plan
        {
            Network = "logistic",
            Training = new() { Algorithm = new(algorithm) },
            Compression = new() { Method = new(errorFeedback ? "topK" : "none"), ErrorFeedback = errorFeedback },
        },
        Network);
}
