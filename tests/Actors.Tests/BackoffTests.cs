namespace Cohort.Actors.Tests;

public class BackoffTests : TestKit
{
    private static readonly TimeSpan Min = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Max = TimeSpan.FromSeconds(1);

    [Fact]
    public void A_failed_child_is_started_again_after_a_while()
    {
        var supervisor = Sys.ActorOf(BackoffSupervisor.Props(Backoff.OnFailure(Child(), "child", Min, Max, 0.2, -1)));
        ExpectMsg("started");
        supervisor.Tell("fail");
        ExpectMsg("stopped");
        ExpectMsg("started");
        supervisor.Tell("hello");
        ExpectMsg("hello");
    }

    [Fact]
    public void A_stopped_child_is_started_again_after_a_while()
    {
        var supervisor = Sys.ActorOf(BackoffSupervisor.Props(Backoff.OnStop(Child(), "child", Min, Max, 0, -1)));
        ExpectMsg("started");
        supervisor.Tell("stop");
        ExpectMsg("stopped");
        ExpectMsg("started");
    }

    [Fact]
    public void After_too_many_failures_the_supervisor_gives_up()
    {
        var supervisor = Sys.ActorOf(BackoffSupervisor.Props(
            Backoff.OnFailure(Child(), "child", Min, Max, 0, 1).WithAutoReset(TimeSpan.FromMinutes(1))));
        Watch(supervisor);
        ExpectMsg("started");
        supervisor.Tell("fail");
        ExpectMsg("stopped");
        ExpectMsg("started");
        supervisor.Tell("fail");
        ExpectMsg("stopped");
        ExpectTerminated(supervisor);
    }

    [Fact]
    public void The_supervisor_knows_its_child()
    {
        var supervisor = Sys.ActorOf(BackoffSupervisor.Props(Backoff.OnFailure(Child(), "child", Min, Max, 0, -1)), "boss");
        supervisor.Tell(BackoffSupervisor.GetCurrentChild.Instance);
        FishForMessage<BackoffSupervisor.CurrentChild>(_ => true).Ref!.Path.Name.ShouldBe("child");
    }

    private Props Child() => Props.Create(() => new Fragile(TestActor));

    private sealed class Fragile : ReceiveActor
    {
        private readonly IActorRef _report;

        public Fragile(IActorRef report)
        {
            _report = report;
            Receive<string>(text => text is "fail", _ => throw new InvalidOperationException("failed"));
            Receive<string>(text => text is "stop", _ => Context.Stop(Self));
            Receive<string>(text => _report.Tell(text));
        }

        protected override void PreStart() => _report.Tell("started");

        protected override void PostStop() => _report.Tell("stopped");
    }
}
