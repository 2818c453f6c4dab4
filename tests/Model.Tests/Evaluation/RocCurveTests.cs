using Cohort.Model.Evaluation;

namespace Cohort.Model.Tests.Evaluation;

public class RocCurveTests
{
    [Fact]
    public void The_area_is_the_share_of_pairs_in_which_the_member_scores_above()
    {
        // 3 beats all three; 1 beats 0 and ties with 1; of six pairs 4.5 are won.
        new RocCurve([3, 1], [0, 1, 2]).Area.ShouldBe(4.5 / 6, 1e-12);
        new RocCurve([2, 3], [0, 1]).Area.ShouldBe(1);
        new RocCurve([1, 1], [1, 1]).Area.ShouldBe(0.5);
    }

    [Fact]
    public void Members_are_found_at_thresholds_that_let_no_more_others_through_than_allowed()
    {
        var curve = new RocCurve([9, 7, 5, 3], [8, 6, 4, 2]);
        curve.TruePositivesAt(0).ShouldBe(0.25);
        curve.TruePositivesAt(0.24).ShouldBe(0.25);
        curve.TruePositivesAt(0.25).ShouldBe(0.5);
        curve.TruePositivesAt(1).ShouldBe(1);
    }

    [Fact]
    public void A_curve_never_falls_and_ends_at_one()
    {
        var points = new RocCurve([9, 7, 5, 3], [8, 6, 4, 2]).Points(10);
        points.Count.ShouldBe(11);
        points[^1].ShouldBe(new RocPoint(1, 1));
        points.Select(point => point.TruePositives).ShouldBeInOrder();
    }
}
