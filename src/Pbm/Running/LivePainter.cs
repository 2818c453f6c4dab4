using System.Collections.Concurrent;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Cohort.Pbm.Running;

/// <summary>
/// A picture at the terminal's end, drawn again a few times a second, whatever the pace of what it shows, and sentences above it
/// that stay.
/// </summary>
internal sealed class LivePainter : IDisposable
{
    private static readonly TimeSpan Frame = TimeSpan.FromMilliseconds(100);

    private readonly IAnsiConsole _console;
    private readonly Func<IRenderable> _picture;
    private readonly ConcurrentQueue<string> _said = new();
    private readonly Thread _thread;
    private readonly ManualResetEventSlim _over = new();

    /// <param name="console">The terminal.</param>
    /// <param name="picture">One frame; called by a thread of the painter's own.</param>
    public LivePainter(IAnsiConsole console, Func<IRenderable> picture)
    {
        _console = console;
        _picture = picture;
        _thread = new Thread(Paint) { IsBackground = true, Name = "run display" };
        _thread.Start();
    }

    /// <summary>Puts a sentence above the picture, with the next frame.</summary>
    public void Say(string sentence) => _said.Enqueue(sentence);

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
                Draw(live);
            }

            Draw(live);
        });

    private void Draw(LiveDisplayContext live)
    {
        while (_said.TryDequeue(out var sentence))
        {
            _console.MarkupLineInterpolated($"{sentence}");
        }

        live.UpdateTarget(_picture());
    }
}
