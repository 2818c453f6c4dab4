using System.CommandLine;
using Cohort.Device;
using Cohort.Device.Recognition;
using Cohort.Device.Store;
using Cohort.Model.Files;
using Cohort.Seed.Ledger;

namespace Cohort.Pbm.Commands;

/// <summary>Which student of this device is meant, and which model judges.</summary>
internal sealed class StudentOptions
{
    public Option<string> Id { get; } = new("--id")
    {
        Description = "The student on this device: letters, digits, '.', '_' and '-'.",
        HelpName = "S",
        Required = true,
    };

    public Option<string?> Model { get; } = new("--model")
    {
        Description = "Use this model from now on: the first digits of a hash in the home's models, or a model file. Default: the one in use; "
            + "at first the last model of the newest finished run here.",
        HelpName = "MODEL",
    };

    public Option<string?> Home { get; } = CommonOptions.Home();

    /// <summary>Where the student's things lie.</summary>
    /// <exception cref="DeviceException">The name is none.</exception>
    public StudentFolder Folder(ParseResult parsed) => new(new Home(parsed.GetValue(Home)).Folder, StudentName.Parse(parsed.GetValue(Id)!));

    /// <summary>The model that judges; where another is named, or none is in use yet, that one is put in use first.</summary>
    /// <exception cref="DeviceException">There is none.</exception>
    public (Recogniser Recogniser, bool IsPersonal) Recogniser(ParseResult parsed, StudentStore store, SampleKind kind)
    {
        var home = new Home(parsed.GetValue(Home));
        if (parsed.GetValue(Model) is { } named)
        {
            Adopt(store, NamedModel.Open(named, home), kind);
        }
        else if (store.CurrentModel(kind) is null && NewestHere(home, kind) is { } newest)
        {
            Adopt(store, newest, kind);
        }

        var (model, isPersonal) = store.ModelInUse(kind);
        return (Device.Recognition.Recogniser.Open(model), isPersonal);
    }

    /// <summary>Puts a model of this machine in use.</summary>
    public static StoredModel Adopt(StudentStore store, NamedModel model, SampleKind? wanted = null)
    {
        if (wanted is { } kind && Device.Recognition.Recogniser.KindOf(model.File) != kind)
        {
            throw new CommandException($"Model {model.Hash.Short} takes {Word(Device.Recognition.Recogniser.KindOf(model.File))}s, and this needs one that takes {Word(kind)}s.");
        }

        return store.Adopt(File.ReadAllBytes(model.Path), model.Path, model.Hash);
    }

    public static string Word(SampleKind kind) => kind == SampleKind.Picture ? "picture" : "text";

    private static NamedModel? NewestHere(Home home, SampleKind kind)
    {
        try
        {
            using var ledger = home.ReadLedger();
            var models = home.ReadModels();
            return ledger.Runs().Reverse()
                .Where(run => run.Status == RunStatus.Finished)
                .Select(run => ledger.LastRound(run.Id)?.Model)
                .Where(model => model is { } hash && models.Contains(hash))
                .Select(model => NamedModel.Open(model!.Value, models))
                .FirstOrDefault(model => Device.Recognition.Recogniser.KindOf(model.File) == kind);
        }
        catch (Exception e) when (e is LedgerException or CommandException or ModelFileException)
        {
            return null; // then there is none here, and the store says what to do
        }
    }
}
