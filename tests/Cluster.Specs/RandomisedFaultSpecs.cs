using System.Globalization;
using Xunit.Abstractions;

namespace Cohort.Specs;

/// <summary>
/// Whatever strikes, in whatever order: the model is that of the calm run. In continuous integration ten schedules; scripts/soak.sh
/// runs more.
/// </summary>
[Collection(nameof(ThreeNodes))]
public sealed class RandomisedFaultSpecs(ThreeNodes three, ITestOutputHelper output)
{
    public static TheoryData<int> Seeds()
        => [.. Enumerable.Range(NumberIn("COHORT_SOAK_FROM", 1), NumberIn("COHORT_SOAK_SEEDS", 10))];

    [Theory]
    [MemberData(nameof(Seeds))]
    public Task Faults_drawn_by_chance_change_no_bit(int seed)
    {
        var schedule = FaultSchedule.Of(seed, ["node1", "node2", "node3"]);
        output.WriteLine(schedule.ToString());
        return three.Cluster.SpecAsync(
            async () =>
            {
                string[] plan = [Plans.Short, "--rounds", Text(FaultSchedule.Rounds), "--seed", Text(1000 + seed)];
                var calm = three.Cluster.ModelOfOneProcessAsync(plan);
                var run = await three.Cluster.BeginAsync(plan);
                foreach (var strike in schedule.All)
                {
                    if (await three.Cluster.GoesOnAfterAsync(run, strike.Round))
                    {
                        await StrikeAsync(run, strike);
                    }
                }

                (await three.Cluster.EndAsync(run)).ShouldBe(await calm);
            },
            $"{schedule}. Again: scripts/soak.sh --from {Text(seed)} --seeds 1");
    }

    private async Task StrikeAsync(string run, Strike strike)
    {
        var cluster = three.Cluster;
        switch (strike.Fault)
        {
            case Fault.KillNode:
                await cluster.KillAsync(strike.Node);
                await cluster.AddAsync(strike.Node);
                break;
            case Fault.PauseNode:
                await cluster.PauseAsync(strike.Node);
                await cluster.GoesOnAfterAsync(run, strike.Round + strike.Rounds);
                await cluster.ResumeAsync(strike.Node);
                break;
            case Fault.CutNode:
                await cluster.CutConnectionAsync(strike.Node);
                break;
            case Fault.CutSeed:
                await cluster.CutConnectionAsync(await cluster.LeadingSeedAsync());
                break;
            case Fault.KillSeed:
                var seed = await cluster.LeadingSeedAsync();
                await cluster.KillAsync(seed);
                await cluster.AddAsync(seed);
                break;
            case Fault.RestartBroker:
                await cluster.RestartBrokerAsync();
                break;
        }
    }

    private static int NumberIn(string variable, int otherwise)
        => int.TryParse(Environment.GetEnvironmentVariable(variable), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number
            : otherwise;

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
