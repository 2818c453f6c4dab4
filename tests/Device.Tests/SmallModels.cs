using System.Runtime.InteropServices;
using Cohort.Model.Data;
using Cohort.Model.Data.Texts;
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

    /// <summary>A bag of tokens, as nobody has trained it.</summary>
    public static ModelFile UntrainedText(ulong seed = 1)
    {
        var encoding = new TextEncoding { Buckets = 512, MostTokens = 64 };
        var spec = new NetworkSpec(NetworkNames.TextBag, encoding.InputOf(TextShape.Default)!, EmotionClasses.Fer2013.Count);
        var (parameters, layout) = InitialModel.Create(spec, seed);
        return new() { Network = spec.Name, Classes = EmotionClasses.Fer2013, Tensors = layout, Parameters = parameters, Text = encoding };
    }

    public static byte[] Bytes(ModelFile model) => [.. model.Header(), .. MemoryMarshal.AsBytes<float>(model.Parameters)];
}
