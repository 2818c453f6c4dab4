namespace Cohort.Clustering.RabbitMq;

/// <summary>What lies on the broker, and how it is called (docs/cluster.md).</summary>
internal static class Names
{
    public const string Refs = "cohort.refs";
    public const string Singletons = "cohort.singletons";
    public const string Topics = "cohort.topics";
    public const string Members = "cohort.members";
    public const string Dead = "cohort.dead";
    public const string DeadLetters = "cohort.dead-letters";
    public const string BrokerEvents = "amq.rabbitmq.event";

    /// <summary>AMQP's longest routing key or name, in UTF-8 bytes.</summary>
    public const int LongestKey = 255;

    private const string RefsOf = "cohort.refs.";

    public static string RefsQueue(string member) => RefsOf + member;

    /// <summary>Whose references a queue of this name holds; null for other queues.</summary>
    public static string? MemberOfRefsQueue(string queue)
        => queue.StartsWith(RefsOf, StringComparison.Ordinal) ? queue[RefsOf.Length..] : null;

    public static string MembersQueue(string member) => $"cohort.members.{member}";

    public static string SingletonQueue(string name) => $"cohort.singleton.{name}";

    public static string TopicQueue(string topic, string member) => $"cohort.topic.{topic}.{member}";

    public static string Region(string kind) => $"cohort.region.{kind}";

    public static string RegionHash(string kind) => $"cohort.region.{kind}.hash";

    public static string RegionQueue(string kind, string member) => $"cohort.region.{kind}.{member}";
}
