using Cohort.Model.Data;
using Cohort.Model.Data.Synthesis;

namespace Cohort.Model.Tests.Data.Synthesis;

public sealed class ShortagesTests
{
    private static readonly ImageArray _set = TinySamples.Labelled([0, 0, 0, 1, 1, 2], classes: 3);
    private static readonly string?[] _values = ["a", "a", "b", "b", null, "c"];

    [Fact]
    public void Classes_lack_what_the_largest_has_or_what_is_asked_for()
    {
        Shortages.OfClasses(_set, null).Select(cell => cell.Missing).ShouldBe([0, 1, 2]);
        Shortages.OfClasses(_set, 2).Select(cell => (cell.Have, cell.Missing)).ShouldBe([(3, 0), (2, 0), (1, 1)]);
    }

    [Fact]
    public void Values_are_balanced_within_each_class_and_unknown_ones_count_nowhere()
        => Shortages.OfValues(_set, ["a", "b"], i => _values[i], null).ShouldBe([
            new(0, "a", 2, 0), new(0, "b", 1, 1), new(1, "a", 0, 1), new(1, "b", 1, 0), new(2, "a", 0, 0), new(2, "b", 0, 0),
        ]);
}
