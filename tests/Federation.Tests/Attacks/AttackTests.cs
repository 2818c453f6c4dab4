namespace Cohort.Federation.Tests;

public class AttackTests
{
    private static readonly FixedPointGrid Grid = new();

    [Fact]
    public void The_catalogue_has_them() =>
        Catalogue.Of<IAttack>().Select(attack => attack.Name).ShouldBe(["alie", "labelFlip", "noise", "none", "signFlip"]);

    [Fact]
    public void A_turned_update_is_as_many_times_as_long_and_stays_on_the_grid()
    {
        int[] update = [3, -4, int.MaxValue, int.MinValue];

        Poison("signFlip", update, Settings.None.With("strength", 2));

        update.ShouldBe([-6, 8, int.MinValue, int.MaxValue]);
    }

    [Fact]
    public void Noise_has_the_deviation_that_is_asked_for_and_follows_from_its_generator()
    {
        var (one, again, other) = (new int[20_000], new int[20_000], new int[20_000]);
        Poison("noise", one, Settings.None.With("deviation", 0.25), seed: 1);
        Poison("noise", again, Settings.None.With("deviation", 0.25), seed: 1);
        Poison("noise", other, Settings.None.With("deviation", 0.25), seed: 2);

        again.ShouldBe(one);
        other.ShouldNotBe(one);
        Math.Sqrt(one.Average(value => (double)value * value * Grid.Step * Grid.Step)).ShouldBe(0.25, 0.01);
        one.Average(value => value * Grid.Step).ShouldBe(0, 0.01);
    }

    [Fact]
    public void A_flipped_label_is_counted_from_the_other_end_and_its_update_is_boosted_if_it_is_to_be()
    {
        IAttack flip = new LabelFlip();
        Enumerable.Range(0, 4).Select(label => flip.LabelOf(label, 4)).ShouldBe([3, 2, 1, 0]);
        new NoAttack().ShouldBeAssignableTo<IAttack>()!.LabelOf(1, 4).ShouldBe(1);

        int[] update = [3, -4];
        Poison("labelFlip", update, Settings.None);
        update.ShouldBe([3, -4]);
        Poison("labelFlip", update, Settings.None.With("boost", 5));
        update.ShouldBe([15, -20]);
    }

    [Fact]
    public void Colluding_attackers_are_z_deviations_off_their_mean()
    {
        int[][] honest = [[10, 0], [20, 0], [30, 6]];
        var poisoned = new int[2];

        new Alie().ShouldBeAssignableTo<IAttack>()!.Collude(honest, Settings.None.With("deviations", 2), poisoned);

        // Deviations of sqrt(200 / 3) and sqrt(8).
        poisoned.ShouldBe([(int)Math.Round(20 - (2 * Math.Sqrt(200 / 3.0))), (int)Math.Round(2 - (2 * Math.Sqrt(8)))]);
    }

    private static void Poison(string attack, int[] update, Settings settings, int seed = 1) =>
        new Choice<IAttack>(attack).Kind.Poison(update, Grid, settings, new Random(seed));
}
