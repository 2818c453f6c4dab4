using Cohort.Model.Data;
using Cohort.Model.Files;
using Cohort.Seed.Ledger;

namespace Cohort.Pbm;

/// <summary>The folder of the ledger, the models, imported data and audits: <c>--home</c>, COHORT_HOME, or <c>.cohort</c> here.</summary>
public sealed class Home
{
    public const string Variable = "COHORT_HOME";

    private readonly string _folder;

    public Home(string? folder)
    {
        _folder = Path.GetFullPath(folder ?? Environment.GetEnvironmentVariable(Variable) ?? ".cohort");
    }

    public string Folder => _folder;

    public string ModelFolder => Path.Combine(_folder, "models");

    public string DataFolder => Path.Combine(_folder, "data");

    /// <summary>Where the folds and results of a cross-validation are kept.</summary>
    public string KfoldFolder(string name) => Path.Combine(_folder, "kfold", name);

    /// <summary>Where a central training is put away between epochs; its folder is made if it is not there.</summary>
    public string CheckpointOf(string key)
    {
        var folder = Path.Combine(_folder, "central");
        Create(folder);
        return Path.Combine(folder, key + ModelFile.Extension);
    }

    public string AuditFolder => Path.Combine(_folder, "audits");

    /// <summary>The folder of a search for a better plan; made if it is not there.</summary>
    public string SearchOf(string key)
    {
        var folder = Path.Combine(_folder, "tune", key);
        Create(folder);
        return folder;
    }

    /// <summary>Data sets that were read once.</summary>
    public SampleCache Samples => new(Path.Combine(_folder, "cache"));

    public ILedger OpenLedger()
    {
        Create(_folder);
        return SqliteLedger.Open(_folder, TimeProvider.System);
    }

    /// <summary>The ledger as it stands, also while a run writes it; it cannot be changed through this.</summary>
    /// <exception cref="LedgerException">There is none yet, or it cannot be read.</exception>
    public ILedger ReadLedger() => SqliteLedger.OpenToRead(_folder);

    public ModelStore OpenModels()
    {
        Create(ModelFolder);
        return new ModelStore(ModelFolder);
    }

    /// <summary>The models there are; nothing is made on disk.</summary>
    /// <exception cref="CommandException">No model was ever stored here.</exception>
    public ModelStore ReadModels()
        => Directory.Exists(ModelFolder)
            ? new ModelStore(ModelFolder)
            : throw new CommandException($"{ModelFolder}: there are no models yet; pbm run makes them.");

    /// <summary>Makes the folder of imported data, if it is not there.</summary>
    public void CreateDataFolder() => Create(DataFolder);

    /// <summary>Makes the folder of audits, if it is not there.</summary>
    public void CreateAuditFolder() => Create(AuditFolder);

    private static void Create(string folder)
    {
        try
        {
            Directory.CreateDirectory(folder);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CommandException(
                $"{folder}: the folder cannot be created ({e.Message.TrimEnd('.')}); name another with --home.");
        }
    }
}
