namespace Cohort.Seed.Ledger;

/// <summary>How the students of a charged round were chosen.</summary>
public enum ChargedSampling
{
    /// <summary>Everybody takes part.</summary>
    Everyone,

    /// <summary>Each with the same probability, independently.</summary>
    Poisson,

    /// <summary>A fixed number, drawn without replacement.</summary>
    FixedSize,

    /// <summary>Everybody once in a cycle of 1 / rate rounds.</summary>
    Turns,
}

/// <summary>
/// Privacy that one try at a round spends. It is on disk before the round's students are asked: whatever dies afterwards, what may
/// have been released is counted.
/// </summary>
public sealed record ChargeRecord
{
    public required string Run { get; init; }

    /// <summary>Counted from 1; a round that is tried again is charged again.</summary>
    public required int Round { get; init; }

    /// <summary>Of the ledger's writer; with <see cref="Sequence"/> unique, as in the round's key.</summary>
    public required long Epoch { get; init; }

    public required int Sequence { get; init; }

    /// <summary>Whose privacy: the digest of all samples.</summary>
    public required string Population { get; init; }

    /// <summary>z: the standard deviation of the noise on the sum, in clipping bounds.</summary>
    public required double NoiseMultiplier { get; init; }

    public required ChargedSampling Sampling { get; init; }

    /// <summary>q: a student's chance to take part.</summary>
    public required double Rate { get; init; }

    /// <summary>When it was put into the ledger; the ledger says.</summary>
    public DateTimeOffset Created { get; init; }
}
