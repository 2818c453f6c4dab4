using Cohort.Pbm.Printing;
using Cohort.Seed.Api;
using Spectre.Console;

namespace Cohort.Pbm.Commands;

/// <summary>Members of a cluster, one a row.</summary>
internal static class MemberTable
{
    public static Table Of(IReadOnlyList<ClusterMember> members)
    {
        var table = Tables.New().Words("member").Name("role").Number("slots").Name("state").Words("incarnation");
        foreach (var member in members)
        {
            table.Row(
                member.Name,
                member.Role,
                Figures.Count(member.Slots),
                member.Draining ? "draining" : "in",
                member.Incarnation);
        }

        return table;
    }
}
