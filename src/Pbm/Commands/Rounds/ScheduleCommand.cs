using System.CommandLine;
using Cohort.Model.Plans;
using Cohort.Pbm.Printing;
using Cohort.Pbm.Remote;
using Cohort.Seed.Api;

namespace Cohort.Pbm.Commands;

/// <summary><c>pbm schedule</c>: a cluster trains a plan again and again, and releases what is not worse.</summary>
internal static class ScheduleCommand
{
    public static Command Create()
    {
        var planFile = CommonOptions.Plan();
        var every = new Option<string>("--every")
        {
            Description = "How often: 30m, 12h, 1d, 1w, or a cron expression in UTC, such as \"0 3 * * *\".",
            HelpName = "TIME",
            Required = true,
        };
        var name = new Option<string?>("--name") { Description = "What to call it. Default: the plan's name.", HelpName = "NAME" };
        var data = new Option<string?>("--data")
        {
            Description = "The name of a data set in the data folders of seed and nodes. Overrides the plan's data.path.",
            HelpName = "NAME",
        };
        var feedback = new Option<long>("--min-feedback")
        {
            Description = "Wait until students have given so much feedback since the last run began. Default: 0.",
            HelpName = "N",
        };
        var tolerance = new Option<double>("--tolerance")
        {
            Description = "By how much of the accuracy, 0 to 1, a new model may be worse on the held-out samples. Default: 0.",
            HelpName = "SHARE",
        };
        var canary = new Option<double>("--canary")
        {
            Description = "The share of the students, 0 to 1, who get a new model first, until the schedule's next time. Default: 0, for everybody at once.",
            HelpName = "SHARE",
        };
        var from = CommonOptions.From();
        from.Description = "The first run begins with this model, by the first digits of its hash, instead of the plan's own first one.";
        var cluster = new ClusterOptions();
        var json = CommonOptions.Json();
        var command = new CommandWithExamples(
            "schedule",
            "Let a cluster train a plan again and again, and release what is not worse.",
            "pbm schedule plans/quick.json --every 1d",
            "pbm schedule class.json --every \"0 3 * * *\" --min-feedback 100 --canary 0.1",
            "pbm schedule list")
        {
            planFile, every, name, data, feedback, tolerance, canary, from, cluster.Url, cluster.TokenFile, json,
            ListCommand(),
            Changing("pause", "Start no further runs of a schedule.", (seed, schedule, stop) => seed.Change(schedule, "pause", stop)),
            Changing("resume", "Go on with a schedule.", (seed, schedule, stop) => seed.Change(schedule, "resume", stop)),
            RemoveCommand(),
        };
        command.Details = """
            Needs the role researcher. Each run begins with the model released last. When it is over, both are tried on the plan's
            test samples, and the new one is released unless it is worse. A schedule is in the ledger: it survives restarts, and a time that
            was missed meanwhile is made up for once. A schedule of the same name is replaced, and keeps what it released.
            """;
        command.SetAction(async (parsed, stop) =>
        {
            var path = parsed.GetValue(planFile)!;
            var plan = Plan.Read(path);
            using var seed = cluster.Open(parsed);
            var kept = await seed.Keep(
                parsed.GetValue(name) ?? plan.Name,
                new NewSchedule(
                    File.ReadAllText(path),
                    parsed.GetValue(every)!,
                    parsed.GetValue(data),
                    parsed.GetValue(feedback),
                    parsed.GetValue(tolerance),
                    parsed.GetValue(canary),
                    parsed.GetValue(from)),
                stop);
            Print(kept, parsed.GetValue(json));
        });
        return command;
    }

    /// <summary>How one schedule stands, as a sentence.</summary>
    public static string Sentence(ScheduleState schedule)
    {
        var due = schedule.Status switch
        {
            "running" => $"run {schedule.Run} is under way",
            "judging" => $"run {schedule.Run} is being judged",
            "paused" => "paused",
            _ => schedule.Due is { } at ? $"due {Figures.Time(at)}" : "never due",
        };
        var model = schedule.Model is { } released ? $"students have model {RunTable.Hash(released)}" : "nothing is released yet";
        var canary = schedule.Canary is { } tried ? $", and {Figures.Share(schedule.CanaryShare)} of them try {RunTable.Hash(tried)}" : "";
        return $"Schedule {schedule.Name}, every {schedule.Every}: {due}; {model}{canary}.";
    }

    public static void Print(ScheduleState schedule, bool json)
    {
        if (json)
        {
            Page.PrintJson(schedule, ApiJson.Default.ScheduleState);
            return;
        }

        Page.Print(Printable.Of(Sentence(schedule)));
        if (schedule.Note is { } note)
        {
            Page.Print(Printable.Of(note));
        }
    }

    private static Argument<string> Named() => new("SCHEDULE") { Description = "A schedule's name, as pbm schedule list shows it." };

    private static Command ListCommand()
    {
        var cluster = new ClusterOptions();
        var json = CommonOptions.Json();
        var command = new CommandWithExamples("list", "A cluster's schedules, and what they wait for.", "pbm schedule list")
        {
            cluster.Url, cluster.TokenFile, json,
        };
        command.SetAction(async (parsed, stop) =>
        {
            using var seed = cluster.Open(parsed);
            var schedules = await seed.Schedules(stop);
            if (parsed.GetValue(json))
            {
                Page.PrintJson(new SchedulesOfCluster(schedules), PbmJson.Default.SchedulesOfCluster);
                return;
            }

            if (schedules.Count == 0)
            {
                Page.Print("No schedule is there; pbm schedule PLAN --every TIME makes one.");
            }

            foreach (var schedule in schedules)
            {
                Print(schedule, json: false);
            }
        });
        return command;
    }

    private static Command Changing(
        string verb, string description, Func<SeedClient, string, CancellationToken, Task<ScheduleState>> change)
    {
        var name = Named();
        var cluster = new ClusterOptions();
        var json = CommonOptions.Json();
        var command = new CommandWithExamples(verb, description, $"pbm schedule {verb} quick")
        {
            name, cluster.Url, cluster.TokenFile, json,
        };
        command.Details = "Needs the role researcher. A run under way goes on.";
        command.SetAction(async (parsed, stop) =>
        {
            using var seed = cluster.Open(parsed);
            Print(await change(seed, parsed.GetValue(name)!, stop), parsed.GetValue(json));
        });
        return command;
    }

    private static Command RemoveCommand()
    {
        var name = Named();
        var cluster = new ClusterOptions();
        var json = CommonOptions.Json();
        var command = new CommandWithExamples("remove", "Remove a schedule; what it released stays.", "pbm schedule remove quick")
        {
            name, cluster.Url, cluster.TokenFile, json,
        };
        command.Details = "Needs the role researcher. A run under way goes on; nobody judges it.";
        command.SetAction(async (parsed, stop) =>
        {
            using var seed = cluster.Open(parsed);
            var schedule = parsed.GetValue(name)!;
            await seed.Remove(schedule, stop);
            if (parsed.GetValue(json))
            {
                Page.PrintJson(new RemovedSchedule(schedule), PbmJson.Default.RemovedSchedule);
            }
            else
            {
                Page.Print($"Schedule {Printable.Of(schedule)} is removed.");
            }
        });
        return command;
    }
}

/// <summary>What <c>pbm schedule list --json</c> prints.</summary>
internal sealed record SchedulesOfCluster(IReadOnlyList<ScheduleState> Schedules);

/// <summary>What <c>pbm schedule remove --json</c> prints.</summary>
internal sealed record RemovedSchedule(string Removed);
