using Cohort.Model.Evaluation;
using Cohort.Model.Files;

namespace Cohort.Seed.Ledger;

/// <summary>A student whose training failed, and why.</summary>
public sealed record StudentFailure(int Student, string Reason);

/// <summary>What one group gave to a round.</summary>
/// <param name="Group">Its number.</param>
/// <param name="Weight">Its weight in the average: samples trained on.</param>
/// <param name="Participants">Students of it who took part.</param>
public sealed record GroupShare(int Group, double Weight, int Participants);

/// <summary>One finished round: enough to replay it, to continue after it, and to plot it.</summary>
public sealed record RoundRecord
{
    public required string Run { get; init; }

    /// <summary>Counted from 1.</summary>
    public required int Round { get; init; }

    /// <summary>The model that the round made.</summary>
    public required ModelHash Model { get; init; }

    /// <summary>The model that it started from.</summary>
    public required ModelHash Parent { get; init; }

    /// <summary>Students whose updates are in the model, each once; read back in ascending order.</summary>
    public required IReadOnlyList<int> Participants { get; init; }

    public IReadOnlyList<StudentFailure> Failed { get; init; } = [];

    /// <summary>Students who were asked and did not answer before the deadline.</summary>
    public IReadOnlyList<int> Missing { get; init; } = [];

    public IReadOnlyList<GroupShare> Groups { get; init; } = [];

    /// <summary>Privacy that this run has spent up to this round; null where its plan has no mechanism that bounds it.</summary>
    public double? Epsilon { get; init; }

    /// <summary>The bound that the next round's updates are clipped to; null where the plan's does not move.</summary>
    public double? NextClip { get; init; }

    /// <summary>Mean of the participants' training losses, in nats; null where the plan protects updates or records.</summary>
    public double? TrainLoss { get; init; }

    /// <summary>Mean test loss; null where the round was not evaluated, like the three below.</summary>
    public double? Loss { get; init; }

    public double? Accuracy { get; init; }
    public double? MacroF1 { get; init; }
    public ConfusionMatrix? Confusion { get; init; }

    /// <summary>Time spent in training, added up over all slots.</summary>
    public TimeSpan Training { get; init; }

    /// <summary>Time from the round's first message to its last.</summary>
    public TimeSpan Wall { get; init; }

    /// <summary>When it was put into the ledger; the ledger says.</summary>
    public DateTimeOffset Created { get; init; }
}
