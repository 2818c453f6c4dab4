using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using Cohort.Model.Data;
using Cohort.Model.Data.Avatars;
using Cohort.Model.Export;
using Cohort.Model.Export.Onnx;
using Cohort.Model.Files;
using Cohort.Model.Networks;
using Cohort.Model.Tests.Data;
using Cohort.Model.Training;

namespace Cohort.Model.Tests.Export;

public sealed class OnnxFileTests
{
    private const double MostDifference = 1e-4;

    private static readonly string[] Pictured = [.. NetworkCatalogue.Names.Where(name => NetworkCatalogue.Takes(name, ImageShape.Face))];

    // Of very different length, and one without a word.
    private static readonly byte[][] Sentences = [.. Enumerable.Range(0, 12).Select(i => Encoding.UTF8.GetBytes(
        string.Join(' ', Enumerable.Range(0, i * i).Select(word => $"w{word * word % (i + 3)} is fine,"))))];

    /// <summary>Fails where a network's graph is not what its forward does, so also where one drifts.</summary>
    [SkippableFact]
    public void Every_network_gives_in_onnxruntime_what_it_gives_here()
    {
        Compare([.. Pictured.Select(name => TestModels.Of(name))], new AvatarFaces(1, persons: 12, samplesPerPerson: 1));
        Compare([.. NetworkCatalogue.Names.Except(Pictured, StringComparer.Ordinal).Select(name => TestModels.Of(name))], Sentences);
    }

    [SkippableFact]
    public void So_it_does_on_pictures_of_another_size()
        => Compare([.. new[] { "mnist-cnn", "2nn", "logistic" }.Select(name => TestModels.Of(name, new ImageShape(1, 28, 28)))], (ISampleSet?)null);

    [SkippableFact]
    public void So_it_does_on_real_faces()
    {
        var models = Pictured.Select(name => TestModels.Of(name)).ToArray();
        Compare(models, Fer2013Csv.Read(Path.Combine(SharedData.Require("fer2013"), "fer2013.csv.gz")).Test);
        Compare(models, ImageFolder.Read(SharedData.Require("faces")).Test);
    }

    [Fact]
    public void The_file_follows_from_the_model_and_says_what_it_is()
    {
        var model = TestModels.Of("cnn2-small");
        var bytes = OnnxFile.Write(model);
        OnnxFile.Write(model).ShouldBe(bytes);

        var file = ModelProto.Parser.ParseFrom(bytes);
        var metadata = file.MetadataProps.ToDictionary(entry => entry.Key, entry => entry.Value, StringComparer.Ordinal);
        metadata["hash"].ShouldBe(model.Hash.ToString());
        JsonSerializer.Deserialize<string[]>(metadata["classes"]).ShouldBe(model.Classes);
        (metadata["plan"], metadata["round"], metadata["epsilon"]).ShouldBe(("a plan", "4", "3.2 at delta 1E-05"));
        file.OpsetImport.Single().Version.ShouldBe(17);
        file.Graph.Initializer.Select(each => each.Name).ShouldContain("conv1.weight", StringComparer.Ordinal);
    }

    [Fact]
    public void A_network_that_does_what_is_not_known_is_refused_by_what_it_does()
    {
        var model = TestModels.Of("logistic");
        using var unknown = new Gated(input => input.sigmoid());
        Should.Throw<ModelFileException>(() => OnnxFile.Graph(unknown, model)).Message
            .ShouldContain("an operation whose result goes into flatten");
        using var inPlace = new Gated(input => input.add_(1));
        Should.Throw<ModelFileException>(() => OnnxFile.Graph(inPlace, model)).Message.ShouldContain("an operation in place");
        using var last = new Last();
        Should.Throw<ModelFileException>(() => OnnxFile.Graph(last, model)).Message.ShouldContain("the operation that makes its output");
        using var dropout = new Gated(input => functional.dropout(input, 0.5, training: true));
        Should.Throw<ModelFileException>(() => OnnxFile.Graph(dropout, model)).Message.ShouldContain("dropout while training");
    }

    private static void Compare(IReadOnlyList<ModelFile> models, ISampleSet? samples)
    {
        const int count = 12;
        foreach (var size in models.GroupBy(model => model.Picture))
        {
            var pixels = new byte[count][];
            for (var i = 0; i < count; i++)
            {
                pixels[i] = new byte[size.Key.Length];
                if (samples is null)
                    new Random(i).NextBytes(pixels[i]);
                else
                    samples.CopySample(i * (samples.Count / count), pixels[i]);
            }

            Compare([.. size], pixels);
        }
    }

    private static void Compare(IReadOnlyList<ModelFile> models, byte[][] samples)
    {
        using var folder = new TemporaryFolder();
        foreach (var model in models)
        {
            folder.Write($"{model.Network}.onnx", OnnxFile.Write(model));
            folder.Write($"{model.Network}.input", Input(model, samples));
            folder.Write($"{model.Network}.json", JsonSerializer.Serialize(
                new { name = model.Text is null ? "pixels" : "tokens", type = model.Text is null ? "float32" : "int64", dims = model.Input.Batch(samples.Length) }));
        }

        Readers.Run("onnx.mjs", folder.Path);
        foreach (var model in models)
        {
            var (logits, probabilities) = Here(model, samples);
            Difference(logits, Path.Combine(folder.Path, $"{model.Network}.logits")).ShouldBeLessThan(MostDifference, model.Network);
            Difference(probabilities, Path.Combine(folder.Path, $"{model.Network}.probabilities")).ShouldBeLessThan(MostDifference, model.Network);
            logits.Max(Math.Abs).ShouldBeGreaterThan(100 * (float)MostDifference); // else agreement would mean little
        }
    }

    private static float[] Encoded(ModelFile model, byte[][] samples)
    {
        var values = new float[samples.Length * model.Input.Length];
        foreach (var (i, sample) in samples.Index())
            model.Encoding.Apply(sample, values.AsSpan(i * model.Input.Length, model.Input.Length));
        return values;
    }

    private static byte[] Input(ModelFile model, byte[][] samples) => model.Text is null
        ? MemoryMarshal.AsBytes<float>(samples.SelectMany(sample => sample.Select(pixel => (float)pixel)).ToArray()).ToArray()
        : MemoryMarshal.AsBytes<long>(Encoded(model, samples).Select(id => (long)id).ToArray()).ToArray();

    private static (float[] Logits, float[] Probabilities) Here(ModelFile model, byte[][] samples)
    {
        using var scope = NewDisposeScope();
        using var noGradients = no_grad();
        using var network = new NetworkSpec(model.Network, model.Input, model.Classes.Count).Construct();
        network.eval();
        new ParameterVector(network).Write(model.Parameters);
        var logits = network.call(tensor(Encoded(model, samples), model.Input.Batch(samples.Length))).data<float>().ToArray();
        return (logits, [.. logits.Chunk(model.Classes.Count).SelectMany(row => Predictor.Softmax(row)).Select(share => (float)share)]);
    }

    private static double Difference(float[] ours, string path)
    {
        var theirs = MemoryMarshal.Cast<byte, float>(File.ReadAllBytes(path)).ToArray();
        theirs.Length.ShouldBe(ours.Length);
        return ours.Zip(theirs, (a, b) => Math.Abs((double)a - b)).Max();
    }

    /// <summary>Something, and then a linear layer.</summary>
    private sealed class Gated : Module<Tensor, Tensor>
    {
        private readonly Func<Tensor, Tensor> _gate;
        private readonly Linear linear;

        public Gated(Func<Tensor, Tensor> gate)
            : base(nameof(Gated))
        {
            _gate = gate;
            linear = Linear(48 * 48, 7);
            RegisterComponents();
        }

        public override Tensor forward(Tensor input) => linear.call(_gate(input).flatten(1));
    }

    /// <summary>Ends with what is not known.</summary>
    private sealed class Last() : Module<Tensor, Tensor>(nameof(Last))
    {
        public override Tensor forward(Tensor input) => input.flatten(1).sigmoid();
    }
}
