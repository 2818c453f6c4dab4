using System.CommandLine;
using System.Globalization;
using Cohort.Pbm.Printing;
using Cohort.Pbm.Remote;
using Cohort.Seed.Api;

namespace Cohort.Pbm.Commands;

/// <summary><c>pbm logs follow</c>: what the cluster's members log, as they log it.</summary>
internal static class LogsFollowCommand
{
    public static Command Create()
    {
        var cluster = new ClusterOptions();
        var json = CommonOptions.Json();
        json.Description = "Print every line as a line of JSON.";
        var command = new CommandWithExamples(
            "follow",
            "Print the newest lines of all members' logs, and new ones as they come, until Ctrl+C.",
            "pbm logs follow",
            "pbm logs follow --json | jq -r 'select(.level == \"Warning\").message'")
        {
            cluster.Url, cluster.TokenFile, json,
        };
        command.SetAction(async (parsed, stop) =>
        {
            using var seed = cluster.Open(parsed);
            await Follow(seed, parsed.GetValue(json), stop);
        });
        return command;
    }

    /// <summary>Until it is stopped, or the cluster is lost for too long.</summary>
    private static async Task Follow(SeedClient seed, bool json, CancellationToken stop)
    {
        var newest = DateTimeOffset.MinValue;
        for (var failures = 0; ;)
        {
            var printed = newest;
            try
            {
                await using var lines = await seed.OpenLogs(stop);
                while (await lines.Next() is { } line)
                {
                    // A stream that is opened again begins with lines that have been printed.
                    if (line.Time > printed)
                    {
                        (failures, newest) = (0, line.Time);
                        Print(line, json);
                    }
                }

                throw new ClusterLostException($"{seed.Address}: the seed ended the log.");
            }
            catch (TimeoutException)
            {
                // Nothing to log, or a peer that is gone without a word: then opening it again fails.
            }
            catch (ClusterLostException lost) when (failures < seed.Patience.Reconnects)
            {
                failures++;
                Console.Error.WriteLine(
                    $"{lost.Message} Connecting again ({failures} of {seed.Patience.Reconnects}); lines may be missing.");
                await Task.Delay(seed.Patience.Pause(failures), stop);
            }
        }
    }

    private static void Print(LogLine line, bool json)
    {
        if (json)
        {
            Page.PrintJson(line, ApiJson.Default.LogLine);
            return;
        }

        var time = line.Time.ToLocalTime().ToString("HH:mm:ss.fff", CultureInfo.InvariantCulture);
        Page.Print(Printable.Of($"{time} {line.Level,-11} {line.Member} {line.Category}: {line.Message}"));
    }
}
