namespace Cohort.Clustering.RabbitMq;

/// <summary>A message that could not be dealt with.</summary>
/// <param name="Type">The message type; empty where it could not be read.</param>
/// <param name="Reason">Why it is here: rejected (it could not be read), delivery_limit (it came back too often), ...</param>
/// <param name="Queue">Where it lay.</param>
/// <param name="Target">Whom it was for.</param>
/// <param name="Run">The run it belongs to; empty for none.</param>
/// <param name="Round">The round; 0 for none.</param>
/// <param name="Bytes">Its size.</param>
/// <param name="Time">When it was given up, in UTC.</param>
public sealed record DeadLetterState(
    string Type, string Reason, string Queue, string Target, string Run, int Round, long Bytes, DateTimeOffset Time);
