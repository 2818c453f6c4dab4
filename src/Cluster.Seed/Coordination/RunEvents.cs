using Cohort.Model.Evaluation;
using Cohort.Model.Files;
using Cohort.Model.Plans;
using Cohort.Model.Training;

namespace Cohort.Seed.Coordination;

/// <summary>
/// To the coordinator: train this plan on these students, or continue where an interrupted run of the same stopped.
/// </summary>
/// <param name="Plan">What to train.</param>
/// <param name="Population">Who has which samples.</param>
/// <param name="DataPath">Where the data came from, for the ledger; null for generated data.</param>
/// <param name="Fresh">Start anew even if an interrupted run could be continued.</param>
/// <param name="From">An earlier model to begin with; null for the plan's own first one.</param>
public sealed record StartRun(Plan Plan, Population Population, string? DataPath, bool Fresh = false, ModelHash? From = null);

/// <summary>To the coordinator: stop after the round that is under way; the run can be continued later.</summary>
public sealed record StopRun;

/// <summary>What the coordinator tells the event stream while it works, in this order.</summary>
public abstract record RunEvent;

/// <summary>A run begins, or goes on after <paramref name="RoundsDone"/> rounds.</summary>
public sealed record RunStarted(string Run, Plan Plan, int RoundsDone, ModelHash Model) : RunEvent
{
    public bool Continues => RoundsDone > 0;
}

/// <summary>The students have been put into groups.</summary>
/// <param name="GroupOf">Each student's group.</param>
/// <param name="MeanKl">Mean KL divergence of a group's labels from the population's, in nats.</param>
/// <param name="WorstKl">The worst group's.</param>
public sealed record GroupsFormed(IReadOnlyList<int> GroupOf, double MeanKl, double WorstKl) : RunEvent;

/// <summary>A round begins: how many students are asked in each group that takes part.</summary>
public sealed record RoundStarted(int Round, int Attempt, IReadOnlyDictionary<int, int> AskedByGroup) : RunEvent;

/// <summary>A round is on disk.</summary>
public sealed record RoundFinished(RoundReport Report) : RunEvent;

/// <summary>The run is over and on disk.</summary>
/// <param name="Run">Its id.</param>
/// <param name="Model">The last model.</param>
/// <param name="Rounds">How many rounds were trained in all.</param>
/// <param name="Metrics">The last model on the test samples.</param>
/// <param name="Stopped">True if it was asked to stop before its plan was fulfilled.</param>
/// <param name="Epsilon">Privacy that it has spent; null where nothing bounds it.</param>
public sealed record RunFinished(
    string Run, ModelHash Model, int Rounds, Metrics Metrics, bool Stopped, double? Epsilon = null) : RunEvent;

/// <summary>The run cannot go on; what is finished stays on disk.</summary>
/// <param name="Run">Its id; empty if it never began.</param>
/// <param name="Reason">A sentence for people.</param>
/// <param name="Cause">The fault of a file, a disk or the data; null where the students' answers were too few.</param>
public sealed record RunFailed(string Run, string Reason, Exception? Cause = null) : RunEvent;

/// <summary>One finished round, for people.</summary>
/// <param name="Round">1-based.</param>
/// <param name="Model">The model it made.</param>
/// <param name="Participants">Students whose updates are in it.</param>
/// <param name="Failed">Students that reported a failure, with the reason.</param>
/// <param name="Missing">Students that were asked and stayed silent.</param>
/// <param name="TrainLoss">Mean of the participants' training losses, in nats; null where the plan protects records or updates.</param>
/// <param name="Samples">Sample passes.</param>
/// <param name="Train">Slot time spent in training.</param>
/// <param name="Evaluation">Time spent on evaluating.</param>
/// <param name="Wall">From asking the leaders to the averaged and evaluated model.</param>
/// <param name="Metrics">Null in rounds that are not evaluated.</param>
/// <param name="UpdateBytes">Of the participants' updates, as their students sent them.</param>
public sealed record RoundReport(
    int Round,
    ModelHash Model,
    IReadOnlyList<int> Participants,
    IReadOnlyDictionary<int, string> Failed,
    IReadOnlyList<int> Missing,
    double? TrainLoss,
    long Samples,
    TimeSpan Train,
    TimeSpan Evaluation,
    TimeSpan Wall,
    Metrics? Metrics,
    long UpdateBytes);
