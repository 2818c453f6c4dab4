using Cohort.Pbm.Printing;
using Cohort.Pbm.Running;
using Cohort.Seed.Api;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Cohort.Pbm.Remote;

/// <summary>A terminal that follows a run elsewhere: rounds, the students of the round under way, accuracy, time left.</summary>
internal sealed class NewsOnTerminal : INewsDisplay, IDisposable
{
    private readonly Lock _state = new();
    private readonly TimeProvider _time;
    private readonly LivePainter _painter;
    private RunState? _run;
    private RunClock? _clock;
    private RoundState? _last;
    private RoundState? _lastEvaluated;
    private (int Round, int Asked, int Reported) _underWay;

    public NewsOnTerminal(IAnsiConsole console, TimeProvider time)
    {
        _time = time;
        _painter = new LivePainter(console, Picture);
    }

    public void Begin(RunState run)
    {
        lock (_state)
        {
            (_run, _underWay) = (run, (run.Rounds, 0, 0));
            _clock = new RunClock(run.Rounds, run.PlannedRounds, _time);
            _painter.Say(NewsSentences.Of(run));
        }
    }

    public void Show(RunNews news)
    {
        lock (_state)
        {
            if (news.Finished is { } round)
            {
                _last = round;
                _lastEvaluated = round.Accuracy is null ? _lastEvaluated : round;
            }
            else if (news.Kind is RunNewsKinds.RoundStarted)
            {
                _underWay = (news.Round, news.Asked, 0);
            }
            else if (news.Kind is RunNewsKinds.StudentReported)
            {
                // Whoever comes in the middle of a round has not heard how many were asked.
                _underWay = (news.Round, news.Round == _underWay.Round ? _underWay.Asked : 0, news.Reported);
            }
        }
    }

    public void Say(string sentence) => _painter.Say(sentence);

    public void Dispose() => _painter.Dispose();

    private IRenderable Picture()
    {
        lock (_state)
        {
            return _run is { } run ? new Rows(Bars(run), new Text(Line())) : new Text("asking the cluster ...");
        }
    }

    private Grid Bars(RunState run)
    {
        var grid = new Grid().AddColumn(new GridColumn().NoWrap()).AddColumn().AddColumn(new GridColumn().NoWrap());
        var done = _last?.Round ?? run.Rounds;
        grid.AddRow(new Text("rounds"), new Bar(done, run.PlannedRounds, Color.Green), new Text($"{done}/{run.PlannedRounds}"));
        if (_underWay is { Asked: > 0 } round)
        {
            grid.AddRow(
                new Text("students"),
                new Bar(round.Reported, round.Asked, Color.Blue),
                new Text($"{round.Reported}/{round.Asked}"));
        }

        return grid;
    }

    private string Line()
    {
        var figures = new List<string> { $"round {_underWay.Round}" };
        if (_lastEvaluated is { } evaluated)
        {
            figures.Add($"accuracy {Figures.Accuracy(evaluated.Accuracy)} (after round {evaluated.Round})");
        }

        if (_last is { } newest && _clock?.Left(newest.Round) is { } left)
        {
            figures.Add($"about {Sentences.Of(left)} left");
        }

        return string.Join(" | ", figures);
    }
}
