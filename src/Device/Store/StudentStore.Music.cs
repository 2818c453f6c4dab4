using Cohort.Device.Music;

namespace Cohort.Device.Store;

public sealed partial class StudentStore
{
    /// <summary>How many of the newest samples say the mood.</summary>
    public const int SamplesOfMood = 5;

    /// <summary>
    /// The emotion of most of the newest samples, by what the student said of them or else by what was detected; of several the newest. Null where
    /// there are no samples.
    /// </summary>
    public string? CurrentEmotion()
    {
        var newest = List().TakeLast(SamplesOfMood).Select(sample => sample.Answer ?? Feedback.Canonical(sample.Judgement.Emotion)).Reverse().ToList();
        return newest.GroupBy(emotion => emotion, StringComparer.Ordinal).OrderByDescending(group => group.Count()).FirstOrDefault()?.Key;
    }

    /// <summary>Locations of the tunes that were suggested last, the newest first.</summary>
    public IReadOnlyList<string> RecentTunes(int count)
    {
        lock (_gate)
        {
            return _database.Query("SELECT tune FROM plays ORDER BY number DESC LIMIT $count", row => row.GetString(0), ("$count", count));
        }
    }

    /// <summary>Remembers what was suggested.</summary>
    public void RememberTunes(IReadOnlyList<Tune> tunes, string emotion, MusicPolicy policy)
    {
        lock (_gate)
        {
            _database.Together(() =>
            {
                foreach (var tune in tunes)
                {
                    _database.Execute(
                        "INSERT INTO plays (tune, emotion, policy, at) VALUES ($tune, $emotion, $policy, $at)",
                        ("$tune", tune.Location),
                        ("$emotion", emotion),
                        ("$policy", policy == MusicPolicy.Match ? "match" : "lift"),
                        ("$at", Now()));
                }

                return _database.Execute("DELETE FROM plays WHERE number <= (SELECT MAX(number) FROM plays) - 1000");
            });
        }
    }
}
