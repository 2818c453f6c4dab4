using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Cohort.Model.Data;
using Cohort.Model.Files;
using Cohort.Model.Networks;
using Cohort.Pbm.Printing;

namespace Cohort.Pbm.Commands;

/// <summary><c>pbm model import</c>: another program's checkpoint as a model of the home.</summary>
internal static class ModelImportCommand
{
    public static Command Create()
    {
        var file = new Argument<string>("FILE") { Description = "A safetensors file of F32, F16, BF16 or F64 tensors." };
        var network = new Option<string>("--network") { Description = "Whose parameters they are: a network for pictures that plans can name.", Required = true, HelpName = "NAME" };
        network.AcceptOnlyFromAmong([.. NetworkCatalogue.Names.Where(name => NetworkCatalogue.Takes(name, ImageShape.Face))]);
        var classes = new Option<string?>("--classes")
        {
            Description = $"Names of its outputs, in order, with commas. Default: {string.Join(',', EmotionClasses.Fer2013)}.",
            HelpName = "A,B,...",
        };
        var picture = new Option<string?>("--picture") { Description = "Pictures that it takes: channels, height, width. Default: 1x48x48.", HelpName = "CxHxW" };
        var mean = new Option<double>("--data-mean") { Description = "Pixels reach it as (pixel / 255 - mean) / deviation.", DefaultValueFactory = _ => 0.5 };
        var deviation = new Option<double>("--data-deviation") { Description = "See --data-mean.", DefaultValueFactory = _ => 0.5 };
        var map = new Option<string?>("--map")
        {
            Description = "JSON that says the file's name for each of the network's tensors that is named otherwise: { \"conv1.weight\": \"features.0.weight\" }.",
            HelpName = "FILE",
        };
        var home = CommonOptions.Home();
        var json = CommonOptions.Json();
        var command = new CommandWithExamples(
            "import",
            "Take another program's safetensors checkpoint as a model of a network of ours.",
            "pbm model import fer.safetensors --network cnn4",
            "pbm model import mnist.safetensors --network 2nn --picture 1x28x28 --classes 0,1,2,3,4,5,6,7,8,9 --map names.json")
        {
            file, network, classes, picture, mean, deviation, map, home, json,
        };
        command.Details = "Names and shapes must be those of the network; where names differ, tensors are told by their shapes if no shape occurs twice, "
            + "else by --map. What privacy its training kept is not known, and the model says so.";
        command.SetAction(parsed =>
        {
            var spec = new NetworkSpec(
                parsed.GetValue(network)!, Picture(parsed.GetValue(picture)), Classes(parsed.GetValue(classes)).Length);
            if (!(parsed.GetValue(deviation) > 0) || !double.IsFinite(parsed.GetValue(deviation)) || !double.IsFinite(parsed.GetValue(mean)))
            {
                throw new CommandException("--data-mean and --data-deviation are numbers, and the deviation is above 0.");
            }

            var path = parsed.GetValue(file)!;
            var layout = Layout(spec);
            var model = new ModelFile
            {
                Network = spec.Name,
                Classes = Classes(parsed.GetValue(classes)),
                Tensors = layout,
                Parameters = ForeignCheckpoint.Read(path, layout, Names(parsed.GetValue(map))),
                Picture = (ImageShape)spec.Input,
                PixelMean = parsed.GetValue(mean),
                PixelDeviation = parsed.GetValue(deviation),
            };
            var store = new Home(parsed.GetValue(home)).OpenModels();
            var hash = store.Save(model);
            if (parsed.GetValue(json))
            {
                Page.PrintJson(new ImportedModel(hash.ToString(), store.PathOf(hash), spec.Name, model.Parameters.Length), PbmJson.Default.ImportedModel);
                return;
            }

            Page.Print($"Model {hash.Short}: {spec.Name}, {Figures.Count(model.Parameters.Length)} parameters from {Printable.Of(path)}.");
            Page.Print($"Measure it: pbm model eval {hash.Short} --data DATA");
        });
        return command;
    }

    private static IReadOnlyList<TensorLayout> Layout(NetworkSpec spec)
    {
        try
        {
            return spec.Layout();
        }
        catch (Exception e) when (e is ArgumentException or System.Runtime.InteropServices.ExternalException)
        {
            throw new CommandException($"A {spec.Name} cannot be made for pictures of {spec.Input}: {e.Message.TrimEnd('.')}.");
        }
    }

    private static string[] Classes(string? given)
    {
        string[] names = given is null ? [.. EmotionClasses.Fer2013] : given.Split(',', StringSplitOptions.TrimEntries);
        return names.Length is > 1 and <= byte.MaxValue && names.All(name => name.Length > 0) && names.Distinct(StringComparer.Ordinal).Count() == names.Length
            ? names
            : throw new CommandException($"--classes '{given}': expected 2 to {byte.MaxValue} different names with commas between them.");
    }

    private static ImageShape Picture(string? given)
    {
        if (given is null)
        {
            return ImageShape.Face;
        }

        var sizes = given.Split('x');
        var numbers = sizes.Select(size => int.TryParse(size, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0).ToArray();
        return numbers is [> 0 and <= 16, > 0 and <= 1024, > 0 and <= 1024]
            ? new(numbers[0], numbers[1], numbers[2])
            : throw new CommandException($"--picture '{given}': expected channels, height and width, such as 1x48x48.");
    }

    private static Dictionary<string, string> Names(string? path)
    {
        if (path is null)
        {
            return [];
        }

        try
        {
            return JsonSerializer.Deserialize(File.ReadAllBytes(path), MapJson.Default.DictionaryStringString) is { } names
                && names.Values.All(name => name is not null)
                ? new(names, StringComparer.Ordinal)
                : throw new CommandException($"{path}: expected a JSON object of names.");
        }
        catch (Exception e) when (e is JsonException or IOException or UnauthorizedAccessException)
        {
            throw new CommandException($"{path}: the map cannot be read ({e.Message.TrimEnd('.')}); expected a JSON object of names.");
        }
    }
}

/// <summary>What <c>pbm model import --json</c> prints.</summary>
internal sealed record ImportedModel(string Model, string Path, string Network, int Parameters);

/// <summary>The map of names, as it is written in a file.</summary>
[System.Text.Json.Serialization.JsonSerializable(typeof(Dictionary<string, string>))]
internal sealed partial class MapJson : System.Text.Json.Serialization.JsonSerializerContext;
