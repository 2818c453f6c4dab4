using System.Runtime.InteropServices;
using System.Text.Json.Nodes;
using Cohort.Model.Tests.Data;

namespace Cohort.Model.Tests.Export;

public sealed class IndependentReaderTests
{
    /// <summary>The header by Hugging Face's own parser; the bytes where that says they are.</summary>
    [SkippableFact]
    public void Another_reader_finds_every_tensor_of_our_safetensors_bit_by_bit()
    {
        using var folder = new TemporaryFolder();
        foreach (var network in new[] { "cnn4", "cnn6" })
        {
            var model = TestModels.Of(network);
            var bytes = model.ToBytes();
            var path = folder.Write("model.safetensors", bytes);

            var header = JsonNode.Parse(Readers.Run("safetensors.mjs", path))!.AsObject();
            ((string)header["__metadata__"]!["network"]!).ShouldBe(network);
            header.Count.ShouldBe(model.Tensors.Count + 1);
            var start = bytes.Length - (4 * model.Parameters.Length);
            var at = 0;
            foreach (var tensor in model.Tensors)
            {
                var entry = header[tensor.Name]!;
                ((string)entry["dtype"]!).ShouldBe("F32");
                entry["shape"]!.AsArray().Select(size => (int)size!).ShouldBe(tensor.Shape);
                var (begin, end) = ((int)entry["data_offsets"]![0]!, (int)entry["data_offsets"]![1]!);
                bytes.AsSpan(start + begin, end - begin)
                    .SequenceEqual(MemoryMarshal.AsBytes(model.Parameters.AsSpan(at, tensor.Length))).ShouldBeTrue(tensor.Name);
                at += tensor.Length;
            }
        }
    }
}
