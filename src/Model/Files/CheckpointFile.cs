using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Cohort.Model.Files;

/// <summary>A central training between two epochs, as a safetensors file.</summary>
/// <param name="Key">What its result follows from.</param>
/// <param name="Done">Epochs trained.</param>
/// <param name="Loss">The mean loss of the last of them, in nats.</param>
/// <param name="Parameters">float32, the network's parameter vector.</param>
/// <param name="Average">float32, the mean of the models so far; empty where none is made.</param>
/// <param name="Optimizer">What the optimiser remembers, in its own form.</param>
public sealed record CheckpointFile(string Key, int Done, double Loss, float[] Parameters, float[] Average, byte[] Optimizer)
{
    private const string Format = "cohort-checkpoint-1";
    private const string Model = "parameters";
    private const string Mean = "average";
    private const string State = "optimizer";

    /// <exception cref="StorageException">The file could not be stored; what stood there before still does.</exception>
    public static void Write(string path, CheckpointFile checkpoint)
    {
        ArgumentNullException.ThrowIfNull(checkpoint);
        var header = SafeTensors.Header(
            [
                new("format", Format),
                new("key", checkpoint.Key),
                new("done", checkpoint.Done.ToString(CultureInfo.InvariantCulture)),
                new("loss", checkpoint.Loss.ToString("R", CultureInfo.InvariantCulture)),
                new("sha256", Digest(checkpoint)),
            ],
            [
                (Model, TensorType.F32, [checkpoint.Parameters.Length]),
                (Mean, TensorType.F32, [checkpoint.Average.Length]),
                (State, TensorType.U8, [checkpoint.Optimizer.Length]),
            ]);
        DurableFile.Write(path, stream =>
        {
            stream.Write(header);
            stream.Write(MemoryMarshal.AsBytes<float>(checkpoint.Parameters));
            stream.Write(MemoryMarshal.AsBytes<float>(checkpoint.Average));
            stream.Write(checkpoint.Optimizer);
        });
    }

    /// <exception cref="ModelFileException">The file is absent, damaged, or no checkpoint.</exception>
    public static CheckpointFile Read(string path)
    {
        byte[] bytes;
        try
        {
            bytes = File.ReadAllBytes(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ModelFileException($"{path}: the checkpoint cannot be read ({e.Message.TrimEnd('.')}).", e);
        }

        using var stream = new MemoryStream(bytes, writable: false);
        var header = SafeTensors.Read(stream, path);
        var metadata = new FileMetadata(header, path, Format, "checkpoint");
        var checkpoint = new CheckpointFile(
            metadata.Text("key"),
            metadata.Whole("done"),
            metadata.Number("loss"),
            MemoryMarshal.Cast<byte, float>(Tensor(Model)).ToArray(),
            MemoryMarshal.Cast<byte, float>(Tensor(Mean)).ToArray(),
            Tensor(State).ToArray());
        return string.Equals(Digest(checkpoint), metadata.Text("sha256"), StringComparison.Ordinal)
            ? checkpoint
            : throw new ModelFileException($"{path}: the checkpoint was changed or damaged; delete it, and training begins anew.");

        ReadOnlySpan<byte> Tensor(string name) => header.Find(name) is { } tensor
            ? bytes.AsSpan((int)(header.DataStart + tensor.Begin), (int)tensor.Bytes)
            : throw new ModelFileException($"{path}: the tensor \"{name}\" is missing.");
    }

    private static string Digest(CheckpointFile checkpoint)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(MemoryMarshal.AsBytes<float>(checkpoint.Parameters));
        hash.AppendData(MemoryMarshal.AsBytes<float>(checkpoint.Average));
        hash.AppendData(checkpoint.Optimizer);
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
