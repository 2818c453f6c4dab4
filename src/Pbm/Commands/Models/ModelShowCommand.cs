using System.CommandLine;
using System.Globalization;
using Cohort.Model.Files;
using Cohort.Model.Training;
using Cohort.Pbm.Printing;

namespace Cohort.Pbm.Commands;

/// <summary><c>pbm model show</c>: what a model file says about itself.</summary>
internal static class ModelShowCommand
{
    public static Argument<string> Named()
        => new("MODEL") { Description = "The first digits of a model's hash, or a model file." };

    public static Command Create()
    {
        var model = Named();
        var home = CommonOptions.Home();
        var cluster = new ClusterOptions();
        var json = CommonOptions.Json();
        var command = new CommandWithExamples(
            "show",
            "Show a model: its network, classes, parent, privacy, and its tensors with their shapes.",
            "pbm model show 3f9a1c",
            "pbm model show models/best.safetensors --json",
            "pbm model show 3f9a1c --cluster http://127.0.0.1:8080")
        {
            model, home, cluster.Url, cluster.TokenFile, json,
        };
        command.Details = "A cluster tells less than a file: pbm model get fetches the file.";
        command.SetAction(async (parsed, stop) =>
        {
            var named = parsed.GetValue(model)!;
            if (!NamedModel.IsFile(named) && cluster.Asked(parsed, home))
            {
                using var seed = cluster.Open(parsed);
                await ClusterModels.Show(seed, named, parsed.GetValue(json), stop);
            }
            else
            {
                Show(NamedModel.Open(named, new Home(parsed.GetValue(home))), parsed.GetValue(json));
            }
        });
        return command;
    }

    private static void Show(NamedModel model, bool json)
    {
        var (file, bytes) = (model.File, new FileInfo(model.Path).Length);
        if (json)
        {
            Page.PrintJson(
                new ShownModel(
                    model.Hash.ToString(),
                    model.Path,
                    bytes,
                    file.Network,
                    file.Classes,
                    file.Text is null ? file.Picture.ToString() : null,
                    file.Text is null ? file.PixelMean : null,
                    file.Text is null ? file.PixelDeviation : null,
                    file.Text,
                    file.Plan,
                    file.Round,
                    file.Parent?.ToString(),
                    file.Epsilon,
                    file.Parameters.Length,
                    [.. file.Tensors.Select(tensor => new ShownTensor(tensor.Name, tensor.Shape))]),
                PbmJson.Default.ShownModel);
            return;
        }

        Page.Print($"Model {model.Hash}");
        Page.Print(Facts(file, bytes));
        var tensors = Tables.New().Name("tensor", "shape").Number("parameters");
        foreach (var tensor in file.Tensors)
        {
            tensors.Row(tensor.Name, string.Join(" x ", tensor.Shape), Figures.Count(tensor.Length));
        }

        Page.Print(tensors);
    }

    private static Spectre.Console.Table Facts(ModelFile file, long bytes)
        => Tables.Facts()
            .Row("network", file.Network)
            .Row("parameters", $"{Figures.Count(file.Parameters.Length)} in {Figures.Count(file.Tensors.Count, "tensor")}")
            .Row("classes", string.Join(", ", file.Classes))
            .Row($"{file.Samples.Kind}s", file.Text is { } text ? Tokens(text) : string.Create(
                CultureInfo.InvariantCulture, $"{file.Picture}, (pixel / 255 - {file.PixelMean}) / {file.PixelDeviation}"))
            .Row("plan", file.Plan)
            .Row(file.IsCentral ? "epochs, in one place" : "round", file.Round == 0 ? "0 (untrained)" : Figures.Count(file.Round))
            .Row("parent", file.Parent?.Short ?? "none")
            .Row("epsilon", file.Epsilon)
            .Row("size", Figures.Bytes(bytes));

    private static string Tokens(TextEncoding text)
        => $"{Figures.Count(text.MostTokens)} tokens in {Figures.Count(text.Buckets)} buckets; 1-{text.WordGrams} words"
            + (text.LeastCharacters == 0 ? "" : $", {text.LeastCharacters}-{text.MostCharacters} letters");
}

/// <summary>What <c>pbm model show --json</c> prints.</summary>
internal sealed record ShownModel(
    string Model,
    string Path,
    long Bytes,
    string Network,
    IReadOnlyList<string> Classes,
    string? Picture,
    double? PixelMean,
    double? PixelDeviation,
    TextEncoding? Text,
    string Plan,
    int Round,
    string? Parent,
    string Epsilon,
    int Parameters,
    IReadOnlyList<ShownTensor> Tensors);

/// <summary>One tensor of a model.</summary>
internal sealed record ShownTensor(string Name, IReadOnlyList<int> Shape);
