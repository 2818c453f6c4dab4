using System.CommandLine;
using Cohort.Pbm.Printing;
using Cohort.Pbm.Remote;

namespace Cohort.Pbm.Commands;

/// <summary><c>pbm cluster drain</c> and <c>pbm cluster leave</c>: a node is told to go, in two ways.</summary>
internal static class ClusterDepartureCommands
{
    public static Command Drain() => Create(
        "drain",
        "Let a node finish what it trains and take nothing new; it stays a member.",
        "takes no new students",
        (seed, node, stop) => seed.Drain(node, stop));

    public static Command Leave() => Create(
        "leave",
        "Let a node finish or hand back what it trains, and leave the cluster.",
        "leaves",
        (seed, node, stop) => seed.Leave(node, stop));

    private static Command Create(
        string verb, string description, string done, Func<SeedClient, string, CancellationToken, Task> tell)
    {
        var node = new Argument<string>("NODE") { Description = "A node's name, as pbm cluster nodes lists it." };
        var cluster = new ClusterOptions();
        var json = CommonOptions.Json();
        var command = new CommandWithExamples(verb, description, $"pbm cluster {verb} node-2")
        {
            node, cluster.Url, cluster.TokenFile, json,
        };
        command.Details = "Needs the role operator.";
        command.SetAction(async (parsed, stop) =>
        {
            using var seed = cluster.Open(parsed);
            var name = parsed.GetValue(node)!;
            await tell(seed, name, stop);
            if (parsed.GetValue(json))
            {
                Page.PrintJson(new ToldNode(name, verb), PbmJson.Default.ToldNode);
            }
            else
            {
                Page.Print($"Node {name} {done}.");
            }
        });
        return command;
    }
}

/// <summary>What <c>pbm cluster drain --json</c> and <c>leave --json</c> print.</summary>
/// <param name="Node">Which.</param>
/// <param name="Told">drain or leave.</param>
internal sealed record ToldNode(string Node, string Told);
