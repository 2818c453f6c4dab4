using Spectre.Console;

namespace Cohort.Pbm.Running;

/// <summary>A picture at the terminal's end, drawn again a few times a second, whatever the pace of what it shows.</summary>
internal sealed class LivePainter : IDisposable
{
    private static readonly TimeSpan Frame = TimeSpan.FromMilliseconds(100);

    private readonly IAnsiConsole _console;
    private readonly Action<LiveDisplayContext> _draw;
    private readonly Thread _thread;
    private readonly ManualResetEventSlim _over = new();

    /// <param name="console">The terminal.</param>
    /// <param name="draw">Draws one frame; called by a thread of the painter's own.</param>
    public LivePainter(IAnsiConsole console, Action<LiveDisplayContext> draw)
    {
        _console = console;
        _draw = draw;
        _thread = new Thread(Paint) { IsBackground = true, Name = "run display" };
        _thread.Start();
    }

    /// <summary>Draws a last frame, and clears the picture.</summary>
    public void Dispose()
    {
        _over.Set();
        _thread.Join();
        _over.Dispose();
    }

    private void Paint()
        => _console.Live(new Text("")).AutoClear(true).Start(live =>
        {
            while (!_over.Wait(Frame))
            {
                _draw(live);
            }

            _draw(live);
        });
}
