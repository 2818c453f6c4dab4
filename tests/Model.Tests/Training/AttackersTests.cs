using Cohort.Federation;
using Cohort.Model.Data.Avatars;
using Cohort.Model.Plans;
using Cohort.Model.Training;

namespace Cohort.Model.Tests.Training;

public class AttackersTests
{
    private const int Students = 20;
    private static readonly FixedPointGrid Grid = new();
    private static readonly Plan Turning = PlanOf("signFlip");
    private static readonly Population Faces = Population.Create(Turning, AvatarFaces.DataSet(1, Students, 7, 1, 7));

    [Fact]
    public void As_many_attack_as_the_share_says_and_who_follows_from_the_seed_alone()
    {
        var attackers = Attackers.Of(Turning, Faces);

        attackers.Count.ShouldBe(4);
        Who(attackers).Count.ShouldBe(4);
        Who(Attackers.Of(Turning with { Rounds = new() { Count = 3 } }, Faces)).ShouldBe(Who(attackers));
        Who(Attackers.Of(Turning with { Seed = 2 }, Faces)).ShouldNotBe(Who(attackers));
        Attackers.Of(new Plan(), Faces).Count.ShouldBe(0);
    }

    [Fact]
    public void Only_attackers_updates_are_poisoned_and_noise_is_another_in_every_round()
    {
        var attackers = Attackers.Of(PlanOf("noise"), Faces);
        int[] Sent(int student, int round)
        {
            int[] update = [1, 2, 3];
            attackers.Poison(new TrainingTurn(1, round, 1, student), update, Grid);
            return update;
        }

        var attacker = Who(attackers)[0];
        var honest = Enumerable.Range(0, Students).Except(Who(attackers)).First();
        Sent(honest, 1).ShouldBe([1, 2, 3]);
        Sent(attacker, 1).ShouldNotBe([1, 2, 3]);
        Sent(attacker, 1).ShouldBe(Sent(attacker, 1));
        Sent(attacker, 2).ShouldNotBe(Sent(attacker, 1));
        Sent(Who(attackers)[1], 1).ShouldNotBe(Sent(attacker, 1));
    }

    [Fact]
    public void Attackers_that_flip_labels_see_them_flipped_and_nobody_else_does()
    {
        var attackers = Attackers.Of(PlanOf("labelFlip"), Faces);
        var attacker = Who(attackers)[0];
        var honest = Enumerable.Range(0, Students).Except(Who(attackers)).First();

        attackers.SeenBy(honest, Faces).ShouldBeSameAs(Faces);
        var seen = attackers.SeenBy(attacker, Faces);
        foreach (var sample in Faces.Partition.SamplesOf(attacker).ToArray())
            seen.Data.Train.LabelOf(sample).ShouldBe(6 - Faces.Data.Train.LabelOf(sample));
        seen.Partition.ShouldBeSameAs(Faces.Partition);
        Attackers.Of(Turning, Faces).SeenBy(attacker, Faces).ShouldBeSameAs(Faces);
    }

    [Fact]
    public void Colluding_attackers_of_a_group_all_send_what_their_own_updates_make()
    {
        var attackers = Attackers.Of(PlanOf("alie"), Faces);
        var updates = Enumerable.Range(0, Students).Select(student => new SingleUpdate(student, 1, [student])).Reverse().ToList();
        var expected = new int[1];
        new Choice<IAttack>("alie").Kind.Collude([.. Who(attackers).Select(student => new[] { student })], Settings.None, expected);

        var sent = attackers.Collude(updates);

        sent.Select(update => update.Student).ShouldBe(updates.Select(update => update.Student));
        foreach (var update in sent)
            update.Values[0].ShouldBe(attackers.Include(update.Student) ? expected[0] : update.Student);
        Attackers.Of(Turning, Faces).Collude(updates).ShouldBe(updates);
    }

    private static List<int> Who(Attackers attackers) => [.. Enumerable.Range(0, Students).Where(attackers.Include)];

    private static Plan PlanOf(string attack) =>
        new() { Students = new() { Count = Students, Partition = PartitionKind.ByPerson }, Attack = new() { Kind = new(attack) } };
}
