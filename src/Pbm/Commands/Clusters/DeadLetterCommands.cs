using System.CommandLine;
using Cohort.Pbm.Printing;
using Cohort.Pbm.Remote;
using Cohort.Seed.Api;
using Spectre.Console;

namespace Cohort.Pbm.Commands;

/// <summary><c>pbm dead-letters show</c>, <c>replay</c> and <c>purge</c>: messages that nobody could deal with.</summary>
internal static class DeadLetterCommands
{
    public static Command Show()
    {
        var cluster = new ClusterOptions();
        var json = CommonOptions.Json();
        var command = new CommandWithExamples(
            "show", "Show the messages that could not be dealt with, and why.", "pbm dead-letters show")
        {
            cluster.Url, cluster.TokenFile, json,
        };
        command.SetAction(async (parsed, stop) =>
        {
            using var seed = cluster.Open(parsed);
            var letters = await seed.DeadLetters(stop);
            if (parsed.GetValue(json))
            {
                Page.PrintJson(new ListedDeadLetters(letters), PbmJson.Default.ListedDeadLetters);
            }
            else if (letters.Count == 0)
            {
                Page.Print("There are no dead letters.");
            }
            else
            {
                Page.Print(Table(letters));
            }
        });
        return command;
    }

    public static Command Replay() => Create(
        "replay",
        "Send the dead letters to their receivers again; whoever had one already ignores it.",
        "sent again",
        (seed, stop) => seed.ReplayDeadLetters(stop));

    public static Command Purge() => Create(
        "purge", "Throw the dead letters away.", "thrown away", (seed, stop) => seed.PurgeDeadLetters(stop));

    private static Command Create(
        string verb, string description, string done, Func<SeedClient, CancellationToken, Task<Affected>> tell)
    {
        var cluster = new ClusterOptions();
        var json = CommonOptions.Json();
        var command = new CommandWithExamples(verb, description, $"pbm dead-letters {verb}")
        {
            cluster.Url, cluster.TokenFile, json,
        };
        command.Details = "Needs the role operator.";
        command.SetAction(async (parsed, stop) =>
        {
            using var seed = cluster.Open(parsed);
            var affected = await tell(seed, stop);
            if (parsed.GetValue(json))
            {
                Page.PrintJson(affected, ApiJson.Default.Affected);
            }
            else
            {
                Page.Print($"{Figures.Count(affected.Count, "dead letter")} {done}.");
            }
        });
        return command;
    }

    private static Table Table(IReadOnlyList<DeadLetterState> letters)
    {
        var table = Tables.New().Name("time").Words("message", "reason", "for", "run").Number("round", "size");
        foreach (var letter in letters)
        {
            table.Row(
                Figures.Time(letter.Time),
                letter.Type,
                letter.Reason,
                letter.Target,
                letter.Run,
                Figures.Count(letter.Round),
                Figures.Bytes(letter.Bytes));
        }

        return table;
    }
}

/// <summary>What <c>pbm dead-letters show --json</c> prints.</summary>
internal sealed record ListedDeadLetters(IReadOnlyList<DeadLetterState> DeadLetters);
