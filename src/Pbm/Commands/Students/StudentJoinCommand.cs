using System.CommandLine;
using System.Globalization;
using System.Security.Cryptography;
using Cohort.Clustering;
using Cohort.Device;
using Cohort.Device.Store;
using Cohort.Hosting;
using Cohort.Model.Data;
using Cohort.Nodes.Host;
using Cohort.Pbm.Printing;
using Cohort.Pbm.Remote;

namespace Cohort.Pbm.Commands;

/// <summary><c>pbm student join</c>: this machine is a student's device in a cluster, and trains for it when a round asks, until stopped.</summary>
internal static class StudentJoinCommand
{
    public static Command Create()
    {
        var id = new Option<string>("--id")
        {
            Description = "The student: letters, digits, '.', '_' and '-'. No other device of the cluster may have it.",
            HelpName = "S",
            Required = true,
        };
        var pictures = new Option<string?>("--pictures")
        {
            Description = "Train on a folder with pictures by class (happy/1.png), instead of the student's corrections on this device.",
            HelpName = "FOLDER",
        };
        var seed = new Option<string?>("--cluster")
        {
            Description = $"The URL of a seed of the cluster. Default: ${ClusterAddress.UrlVariable}.",
            HelpName = "URL",
        };
        var token = new Option<string?>("--enrolment-token-file")
        {
            Description = "A file with the cluster's enrolment token. Default: the file that $COHORT_ENROLMENT__TOKENFILE names.",
            HelpName = "FILE",
        };
        var slots = new Option<int>("--slots") { Description = "Threads that train.", HelpName = "N", DefaultValueFactory = _ => 1 };
        var (home, json) = (CommonOptions.Home(), CommonOptions.Json());
        var command = new CommandWithExamples(
            "join",
            "Take part in a cluster's rounds with a student's own samples, which stay here. Ctrl+C ends it.",
            "pbm student join --id anna --cluster http://seed:8080 --enrolment-token-file enrolment-token",
            "pbm student join --id ben --pictures my-faces/ --cluster http://seed:8080 --enrolment-token-file enrolment-token")
        {
            id, pictures, seed, token, slots, home, json,
        };
        command.SetAction(async (parsed, stop) =>
        {
            var place = new Home(parsed.GetValue(home));
            var resident = ResidentOf(parsed.GetValue(id)!, parsed.GetValue(pictures), place);
            var address = ClusterAddress.Of(parsed.GetValue(seed), tokenFile: null);
            var options = OptionsOf(resident.Name, address, parsed.GetValue(token), parsed.GetValue(slots), place);
            return await Join(resident, options, address, parsed.GetValue(json), stop);
        });
        return command;
    }

    private static IResidentSamples ResidentOf(string id, string? pictures, Home home)
    {
        try
        {
            var name = StudentName.Parse(id);
            var versions = Path.Combine(ResidentsHome(home, id), "versions");
            return pictures is null
                ? new StudentFeedback(new StudentFolder(home.Folder, name))
                : new ResidentFolder(pictures, versions, name.ToString(), problem => Console.Error.WriteLine(Printable.Of(problem)));
        }
        catch (DeviceException problem)
        {
            throw new CommandException(problem.Message);
        }
    }

    /// <summary>One for each student: a device's secret is one process's.</summary>
    private static string ResidentsHome(Home home, string student) => Path.Combine(home.Folder, "residents", student);

    private static NodeHostOptions OptionsOf(string student, ClusterAddress seed, string? tokenFile, int slots, Home home)
    {
        // Two devices that claim one student are to hear so, and not that their member's name is taken.
        var member = $"device-{student}-{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(2))}";
        List<string> settings =
        [
            "--member", member, "--listen", "http://127.0.0.1:0", "--slots", slots.ToString(CultureInfo.InvariantCulture),
            "--residents-home", ResidentsHome(home, student), "--enrolment-seed", seed.ToString(), "--log-level", "warning",
        ];
        if (tokenFile is not null)
        {
            settings.AddRange(["--enrolment-token-file", tokenFile]);
        }

        try
        {
            return NodeHostOptions.Settings.Read([.. settings]);
        }
        catch (ConfigurationException problem)
        {
            throw new CommandException(problem.Message);
        }
    }

    private static async Task<int> Join(
        IResidentSamples resident, NodeHostOptions options, ClusterAddress seed, bool json, CancellationToken stop)
    {
        try
        {
            await using var device = await NodeHost.Start(options, Console.Error, [resident]);
            if (json)
            {
                Page.PrintJson(new StudentsJoined(options.Member, seed.ToString(), [resident.Name]), PbmJson.Default.StudentsJoined);
            }
            else
            {
                Page.Print($"Student {resident.Name} is in the cluster of {seed}, on device {options.Member}. Its samples stay here; Ctrl+C ends it.");
            }

            var stopped = Task.Delay(Timeout.Infinite, stop).ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
            await await Task.WhenAny(device.UntilStopped(), stopped);
            return ExitCodes.Stopped;
        }
        catch (ConfigurationException refused)
        {
            throw new CommandException(refused.Message, refused.InnerException is EntityTakenException ? ExitCodes.Cluster : ExitCodes.BadInput);
        }
        catch (TemporaryFailureException absent)
        {
            throw new CommandException(absent.Message, ExitCodes.Cluster);
        }
    }
}

/// <summary>What <c>pbm student join --json</c> prints when it is in.</summary>
/// <param name="Member">The device's name in the cluster.</param>
/// <param name="Cluster">The seed that it has asked.</param>
/// <param name="Students">Who is on it.</param>
internal sealed record StudentsJoined(string Member, string Cluster, IReadOnlyList<string> Students);
