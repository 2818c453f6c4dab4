namespace Cohort.Actors.Tests;

public class AskTests : TestKit
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    [Fact]
    public async Task An_ask_is_answered() =>
        (await Answering("hello").Ask<string>("?", Patience)).ShouldBe("hello");

    [Fact]
    public async Task An_unanswered_ask_times_out() =>
        await Should.ThrowAsync<AskTimeoutException>(Silent().Ask<string>("?", TimeSpan.FromMilliseconds(50)));

    [Fact]
    public async Task An_ask_can_be_cancelled()
    {
        using var cancellation = new CancellationTokenSource();
        var ask = Silent().Ask<string>("?", cancellation.Token);
        await cancellation.CancelAsync();
        await Should.ThrowAsync<TaskCanceledException>(ask);
    }

    [Fact]
    public async Task A_reply_of_another_type_fails_the_ask() =>
        await Should.ThrowAsync<ArgumentException>(Answering(42).Ask<string>("?", Patience));

    [Fact]
    public async Task A_failure_rethrows_its_cause()
    {
        var ask = Answering(new Status.Failure(new FormatException("bad"))).Ask<string>("?", Patience);
        (await Should.ThrowAsync<FormatException>(ask)).Message.ShouldBe("bad");
    }

    [Fact]
    public async Task A_failure_is_a_value_to_who_asks_for_one() =>
        (await Answering(new Status.Failure(new FormatException())).Ask<Status.Failure>("?", Patience))
            .Cause.ShouldBeOfType<FormatException>();

    [Fact]
    public async Task A_null_reply_is_null() => (await Answering(null).Ask<string>("?", Patience)).ShouldBeNull();

    [Fact]
    public async Task Only_the_first_reply_counts()
    {
        var actor = ActorOf(() => new Twice());
        (await actor.Ask<int>("?", Patience)).ShouldBe(1);
    }

    [Fact]
    public async Task Many_asks_at_once_get_each_its_own_reply()
    {
        var actor = ActorOf(() => new Doubler());
        var replies = await Task.WhenAll(Enumerable.Range(0, 10_000).Select(n => actor.Ask<int>(n, TimeSpan.FromSeconds(30))));
        replies.ShouldBe(Enumerable.Range(0, 10_000).Select(n => 2 * n));
    }

    [Fact]
    public void The_result_of_a_task_is_piped_as_a_message()
    {
        _ = Task.FromResult(3).PipeTo(TestActor, success: n => n + 1);
        ExpectMsg(4);
        _ = Task.FromResult("plain").PipeTo(TestActor, TestActor);
        ExpectMsg("plain");
        LastSender.ShouldBe(TestActor);
    }

    [Fact]
    public void The_failure_of_a_task_is_piped_as_a_message()
    {
        _ = Task.FromException<int>(new FormatException("bad")).PipeTo(TestActor);
        ExpectMsg<Status.Failure>().Cause.GetBaseException().Message.ShouldBe("bad");
        _ = Task.FromException<int>(new FormatException("bad")).PipeTo(TestActor, failure: e => e.GetBaseException().Message);
        ExpectMsg("bad");
    }

    private IActorRef Answering(object? reply) => ActorOf(() => new Answerer(reply));

    private IActorRef Silent() => ActorOf(() => new Silence());

    private sealed class Answerer : ReceiveActor
    {
        public Answerer(object? reply) => ReceiveAny(_ => Sender.Tell(reply!));
    }

    private sealed class Silence : ReceiveActor
    {
        public Silence() => ReceiveAny(_ => { });
    }

    private sealed class Twice : ReceiveActor
    {
        public Twice() => ReceiveAny(_ =>
        {
            Sender.Tell(1);
            Sender.Tell(2);
        });
    }

    private sealed class Doubler : ReceiveActor
    {
        public Doubler() => Receive<int>(n => Sender.Tell(2 * n));
    }
}
