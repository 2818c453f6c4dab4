using Cohort.Federation;
using Cohort.Model.Plans;
using Cohort.Model.Randomness;

namespace Cohort.Seed.Coordination;

/// <summary>The grouping actor: puts every student into a group whose label distribution resembles the whole population's.</summary>
public sealed class GroupForming : ReceiveActor
{
    public GroupForming() => Receive<FormGroups>(wish => Sender.Tell(Form(wish)));

    private static object Form(FormGroups wish)
    {
        try
        {
            IGrouping grouping = wish.Plan.Groups.Method == GroupingMethod.Balanced ? new BalancedGrouping() : new RandomGrouping();
            var random = KeyedRandom.For((ulong)wish.Plan.Seed, Purpose.Group);
            var groupOf = grouping.Assign(wish.Histograms, wish.Plan.Groups.Count, random);
            var balance = GroupBalance.Of(wish.Histograms, groupOf, wish.Plan.Groups.Count);
            return new GroupsFormed(groupOf, balance.Average(group => group.KullbackLeibler), balance.Max(group => group.KullbackLeibler));
        }
        catch (ArgumentException impossible)
        {
            return new Status.Failure(impossible);
        }
    }
}

/// <summary>To the grouping actor.</summary>
/// <param name="Plan">Says how many groups, by which method, and the seed that keys ties and swaps.</param>
/// <param name="Histograms">Each student's labels.</param>
public sealed record FormGroups(Plan Plan, StudentHistograms Histograms);
