using Cohort.Model.Data;
using Cohort.Model.Plans;
using Cohort.Model.Training;

namespace Cohort.Model.Audit;

/// <summary>
/// The training whose updates are attacked: one step of SGD on one picture, by the student's own trainer. Nothing shows more of a
/// picture: more pictures, steps, momentum or augmentation only blur it. Not for two threads at once.
/// </summary>
public sealed class AuditedStep : IDisposable
{
    /// <summary>What <see cref="UpdateOf"/> trains, in words.</summary>
    public const string Setting =
        "one step of SGD on one picture at the plan's learning rate, without augmentation, calibration or weight decay: the worst case "
        + "for the student";

    private readonly AttackerKnowledge _known;
    private readonly DataSet _data;
    private readonly LocalTrainer _trainer;
    private readonly TrainingPlan _training;

    /// <param name="known">The model before the step, and the learning rate.</param>
    /// <param name="data">Where pictures come from: the training half.</param>
    public AuditedStep(AttackerKnowledge known, DataSet data)
    {
        ArgumentNullException.ThrowIfNull(known);
        (_known, _data) = (known, data);
        _training = new TrainingPlan { LearningRate = known.LearningRate, Epochs = 1, BatchSize = 1 };
        _trainer = new LocalTrainer(known.Network, "cpu");
    }

    /// <summary>The update of a student who has this picture and no other.</summary>
    /// <param name="sample">Index in the training half.</param>
    /// <returns>float32, trained minus given parameters.</returns>
    public float[] UpdateOf(int sample)
    {
        var alone = Population.Create(
            new Plan { Network = _known.Network.Name, Students = new() { Count = 1 } },
            _data with { Train = new SampleSubset(_data.Train, [sample]) });
        var update = new float[_known.Parameters.Length];
        _trainer.Train(_known.Parameters, alone, _training, _known.Scale, new TrainingTurn(0, 1, 1, 0), update);
        return update;
    }

    public void Dispose() => _trainer.Dispose();
}
