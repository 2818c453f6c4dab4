using Cohort.Messages;

namespace Cohort.Seed.Coordination;

/// <summary>Makes the keys of rounds: each is newer than all before it, also than those of seeds that have led earlier.</summary>
/// <param name="epoch">The ledger writer's.</param>
public sealed class RoundKeys(long epoch)
{
    /// <summary>The last one made; before there is one, a key that is newer than those of all earlier seeds.</summary>
    public RoundKey Newest { get; private set; } = new() { Epoch = epoch };

    public RoundKey Next(string run, int round, int attempt)
        => Newest = new() { Run = run, Round = round, Attempt = attempt, Epoch = epoch, Sequence = Newest.Sequence + 1 };
}
