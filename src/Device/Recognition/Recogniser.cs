using Cohort.Device.Store;
using Cohort.Model.Data;
using Cohort.Model.Data.Texts;
using Cohort.Model.Files;
using Cohort.Model.Networks;
using Cohort.Model.Training;

namespace Cohort.Device.Recognition;

/// <summary>A model on the device, asked about one sample at a time. Not for two threads at once.</summary>
public sealed class Recogniser : IDisposable
{
    private readonly Predictor _predictor;

    private Recogniser(ModelFile file, NetworkSpec network)
    {
        (File, Network, Hash) = (file, network, file.Hash);
        _predictor = new(network, file.Parameters, file.Encoding);
    }

    public ModelFile File { get; }

    public ModelHash Hash { get; }

    public NetworkSpec Network { get; }

    /// <summary>From a sample's bytes to the network's input.</summary>
    public IInputEncoding Encoding => File.Encoding;

    public IReadOnlyList<string> Classes => File.Classes;

    /// <summary>What it takes.</summary>
    public SampleKind Kind => KindOf(File);

    /// <summary>What a model takes.</summary>
    public static SampleKind KindOf(ModelFile file) => file.Text is null ? SampleKind.Picture : SampleKind.Text;

    /// <exception cref="ModelFileException">The file's tensors are not those of the network that it names, or its network is not known here.</exception>
    public static Recogniser Open(ModelFile file)
    {
        var network = new NetworkSpec(file.Network, file.Input, file.Classes.Count);
        try
        {
            if (!network.Layout().SequenceEqual(file.Tensors))
            {
                throw new ModelFileException($"Model {file.Hash.Short}: its tensors are not those of the network {file.Network} for {file.Input.Describe()} and "
                    + $"{file.Classes.Count} classes; another version of Cohort made it.");
            }
        }
        catch (ArgumentException e)
        {
            throw new ModelFileException($"Model {file.Hash.Short}: {e.Message}", e);
        }

        return file.Text is not null || file.Picture is { Channels: 1 } square && square.Height == square.Width
            ? new(file, network)
            : throw new ModelFileException($"Model {file.Hash.Short} takes {file.Samples.Describe()}, and picture files are read as grey squares.");
    }

    /// <summary>What the model sees in a sample.</summary>
    /// <param name="content">A picture's file, or a text's UTF-8.</param>
    /// <exception cref="DataFormatException">It cannot be read.</exception>
    /// <exception cref="ModelFileException">The model's answer is not finite.</exception>
    public Judgement Judge(ReadOnlySpan<byte> content) => Judged(_predictor.Probabilities(RowOf(content)));

    /// <summary>
    /// Asks about a sample of which nothing but an answer is expected: every probability finite, and all of them adding up to 1. An infinite
    /// parameter may hide behind probabilities, and is looked for.
    /// </summary>
    /// <exception cref="ModelFileException">The model is broken.</exception>
    public void Probe()
    {
        if (Array.FindIndex(File.Parameters, value => !float.IsFinite(value)) is var odd and >= 0)
        {
            throw new ModelFileException($"Model {Hash.Short} is broken: its parameter {odd} is {File.Parameters[odd]}.");
        }

        var row = Kind == SampleKind.Text ? TextArray.Row("a text of five words") : new byte[File.Samples.Length];
        for (var i = 0; i < row.Length && Kind == SampleKind.Picture; i++)
        {
            row[i] = (byte)(i * 5);
        }

        Judged(_predictor.Probabilities(row));
    }

    public void Dispose() => _predictor.Dispose();

    private byte[] RowOf(ReadOnlySpan<byte> content)
    {
        if (Kind == SampleKind.Text)
        {
            return TextArray.Row(SampleText.Of(content));
        }

        var pixels = new byte[File.Picture.Length];
        Vision.Decode(content, File.Picture.Width, pixels);
        return pixels;
    }

    private Judgement Judged(double[] probabilities)
        => probabilities.All(double.IsFinite) && Math.Abs(probabilities.Sum() - 1) < 1e-6
            ? new(Hash, [.. Classes.Zip(probabilities, KeyValuePair.Create)])
            : throw new ModelFileException($"Model {Hash.Short} answers with numbers that are no probabilities; it is broken.");
}
