using Cohort.Seed.Api;

namespace Cohort.Pbm.Remote;

/// <summary>Adds up a run's rounds while another display shows them.</summary>
/// <param name="shown">The other display; null if nothing is to be shown.</param>
/// <param name="notes">Takes what is said about the following where nothing is shown.</param>
internal sealed class NewsTotals(INewsDisplay? shown, TextWriter notes) : INewsDisplay
{
    public int Participants { get; private set; }

    public int Failures { get; private set; }

    public double TrainSeconds { get; private set; }

    public double WallSeconds { get; private set; }

    public void Begin(RunState run) => shown?.Begin(run);

    public void Show(RunNews news)
    {
        if (news.Finished is { } round)
        {
            Participants += round.Participants.Count;
            Failures += round.Failed.Count;
            TrainSeconds += round.TrainSeconds;
            WallSeconds += round.WallSeconds;
        }

        shown?.Show(news);
    }

    public void Say(string sentence)
    {
        if (shown is null)
        {
            notes.WriteLine(sentence);
        }
        else
        {
            shown.Say(sentence);
        }
    }
}
