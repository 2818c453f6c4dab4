using Cohort.Model.Data;
using Cohort.Model.Files;
using Cohort.Model.Plans;
using Cohort.Model.Training;

namespace Cohort.Pbm.Folding;

/// <summary>All samples of a fold in one place (<see cref="CentralTraining"/>).</summary>
internal sealed class CentralFolds(Plan plan, int epochs, string device) : IFoldTraining
{
    public string Name => "central";

    public Task<ModelFile?> Train(DataSet fold, string place, CancellationToken stop)
    {
        var checkpoint = place + ModelFile.Extension;
        try
        {
            using var training = new CentralTraining(plan, CentralTraining.SamplesOf(plan, fold), epochs, device);
            training.TakeUp(checkpoint);
            while (training.Done < epochs)
            {
                if (stop.IsCancellationRequested)
                {
                    return Task.FromResult<ModelFile?>(null);
                }

                training.TrainEpoch();
                training.PutAway(checkpoint);
            }

            return Task.FromResult<ModelFile?>(training.Model);
        }
        catch (TrainingException failed)
        {
            throw new CommandException($"{fold.Name} cannot be trained in one place: {failed.Message}.", ExitCodes.Failed);
        }
    }

    public void Forget(string place) => File.Delete(place + ModelFile.Extension);
}
