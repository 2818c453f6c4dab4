namespace Cohort.Specs;

/// <summary>docs/cluster.md, Seed lost: the broker hands the coordinator to the other seed, which goes on from the ledger.</summary>
[Collection(nameof(ThreeNodes))]
public sealed class LostSeedSpecs(ThreeNodes three)
{
    private readonly Cluster _cluster = three.Cluster;

    [Fact]
    public Task A_seed_that_is_killed_in_mid_round_is_followed_by_the_other_and_no_bit_changes()
        => _cluster.SpecAsync(async () =>
        {
            string[] plan = [Plans.Short, "--rounds", "20", "--seed", "41"];
            var calm = _cluster.ModelOfOneProcessAsync(plan);
            var run = await _cluster.BeginAsync(plan);

            await _cluster.RoundsAsync(run, 3);
            var first = await _cluster.LeadingSeedAsync();
            await _cluster.KillAsync(first);
            await _cluster.MoreRoundsAsync(run, 3);
            (await _cluster.LeadingSeedAsync()).Equals(first, StringComparison.Ordinal).ShouldBeFalse();

            (await _cluster.EndAsync(run)).ShouldBe(await calm);
        });

    [Fact]
    public Task A_run_survives_both_seeds_one_after_the_other()
        => _cluster.SpecAsync(async () =>
        {
            string[] plan = [Plans.Short, "--rounds", "12", "--seed", "42"];
            var calm = _cluster.ModelOfOneProcessAsync(plan);
            var run = await _cluster.BeginAsync(plan);

            await _cluster.RoundsAsync(run, 2);
            await _cluster.KillAsync("seed1");
            await _cluster.KillAsync("seed2");
            await _cluster.AddAsync("seed1");
            await _cluster.AddAsync("seed2");

            (await _cluster.EndAsync(run)).ShouldBe(await calm);
        });

    [Fact]
    public Task A_seed_that_comes_back_from_a_pause_finds_itself_replaced_and_adds_nothing()
        => _cluster.SpecAsync(async () =>
        {
            string[] plan = [Plans.Short, "--rounds", "40", "--seed", "43"];
            var calm = _cluster.ModelOfOneProcessAsync(plan);
            var run = await _cluster.BeginAsync(plan);

            await _cluster.RoundsAsync(run, 3);
            var paused = await _cluster.LeadingSeedAsync();
            await _cluster.PauseAsync(paused);
            await _cluster.MoreRoundsAsync(run, 3); // another leads
            await _cluster.ResumeAsync(paused);

            // It ends, or waits for its turn: which of the two depends on whether ledger or broker tells it first.
            (await _cluster.EndAsync(run)).ShouldBe(await calm);
            (await _cluster.RoundsOfAsync(run)).Select(round => round.Round).ShouldBe(Enumerable.Range(1, 40));
            await _cluster.GivesWayAsync(paused);
        });

    [Fact]
    public Task A_ledger_that_is_killed_and_started_again_in_mid_run_loses_nothing()
        => _cluster.SpecAsync(async () =>
        {
            string[] plan = [Plans.Short, "--rounds", "15", "--seed", "44"];
            var calm = _cluster.ModelOfOneProcessAsync(plan);
            var run = await _cluster.BeginAsync(plan);

            await _cluster.RoundsAsync(run, 3);
            await _cluster.RestartLedgerAsync();

            (await _cluster.EndAsync(run)).ShouldBe(await calm);
            (await _cluster.RoundsOfAsync(run)).Select(round => round.Round).ShouldBe(Enumerable.Range(1, 15));
        });
}
