namespace Cohort.Actors.Testing;

public abstract partial class TestKitBase
{
    /// <summary>Tries an assertion again and again until it holds; when the time is up its last failure is thrown.</summary>
    public void AwaitAssert(Action assertion, TimeSpan? duration = null, TimeSpan? interval = null)
    {
        var end = Now + RemainingOr(duration);
        var pause = interval ?? TimeSpan.FromMilliseconds(100);
        while (true)
        {
            try
            {
                assertion();
                return;
            }
            catch (Exception) when (Now + pause < end)
            {
                Thread.Sleep(pause);
            }
        }
    }
}
