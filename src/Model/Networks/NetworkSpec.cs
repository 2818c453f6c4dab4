using Cohort.Model.Data;
using Cohort.Model.Files;
using Cohort.Model.Training;

namespace Cohort.Model.Networks;

/// <summary>Which network, for which input, with how many classes: all that is needed to construct it.</summary>
public sealed record NetworkSpec(string Name, SampleShape Input, int Classes)
{
    /// <summary>Constructs the network; its parameters are arbitrary until a vector is written into them.</summary>
    public Module<Tensor, Tensor> Construct() => NetworkCatalogue.Create(Name, Input, Classes);

    /// <summary>Names and shapes of its parameters, in the order of its parameter vector.</summary>
    public IReadOnlyList<TensorLayout> Layout()
    {
        using var network = Construct();
        return new ParameterVector(network).Layout;
    }
}
