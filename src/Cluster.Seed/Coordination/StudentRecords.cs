namespace Cohort.Seed.Coordination;

/// <summary>
/// Which students have failed how often in a row. Three failures quarantine a student: it is not asked again in this run. Rebuilt
/// from the ledger when a run is continued, so it is a function of the finished rounds.
/// </summary>
internal sealed class StudentRecords
{
    /// <summary>So many failures in a row, and a student is left out.</summary>
    public const int FailuresUntilQuarantine = 3;

    private readonly Dictionary<int, int> _failuresInARow = [];
    private readonly HashSet<int> _quarantined = [];

    public IReadOnlySet<int> Quarantined => _quarantined;

    public void Note(IEnumerable<int> participants, IEnumerable<int> failed)
    {
        foreach (var student in participants)
        {
            _failuresInARow.Remove(student);
        }

        foreach (var student in failed)
        {
            var failures = _failuresInARow.GetValueOrDefault(student) + 1;
            _failuresInARow[student] = failures;
            if (failures >= FailuresUntilQuarantine)
            {
                _quarantined.Add(student);
            }
        }
    }
}
