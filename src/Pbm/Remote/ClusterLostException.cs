namespace Cohort.Pbm.Remote;

/// <summary>The cluster cannot be reached at the moment; trying again may help.</summary>
internal sealed class ClusterLostException(string message) : CommandException(message, ExitCodes.Cluster);
