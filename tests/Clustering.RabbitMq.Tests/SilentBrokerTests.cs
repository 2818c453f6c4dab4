using Cohort.Brokers;

namespace Cohort.Clustering.RabbitMq.Tests;

/// <summary>On a broker that tells nobody whose connection is gone: its event exchange is off.</summary>
public sealed class SilentBrokerTests : IAsyncLifetime
{
    private PrivateBroker _broker = null!;
    private Party _party = null!;

    public async Task InitializeAsync()
    {
        _broker = await PrivateBroker.StartAsync(new BrokerSettings { Plugins = ["rabbitmq_consistent_hash_exchange"] });
        _party = new Party(_broker);
    }

    public async Task DisposeAsync()
    {
        await _party.DisposeAsync();
        await _broker.DisposeAsync();
    }

    [Fact]
    public async Task A_lost_member_is_noticed_by_its_silence_and_the_log_says_why_it_takes_longer()
    {
        var observer = await _party.JoinAsync(change: MembershipTests.Attentive);
        _party.Log.Count(line => line.Contains("does not tell whose connection is gone", StringComparison.Ordinal)).ShouldBe(1);

        await MembershipTests.LossIsNoticedBySilenceAsync(_party, observer);
    }

    [Fact]
    public async Task A_member_that_has_connected_anew_before_its_silence_was_noticed_has_left_and_joined_as_another()
    {
        var (observer, member) = (await _party.JoinAsync(), await _party.JoinAsync());
        await _party.AllSeeEachOtherAsync();
        var (joined, left) = (observer.ListenTo<MemberJoined>(), observer.ListenTo<MemberLeft>());
        var before = member.Cluster.Self;
        await _party.CutAsync(member);

        var gone = await left.GetsAsync<MemberLeft>();
        (gone.Member, gone.Reason).ShouldBe((before, "it has connected anew, and what lay in its queues is lost"));
        var back = (await joined.GetsAsync<MemberJoined>()).Member;
        back.ShouldBe(member.Cluster.Self);
        back.ShouldNotBe(before);
        observer.Cluster.Members.Count.ShouldBe(2);
    }
}
