using System.Globalization;
using System.Runtime.InteropServices;
using Cohort.Model.Export.Onnx;
using Google.Protobuf;

namespace Cohort.Model.Export;

/// <summary>An ONNX graph while it is written: nodes, constants, and which tensor has which name.</summary>
internal sealed class OnnxGraph
{
    /// <summary>The batch, whose size the graph leaves open.</summary>
    private const string Batch = "N";

    private readonly GraphProto _graph;
    private readonly Dictionary<Tensor, string> _names = new(ReferenceEqualityComparer.Instance);

    /// <param name="name">Of the network.</param>
    /// <param name="input">Name of the input.</param>
    /// <param name="type">Of its elements.</param>
    /// <param name="document">What the input is.</param>
    /// <param name="shape">Of one sample.</param>
    public OnnxGraph(string name, string input, TensorProto.Types.DataType type, string document, ReadOnlySpan<long> shape)
    {
        _graph = new GraphProto { Name = name };
        _graph.Input.Add(Described(input, type, document, shape));
    }

    public GraphProto Finished => _graph;

    /// <summary>Says that a tensor of a trace is a value of the graph.</summary>
    public void Name(Tensor tensor, string name) => _names[tensor] = name;

    /// <summary>The graph's name of a tensor; null where nothing in the trace has made it.</summary>
    public string? NameOf(Tensor tensor) => _names.GetValueOrDefault(tensor);

    /// <summary>A node with one result.</summary>
    /// <returns>The result's name.</returns>
    public string Node(string type, IEnumerable<string> inputs, params ReadOnlySpan<(string Name, object Value)> attributes)
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"{type}_{_graph.Node.Count}");
        Node(type, inputs, name, attributes);
        return name;
    }

    public void Node(string type, IEnumerable<string> inputs, string result, params ReadOnlySpan<(string Name, object Value)> attributes)
    {
        var node = new NodeProto { OpType = type, Name = result };
        node.Input.Add(inputs);
        node.Output.Add(result);
        foreach (var (name, value) in attributes)
        {
            var attribute = new AttributeProto { Name = name };
            switch (value)
            {
                case long whole: (attribute.I, attribute.Type) = (whole, AttributeProto.Types.AttributeType.Int); break;
                case double real: (attribute.F, attribute.Type) = ((float)real, AttributeProto.Types.AttributeType.Float); break;
                default:
                    attribute.Ints.Add((long[])value);
                    attribute.Type = AttributeProto.Types.AttributeType.Ints;
                    break;
            }

            node.Attribute.Add(attribute);
        }

        _graph.Node.Add(node);
    }

    public string Constant(string name, ReadOnlySpan<float> values, IEnumerable<long> shape)
        => Constant(name, TensorProto.Types.DataType.Float, MemoryMarshal.AsBytes(values), shape);

    /// <summary>A constant vector of shapes or positions, under a name of its own.</summary>
    public string Constant(params ReadOnlySpan<long> values)
        => Constant(Fresh(), TensorProto.Types.DataType.Int64, MemoryMarshal.AsBytes(values), [values.Length]);

    /// <summary>A constant under a name of its own.</summary>
    public string Constant(ReadOnlySpan<float> values, params long[] shape) => Constant(Fresh(), values, shape);

    public void Output(string name, string document, params ReadOnlySpan<long> shape) => _graph.Output.Add(Described(name, TensorProto.Types.DataType.Float, document, shape));

    private string Fresh() => string.Create(CultureInfo.InvariantCulture, $"constant_{_graph.Initializer.Count}");

    private string Constant(string name, TensorProto.Types.DataType type, ReadOnlySpan<byte> bytes, IEnumerable<long> shape)
    {
        var constant = new TensorProto { Name = name, DataType = type, RawData = ByteString.CopyFrom(bytes) };
        constant.Dims.Add(shape);
        _graph.Initializer.Add(constant);
        return name;
    }

    private static ValueInfoProto Described(string name, TensorProto.Types.DataType type, string document, ReadOnlySpan<long> shape)
    {
        var dimensions = new TensorShapeProto { Dim = { new TensorShapeProto.Types.Dimension { DimParam = Batch } } };
        foreach (var size in shape)
        {
            dimensions.Dim.Add(new TensorShapeProto.Types.Dimension { DimValue = size });
        }

        var tensor = new TypeProto.Types.Tensor { ElemType = type, Shape = dimensions };
        return new() { Name = name, DocString = document, Type = new TypeProto { TensorType = tensor } };
    }
}
