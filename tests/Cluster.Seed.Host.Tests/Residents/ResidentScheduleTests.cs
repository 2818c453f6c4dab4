using Cohort.Messages;
using Cohort.Nodes.Residents;
using Cohort.Seed.Ledger;
using static Cohort.Seed.Host.Tests.Residents.ResidentCohort;

namespace Cohort.Seed.Host.Tests.Residents;

/// <summary>Schedules over students who have to give feedback first.</summary>
public sealed class ResidentScheduleTests : IDisposable
{
    private readonly string _home = Directory.CreateTempSubdirectory("cohort-residents-").FullName;

    public void Dispose() => Directory.Delete(_home, recursive: true);

    [Fact]
    public async Task A_run_waits_for_samples_that_the_last_one_did_not_have_and_then_begins_with_what_was_released()
    {
        var plan = PlanOf(1);
        await using var cohort = await Start(_home, Faces(plan));
        await cohort.Ask<ScheduleChanged>(new KeepSchedule
        {
            Name = "class",
            PlanJson = plan.ToCanonicalJson(),
            Recurrence = "1s",
            MinimumFeedback = Students * SamplesEach,
            Tolerance = 0.99,
        });

        var first = (await Until(ledger => ledger.Releases().Count == 1 ? ledger.Releases() : null))[0];
        var waiting = await Until(ledger => ledger.Schedules()[0] is { Run: null, Note: { } note }
            && note.Contains("It waits for feedback: 0 of 24 samples", StringComparison.Ordinal) ? note : null);
        waiting.ShouldContain("that the last run did not have");

        await cohort.AddDevice([new ResidentFaces("zoe", 77, 0, 24)], DeviceSecret.Create(), "second-device");

        var second = (await Until(ledger => ledger.Releases().Count == 2 ? ledger.Releases() : null))[1];
        using var reader = SqliteLedger.OpenToRead(_home);
        reader.Run(first.Run!)!.Roster!.Residents.Count.ShouldBe(Students);
        reader.Run(second.Run!)!.Roster!.Residents.Count.ShouldBe(Students + 1);
        reader.Run(second.Run!)!.StartedFrom.ShouldBe(first.Model);
    }

    private async Task<T> Until<T>(Func<SqliteLedger, T?> wanted)
        where T : class
    {
        var begun = TimeProvider.System.GetTimestamp();
        while (true)
        {
            using (var ledger = SqliteLedger.OpenToRead(_home))
            {
                if (wanted(ledger) is { } found)
                {
                    return found;
                }

                TimeProvider.System.GetElapsedTime(begun).ShouldBeLessThan(
                    Patience, string.Join("; ", ledger.Schedules().Select(schedule => $"{schedule}")) + string.Join("; ", ledger.Releases()));
            }

            await Task.Delay(50);
        }
    }
}
