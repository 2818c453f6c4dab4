using System.Buffers.Binary;
using Cohort.Model.Files;
using Cohort.Model.Tests.Export;

namespace Cohort.Model.Tests.Files;

public sealed class ForeignCheckpointTests
{
    private static readonly TensorLayout[] Layout = [new("linear.weight", [2, 3]), new("linear.bias", [2])];

    [Theory]
    [InlineData(TensorType.F32)]
    [InlineData(TensorType.F16)]
    [InlineData(TensorType.BF16)]
    [InlineData(TensorType.F64)]
    public void Every_floating_type_is_read_to_the_value_it_stands_for(TensorType type)
    {
        using var folder = new Data.TemporaryFolder();
        float[] values = [1, -2.5f, 0.15625f, 0, 1024, -0.0078125f, 3, -1]; // exact in all of them
        Read(folder, type, values, ("linear.weight", [2, 3]), ("linear.bias", [2])).ShouldBe(values);
    }

    [Fact]
    public void Tensors_may_stand_in_any_order()
    {
        using var folder = new Data.TemporaryFolder();
        Read(folder, TensorType.F32, [7, 8, 1, 2, 3, 4, 5, 6], ("linear.bias", [2]), ("linear.weight", [2, 3])).ShouldBe([1, 2, 3, 4, 5, 6, 7, 8]);
    }

    [Fact]
    public void Other_names_are_taken_by_shape_or_by_a_map_and_never_guessed()
    {
        using var folder = new Data.TemporaryFolder();
        float[] values = [1, 2, 3, 4, 5, 6, 7, 8];
        Read(folder, TensorType.F32, values, ("fc.w", [2, 3]), ("fc.b", [2])).ShouldBe(values);

        TensorLayout[] twice = [new("a", [2]), new("b", [2])];
        var path = Write(folder, TensorType.F32, [1, 2, 3, 4], ("x", [2]), ("y", [2]));
        Should.Throw<ModelFileException>(() => ForeignCheckpoint.Read(path, twice, Names())).Message.ShouldContain("--map");
        ForeignCheckpoint.Read(path, twice, Names(("a", "y"), ("b", "x"))).ShouldBe([3, 4, 1, 2]);
        Should.Throw<ModelFileException>(() => ForeignCheckpoint.Read(path, twice, Names(("c", "y")))).Message.ShouldContain("'c'");
        Should.Throw<ModelFileException>(() => ForeignCheckpoint.Read(path, twice, Names(("a", "z"), ("b", "x")))).Message.ShouldContain("no a [2]");
        Should.Throw<ModelFileException>(() => ForeignCheckpoint.Read(path, twice, Names(("a", "x"), ("b", "x")))).Message.ShouldContain("no place for: y [2]");
        var once = Write(folder, TensorType.F32, [1, 2], ("x", [2]));
        Should.Throw<ModelFileException>(() => ForeignCheckpoint.Read(once, twice, Names())).Message.ShouldContain("no a [2], b [2]");
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    public void What_is_no_number_is_refused_by_its_place(float value)
    {
        using var folder = new Data.TemporaryFolder();
        Should.Throw<ModelFileException>(() => Read(folder, TensorType.F32, [1, 2, 3, 4, value, 6, 7, 8], ("linear.weight", [2, 3]), ("linear.bias", [2])))
            .Message.ShouldContain("element 4 of tensor \"linear.weight\"");
    }

    [Fact]
    public void What_is_of_another_network_is_refused_with_what_differs()
    {
        using var folder = new Data.TemporaryFolder();
        Should.Throw<ModelFileException>(() => Read(folder, TensorType.F32, new float[8], ("linear.weight", [3, 2]), ("linear.bias", [2])))
            .Message.ShouldContain("\"linear.weight\" has the shape [3, 2], and the network's linear.weight has [2, 3]");
        Should.Throw<ModelFileException>(() => Read(folder, TensorType.F32, new float[9], ("linear.weight", [2, 3]), ("linear.bias", [2]), ("more", [1])))
            .Message.ShouldContain("no place for: more [1]");
        Should.Throw<ModelFileException>(() => Read(folder, TensorType.F32, new float[6], ("linear.weight", [2, 3]))).Message.ShouldContain("linear.bias [2]");
        Should.Throw<ModelFileException>(() => Read(folder, TensorType.I64, new float[8], ("linear.weight", [2, 3]), ("linear.bias", [2])))
            .Message.ShouldContain("type I64");
    }

    [Fact]
    public void What_is_damaged_too_large_or_ours_already_is_refused()
    {
        using var folder = new Data.TemporaryFolder();
        var path = Write(folder, TensorType.F32, new float[8], ("linear.weight", [2, 3]), ("linear.bias", [2]));
        using (var file = File.OpenWrite(path))
            file.SetLength(file.Length - 1);
        Should.Throw<ModelFileException>(() => ForeignCheckpoint.Read(path, Layout, Names())).Message.ShouldContain("ends at byte 32");
        using (var file = File.OpenWrite(path))
            file.SetLength(ForeignCheckpoint.MostBytes + 1);
        Should.Throw<ModelFileException>(() => ForeignCheckpoint.Read(path, Layout, Names())).Message.ShouldContain("more than the 1073741824");
        Should.Throw<ModelFileException>(() => ForeignCheckpoint.Read(path + ".gone", Layout, Names())).Message.ShouldContain(".gone");
        var ours = folder.Write("ours.safetensors", TestModels.Of("logistic").ToBytes());
        Should.Throw<ModelFileException>(() => ForeignCheckpoint.Read(ours, Layout, Names())).Message.ShouldContain("model of Cohort already");
    }

    private static float[] Read(Data.TemporaryFolder folder, TensorType type, float[] values, params (string Name, int[] Shape)[] tensors)
        => ForeignCheckpoint.Read(Write(folder, type, values, tensors), Layout, Names());

    private static Dictionary<string, string> Names(params (string Ours, string Theirs)[] names)
        => names.ToDictionary(name => name.Ours, name => name.Theirs, StringComparer.Ordinal);

    private static string Write(Data.TemporaryFolder folder, TensorType type, float[] values, params (string Name, int[] Shape)[] tensors)
    {
        var header = SafeTensors.Header([], tensors.Select(tensor => (tensor.Name, type, (IReadOnlyList<int>)tensor.Shape)));
        return folder.Write("foreign.safetensors", [.. header, .. values.SelectMany(value => Bytes(type, value))]);
    }

    private static byte[] Bytes(TensorType type, float value)
    {
        var bytes = new byte[8];
        switch (type)
        {
            case TensorType.F32: BinaryPrimitives.WriteSingleLittleEndian(bytes, value); return bytes[..4];
            case TensorType.F16: BinaryPrimitives.WriteHalfLittleEndian(bytes, (Half)value); return bytes[..2];
            case TensorType.BF16: BinaryPrimitives.WriteUInt16LittleEndian(bytes, (ushort)(BitConverter.SingleToUInt32Bits(value) >> 16)); return bytes[..2];
            case TensorType.F64: BinaryPrimitives.WriteDoubleLittleEndian(bytes, value); return bytes;
            default: return bytes;
        }
    }
}
