namespace Cohort.Messages;

/// <summary>What is broadcast.</summary>
public static class Topics
{
    /// <summary><see cref="RunDefinition"/>.</summary>
    public const string Runs = "runs";

    /// <summary><see cref="RunDefinition"/>, as devices are told it, and <see cref="RollCall"/>.</summary>
    public const string Devices = "devices";

    /// <summary><see cref="ModelVersion"/>.</summary>
    public const string Models = "models";

    /// <summary><see cref="CollectSums"/>.</summary>
    public const string Collect = "collect";

    /// <summary><see cref="StudentReported"/>.</summary>
    public const string Progress = "progress";

    /// <summary><see cref="RunStep"/>.</summary>
    public const string News = "news";

    /// <summary><see cref="MemberOrder"/>.</summary>
    public const string Orders = "orders";

    /// <summary><see cref="MemberFigures"/>.</summary>
    public const string Figures = "figures";

    /// <summary><see cref="MemberLogged"/>.</summary>
    public const string Logs = "logs";
}

/// <summary>Of these there is one in the cluster.</summary>
public static class Singletons
{
    public const string Coordinator = "coordinator";
}

/// <summary>Entities spread over the nodes.</summary>
public static class Regions
{
    /// <summary>One entity per student, its id the student's index.</summary>
    public const string Students = "students";

    /// <summary>One entity per resident student, its id the student's name, on its own device and nowhere else.</summary>
    public const string Residents = "residents";

    /// <summary>One entity per group, its id the group's number.</summary>
    public const string Leaders = "leaders";
}
