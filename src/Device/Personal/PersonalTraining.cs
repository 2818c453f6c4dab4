using Cohort.Device.Recognition;
using Cohort.Device.Store;
using Cohort.Federation;
using Cohort.Model.Data;
using Cohort.Model.Files;
using Cohort.Model.Plans;
using Cohort.Model.Training;
using Cohort.Model.Training.Personal;

namespace Cohort.Device.Personal;

/// <summary>Trains a student's own model on its feedback, on its device, and compares it with the global one.</summary>
public static class PersonalTraining
{
    /// <param name="store">Has the current global model.</param>
    /// <param name="snapshot">Of this student.</param>
    /// <param name="kind">Pictures or texts.</param>
    /// <param name="plan">Optimiser, batch size and augmentation; its seed keys all randomness.</param>
    /// <param name="method">How.</param>
    /// <returns>The own model, and how it does.</returns>
    /// <exception cref="DeviceException">There is no model, or too little feedback to train on or to judge by.</exception>
    /// <exception cref="TrainingException">It cannot be trained.</exception>
    public static (ModelFile Model, Comparison Comparison) Train(
        StudentStore store, Snapshot snapshot, SampleKind kind, Plan plan, Choice<IPersonalisation> method)
    {
        var current = store.CurrentModel(kind) ?? throw new DeviceException($"{store.Student} has no model for {StudentStore.Word(kind)}s yet; pbm student update fetches one.");
        var global = store.LoadModel(current.Hash);
        using var recogniser = Recogniser.Open(global);
        var trained = store.Samples(snapshot, heldOut: false, global);
        var heldOut = store.Samples(snapshot, heldOut: true, global);
        if (trained.Count == 0 || heldOut.Count == 0)
        {
            throw new DeviceException($"{store.Student} has answered {trained.Count + heldOut.Count} {StudentStore.Word(kind)}s that the model knows, of which {heldOut.Count} "
                + $"are kept to judge by; an own model needs at least 1 to train on and 1 to judge by. About one in {1 / Feedback.HeldOutShare:F0} is kept: answer more.");
        }

        // One student, who has everything.
        var alone = plan with
        {
            Network = global.Network,
            Students = new() { Count = 1, Partition = PartitionKind.Iid },
            Data = plan.Data with { Mean = global.PixelMean, Deviation = global.PixelDeviation, Text = global.Text ?? plan.Data.Text },
        };
        var population = Population.Create(alone, new DataSet(store.Student.ToString(), trained, heldOut, IsSynthetic: false));
        using var trainer = new LocalTrainer(recogniser.Network, "cpu");
        var own = method.Kind.Personalise(new OwnTraining(trainer, population, alone, recogniser.Encoding, student: 0, global.Round), global.Parameters, method.Settings);
        using var evaluator = new Evaluator(recogniser.Network, heldOut, recogniser.Encoding, "cpu", threads: 1);
        var ofGlobal = evaluator.Judge(global.Parameters).Predictions;
        var ofOwn = evaluator.Judge(own).Predictions;
        var right = Enumerable.Range(0, heldOut.Count)
            .Select(i => (Global: ofGlobal.Predicted[i] == heldOut.LabelOf(i), Own: ofOwn.Predicted[i] == heldOut.LabelOf(i))).ToList();
        return (
            global with { Parameters = own, Parent = current.Hash, ServerState = null, Control = null },
            new(
                trained.Count,
                heldOut.Count,
                right.Count(each => each.Global),
                right.Count(each => each.Own),
                right.Count(each => each is { Global: true, Own: false }),
                right.Count(each => each is { Global: false, Own: true })));
    }
}
