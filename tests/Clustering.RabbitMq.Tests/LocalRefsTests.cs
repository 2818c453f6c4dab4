using Cohort.Clustering.RabbitMq.Refs;

namespace Cohort.Clustering.RabbitMq.Tests;

public sealed class LocalRefsTests : IAsyncLifetime
{
    private readonly ActorSystem _system = ActorSystem.Create("refs");

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => _system.Terminate();

    [Fact]
    public async Task Who_waits_for_one_answer_is_known_until_it_comes_and_an_actor_until_it_stops()
    {
        var refs = new LocalRefs(_system, "member", "incarnation");
        var inbox = new Inbox(_system);
        var asked = inbox.Ref.Ask<string>("question", TimeSpan.FromSeconds(20));
        await inbox.HasAsync(1);

        var waiting = refs.AddressOf(inbox.LastSender);
        refs.TryFind(waiting, out var asker).ShouldBeTrue();
        refs.TryFind(waiting, out _).ShouldBeFalse();
        asker.Tell("answer", inbox.Ref);
        (await asked).ShouldBe("answer");

        var actor = refs.AddressOf(inbox.Ref);
        refs.AddressOf(inbox.Ref).ShouldBe(actor);
        refs.TryFind(actor, out _).ShouldBeTrue();
        refs.TryFind(actor, out var found).ShouldBeTrue();
        found.ShouldBe(inbox.Ref);
        _system.Stop(inbox.Ref);
        await Eventually.Is(() => !refs.TryFind(actor, out _));
    }
}
