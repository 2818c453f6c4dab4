using System.Globalization;
using System.Text.Json;
using Cohort.Model.Export.Onnx;
using Cohort.Model.Files;
using Cohort.Model.Networks;
using Cohort.Model.Training;
using Google.Protobuf;

namespace Cohort.Model.Export;

/// <summary>
/// A model as an ONNX file (https://onnx.ai, IR version 8, operator set 17), for any runtime: a graph that takes pixels as they are
/// decoded, or token ids, and gives logits and probabilities. The graph is traced from the network's own forward, so that there is no second description of
/// a network that could go stale.
/// </summary>
public static class OnnxFile
{
    public const string Extension = ".onnx";

    /// <summary>The input of a network for pictures: float32 [N, C, H, W], pixels from 0 to 255.</summary>
    public const string Pixels = "pixels";

    /// <summary>The input of a network for texts: int64 [N, T], ids of tokens, 0 for none.</summary>
    public const string Tokens = "tokens";

    /// <summary>Output: float32 [N, classes].</summary>
    public const string Logits = "logits";

    /// <summary>Output: float32 [N, classes], the softmax of the logits.</summary>
    public const string Probabilities = "probabilities";

    private const int IrVersion = 8;
    private const int OperatorSet = 17;

    /// <summary>The whole file; it follows from the model alone.</summary>
    /// <exception cref="ModelFileException">The network does something that we cannot write in ONNX; the message names it.</exception>
    public static byte[] Write(ModelFile model)
    {
        ArgumentNullException.ThrowIfNull(model);
        var spec = new NetworkSpec(model.Network, model.Input, model.Classes.Count);
        using var network = spec.Construct();
        network.eval();
        new ParameterVector(network).Write(model.Parameters);
        var file = new ModelProto
        {
            IrVersion = IrVersion,
            ProducerName = "Cohort",
            DocString = $"A {model.Network} of Cohort; the model card beside it says more.",
            OpsetImport = { new OperatorSetIdProto { Version = OperatorSet } },
            Graph = Graph(network, model),
        };
        file.MetadataProps.Add(Metadata(model).Select(text => new StringStringEntryProto { Key = text.Key, Value = text.Value }));
        return file.ToByteArray();
    }

    /// <summary>The graph of a network, with what its input needs before it.</summary>
    /// <exception cref="ModelFileException">An operation cannot be written.</exception>
    internal static GraphProto Graph(Module<Tensor, Tensor> network, ModelFile model)
    {
        var (graph, encoded) = model.Text is null ? OfPixels(model) : OfTokens(model);
        foreach (var (name, parameter) in network.named_parameters())
        {
            graph.Name(parameter, graph.Constant(name, parameter.data<float>().ToArray(), parameter.shape));
        }

        using var scope = NewDisposeScope();
        using var noGradients = no_grad();
        var input = zeros(model.Input.Batch(1));
        graph.Name(input, encoded);
        Tensor? output = null;
        foreach (var operation in Trace.Of(() => output = network.call(input)))
        {
            graph.Name(operation.Result, Written(graph, operation, model));
        }

        graph.Node("Identity", [graph.NameOf(output!) ?? throw Unknown("the operation that makes its output", model)], Logits);
        graph.Node("Softmax", [Logits], Probabilities, ("axis", 1L));
        graph.Output(Logits, "one for each class, in the order of the metadata's classes", model.Classes.Count);
        graph.Output(Probabilities, "their softmax", model.Classes.Count);
        return graph.Finished;
    }

    /// <summary>What the input is, for people.</summary>
    public static string InputOf(ModelFile model)
        => model.Text is { } text
            ? $"{Tokens}: int64 [N, {text.MostTokens}], ids of a text's tokens, 0 for none; the metadata says how texts become tokens"
            : $"{Pixels}: float32 [N, {model.Picture.Channels}, {model.Picture.Height}, {model.Picture.Width}], grey pixels from 0 to 255; scaling is in the graph";

    private static (OnnxGraph Graph, string Encoded) OfPixels(ModelFile model)
    {
        var graph = new OnnxGraph(model.Network, Pixels, TensorProto.Types.DataType.Float, InputOf(model), model.Input.Batch(1).AsSpan(1));
        var scaled = graph.Node("Mul", [Pixels, graph.Constant([(float)(1 / (255 * model.PixelDeviation))])]);
        return (graph, graph.Node("Add", [scaled, graph.Constant([(float)(-model.PixelMean / model.PixelDeviation)])]));
    }

    // Our networks take ids as floats, and begin with a conversion of their own.
    private static (OnnxGraph Graph, string Encoded) OfTokens(ModelFile model)
    {
        var graph = new OnnxGraph(model.Network, Tokens, TensorProto.Types.DataType.Int64, InputOf(model), model.Input.Batch(1).AsSpan(1));
        return (graph, graph.Node("Cast", [Tokens], ("to", (long)TensorProto.Types.DataType.Float)));
    }

    private static string Written(OnnxGraph graph, TracedOperation operation, ModelFile model)
    {
        try
        {
            return OnnxOperations.Write(graph, operation);
        }
        catch (NotSupportedException unknown)
        {
            throw Unknown(unknown.Message, model);
        }
    }

    private static ModelFileException Unknown(string what, ModelFile model)
        => new($"The network {model.Network} cannot be written as ONNX: it uses {what}, which the export does not know. Export it as safetensors, "
            + "which holds the parameters of any network.");

    private static IEnumerable<KeyValuePair<string, string>> Metadata(ModelFile model) =>
    [
        new("hash", model.Hash.ToString()),
        new("network", model.Network),
        new("classes", JsonSerializer.Serialize(model.Classes)),
        new("plan", model.Plan),
        new("round", model.Round.ToString(CultureInfo.InvariantCulture)),
        new("epsilon", model.Epsilon),
        new("input", InputOf(model)),
        .. model.Text is { } text
            ? [new("text", JsonSerializer.Serialize(text))]
            : Array.Empty<KeyValuePair<string, string>>(),
    ];
}
