using Cohort.Federation.SecureAggregation;
using Cohort.Messages;

namespace Cohort.Nodes;

/// <summary>Student to its node's combiner, inside one process: what one training changed, clipped and on the grid.</summary>
/// <param name="Request">What was asked.</param>
/// <param name="Quantised">int32 per parameter, in steps of the grid.</param>
/// <param name="Weight">The student's weight in the average: its samples, or 1 under privacy.</param>
/// <param name="Trained">What the training reports.</param>
/// <param name="Bytes">How long the update is as its student sends it.</param>
/// <param name="IsSingle">The leader needs it by itself.</param>
internal sealed record StudentUpdate(
    TrainStudent Request, int[] Quantised, int Weight, Model.Training.LocalTraining Trained, int Bytes, bool IsSingle = false)
{
    /// <summary>What the student remembers once this update is in a round's sum; empty where students remember nothing.</summary>
    public byte[] Memory { get; init; } = [];
}

/// <summary>
/// Student to its node's combiner, under secure aggregation: the same, masked. The plain one does not leave the
/// student.
/// </summary>
/// <param name="Request">What was asked.</param>
/// <param name="Packed">The masked values, w bits each.</param>
/// <param name="Setup">The sum's numbers.</param>
/// <param name="Trained">What the training reports.</param>
internal sealed record MaskedUpdate(TrainStudent Request, byte[] Packed, SecureSetup Setup, Model.Training.LocalTraining Trained);

/// <summary>Student to combiner: expect a report of mine, and send the sum to this leader.</summary>
internal sealed record StudentAsked(TrainStudent Request, IActorRef Leader);

/// <summary>Student to combiner: I could not train.</summary>
internal sealed record StudentFailed(TrainStudent Request, string Reason);
