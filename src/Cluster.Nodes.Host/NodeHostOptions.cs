using Cohort.Hosting.Configuration;

namespace Cohort.Nodes.Host;

/// <summary>How a node is started.</summary>
public sealed record NodeHostOptions : MemberOptions
{
    /// <summary>The folder in which data sets are found by name.</summary>
    public string DataFolder { get; init; } = Path.Combine(".cohort", "data");

    /// <summary>A folder with one folder of pictures for each student whose device this is; empty: it is a node.</summary>
    public string Residents { get; init; } = "";

    /// <summary>Where a device keeps its secret, and which pictures the versions of its students' samples consist of.</summary>
    public string ResidentsHome { get; init; } = Path.Combine(".cohort", "residents");

    /// <summary>The folder in which data sets are kept that were read once; empty: they are read from <see cref="DataFolder"/> at every start.</summary>
    public string CacheFolder { get; init; } = Path.Combine(".cohort", "cache");

    /// <summary>The seed that gives the broker's credentials for the enrolment token; null: they are configured.</summary>
    public Uri? EnrolmentSeed { get; init; }

    public string EnrolmentTokenFile { get; init; } = "";

    public static SettingTable<NodeHostOptions> Settings { get; } =
        new SettingTable<NodeHostOptions>(
            "cohort-node",
            "trains students and leads groups for the seeds of its cluster.",
            new NodeHostOptions
            {
                Member = "node-" + Environment.MachineName.ToLowerInvariant(),
                Listen = new Uri("http://127.0.0.1:8081"),
            },
            Check)
        .WithMember()
        .Text("DataFolder", "FOLDER", "Where data sets are found by name.", o => o.DataFolder, (o, v) => o with { DataFolder = v })
        .Text("Residents", "FOLDER", "Makes this the device of resident students: a folder for each, with pictures by class, never copied.",
            o => o.Residents, (o, v) => o with { Residents = v })
        .Text("ResidentsHome", "FOLDER", "Where a device keeps its secret, and lists of its students' pictures.",
            o => o.ResidentsHome, (o, v) => o with { ResidentsHome = v })
        .Text("CacheFolder", "FOLDER", "Where data sets are kept that were read once, for the next start; empty for nowhere.",
            o => o.CacheFolder, (o, v) => o with { CacheFolder = v })
        .Text("Enrolment:Seed", "URL", "A seed that gives the broker's address and credentials for the enrolment token.",
            o => o.EnrolmentSeed?.GetLeftPart(UriPartial.Authority),
            (o, v) => o with { EnrolmentSeed = MemberSettings.UriOf(v, "http", "https") })
        .Text("Enrolment:TokenFile", "FILE", "The file that holds the enrolment token.",
            o => o.EnrolmentTokenFile, (o, v) => o with { EnrolmentTokenFile = v })
        .WithBroker()
        .WithService();

    private static IEnumerable<string> Check(NodeHostOptions options)
    {
        if (options.EnrolmentSeed is null)
        {
            return MemberSettings.Check(options.Broker);
        }

        return options.EnrolmentTokenFile.Length == 0
            ? ["Enrolment:TokenFile is missing; without the token, Enrolment:Seed gives nothing."]
            : MemberSettings.CheckFile("Enrolment:TokenFile", options.EnrolmentTokenFile);
    }
}
