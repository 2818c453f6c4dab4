using System.Runtime.InteropServices;
using Cohort.Federation;

namespace Cohort.Model.Files;

/// <summary>
/// What the server remembers after the round that made a model, as a safetensors file beside the model's: one F32 tensor a moment,
/// one for the control variate, and one for the mean of models. The model's header has its hash, so that the model's name stands for both.
/// </summary>
public static class ServerStateFile
{
    public const string Extension = ".server" + ModelFile.Extension;

    private const string Format = "cohort-server-state-1";
    private const string Control = "control";
    private const string Average = "average";

    /// <summary>The file's bytes.</summary>
    public static byte[] Write(ServerState state)
    {
        var kind = state.Optimizer.Kind;
        (string Name, float[] Values)[] tensors =
            [
                .. kind.Moments.Zip(state.Moments),
                .. state.Control is { } control ? [(Control, control)] : Array.Empty<(string, float[])>(),
                .. state.Average is { } average ? [(Average, average)] : Array.Empty<(string, float[])>(),
            ];
        var header = SafeTensors.Header(
            [new("format", Format), new("optimizer", kind.Name)],
            tensors.Select(tensor => (tensor.Name, TensorType.F32, (IReadOnlyList<int>)[tensor.Values.Length])));
        using var bytes = new MemoryStream(header.Length + tensors.Sum(tensor => sizeof(float) * tensor.Values.Length));
        bytes.Write(header);
        foreach (var (_, values) in tensors)
            bytes.Write(MemoryMarshal.AsBytes<float>(values));
        return bytes.GetBuffer();
    }

    /// <summary>Reads what <see cref="Write"/> wrote.</summary>
    /// <param name="bytes">The file.</param>
    /// <param name="expected">The hash that the model's header has.</param>
    /// <param name="optimizer">Whose moments are expected.</param>
    /// <param name="source">What errors call the file.</param>
    /// <exception cref="ModelFileException">It is damaged, or another optimiser's.</exception>
    public static ServerState Read(byte[] bytes, ModelHash expected, Choice<IServerOptimizer> optimizer, string source)
    {
        if (ModelHash.Of(bytes) is var found && found != expected)
            throw new ModelFileException($"{source}: the file was changed or damaged: its SHA-256 is {found}, and its model says " +
                $"{expected}; take it from a copy, or start the run anew with --fresh.");
        using var stream = new MemoryStream(bytes, writable: false);
        var header = SafeTensors.Read(stream, source);
        var (name, kind) = (new FileMetadata(header, source, Format, "server state").Text("optimizer"), optimizer.Kind);
        if (!string.Equals(name, kind.Name, StringComparison.Ordinal))
            throw new ModelFileException($"{source}: these are the moments of {name}, and the plan says {kind.Name}.");
        return new(
            optimizer,
            [.. kind.Moments.Select(moment =>
                Values(moment) ?? throw new ModelFileException($"{source}: the file lacks the moment {moment}."))],
            Values(Control),
            Values(Average));

        float[]? Values(string name) => header.Find(name) is { } tensor
            ? MemoryMarshal.Cast<byte, float>(bytes.AsSpan((int)(header.DataStart + tensor.Begin), (int)tensor.Bytes)).ToArray()
            : null;
    }
}
