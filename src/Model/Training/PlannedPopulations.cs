using Cohort.Model.Data;
using Cohort.Model.Plans;

namespace Cohort.Model.Training;

/// <summary>
/// The students of plans, their data read from one folder. The newest few are kept, since a run, its nodes and those who look at
/// it ask
/// for the same again and again. May be used by several threads.
/// </summary>
/// <param name="folder">Where data sets lie.</param>
/// <param name="cache">Where data sets are kept that were read once; null to read them from their folder.</param>
public sealed class PlannedPopulations(DataFolder folder, SampleCache? cache = null)
{
    private const int Kept = 2;

    private readonly Lock _gate = new();
    private readonly List<(string Plan, string? Data, string Roster, Lazy<Population> Population)> _newest = [];

    /// <summary>Generates or reads the data, which takes as long as it takes.</summary>
    /// <param name="plan">Says which set.</param>
    /// <param name="data">Its name in the folder instead of the plan's data.path; null where the plan says or generates.</param>
    /// <param name="roster">Of a run of resident students; null where students are simulated.</param>
    /// <exception cref="DataFormatException">There is no usable data of this name.</exception>
    /// <exception cref="ArgumentException">The plan asks for a partition that the data cannot give.</exception>
    public Population Of(Plan plan, string? data, Roster? roster = null)
    {
        ArgumentNullException.ThrowIfNull(plan);
        var who = roster?.Digest ?? "";
        Lazy<Population> population;
        lock (_gate)
        {
            var known = _newest.FindIndex(entry => string.Equals(entry.Plan, plan.Digest, StringComparison.Ordinal)
                && string.Equals(entry.Data, data, StringComparison.Ordinal)
                && string.Equals(entry.Roster, who, StringComparison.Ordinal));
            population = known >= 0
                ? _newest[known].Population
                : new(() => roster is null ? Population.Create(plan, DataOf(plan, data)) : Population.OfRoster(DataOf(plan, data), roster));
            if (known < 0)
            {
                _newest.Add((plan.Digest, data, who, population));
                if (_newest.Count > Kept)
                {
                    _newest.RemoveAt(0);
                }
            }
        }

        try
        {
            return population.Value;
        }
        catch
        {
            lock (_gate)
            {
                _newest.RemoveAll(entry => entry.Population == population); // the data may be put right
            }

            throw;
        }
    }

    /// <summary>The data by itself, which of a plan for resident students is what models are tested on.</summary>
    /// <exception cref="DataFormatException">There is no usable data of this name.</exception>
    public DataSet DataOf(Plan plan, string? data)
    {
        ArgumentNullException.ThrowIfNull(plan);
        var name = data ?? (plan.Data.Set == DataSource.Avatars ? null : plan.Data.Path);
        return PlannedData.Load(plan, name is null ? null : folder.Resolve(name), cache).Data;
    }
}
