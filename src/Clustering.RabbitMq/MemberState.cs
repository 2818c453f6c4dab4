namespace Cohort.Clustering.RabbitMq;

/// <summary>A member as the others see it.</summary>
/// <param name="Name">Unique.</param>
/// <param name="Role">What it is there for.</param>
/// <param name="Slots">Students it trains at a time.</param>
/// <param name="Incarnation">Differs between lives, and between connections.</param>
/// <param name="Draining">True if it takes no new students.</param>
public sealed record MemberState(string Name, MemberRole Role, int Slots, string Incarnation, bool Draining);
