using System.Globalization;
using Cohort.Messages;
using Cohort.Seed.Coordination;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Cohort.Pbm.Running;

/// <summary>
/// A terminal that follows the run: rounds, a bar per group, accuracy, time left. Drawn at most a few times a second, whatever
/// the pace of the rounds.
/// </summary>
public sealed class TerminalDisplay : IRunDisplay, IDisposable
{
    private const int MostGroupsShown = 12;

    private readonly Lock _state = new();
    private readonly TimeProvider _time;
    private readonly LivePainter _painter;
    private readonly SortedDictionary<int, (int Asked, int Reported, int Failed)> _groups = [];
    private RunStarted? _run;
    private RunClock? _clock;
    private RoundReport? _last;
    private RoundReport? _lastEvaluated;
    private int _round;

    public TerminalDisplay(IAnsiConsole console, TimeProvider time)
    {
        _time = time;
        _painter = new LivePainter(console, Picture);
    }

    public void Show(RunEvent happened)
    {
        lock (_state)
        {
            switch (happened)
            {
                case RunStarted started:
                    (_run, _round) = (started, started.RoundsDone);
                    _clock = new RunClock(started.RoundsDone, started.Plan.Rounds.Count, _time);
                    _painter.Say(Sentences.Of(started));
                    break;
                case GroupsFormed groups:
                    _painter.Say(Sentences.Of(groups));
                    break;
                case RoundStarted started:
                    _round = started.Round;
                    _groups.Clear();
                    foreach (var (group, asked) in started.AskedByGroup)
                    {
                        _groups[group] = (asked, 0, 0);
                    }

                    break;
                case RoundFinished { Report: var report }:
                    _last = report;
                    _lastEvaluated = report.Metrics is null ? _lastEvaluated : report;
                    foreach (var (student, reason) in report.Failed)
                    {
                        _painter.Say($"round {report.Round}: student {student} failed: {reason}");
                    }

                    break;
                default:
                    break;
            }
        }
    }

    public void Show(StudentReported report)
    {
        lock (_state)
        {
            if (report.Key.Round == _round && _groups.TryGetValue(report.Group, out var group))
            {
                _groups[report.Group] = (group.Asked, group.Reported + 1, group.Failed + (report.Failed ? 1 : 0));
            }
        }
    }

    public void Dispose() => _painter.Dispose();

    private IRenderable Picture()
    {
        lock (_state)
        {
            return _run is { } run ? new Rows(Bars(run), new Text(Figures())) : new Text("preparing ...");
        }
    }

    private Grid Bars(RunStarted run)
    {
        var grid = new Grid().AddColumn(new GridColumn().NoWrap()).AddColumn().AddColumn(new GridColumn().NoWrap());
        var total = run.Plan.Rounds.Count;
        var done = _last?.Round ?? run.RoundsDone;
        grid.AddRow(new Text("rounds"), new Bar(done, total, Color.Green), new Text($"{done}/{total}"));
        foreach (var (group, (asked, reported, failed)) in _groups.Take(MostGroupsShown))
        {
            var failures = failed > 0 ? $", {failed} failed" : "";
            grid.AddRow(
                new Text($"group {group}"), new Bar(reported, asked, Color.Blue), new Text($"{reported}/{asked}{failures}"));
        }

        return grid;
    }

    private string Figures()
    {
        var figures = new List<string> { $"round {_round}" };
        if (_last is { TrainLoss: { } loss })
        {
            figures.Add(string.Create(CultureInfo.InvariantCulture, $"train loss {loss:F3}"));
        }

        if (_lastEvaluated is { Metrics: { } metrics } evaluated)
        {
            figures.Add(string.Create(
                CultureInfo.InvariantCulture,
                $"accuracy {metrics.Accuracy:P1} (after round {evaluated.Round}), macro F1 {metrics.MacroF1:F3}"));
        }

        if (_last is { } newest && _clock?.Left(newest.Round) is { } left)
        {
            figures.Add($"about {Sentences.Of(left)} left");
        }

        return string.Join(" | ", figures);
    }
}
