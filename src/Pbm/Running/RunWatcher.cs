using Cohort.Messages;
using Cohort.Seed.Coordination;

namespace Cohort.Pbm.Running;

/// <summary>Passes what happens in a run on to a display, one thing at a time.</summary>
public sealed class RunWatcher : ReceiveActor
{
    public RunWatcher(IRunDisplay display, TaskCompletionSource<RunEvent> ended)
    {
        Receive<StudentReported>(display.Show);
        Receive<RunEvent>(happened =>
        {
            display.Show(happened);
            if (happened is RunFinished or RunFailed)
            {
                ended.TrySetResult(happened);
            }
        });
    }
}

/// <summary>What a person, or a program, sees of a run.</summary>
public interface IRunDisplay
{
    /// <summary>A step of the run.</summary>
    void Show(RunEvent happened);

    /// <summary>One student of a group has reported.</summary>
    void Show(StudentReported report);
}
