using Cohort.Model.Data;
using Cohort.Model.Randomness;

namespace Cohort.Model.Partitions;

/// <summary>Students' label counts without samples: what grouping is tried on where no data set is at hand.</summary>
public static class LabelSkew
{
    /// <summary>
    /// Deals classes to students as <see cref="Partition.Dirichlet"/> deals samples: for each class, the students' shares are one draw
    /// from Dirichlet(alpha) (Yurochkin et al. 2019). Nobody is filled up, so some students hold nothing where alpha is small.
    /// </summary>
    /// <param name="proportions">Shape [C]: the classes' sizes, in any unit.</param>
    /// <param name="students">How many students.</param>
    /// <param name="samplesPerStudent">How many samples each holds on average.</param>
    /// <param name="alpha">The concentration, above 0.</param>
    /// <param name="random">Where the draws come from.</param>
    /// <returns>Shape [students, C], row by row.</returns>
    /// <exception cref="ArgumentException">A number is out of its range, or there are more samples than counts can say.</exception>
    public static int[] Dirichlet(ReadOnlySpan<double> proportions, int students, int samplesPerStudent, double alpha, Random random)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(students, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(samplesPerStudent, 1);
        if (!(alpha > 0 && double.IsFinite(alpha)))
            throw new ArgumentException($"The Dirichlet concentration alpha must be a number above 0, got {alpha}.");
        var samples = (long)students * samplesPerStudent;
        if (samples > int.MaxValue)
            throw new ArgumentException($"{students} students with {samplesPerStudent} samples each have {samples}; expected at most {int.MaxValue}.");
        double whole = 0;
        foreach (var proportion in proportions)
        {
            if (!(proportion >= 0 && double.IsFinite(proportion)))
                throw new ArgumentException($"A class's size is {proportion}; expected a number of at least 0.");
            whole += proportion;
        }

        if (!(whole > 0))
            throw new ArgumentException("No class has any sample; give one a size above 0.");
        var counts = new int[(long)students * proportions.Length];
        var shares = new double[students];
        for (var c = 0; c < proportions.Length; c++)
        {
            var ofClass = (int)Math.Round(samples * (proportions[c] / whole));
            random.NextDirichlet(alpha, shares);
            double reached = 0;
            var from = 0;
            for (var student = 0; student < students; student++)
            {
                reached += shares[student];
                var to = student == students - 1 ? ofClass : Math.Min((int)(reached * ofClass), ofClass);
                counts[(student * proportions.Length) + c] = to - from;
                from = to;
            }
        }

        return counts;
    }

    /// <summary>FER2013's classes: pictures in its training part (Goodfellow et al. 2013), in the order of <see cref="EmotionClasses.Fer2013"/>.</summary>
    public static IReadOnlyList<int> Fer2013Training { get; } = [3995, 436, 4097, 7215, 4830, 3171, 4965];
}
