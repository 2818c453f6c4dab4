using Spectre.Console;

namespace Cohort.Pbm.Running;

/// <summary>A bar at the terminal's end while a command works; nothing where nobody looks.</summary>
internal sealed class WorkProgress : IDisposable
{
    private readonly LivePainter? _painter;
    private readonly string _what;
    private readonly int _total;
    private readonly RunClock _clock;
    private int _done;

    /// <param name="what">What is being done, for people.</param>
    /// <param name="total">Steps in all, at least 1.</param>
    /// <param name="quiet">Nothing but the result is to be printed.</param>
    public WorkProgress(string what, int total, bool quiet)
    {
        (_what, _total) = (what, total);
        _clock = new RunClock(0, total, TimeProvider.System);
        if (!quiet && AnsiConsole.Profile.Capabilities.Interactive && AnsiConsole.Profile.Out.IsTerminal)
        {
            _painter = new LivePainter(AnsiConsole.Console, Picture);
        }
        else if (!quiet)
        {
            Console.WriteLine($"{what} ...");
        }
    }

    /// <summary>How many steps are done; may be said by several threads, in any order.</summary>
    public void Report(int done)
    {
        for (var seen = Volatile.Read(ref _done); done > seen; seen = Volatile.Read(ref _done))
        {
            Interlocked.CompareExchange(ref _done, done, seen);
        }
    }

    public void Dispose() => _painter?.Dispose();

    private Grid Picture()
    {
        var done = Volatile.Read(ref _done);
        var left = _clock.Left(done);
        return new Grid().AddColumn().AddColumn().AddColumn().AddRow(
            new Text(_what),
            new Bar(done, _total, Color.Aqua),
            new Text(left is null ? "" : $"{Sentences.Of(left.Value)} left"));
    }
}
