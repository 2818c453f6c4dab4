namespace Cohort.Specs;

/// <summary>What strikes a cluster during one run.</summary>
internal enum Fault
{
    KillNode,
    PauseNode,
    CutNode,
    CutSeed,
    KillSeed,
    RestartBroker,
}

/// <summary>A fault, and after how many finished rounds it strikes.</summary>
/// <param name="Round">Finished rounds; the fault falls into the next one.</param>
/// <param name="Fault">What.</param>
/// <param name="Node">Which node, where it is one.</param>
/// <param name="Rounds">A paused node goes on after so many further rounds.</param>
internal sealed record Strike(int Round, Fault Fault, string Node, int Rounds)
{
    public override string ToString() => Fault switch
    {
        Fault.KillNode or Fault.CutNode => $"{Fault} {Node} in round {Round + 1}",
        Fault.PauseNode => $"{Fault} {Node} in round {Round + 1} for {Rounds} rounds",
        _ => $"{Fault} in round {Round + 1}",
    };
}

/// <summary>The faults of one run, drawn from a seed: the same seed gives the same schedule.</summary>
internal sealed class FaultSchedule
{
    public const int Rounds = 12;
    private const int Strikes = 3;

    private FaultSchedule(int seed, IReadOnlyList<Strike> strikes) => (Seed, All) = (seed, strikes);

    public int Seed { get; }

    /// <summary>In the order in which they strike, at most one in a round.</summary>
    public IReadOnlyList<Strike> All { get; }

    public static FaultSchedule Of(int seed, IReadOnlyList<string> nodes)
    {
        var random = new Random(seed);
        var rounds = Enumerable.Range(1, Rounds - 3).ToArray();
        random.Shuffle(rounds);
        var faults = Enum.GetValues<Fault>();
        return new(
            seed,
            [
                .. rounds.Take(Strikes).Order().Select(round => new Strike(
                    round, faults[random.Next(faults.Length)], nodes[random.Next(nodes.Count)], random.Next(1, 3))),
            ]);
    }

    public override string ToString() => $"seed {Seed}: {string.Join(", ", All)}";
}
