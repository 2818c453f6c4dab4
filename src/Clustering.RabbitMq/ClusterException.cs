namespace Cohort.Clustering.RabbitMq;

/// <summary>What keeps this process from the cluster; the message is a sentence for the person who can mend it.</summary>
public sealed class ClusterException : Exception
{
    public ClusterException(string message)
        : base(message)
    {
    }

    public ClusterException(string message, Exception? cause)
        : base(message, cause)
    {
    }
}
