using System.CommandLine;
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
        if (state.Round is { } round)
        {
            Page.Print(Sentence(round));
        }

        Page.Print(MemberTable.Of(state.Members));
        if (state.Members.Count(member => member.Role is "device") is > 0 and var devices)
        {
            Page.Print($"{Figures.Count(devices, "device")} with {Figures.Count(state.Members.Sum(member => member.Work?.Residents ?? 0), "resident student")}.");
        }

        Page.Print(Messages([.. state.Members.Select(member => member.Work).OfType<MemberWork>()]));
        Page.Print($"Privacy spent (epsilon): {state.Run?.Epsilon ?? "no run is under way"}.");
    }

    private static string Sentence(RoundProgress round)
    {
        var age = Figures.Seconds(TimeSpan.FromSeconds(round.AgeSeconds));
        return round.Round == 0
            ? $"It is {round.Phase}."
            : $"Round {Figures.Count(round.Round)}, {round.Phase} for {age} s: {Figures.Count(round.Reported)} of "
                + $"{Figures.Count(round.Asked, "student")} reported.";
    }

    private static string Messages(IReadOnlyList<MemberWork> work)
        => $"Updates sent: {Figures.Bytes(work.Sum(each => each.UpdateBytes))}. Messages that came again: "
            + $"{Figures.Count(work.Sum(each => each.Redelivered))}, refused: {Figures.Count(work.Sum(each => each.Refused))}, "
            + $"given up as dead letters: {Figures.Count(work.Sum(each => each.DeadLetters))}.";
}
