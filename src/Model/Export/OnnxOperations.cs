using Cohort.Model.Export.Onnx;

namespace Cohort.Model.Export;

/// <summary>
/// What each operation of our networks is in ONNX (operator set 17). A new one is a line here, and tells of itself to a
/// <see cref="Trace"/> where it is called. The batch's size never enters a constant.
/// </summary>
internal static class OnnxOperations
{
    private static readonly Dictionary<string, Func<OnnxGraph, Operation, string>> Writers = new(StringComparer.Ordinal)
    {
        ["conv2d"] = (graph, o) => graph.Node(
            "Conv",
            o.Inputs,
            ("strides", o.Pair("stride")),
            ("pads", Both(o.Pair("padding"))),
            ("dilations", o.Pair("dilation")),
            ("group", o.Whole("groups"))),
        ["max_pool2d"] = (graph, o) => graph.Node(
            "MaxPool",
            o.Inputs,
            ("kernel_shape", o.Square("kernel")),
            ("strides", o.Square("stride")),
            ("pads", Both(o.Square("padding"))),
            ("dilations", o.Square("dilation")),
            ("ceil_mode", o.Bit("ceil"))),
        ["avg_pool2d"] = (graph, o) => graph.Node(
            "AveragePool",
            o.Inputs,
            ("kernel_shape", o.Square("kernel")),
            ("strides", o.Square("stride")),
            ("pads", Both(o.Square("padding"))),
            ("ceil_mode", o.Bit("ceil")),
            ("count_include_pad", o.Bit("countPadding"))),
        ["adaptive_avg_pool2d"] = (graph, o) => o.Pair("size") is [1, 1]
            ? graph.Node("GlobalAveragePool", o.Inputs)
            : throw new NotSupportedException("adaptive_avg_pool2d to more than one window"),
        ["group_norm"] = GroupNorm,
        ["linear"] = (graph, o) => o.InputShape.Count == 2
            ? graph.Node("Gemm", o.Inputs, ("transB", 1L))
            : throw new NotSupportedException($"linear on an input of {o.InputShape.Count} dimensions"),
        ["relu"] = (graph, o) => graph.Node("Relu", o.Inputs),
        ["flatten"] = (graph, o) => o.Whole("start") == 1 && (o.Whole("end") == -1 || o.Whole("end") == o.InputShape.Count - 1)
            ? graph.Node("Flatten", o.Inputs, ("axis", 1L))
            : throw new NotSupportedException("flatten of other dimensions than all but the first"),
        ["conv1d"] = (graph, o) => graph.Node(
            "Conv",
            o.Inputs,
            ("strides", o.Line("stride")),
            ("pads", Both(o.Line("padding"))),
            ("dilations", o.Line("dilation")),
            ("group", o.Whole("groups"))),
        ["embedding"] = (graph, o) => graph.Node("Gather", [o.Inputs[1], o.Inputs[0]]),
        ["embedding_bag"] = EmbeddingBag,
        ["to"] = (graph, o) => o.Traced.Settings["type"] switch
        {
            ScalarType.Int64 => graph.Node("Cast", o.Inputs, ("to", (long)TensorProto.Types.DataType.Int64)),
            ScalarType.Float32 => graph.Node("Cast", o.Inputs, ("to", (long)TensorProto.Types.DataType.Float)),
            var type => throw new NotSupportedException($"a conversion to {type}"),
        },
        ["transpose"] = (graph, o) => graph.Node("Transpose", o.Inputs, ("perm", Swapped(o.InputShape.Count, o.Whole("first"), o.Whole("second")))),
        ["cat"] = (graph, o) => graph.Node("Concat", o.Inputs, ("axis", o.Whole("dim"))),
        ["max"] = (graph, o) => graph.Node("ReduceMax", o.Inputs, ("axes", o.Line("dim")), ("keepdims", o.Bit("keepdim"))),
        ["dropout"] = (graph, o) => o.Bit("training") == 0
            ? graph.Node("Identity", o.Inputs)
            : throw new NotSupportedException("dropout while training"),
    };

    /// <summary>Writes one operation.</summary>
    /// <returns>The name of its result.</returns>
    /// <exception cref="NotSupportedException">ONNX has no such operation, or we write none; the message names it.</exception>
    public static string Write(OnnxGraph graph, TracedOperation operation)
    {
        if (!Writers.TryGetValue(operation.Name, out var write))
        {
            throw new NotSupportedException(operation.Name);
        }

        var inputs = operation.Inputs.Where(input => input is not null).Select(input => graph.NameOf(input!) ?? throw new NotSupportedException(
            $"an operation whose result goes into {operation.Name}"));
        return write(graph, new(operation, [.. inputs]));
    }

    // ONNX got an operator of its own for it with set 18, and not until 21 one that scales each channel. Exporters of PyTorch write an
    // InstanceNormalization over groups instead. Runtimes add up its thousands of values one after the other in float32, which cost cnn6 three
    // digits in onnxruntime-web (5e-4 of a logit, where float64 shows 3e-6 for ours): here means are taken axis by axis.
    private static string GroupNorm(OnnxGraph graph, Operation o)
    {
        var (groups, channels) = (o.Whole("groups"), o.InputShape[1]);
        var grouped = graph.Node("Reshape", [o.Inputs[0], graph.Constant([0L, groups, channels / groups, .. o.InputShape.Skip(2)])]);
        var centred = graph.Node("Sub", [grouped, Mean(grouped)]);
        var variance = Mean(graph.Node("Mul", [centred, centred]));
        var deviation = graph.Node("Sqrt", [graph.Node("Add", [variance, graph.Constant([(float)o.Real("eps")], 1)])]);
        var normal = graph.Node("Div", [centred, deviation]);
        var back = graph.Node("Reshape", [normal, graph.Constant([0, .. o.InputShape.Skip(1)])]);
        if (o.Inputs.Count == 1)
        {
            return back;
        }

        long[] single = [channels, .. o.InputShape.Skip(2).Select(_ => 1L)];
        var (scale, shift) = (Reshaped(o.Inputs[1]), Reshaped(o.Inputs[2]));
        return graph.Node("Add", [graph.Node("Mul", [back, scale]), shift]);

        string Mean(string values) => Enumerable.Range(2, o.InputShape.Count - 1).Reverse().Aggregate(
            values, (mean, axis) => graph.Node("ReduceMean", [mean], ("axes", new[] { (long)axis }), ("keepdims", 1L)));

        string Reshaped(string channel) => graph.Node("Reshape", [channel, graph.Constant(single)]);
    }

    // The sum of the rows that are not padding, or their mean; of a bag of nothing else, zero.
    private static string EmbeddingBag(OnnxGraph graph, Operation o)
    {
        var (ids, table) = (o.Inputs[0], o.Inputs[1]);
        var padding = graph.Node("Equal", [ids, graph.Constant([o.Whole("padding")])]);
        var counts = graph.Node("Cast", [graph.Node("Not", [padding])], ("to", (long)TensorProto.Types.DataType.Float));
        var rows = graph.Node("Mul", [graph.Node("Gather", [table, ids]), graph.Node("Unsqueeze", [counts, graph.Constant([2L])])]);
        var sum = graph.Node("ReduceSum", [rows, graph.Constant([1L])], ("keepdims", 0L));
        if (o.Bit("mean") == 0)
        {
            return sum;
        }

        var count = graph.Node("ReduceSum", [counts, graph.Constant([1L])], ("keepdims", 1L));
        return graph.Node("Div", [sum, graph.Node("Max", [count, graph.Constant([1f], 1)])]);
    }

    private static long[] Swapped(int dimensions, long first, long second)
    {
        var order = Enumerable.Range(0, dimensions).Select(dimension => (long)dimension).ToArray();
        (order[first], order[second]) = (order[second], order[first]);
        return order;
    }

    private static long[] Both(long[] pads) => [.. pads, .. pads];

    /// <summary>An operation with its inputs' names in the graph.</summary>
    private sealed record Operation(TracedOperation Traced, IReadOnlyList<string> Inputs)
    {
        public IReadOnlyList<long> InputShape => Traced.InputShape;

        public long Whole(string setting) => (long)Traced.Settings[setting];

        public double Real(string setting) => (double)Traced.Settings[setting];

        public long Bit(string setting) => (bool)Traced.Settings[setting] ? 1 : 0;

        public long[] Pair(string setting) => (long[])Traced.Settings[setting];

        public long[] Line(string setting) => [Whole(setting)];

        public long[] Square(string setting) => [Whole(setting), Whole(setting)];
    }
}
