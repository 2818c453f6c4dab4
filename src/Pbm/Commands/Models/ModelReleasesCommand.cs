using System.CommandLine;
using Cohort.Pbm.Printing;
using Cohort.Seed.Api;

namespace Cohort.Pbm.Commands;

/// <summary><c>pbm model releases</c>: which models students got, and why.</summary>
internal static class ModelReleasesCommand
{
    public static Command Create()
    {
        var schedule = ScheduleOption();
        var cluster = new ClusterOptions();
        var json = CommonOptions.Json();
        var command = new CommandWithExamples(
            "releases", "Which models a cluster's schedules released, tried or rejected, and why.", "pbm model releases")
        {
            schedule, cluster.Url, cluster.TokenFile, json,
        };
        command.SetAction(async (parsed, stop) =>
        {
            using var seed = cluster.Open(parsed);
            var named = parsed.GetValue(schedule);
            var all = await seed.Releases(stop);
            ReleaseState[] releases = [.. all.Where(release => named is null || string.Equals(release.Schedule, named, StringComparison.Ordinal))];
            if (parsed.GetValue(json))
            {
                Page.PrintJson(new ReleasesOfCluster(releases), PbmJson.Default.ReleasesOfCluster);
                return;
            }

            if (releases.Length == 0)
            {
                Page.Print(named is null ? "Nothing was released yet." : $"Schedule {Printable.Of(named)} has released nothing yet.");
                return;
            }

            var table = Tables.New().Number("#").Name("schedule", "outcome", "model").Number("accuracy", "before").Words("why");
            foreach (var release in releases)
            {
                table.Row(
                    Figures.Count(release.Number),
                    release.Schedule,
                    release.Outcome,
                    RunTable.Hash(release.Model),
                    Figures.Accuracy(release.Accuracy),
                    Figures.Accuracy(release.AccuracyBefore),
                    release.Reason);
            }

            Page.Print(table);
        });
        return command;
    }

    public static Option<string?> ScheduleOption() => new("--schedule")
    {
        Description = "The schedule's name. Default: the only one there is.",
        HelpName = "NAME",
    };
}

/// <summary>What <c>pbm model releases --json</c> prints.</summary>
internal sealed record ReleasesOfCluster(IReadOnlyList<ReleaseState> Releases);
