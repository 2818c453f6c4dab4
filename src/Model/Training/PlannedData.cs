using Cohort.Model.Data;
using Cohort.Model.Data.Avatars;
using Cohort.Model.Plans;

namespace Cohort.Model.Training;

/// <summary>The data set a plan asks for.</summary>
public static class PlannedData
{
    /// <summary>Generates or reads the plan's data.</summary>
    /// <param name="plan">Says which set.</param>
    /// <param name="path">Where it lies; overrides <c>data.path</c>; not for avatars.</param>
    /// <param name="cache">What was read before is taken from there; null to read the source.</param>
    /// <returns>
    /// The data, and what was dropped as duplicate, if the plan drops duplicates and the data is not generated.
    /// </returns>
    /// <exception cref="DataFormatException">Nothing usable lies there, or no path was given.</exception>
    public static (DataSet Data, Duplicates? Duplicates) Load(Plan plan, string? path, SampleCache? cache = null)
    {
        var wanted = plan.Data;
        if (wanted.Set == DataSource.Avatars)
        {
            if (path is not null)
            {
                throw new DataFormatException(
                    $"{path}: the plan '{plan.Name}' draws its own avatar faces and reads no data; leave --data out.");
            }

            var faces = wanted.Avatars;
            var drawn = AvatarFaces.DataSet(
                (ulong)plan.Seed, plan.Students.Count, faces.SamplesPerStudent, faces.TestStudents, faces.SamplesPerStudent);
            return (Balanced(plan, drawn), null);
        }

        path ??= wanted.Path ?? throw new DataFormatException(
            $"The plan '{plan.Name}' trains on {wanted.Set} data, but says not where it lies; "
            + "give --data PATH, or data.path in the plan.");
        var data = cache is null ? DataSets.Load(path) : cache.Load(path);
        _ = Population.NetworkOf(plan, data.Train); // texts for a network of pictures are refused before anything begins
        var (kept, dropped) = wanted.DropDuplicates ? data.WithoutDuplicates() : (data, null);
        return (Balanced(plan, kept), dropped);
    }

    private static DataSet Balanced(Plan plan, DataSet data)
    {
        if (plan.Training.BalanceBy is not { } attribute)
        {
            return data;
        }

        SampleAttribute.Read(data.Train, attribute); // an attribute that is not there is told before anything is trained
        return data with { BalancedBy = attribute };
    }
}
