using System.Runtime.InteropServices;
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

    /// <summary>Fails where a network's graph is not what its forward does, so also where one drifts.</summary>
    [SkippableFact]
    public void Every_network_gives_in_onnxruntime_what_it_gives_here()
        => Compare([.. NetworkCatalogue.Names.Select(name => TestModels.Of(name))], new AvatarFaces(1, persons: 12, samplesPerPerson: 1));

    [SkippableFact]
    public void So_it_does_on_pictures_of_another_size()
        => Compare([.. new[] { "mnist-cnn", "2nn", "logistic" }.Select(name => TestModels.Of(name, new ImageShape(1, 28, 28)))], null);

    [SkippableFact]
    public void So_it_does_on_real_faces()
    {
        var models = NetworkCatalogue.Names.Select(name => TestModels.Of(name)).ToArray();
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
        file.Graph.Initializer.Select(each => each.Name).ShouldContain("conv1.weight");
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
        using var folder = new TemporaryFolder();
        foreach (var model in models)
        {
            var values = Pixels(model.Picture, samples, count).Select(pixel => (float)pixel).ToArray();
            folder.Write($"{model.Network}.onnx", OnnxFile.Write(model));
            folder.Write($"{model.Network}.pixels", MemoryMarshal.AsBytes<float>(values).ToArray());
            folder.Write($"{model.Network}.json", JsonSerializer.Serialize(new[] { count, model.Picture.Channels, model.Picture.Height, model.Picture.Width }));
        }

        Readers.Run("onnx.mjs", folder.Path);
        foreach (var model in models)
        {
            var (logits, probabilities) = Here(model, Pixels(model.Picture, samples, count), count);
            Difference(logits, Path.Combine(folder.Path, $"{model.Network}.logits")).ShouldBeLessThan(MostDifference, model.Network);
            Difference(probabilities, Path.Combine(folder.Path, $"{model.Network}.probabilities")).ShouldBeLessThan(MostDifference, model.Network);
            logits.Max(Math.Abs).ShouldBeGreaterThan(100 * (float)MostDifference); // else agreement would mean little
        }
    }

    private static byte[] Pixels(ImageShape shape, ISampleSet? samples, int count)
    {
        var pixels = new byte[count * shape.Length];
        if (samples is null)
        {
            new Random(1).NextBytes(pixels);
            return pixels;
        }

        for (var i = 0; i < count; i++)
            samples.CopyPixels(i * (samples.Count / count), pixels.AsSpan(i * shape.Length, shape.Length));
        return pixels;
    }

    private static (float[] Logits, float[] Probabilities) Here(ModelFile model, byte[] pixels, int count)
    {
        var spec = new NetworkSpec(model.Network, model.Picture, model.Classes.Count);
        using var scope = NewDisposeScope();
        using var noGradients = no_grad();
        using var network = spec.Construct();
        network.eval();
        new ParameterVector(network).Write(model.Parameters);
        var values = new float[pixels.Length];
        new PixelScale(model.PixelMean, model.PixelDeviation).Apply(pixels, values);
        var logits = network.call(tensor(values, [count, model.Picture.Channels, model.Picture.Height, model.Picture.Width])).data<float>().ToArray();
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
