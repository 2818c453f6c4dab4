using Cohort.Model.Faces;

namespace Cohort.Pbm.Predicting;

/// <summary>What a model sees in one picture: a line of <c>pbm model predict --json</c>.</summary>
/// <param name="Model">The model's hash.</param>
/// <param name="Image">The file; behind a CSV's name the number of the row, from 1.</param>
/// <param name="Width">In pixels; 0 where it cannot be read.</param>
/// <param name="Height">In pixels; 0 where it cannot be read.</param>
/// <param name="Faces">From left to right; none where none was found.</param>
/// <param name="Problem">Why it cannot be read; null where it can.</param>
internal sealed record PredictedPicture(
    string Model, string Image, int Width, int Height, IReadOnlyList<PredictedFace> Faces, string? Problem = null);

/// <summary>What a model sees in one face.</summary>
/// <param name="Box">Where it is; null where the picture was taken whole.</param>
/// <param name="Label">The most probable class.</param>
/// <param name="Probability">Its probability.</param>
/// <param name="Probabilities">Of every class, in the model's order.</param>
internal sealed record PredictedFace(
    FaceBox? Box, string Label, double Probability, IReadOnlyDictionary<string, double> Probabilities)
{
    public static PredictedFace Of(FaceBox? box, IReadOnlyList<string> classes, double[] probabilities)
    {
        var best = Array.IndexOf(probabilities, probabilities.Max());
        return new(
            box,
            classes[best],
            probabilities[best],
            new OrderedDictionary<string, double>(classes.Zip(probabilities, KeyValuePair.Create), StringComparer.Ordinal));
    }
}
