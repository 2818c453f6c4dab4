using Cohort.Messages;

namespace Cohort.Seed.Coordination;

/// <summary>Makes the keys of rounds: each is newer than all before it, also than those of seeds that have led earlier.</summary>
/// <param name="epoch">The ledger writer's.</param>
public sealed class RoundKeys(long epoch)
{
    private int _sequence;

    public RoundKey Next(string run, int round, int attempt)
        => new() { Run = run, Round = round, Attempt = attempt, Epoch = epoch, Sequence = ++_sequence };
}
