using Cohort.Model.Data;
using Cohort.Model.Files;
using Cohort.Model.Networks;
using Cohort.Model.Randomness;
using Cohort.Model.Training;

namespace Cohort.Model.Tests.Export;

/// <summary>Models with parameters that are all different, norms' scales and shifts too.</summary>
internal static class TestModels
{
    public static ModelFile Of(string network, ImageShape? picture = null)
    {
        var shape = picture ?? (NetworkCatalogue.Takes(network, ImageShape.Face) ? ImageShape.Face : NetworkCatalogue.AnyInputOf(network));
        var (parameters, layout) = InitialModel.Create(new NetworkSpec(network, shape, 7), seed: 3);
        var random = KeyedRandom.For(3, Purpose.Initialise, 1);
        foreach (ref var value in parameters.AsSpan())
            value += (float)(0.02 * random.NextGaussian());
        return new ModelFile
        {
            Network = network,
            Classes = EmotionClasses.Fer2013,
            Tensors = layout,
            Parameters = parameters,
            Round = 4,
            Plan = "a plan",
            Epsilon = ModelFile.EpsilonText(3.2, 1e-5),
            Picture = shape as ImageShape ?? ImageShape.Face,
            Text = shape is ImageShape ? null : new TextEncoding(),
            PixelMean = 0.4,
            PixelDeviation = 0.3,
        };
    }
}
