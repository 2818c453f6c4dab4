using Cohort.Pbm.Printing;
using Cohort.Seed.Api;
using Spectre.Console;

namespace Cohort.Pbm.Commands;

/// <summary>Members of a cluster, one a row.</summary>
internal static class MemberTable
{
    private const string Unknown = "-"; // it has not said yet

    public static Table Of(IReadOnlyList<ClusterMember> members)
    {
        var table = Tables.New()
            .Words("member").Name("role").Name("state").Number("slots").Number("busy").Number("waiting").Number("trained").Number("failed")
            .Number("in").Number("out").Words("incarnation");
        foreach (var member in members)
        {
            table.Row(
                member.Name,
                member.Role,
                member.Draining ? "draining" : "in",
                Figures.Count(member.Slots),
                Count(member.Work?.SlotsBusy),
                Count(member.Work?.StudentsWaiting),
                Count(member.Work?.StudentsTrained),
                Count(member.Work?.StudentsFailed),
                member.Work is { } got ? Figures.Bytes(got.BytesIn) : Unknown,
                member.Work is { } sent ? Figures.Bytes(sent.BytesOut) : Unknown,
                member.Incarnation);
        }

        return table;
    }

    private static string Count(long? count) => count is { } known ? Figures.Count(known) : Unknown;
}
