using Cohort.Model.Files;
using Cohort.Model.Plans;
using Cohort.Model.Training;
using Cohort.Seed.Ledger;

namespace Cohort.Seed.Schedules;

/// <summary>What came out of a run: its model beside the one that students have.</summary>
internal sealed partial class RunScheduler
{
    private void Judge(Schedule schedule, RunRecord run)
    {
        _judged = schedule;
        var (archive, data, options, current) = (_archive, _data, _options, LineOf(schedule).Current ?? schedule.StartedFrom);
        Task.Run(() => VerdictOn(run, current, schedule, archive, data, options)).PipeTo(
            Self, failure: problem => new Verdict(run, null, current, false, $"It could not be judged: {problem.Message}"));
    }

    private static Verdict VerdictOn(
        RunRecord run, ModelHash? current, Schedule schedule, IArchive archive, PlannedPopulations data, SeedOptions options)
    {
        using var open = archive.OpenToRead();
        var plan = Plan.Parse(run.PlanJson, $"run {run.Id}");
        var test = data.DataOf(plan, run.DataPath).Test;
        var candidate = open.Ledger.LastRound(run.Id)?.Model ?? run.InitialModel;
        using var evaluator = new Evaluator(
            Population.NetworkOf(plan, test), test, Population.EncodingOf(plan, test.Shape), options.Device, options.EvaluationThreads);
        var metrics = evaluator.Evaluate(open.Models.Load(candidate).Parameters);
        var before = current is { } hash ? evaluator.Evaluate(open.Models.Load(hash).Parameters) : null;
        var (passes, reason) = ReleaseGate.Judge(metrics, before, test.Count, schedule.Tolerance);
        return new(run, candidate, current, passes, reason)
        {
            Accuracy = metrics.Accuracy,
            AccuracyBefore = before?.Accuracy,
            Samples = test.Count,
        };
    }

    private void Decide(Verdict verdict)
    {
        var judged = _judged;
        _judged = null;
        if (judged is null || Find(judged.Name) is not { } schedule)
        {
            return; // removed meanwhile
        }

        if (verdict.Model is not { } model)
        {
            Note(schedule with { Run = null }, verdict.Reason);
            return;
        }

        var line = LineOf(schedule);
        var first = line.Current is null;
        if (verdict.Run.StartedFrom is { } start && !first && !line.WasReleased(start))
        {
            verdict = verdict with { Passes = false, Reason = $"It began with model {start.Short}, which somebody has gone back from meanwhile." };
        }

        var outcome = !verdict.Passes ? ReleaseOutcome.Rejected
            : schedule.CanaryShare > 0 && !first ? ReleaseOutcome.Canary
            : ReleaseOutcome.Released;
        Append(schedule, outcome, model, verdict.Current, verdict.Reason, release => release with
        {
            Run = verdict.Run.Id,
            Share = outcome switch { ReleaseOutcome.Canary => schedule.CanaryShare, ReleaseOutcome.Rejected => 0, _ => 1 },
            Accuracy = verdict.Accuracy,
            AccuracyBefore = verdict.AccuracyBefore,
            Samples = verdict.Samples,
        });
        Note(schedule with { Run = null }, $"Run {verdict.Run.Id}: {verdict.Reason}");
    }

    private void Append(
        Schedule schedule, ReleaseOutcome outcome, ModelHash model, ModelHash? before, string reason, Func<Release, Release>? with = null)
    {
        var release = new Release { Schedule = schedule.Name, Outcome = outcome, Model = model, Before = before, Reason = reason };
        _ledger.Append(with?.Invoke(release) ?? release);
        _log.Info("Schedule {0}: {1} {2}. {3}", schedule.Name, outcome, model.Short, reason);
    }

    /// <summary>What comparing a run's model with the one that students have gave; no model where it could not be compared.</summary>
    private sealed record Verdict(RunRecord Run, ModelHash? Model, ModelHash? Current, bool Passes, string Reason)
    {
        public double? Accuracy { get; init; }
        public double? AccuracyBefore { get; init; }
        public long Samples { get; init; }
    }
}
