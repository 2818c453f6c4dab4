using Cohort.Federation;

namespace Cohort.Model.Training.Losses;

/// <summary>How much a sample counts in the loss for the class that it is of.</summary>
public interface IClassWeighting : IChoice
{
    /// <summary>Each class's weight, up to a common factor; null where all count alike.</summary>
    /// <param name="counts">Shape [classes]: how many samples everybody has of each class together, above 0.</param>
    /// <param name="settings">The numbers given.</param>
    double[]? Of(IReadOnlyList<double> counts, Settings settings);
}
