using System.Globalization;
using Cohort.Pbm.Printing;
using Cohort.Pbm.Remote;
using Cohort.Seed.Api;

namespace Cohort.Pbm.Commands;

/// <summary>The groups of a cluster's run, as <c>pbm groups show</c> shows them.</summary>
internal static class ClusterGroups
{
    public static async Task Show(SeedClient seed, string? named, bool json, CancellationToken stop)
    {
        var run = await ChosenRun.IdOf(seed, named, stop);
        var groups = await seed.Groups(run, stop);
        if (json)
        {
            Page.PrintJson(new GroupsOfRun(run, groups), PbmJson.Default.GroupsOfRun);
            return;
        }

        var table = Tables.New().Name("group").Number("students", "samples", "KL");
        foreach (var group in groups)
        {
            table.Row(
                group.Group.ToString(CultureInfo.InvariantCulture),
                Figures.Count(group.Students),
                Figures.Count(group.Samples),
                Figures.Measure(group.KullbackLeibler));
        }

        Page.Print(Printable.Of($"Run {run}: {Figures.Count(groups.Sum(group => (long)group.Students), "student")} in "
            + $"{Figures.Count(groups.Count, "group")}."));
        Page.Print(table);
    }
}

/// <summary>What <c>pbm groups show --run RUN --json</c> prints.</summary>
internal sealed record GroupsOfRun(string Run, IReadOnlyList<GroupState> Groups);
