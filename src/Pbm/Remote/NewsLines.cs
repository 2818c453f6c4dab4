using Cohort.Pbm.Running;
using Cohort.Seed.Api;

namespace Cohort.Pbm.Remote;

/// <summary>One line a round, for logs, pipes and terminals that cannot move the cursor.</summary>
internal sealed class NewsLines(TextWriter output, TextWriter notes, TimeProvider time) : INewsDisplay
{
    private RunClock? _clock;

    public void Begin(RunState run)
    {
        _clock = new RunClock(run.Rounds, run.PlannedRounds, time);
        Write(NewsSentences.Of(run));
    }

    public void Show(RunNews news)
    {
        if (news.Finished is { } round)
        {
            Write(NewsSentences.Of(round, _clock?.Left(round.Round)));
        }
    }

    public void Say(string sentence) => notes.WriteLine(sentence);

    private void Write(string line)
    {
        output.WriteLine(line);
        output.Flush();
    }
}
