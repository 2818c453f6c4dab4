using System.CommandLine;
using System.Text.RegularExpressions;
using Cohort.Model.Data;
using Cohort.Model.Files;
using Cohort.Pbm.Printing;

namespace Cohort.Pbm.Commands;

/// <summary><c>pbm data import</c>: checks a data set, and keeps it as one file that later runs read at once.</summary>
internal static partial class DataImportCommand
{
    public static Command Create()
    {
        var path = new Argument<string>("PATH")
        {
            Description = "A FER2013 .csv or .csv.gz, a folder of idx files, a folder of pictures by class, or texts (.csv, .txt, .tsv, or a folder of them).",
        };
        var name = new Option<string?>("--name")
        {
            Description = "The name it is called by afterwards: letters, digits, - and _. "
                + "Default: the name of the file or folder.",
            HelpName = "NAME",
        };
        var ownClasses = new Option<bool>("--own-classes")
        {
            Description = "Keep GoEmotions' 28 emotions, instead of taking them to the seven that pictures have.",
        };
        var add = new Option<string[]>("--add")
        {
            Description = "A folder of further training pictures, such as pbm data synth makes; may be given several times. "
                + "The test half stays as it is.",
            HelpName = "FOLDER",
        };
        var force = new Option<bool>("--force") { Description = "Replace an imported set of this name." };
        var home = CommonOptions.Home();
        var json = CommonOptions.Json();
        var command = new CommandWithExamples(
            "import",
            "Read a data set, check all of it, and keep it as one file; afterwards its name serves as --data.",
            "pbm data import fer2013.csv.gz --name fer",
            "pbm data import fer2013.csv.gz --add more-disgust --name fer-balanced",
            "pbm data import messages/ --name messages",
            "pbm run plans/fer.json --data fer")
        {
            path, add, name, ownClasses, force, home, json,
        };
        command.SetAction(parsed => Import(
            parsed.GetValue(path)!,
            parsed.GetValue(add) ?? [],
            parsed.GetValue(name),
            parsed.GetValue(ownClasses),
            parsed.GetValue(force),
            new Home(parsed.GetValue(home)),
            parsed.GetValue(json)));
        return command;
    }

    private static void Import(string path, string[] added, string? wanted, bool ownClasses, bool force, Home home, bool json)
    {
        // A name that cannot be used is told before a long reading, not after it.
        var target = wanted is null ? null : Place(wanted, force, home);
        var data = added.Aggregate(
            DataSets.Load(added.Length == 0 ? path : DataLocation.Resolve(path, home)!, ownClasses: ownClasses),
            (sofar, folder) => TrainingAddition.Join(sofar, ImageFolder.ReadTraining(folder), folder));
        var name = wanted ?? (added.Length == 0 ? data.Name : data.Name + "-more");
        data = added.Length == 0 ? data : data with { Name = name };
        target ??= Place(name, force, home);

        home.CreateDataFolder();
        SampleFile.Write(target, data);
        if (json)
        {
            Page.PrintJson(ImportedSet.Of(name, target, data), PbmJson.Default.ImportedSet);
            return;
        }

        Page.Print(DataSentences.Of(data, duplicates: null));
        Page.Print($"Imported as {name} ({Figures.Bytes(new FileInfo(target).Length)}). Use it: pbm run PLAN --data {name}");
    }

    private static string Place(string name, bool force, Home home)
    {
        if (!Names().IsMatch(name))
        {
            throw new CommandException($"'{name}' cannot be a set's name; give one of letters, digits, - and _ with --name.");
        }

        var target = DataLocation.OfName(name, home);
        return force || !File.Exists(target)
            ? target
            : throw new CommandException(
                $"A set called {name} is imported already ({target}); give another --name, or --force to replace it.");
    }

    [GeneratedRegex("^[A-Za-z0-9][A-Za-z0-9_-]*$", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Names();
}

/// <summary>An imported data set.</summary>
/// <param name="Name">What <c>--data</c> calls it.</param>
/// <param name="Path">Its file.</param>
/// <param name="Bytes">The file's size.</param>
/// <param name="Synthetic">Generated as a whole rather than recorded.</param>
/// <param name="SyntheticTraining">Training samples that a generator drew.</param>
/// <param name="DerivedTraining">Training samples that were changed from recorded ones.</param>
/// <param name="Kind">What a sample is: picture or text.</param>
/// <param name="Shape">Of pictures channels x height x width in pixels; of texts how long they may be.</param>
/// <param name="Train">Training samples.</param>
/// <param name="Test">Test samples.</param>
/// <param name="Classes">Class names, in the order of the labels.</param>
internal sealed record ImportedSet(
    string Name,
    string Path,
    long Bytes,
    bool Synthetic,
    int SyntheticTraining,
    int DerivedTraining,
    string Kind,
    string Shape,
    int Train,
    int Test,
    IReadOnlyList<string> Classes)
{
    public static ImportedSet Of(string name, string path, DataSet data)
        => new(
            name,
            path,
            new FileInfo(path).Length,
            data.IsSynthetic,
            data.Made.Synthetic,
            data.Made.Derived,
            data.Shape.Kind,
            data.Shape.ToString(),
            data.Train.Count,
            data.Test.Count,
            data.Classes);
}
