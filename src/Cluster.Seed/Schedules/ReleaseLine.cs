using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Cohort.Model.Files;

namespace Cohort.Seed.Schedules;

/// <summary>Who gets which model, as the journal of one schedule's releases has it.</summary>
public sealed class ReleaseLine
{
    /// <summary>What everybody had, the newest last; a roll-back takes off what it goes back behind.</summary>
    private readonly List<ModelHash> _released = [];
    private Release? _canary;

    private ReleaseLine()
    {
    }

    /// <summary>What everybody gets who is no canary; null before the first release.</summary>
    public ModelHash? Current => _released.Count > 0 ? _released[^1] : null;

    /// <summary>What a share of the students tries; null for nothing.</summary>
    public Release? Canary => _canary;

    /// <summary>Where a roll-back leads that names no model; null where there is nothing to go back to.</summary>
    public ModelHash? Previous => _canary is not null ? Current : _released.Count > 1 ? _released[^2] : null;

    /// <param name="releases">Of one schedule, the oldest first.</param>
    public static ReleaseLine Of(IEnumerable<Release> releases)
    {
        var line = new ReleaseLine();
        foreach (var release in releases)
        {
            line.Note(release);
        }

        return line;
    }

    /// <param name="releases">Of all schedules, the oldest first.</param>
    /// <param name="schedule">Whose are meant.</param>
    public static ReleaseLine Of(IEnumerable<Release> releases, string schedule)
        => Of(releases.Where(release => string.Equals(release.Schedule, schedule, StringComparison.Ordinal)));

    /// <summary>The same student always has the same answer, and each new model other canaries.</summary>
    /// <param name="student">A student's name; null for somebody who is none.</param>
    public ModelHash? ModelFor(string? student)
        => _canary is { } canary && student is not null && PlaceOf(student, canary.Model) < canary.Share ? canary.Model : Current;

    /// <summary>True if everybody had it once.</summary>
    public bool WasReleased(ModelHash model) => _released.Contains(model);

    private void Note(Release release)
    {
        switch (release.Outcome)
        {
            case ReleaseOutcome.Canary:
                _canary = release;
                break;
            case ReleaseOutcome.Released:
                _canary = null;
                _released.Add(release.Model);
                break;
            case ReleaseOutcome.RolledBack:
                _canary = null;
                if (_released.LastIndexOf(release.Model) is >= 0 and var back)
                {
                    _released.RemoveRange(back + 1, _released.Count - back - 1);
                }

                break;
        }
    }

    /// <summary>Evenly from 0 to 1.</summary>
    private static double PlaceOf(string student, ModelHash model)
        => BinaryPrimitives.ReadUInt32LittleEndian(SHA256.HashData(Encoding.UTF8.GetBytes($"{model}/{student}"))) / (uint.MaxValue + 1.0);
}
