using Cohort.Model.Data;
using Cohort.Model.Networks;
using Cohort.Model.Plans;
using Cohort.Model.Training;
using Cohort.Pbm.Commands;

namespace Cohort.Pbm.Auditing;

/// <summary>A model, the plan that trained it, and its students.</summary>
internal sealed record AuditedModel(NamedModel Model, NetworkSpec Network, Plan Plan, Population Population)
{
    /// <param name="named">First digits of a hash, or a file.</param>
    /// <param name="planFile">The plan; null for that of the run that made the model.</param>
    /// <param name="given">The data; null for where that run, or the plan, says it lies.</param>
    /// <param name="home">Models and ledger.</param>
    /// <exception cref="CommandException">No run is known to have made the model, or the data is not what it takes.</exception>
    public static AuditedModel Open(string named, string? planFile, string? given, Home home)
    {
        var model = NamedModel.Open(named, home);
        var network = model.Network();
        var (plan, path) = planFile is null ? OfItsRun(model, home) : (Plan.Read(planFile), null);
        var data = PlannedData.Load(plan, DataLocation.Resolve(given ?? path, home)).Data;
        if (data.Shape != network.Input || !data.Classes.SequenceEqual(model.File.Classes, StringComparer.Ordinal))
        {
            throw new CommandException(
                $"The model takes pictures of {network.Input} and knows {string.Join(", ", model.File.Classes)}; "
                + $"{data.Name} has pictures of {data.Shape} and {string.Join(", ", data.Classes)}. Give the --plan and the --data that "
                + "it was trained with.");
        }

        return new(model, network, plan, Population.Create(plan, data));
    }

    public DataSet Data => Population.Data;

    private static (Plan Plan, string? Data) OfItsRun(NamedModel model, Home home)
    {
        using var ledger = home.ReadLedger();
        var run = ModelRuns.RunOf(model.Hash, ledger)
            ?? throw new CommandException(
                $"No run in the ledger made model {model.Hash.Short}, so neither its plan nor its data is known; give --plan PLAN and, "
                + "where the plan does not say it, --data PATH.");
        return (Plan.Parse(run.PlanJson, $"the plan of run {run.Id} in the ledger"), run.DataPath);
    }
}
