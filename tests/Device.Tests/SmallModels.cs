using System.Runtime.InteropServices;
using Cohort.Model.Data;
using Cohort.Model.Files;
using Cohort.Model.Networks;
using Cohort.Model.Plans;
using Cohort.Model.Training;

namespace Cohort.Device.Tests;

/// <summary>Models small enough for tests.</summary>
internal static class SmallModels
{
    /// <summary>Logistic regression on faces, as nobody has trained it.</summary>
    public static ModelFile Untrained(ulong seed = 1, int round = 0)
    {
        var spec = new NetworkSpec(NetworkNames.Logistic, ImageShape.Face, EmotionClasses.Fer2013.Count);
        var (parameters, layout) = InitialModel.Create(spec, seed);
        return new() { Network = spec.Name, Classes = EmotionClasses.Fer2013, Tensors = layout, Parameters = parameters, Round = round };
    }

    public static byte[] Bytes(ModelFile model) => [.. model.Header(), .. MemoryMarshal.AsBytes<float>(model.Parameters)];
}
