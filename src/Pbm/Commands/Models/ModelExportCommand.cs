using System.CommandLine;
using System.Security.Cryptography;
using System.Text;
using Cohort.Model.Export;
using Cohort.Model.Files;
using Cohort.Pbm.Printing;

namespace Cohort.Pbm.Commands;

/// <summary><c>pbm model export</c>: a model as a file for other programs, and its card.</summary>
internal static class ModelExportCommand
{
    private const string Onnx = "onnx";
    private const string SafeTensors = "safetensors";

    public static Command Create()
    {
        var model = ModelShowCommand.Named();
        var format = new Option<string?>("--format")
        {
            Description = "onnx for any runtime, or safetensors, which pbm and the model's own tools read. Default: as --output ends, else onnx.",
            HelpName = $"{Onnx}|{SafeTensors}",
        };
        format.AcceptOnlyFromAmong(Onnx, SafeTensors);
        var output = new Option<string?>("--output")
        {
            Description = "The file to write; replaced if it exists. Default: the hash's first digits and the format, in this folder.",
            HelpName = "FILE",
        };
        var data = CommonOptions.Data();
        data.Description = "Measure the model on these test samples for the card, also by the attributes that they have, such as gender. Default: the figures that the ledger has.";
        var licence = new Option<string?>("--licence") { Description = "The model's licence, as you state it.", HelpName = "TEXT" };
        var dataLicence = new Option<string?>("--data-licence") { Description = "The training data's licence, as you state it.", HelpName = "TEXT" };
        var home = CommonOptions.Home();
        var json = CommonOptions.Json();
        var command = new CommandWithExamples(
            "export",
            "Write a model as a file for other programs, with a model card beside it.",
            "pbm model export 3f9a1c --output face.onnx",
            "pbm model export 3f9a1c --output face.safetensors --data fer --licence Apache-2.0")
        {
            model, format, output, data, licence, dataLicence, home, json,
        };
        command.Details = "The card is Markdown and stands beside the file, as FILE.card.md. An ONNX graph takes grey pixels from 0 to 255 as "
            + "'pixels', float32 [N, 1, 48, 48] (texts: token ids, 'tokens', int64), and gives 'logits' and 'probabilities'; its metadata names the classes.";
        command.SetAction(parsed =>
        {
            var place = new Home(parsed.GetValue(home));
            var path = parsed.GetValue(output);
            var wanted = parsed.GetValue(format) ?? (path?.EndsWith(ModelFile.Extension, StringComparison.OrdinalIgnoreCase) == true ? SafeTensors : Onnx);
            var opened = NamedModel.Open(parsed.GetValue(model)!, place);
            path = Path.GetFullPath(path ?? $"{opened.Hash.Short}.{wanted}");
            _ = opened.Network();
            var bytes = wanted is Onnx ? OnnxFile.Write(opened.File) : opened.File.ToBytes();
            var card = CardFacts.Of(opened, place, parsed.GetValue(data)) with
            {
                File = Path.GetFileName(path),
                Format = wanted,
                Input = wanted is Onnx ? OnnxFile.InputOf(opened.File) : InputOf(opened.File),
                FileDigest = Convert.ToHexStringLower(SHA256.HashData(bytes)),
                Licence = parsed.GetValue(licence),
                DataLicence = parsed.GetValue(dataLicence),
            };
            Save(path, bytes, card, opened, parsed.GetValue(json));
        });
        return command;
    }

    private static string InputOf(ModelFile file) => file.Text is { } text
        ? $"ids of a text's tokens, {text}"
        : FormattableString.Invariant($"grey pixels, {file.Picture}, as (pixel / 255 - {file.PixelMean}) / {file.PixelDeviation}");

    private static void Save(string path, byte[] bytes, ModelCard card, NamedModel model, bool json)
    {
        if (Directory.Exists(path))
        {
            throw new CommandException($"{path}: it is a folder; name a file with --output.");
        }

        var beside = path + ModelCardText.Extension;
        DurableFile.Write(path, stream => stream.Write(bytes));
        DurableFile.Write(beside, stream => stream.Write(Encoding.UTF8.GetBytes(ModelCardText.Write(card))));
        if (json)
        {
            Page.PrintJson(
                new ExportedModel(model.Hash.ToString(), card.Format, path, beside, bytes.Length, card.FileDigest), PbmJson.Default.ExportedModel);
            return;
        }

        Page.Print($"{path}: model {model.Hash.Short} as {card.Format}, {Figures.Bytes(bytes.Length)}.");
        Page.Print($"{beside}: its card.");
    }
}

/// <summary>What <c>pbm model export --json</c> prints.</summary>
/// <param name="Model">The model's hash.</param>
/// <param name="Format">onnx or safetensors.</param>
/// <param name="Path">The file.</param>
/// <param name="Card">The model card beside it.</param>
/// <param name="Bytes">Size of the file.</param>
/// <param name="Sha256">Of the file.</param>
internal sealed record ExportedModel(string Model, string Format, string Path, string Card, long Bytes, string Sha256);
