using System.CommandLine;
using System.Globalization;
using Cohort.Pbm.Printing;
using Cohort.Pbm.Remote;
using Cohort.Seed.Api;

namespace Cohort.Pbm.Commands;

/// <summary><c>pbm cluster show</c>: members, the run under way, and the figures an operator watches.</summary>
internal static class ClusterShowCommand
{
    public static Command Create()
    {
        var cluster = new ClusterOptions();
        var json = CommonOptions.Json();
        var command = new CommandWithExamples(
            "show",
            "Show a cluster: its members, the run under way, and its figures.",
            "pbm cluster show --cluster http://127.0.0.1:8080",
            "pbm cluster show --json")
        {
            cluster.Url, cluster.TokenFile, json,
        };
        command.SetAction(async (parsed, stop) =>
        {
            using var seed = cluster.Open(parsed);
            var state = await seed.Cluster(stop);
            if (parsed.GetValue(json))
            {
                Page.PrintJson(state, ApiJson.Default.ClusterState);
            }
            else
            {
                Print(state);
            }
        });
        return command;
    }

    private static void Print(ClusterState state)
    {
        Page.Print(Printable.Of($"Seed {state.Seed} answers{(state.Leading ? " and leads" : "; another one leads")}."));
        Page.Print(state.Run is { } run ? NewsSentences.Of(run) : "No run is under way.");
        Page.Print(MemberTable.Of(state.Members));
        if (state.Figures.Count > 0)
        {
            var figures = Tables.New().Name("figure").Number("value");
            foreach (var (name, value) in state.Figures.OrderBy(figure => figure.Key, StringComparer.Ordinal))
            {
                figures.Row(name, value.ToString("#,0.###", CultureInfo.InvariantCulture));
            }

            Page.Print(figures);
        }
    }
}
