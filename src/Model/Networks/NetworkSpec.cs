using Cohort.Model.Data;

namespace Cohort.Model.Networks;

/// <summary>Which network, for which pictures, with how many classes: all that is needed to construct it.</summary>
public sealed record NetworkSpec(string Name, ImageShape Input, int Classes)
{
    /// <summary>Constructs the network; its parameters are arbitrary until a vector is written into them.</summary>
    public Module<Tensor, Tensor> Construct() => NetworkCatalogue.Create(Name, Input, Classes);
}
