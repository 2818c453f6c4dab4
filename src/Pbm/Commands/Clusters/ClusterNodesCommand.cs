using System.CommandLine;
using Cohort.Pbm.Printing;
using Cohort.Seed.Api;

namespace Cohort.Pbm.Commands;

/// <summary><c>pbm cluster nodes</c>: who trains.</summary>
internal static class ClusterNodesCommand
{
    public static Command Create()
    {
        var cluster = new ClusterOptions();
        var json = CommonOptions.Json();
        var command = new CommandWithExamples(
            "nodes", "List a cluster's nodes, with the students each trains at a time.", "pbm cluster nodes")
        {
            cluster.Url, cluster.TokenFile, json,
        };
        command.SetAction(async (parsed, stop) =>
        {
            using var seed = cluster.Open(parsed);
            var nodes = await seed.Nodes(stop);
            if (parsed.GetValue(json))
            {
                Page.PrintJson(new ClusterNodes(nodes), PbmJson.Default.ClusterNodes);
                return;
            }

            Page.Print($"{Figures.Count(nodes.Count, "node")} with {Figures.Count(nodes.Sum(node => node.Slots), "slot")}.");
            Page.Print(MemberTable.Of(nodes));
        });
        return command;
    }
}

/// <summary>What <c>pbm cluster nodes --json</c> prints.</summary>
internal sealed record ClusterNodes(IReadOnlyList<ClusterMember> Nodes);
