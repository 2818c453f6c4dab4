using Cohort.Federation;
using Cohort.Model.Plans;
using Cohort.Model.Randomness;

namespace Cohort.Seed.Coordination;

/// <summary>The grouping actor: puts every student into a group whose labels resemble the whole population's.</summary>
public sealed class GroupForming : ReceiveActor
{
    public GroupForming() => Receive<FormGroups>(wish => Sender.Tell(Form(wish)));

    /// <summary>Each student's group: a function of plan, seed and histograms, so that it can be shown without a run.</summary>
    /// <exception cref="ArgumentException">There are fewer students than groups.</exception>
    public static int[] Assign(Plan plan, StudentHistograms histograms)
    {
        return GroupingOf(plan.Groups).Assign(histograms, plan.Groups.Count, KeyedRandom.For((ulong)plan.Seed, Purpose.Group));
    }

    /// <summary>The algorithm that a plan names.</summary>
    public static IGrouping GroupingOf(GroupsPlan groups) => groups switch
    {
        { Equalise: GroupEquality.Samples } => new EqualSampleGrouping(groups.MaxSize > 0 ? groups.MaxSize : int.MaxValue),
        { Method: GroupingMethod.Random } => new RandomGrouping(),
        { Method: GroupingMethod.Astraea } => new AstraeaGrouping(),
        { Method: GroupingMethod.Layered } => new LayeredGrouping(),
        _ => new BalancedGrouping(),
    };

    private static object Form(FormGroups wish)
    {
        try
        {
            var groupOf = Assign(wish.Plan, wish.Histograms);
            var balance = GroupBalance.Of(wish.Histograms, groupOf, wish.Plan.Groups.Count);
            return new GroupsFormed(
                groupOf, balance.Average(group => group.KullbackLeibler), balance.Max(group => group.KullbackLeibler));
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
