using Cohort.Model.Data;
using Cohort.Model.Networks;
using Cohort.Model.Plans;
using Cohort.Model.Training;
using Cohort.Seed.Ledger;

namespace Cohort.Pbm.Commands;

/// <summary>A model, the plan that trained it, and its students.</summary>
internal sealed record TrainedModel(NamedModel Model, NetworkSpec Network, Plan Plan, Population Population)
{
    /// <param name="named">First digits of a hash, or a file.</param>
    /// <param name="planFile">The plan; null for that of the run that made the model.</param>
    /// <param name="given">The data; null for where that run, or the plan, says it lies.</param>
    /// <param name="home">Models and ledger.</param>
    /// <param name="runId">The run; null for the newest that made the model. Not with a plan.</param>
    /// <exception cref="CommandException">
    /// No run is known to have made the model, the model is of another network than the plan, or the data is not what it takes.
    /// </exception>
    public static TrainedModel Open(string named, string? planFile, string? given, Home home, string? runId = null)
    {
        var model = NamedModel.Open(named, home);
        var network = model.Network();
        var run = planFile is null ? RunOf(model, runId, home) : null;
        var plan = run is null ? Plan.Read(planFile!) : PlanOf(run);
        if (plan.IsResident)
        {
            throw new CommandException(
                $"Resident students have trained the model {model.Hash.Short}, and their samples lie on their own devices; what is tried on students'"
                + " samples can only be tried there.");
        }

        if (!string.Equals(plan.Network, network.Name, StringComparison.Ordinal))
        {
            throw new CommandException(
                $"The model {model.Hash.Short} is a {network.Name}, and the plan {plan.Name} trains a {plan.Network}; give the --plan that it was "
                + "trained with.");
        }

        var data = PlannedData.Load(plan, DataLocation.Resolve(given ?? run?.DataPath, home)).Data;
        if (model.Encoding.InputOf(data.Shape) != network.Input || !data.Classes.SequenceEqual(model.File.Classes, StringComparer.Ordinal))
        {
            throw new CommandException(
                $"The model takes {model.File.Samples.Describe()} and knows {string.Join(", ", model.File.Classes)}; "
                + $"{data.Name} has {data.Shape.Describe()} and {string.Join(", ", data.Classes)}. Give the --plan and the --data that "
                + "it was trained with.");
        }

        if (run is not null && !string.Equals(data.Digest, run.DataDigest, StringComparison.Ordinal))
        {
            throw new CommandException(
                $"The data {data.Name} holds other samples than run {run.Id} was trained on; give with --data where those lie.");
        }

        return new(model, network, plan, Population.Create(plan, data)) { Run = run };
    }

    public DataSet Data => Population.Data;

    /// <summary>True if its students have models of their own by the algorithm that trained it.</summary>
    public bool HasOwnModels => Plan.Training.Algorithm.Kind.OwnModel(Model.File.Parameters, null) is not null;

    /// <summary>The run that says which plan it is; null where a plan was given.</summary>
    public RunRecord? Run { get; private init; }

    /// <summary>
    /// Refuses a plan by which students would hold, or keep, other samples than when the model was trained, where the ledger knows better.
    /// </summary>
    /// <exception cref="CommandException">It does.</exception>
    public void RequireSamplesOfItsRun(Home home)
    {
        if (KnownRun(home) is { } run && PlanOf(run) is var trained
            && (trained.Seed != Plan.Seed || trained.Students != Plan.Students || trained.Data with { Path = null } != Plan.Data with { Path = null }))
        {
            throw new CommandException(
                $"Model {Model.Hash.Short} was trained by run {run.Id}, whose plan says otherwise than {Plan.Name} who holds which samples (seed, data or "
                + "students): what is held out by one plan may have been trained on by the other. Leave --plan out, or train a model by it.");
        }
    }

    private RunRecord? KnownRun(Home home)
    {
        try
        {
            using var ledger = home.ReadLedger();
            return ModelRuns.RunOf(Model.Hash, ledger);
        }
        catch (LedgerException)
        {
            return null; // a model file may come from elsewhere, and then no ledger is needed
        }
    }

    private static RunRecord RunOf(NamedModel model, string? id, Home home)
    {
        using var ledger = home.ReadLedger();
        if (id is null)
        {
            return ModelRuns.RunOf(model.Hash, ledger) ?? throw new CommandException(
                $"No run in the ledger made model {model.Hash.Short}, so neither its plan nor its data is known; give --plan PLAN and, "
                + "where the plan does not say it, --data PATH.");
        }

        var run = ModelRuns.Named(id, ledger);
        return ModelRuns.Made(run, model.Hash, ledger)
            ? run
            : throw new CommandException($"Run {id} did not make model {model.Hash.Short}; pbm model list --run {id} shows its models.");
    }

    private static Plan PlanOf(RunRecord run) => Plan.Parse(run.PlanJson, $"the plan of run {run.Id} in the ledger");
}
