namespace Cohort.Specs;

/// <summary>The specs' own plans, from the checkout's root.</summary>
internal static class Plans
{
    /// <summary>Rounds of a fraction of a second, which wait for everybody.</summary>
    public const string Short = "tests/Cluster.Specs/Plans/short.json";

    /// <summary>Updates are clipped.</summary>
    public const string Clipped = "tests/Cluster.Specs/Plans/clipped.json";

    /// <summary>The same under secure aggregation.</summary>
    public const string Secure = "tests/Cluster.Specs/Plans/secure.json";

    /// <summary>Noise in shares from the students, under secure aggregation.</summary>
    public const string Shares = "tests/Cluster.Specs/Plans/shares.json";

    /// <summary>A robust rule against attackers, compressed updates, and a server optimiser with a memory.</summary>
    public const string Robust = "tests/Cluster.Specs/Plans/robust.json";

    /// <summary>Top-k with error feedback: students remember, also between the rounds of a group of its own.</summary>
    public const string Remembering = "tests/Cluster.Specs/Plans/remembering.json";

    /// <summary>Students and server keep control variates.</summary>
    public const string Scaffold = "tests/Cluster.Specs/Plans/scaffold.json";

    /// <summary>As the first, with a deadline.</summary>
    public const string Impatient = "tests/Cluster.Specs/Plans/impatient.json";
}
