using Cohort.Model.Data;
using Cohort.Model.Evaluation;
using Cohort.Model.Plans;
using Cohort.Model.Training;

namespace Cohort.Pbm.Commands;

/// <summary>A model, and what it says of test samples.</summary>
internal sealed record JudgedModel(NamedModel Model, DataSet Data, Metrics Metrics, LabelledPredictions Predictions)
{
    /// <param name="model">The model.</param>
    /// <param name="given">A path, or an imported set's name; null for the data of the run that made the model.</param>
    /// <param name="home">Ledger and imported data.</param>
    /// <exception cref="CommandException">The data is not known, is none that the model takes, or has no test samples.</exception>
    public static JudgedModel Of(NamedModel model, string? given, Home home)
        => Of(model, given is null ? DataOfItsRun(model, home) : DataSets.Load(DataLocation.Resolve(given, home)!).WithoutDuplicates().Data);

    /// <exception cref="CommandException">The data is none that the model takes, or has no test samples.</exception>
    public static JudgedModel Of(NamedModel model, DataSet data)
    {
        var network = model.Network();
        if (model.Encoding.InputOf(data.Shape) != network.Input || !data.Classes.SequenceEqual(model.File.Classes, StringComparer.Ordinal))
        {
            throw new CommandException(
                $"The model takes {model.File.Samples.Describe()} and knows {string.Join(", ", model.File.Classes)}; "
                + $"{data.Name} has {data.Shape.Describe()} and {string.Join(", ", data.Classes)}. Give --data that fits.");
        }

        if (data.Test.Count == 0)
        {
            throw new CommandException($"{data.Name} has no test samples to measure on; give --data that has.");
        }

        using var evaluator = new Evaluator(network, data.Test, model.Encoding, "cpu", Environment.ProcessorCount);
        var (metrics, predictions) = evaluator.Judge(model.File.Parameters);
        return new(model, data, metrics, predictions);
    }

    private static DataSet DataOfItsRun(NamedModel model, Home home)
    {
        using var ledger = home.ReadLedger();
        var run = ModelRuns.RunOf(model.Hash, ledger)
            ?? throw new CommandException(
                $"No run in the ledger made model {model.Hash.Short}, so its data is not known; give --data PATH.");
        var plan = Plan.Parse(run.PlanJson, $"the plan of run {run.Id} in the ledger");
        return PlannedData.Load(plan, DataLocation.Resolve(run.DataPath, home)).Data;
    }
}
