namespace Cohort.Clustering.RabbitMq.Parts;

/// <summary>What membership tells the rest of the process.</summary>
internal abstract class MembershipEvents
{
    /// <summary>This process, as the others see it now.</summary>
    public abstract Member Self { get; }

    public abstract bool IsDraining { get; }

    /// <summary>True if all that this process has asked for is on the broker.</summary>
    public abstract bool IsDeclared { get; }

    /// <summary>This process has told the others, over its present connection, that it is in.</summary>
    public abstract void Announced();

    public abstract void Joined(Member member, string process);

    public abstract void Left(Member member, string reason);

    /// <summary>The others that are in.</summary>
    public abstract void Show(IReadOnlyList<(Member Member, bool IsDraining)> others);

    /// <summary>Now and then: whatever is done in batches is brought to an end.</summary>
    public abstract Task FlushAsync();
}
