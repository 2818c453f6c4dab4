namespace Cohort.Actors.Tests;

/// <summary>What the test kit promises about time.</summary>
public class WaitingTests : TestKit
{
    private static readonly TimeSpan Soon = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    [Fact]
    public void Within_gives_what_its_block_gives()
    {
        TestActor.Tell("hello", ActorRefs.NoSender);
        Within(Patience, () => ExpectMsg<string>()).ShouldBe("hello");
    }

    [Fact]
    public void Inside_Within_nothing_is_awaited_longer_than_that()
    {
        var start = TimeProvider.System.GetTimestamp();
        Should.Throw<Exception>(() => Within(Soon, () => ExpectMsg<string>()));
        TimeProvider.System.GetElapsedTime(start).ShouldBeLessThan(TimeSpan.FromSeconds(2));
    }

    [Fact]
    public void A_block_that_takes_too_long_is_a_failure() =>
        Should.Throw<Exception>(() => Within(TimeSpan.FromMilliseconds(1), () => Thread.Sleep(Soon)));

    [Fact]
    public void A_block_that_ends_too_early_is_a_failure() =>
        Should.Throw<Exception>(() => Within(Soon, Patience, () => { }));

    [Fact]
    public void An_assertion_is_tried_until_it_holds()
    {
        var tries = 0;
        AwaitAssert(() => (++tries).ShouldBe(3), Patience, TimeSpan.FromMilliseconds(10));
        tries.ShouldBe(3);
    }

    [Fact]
    public void An_assertion_that_never_holds_fails_with_its_last_failure() =>
        Should.Throw<FormatException>(
            () => AwaitAssert(() => throw new FormatException(), Soon, TimeSpan.FromMilliseconds(10)));

    [Fact]
    public void A_message_where_none_is_expected_is_a_failure()
    {
        TestActor.Tell("surprise", ActorRefs.NoSender);
        Should.Throw<Exception>(() => ExpectNoMsg(Soon));
    }

    [Fact]
    public void A_message_of_another_type_is_a_failure()
    {
        TestActor.Tell(1, ActorRefs.NoSender);
        Should.Throw<Exception>(() => ExpectMsg<string>(Patience));
    }
}
