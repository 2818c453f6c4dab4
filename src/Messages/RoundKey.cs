namespace Cohort.Messages;

public sealed partial class RoundKey
{
    /// <summary>True if what has the other key was asked for later, by the same seed or by one that took its place.</summary>
    public bool IsOlderThan(RoundKey other)
        => Epoch == other.Epoch ? Sequence < other.Sequence : Epoch < other.Epoch;
}
