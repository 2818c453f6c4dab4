namespace Cohort.Actors.Testing;

/// <summary>
/// The base of a test class: an actor system of its own, ended with the test, and a test actor to talk to others.
/// </summary>
public class TestKit : TestKitBase, IDisposable
{
    private bool _isDisposed;

    public TestKit()
        : base(ActorSystem.Create("test")) => BecomeImplicitSender();

    public TestProbe CreateTestProbe() => new(Sys);

    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    protected virtual void Dispose(bool disposing)
    {
        if (_isDisposed || !disposing) return;
        _isDisposed = true;
        Sys.Terminate().Wait(TimeSpan.FromSeconds(10));
    }
}
