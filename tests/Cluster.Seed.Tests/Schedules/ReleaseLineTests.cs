using Cohort.Model.Files;
using Cohort.Seed.Schedules;

namespace Cohort.Seed.Tests.Schedules;

public sealed class ReleaseLineTests
{
    private static readonly ModelHash A = ModelHash.Of([1]);
    private static readonly ModelHash B = ModelHash.Of([2]);
    private static readonly ModelHash C = ModelHash.Of([3]);

    private static Release Of(ReleaseOutcome outcome, ModelHash model, double share = 1)
        => new() { Schedule = "s", Outcome = outcome, Model = model, Share = share, Reason = "" };

    private static ReleaseLine Line(params Release[] releases) => ReleaseLine.Of(releases);

    [Fact]
    public void Nobody_has_a_model_before_the_first_release()
    {
        Line().Current.ShouldBeNull();
        Line(Of(ReleaseOutcome.Rejected, A)).ModelFor("anna").ShouldBeNull();
    }

    [Fact]
    public void Everybody_has_what_was_released_last_and_nobody_what_was_rejected()
        => Line(Of(ReleaseOutcome.Released, A), Of(ReleaseOutcome.Released, B), Of(ReleaseOutcome.Rejected, C)).ModelFor("anna").ShouldBe(B);

    [Fact]
    public void A_canary_goes_to_its_share_of_the_students_always_the_same_ones_and_other_ones_for_another_model()
    {
        var line = Line(Of(ReleaseOutcome.Released, A), Of(ReleaseOutcome.Canary, B, 0.25));
        var students = Enumerable.Range(0, 4_000).Select(i => $"student-{i}").ToList();
        var canaries = students.Where(student => line.ModelFor(student) == B).ToList();

        canaries.Count.ShouldBeInRange(880, 1_120);
        students.Except(canaries, StringComparer.Ordinal).ShouldAllBe(student => line.ModelFor(student) == A);
        line.ModelFor(student: null).ShouldBe(A);
        var next = Line(Of(ReleaseOutcome.Released, A), Of(ReleaseOutcome.Canary, C, 0.25));
        canaries.Count(student => next.ModelFor(student) == C).ShouldBeInRange(170, 330);
    }

    [Fact]
    public void A_roll_back_leads_to_the_release_before_and_the_next_one_further_back()
    {
        var line = Line(Of(ReleaseOutcome.Released, A), Of(ReleaseOutcome.Released, B), Of(ReleaseOutcome.Released, C));
        line.Previous.ShouldBe(B);

        var back = Line(
            Of(ReleaseOutcome.Released, A), Of(ReleaseOutcome.Released, B), Of(ReleaseOutcome.Released, C), Of(ReleaseOutcome.RolledBack, B));
        (back.Current, back.Previous, back.WasReleased(C)).ShouldBe((B, A, false));
    }

    [Fact]
    public void While_canaries_try_a_model_a_roll_back_takes_it_from_them_and_nobody_else_notices()
    {
        var trying = new[] { Of(ReleaseOutcome.Released, A), Of(ReleaseOutcome.Released, B), Of(ReleaseOutcome.Canary, C, 0.5) };
        Line(trying).Previous.ShouldBe(B);

        var back = Line([.. trying, Of(ReleaseOutcome.RolledBack, B)]);
        (back.Current, back.Canary, back.Previous).ShouldBe((B, null, A));
    }

    [Fact]
    public void The_first_release_has_nothing_before_it() => Line(Of(ReleaseOutcome.Released, A)).Previous.ShouldBeNull();
}
