using Cohort.Federation;
using Cohort.Model.Networks;
using Cohort.Model.Plans;

namespace Cohort.Model.Training.Personal;

/// <summary>
/// What one student trains for itself, on the samples it trains on in rounds too. Its randomness has a key that no round has. Not for
/// two threads at once.
/// </summary>
public sealed class OwnTraining
{
    private readonly LocalTrainer _trainer;
    private readonly Population _population;
    private readonly IInputEncoding _encoding;
    private readonly NetworkSpec _network;
    private readonly ulong _seed;
    private readonly int _round;
    private int _trainings;

    /// <param name="trainer">Its network is used, one student at a time.</param>
    /// <param name="population">The students and their samples.</param>
    /// <param name="plan">Optimiser, batch size and augmentation; its seed keys all randomness.</param>
    /// <param name="encoding">From bytes to the network's input.</param>
    /// <param name="student">The student's index.</param>
    /// <param name="round">The round that made the global model.</param>
    public OwnTraining(LocalTrainer trainer, Population population, Plan plan, IInputEncoding encoding, int student, int round)
    {
        ArgumentNullException.ThrowIfNull(population);
        ArgumentNullException.ThrowIfNull(plan);
        (_trainer, _population, _encoding, _seed, _round) = (trainer, population, encoding, (ulong)plan.Seed, round);
        _network = population.NetworkOf(plan);
        Student = student;
        Plan = plan.Training with
        {
            Algorithm = new TrainingPlan().Algorithm,
            LearningRateDecay = 1,
            Schedule = RateSchedule.Constant,
            WarmUpRounds = 0,
            LabelCalibration = false,
            Balance = BalanceKind.None,
            BalanceBy = null,
            RecordPrivacy = new(),
        };
    }

    public int Student { get; }

    /// <summary>
    /// The plan's local training as it is where nothing is averaged: plain, without the decay or schedule of many rounds; without label calibration,
    /// which takes from a model what it knows of its student's labels; without balance, which is about all students; and without DP-SGD, as nothing leaves the student.
    /// </summary>
    public TrainingPlan Plan { get; }

    /// <summary><see cref="Plan"/> with the epochs and the learning rate that were given for personal models.</summary>
    public TrainingPlan PlanOf(Settings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        return Plan with
        {
            Epochs = (int)settings[IPersonalisation.Epochs],
            LearningRate = settings[IPersonalisation.LearningRate],
        };
    }

    /// <summary>float32 [parameters]: the plan's first model, from which its round 1 starts.</summary>
    public float[] Untrained() => InitialModel.Create(_network, _seed).Parameters;

    /// <summary>Trains on the student's samples.</summary>
    /// <param name="training">How.</param>
    /// <param name="from">float32 [parameters]: where it starts.</param>
    /// <returns>float32 [parameters]: what comes out.</returns>
    /// <exception cref="TrainingException">The student has no samples, or its loss is not finite.</exception>
    public float[] Train(TrainingPlan training, ReadOnlySpan<float> from)
    {
        var trained = new float[_trainer.Length];
        var turn = new TrainingTurn(_seed, _round, IntraRound: -_trainings++, Student);
        _trainer.Train(from, _population, training, _encoding, turn, trained);
        for (var i = 0; i < trained.Length; i++)
        {
            trained[i] += from[i];
        }

        return trained;
    }
}
