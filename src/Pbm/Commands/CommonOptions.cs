using System.CommandLine;
using Cohort.Model.Faces;

namespace Cohort.Pbm.Commands;

/// <summary>Options that several commands share.</summary>
internal static class CommonOptions
{
    public static Option<string?> Home() => new("--home")
    {
        Description = $"Folder of ledger, models and imported data. Default: ${Pbm.Home.Variable}, or .cohort in this folder.",
        HelpName = "FOLDER",
    };

    public static Option<bool> Json() => new("--json") { Description = "Print JSON for programs." };

    public static Option<string?> Data() => new("--data")
    {
        Description = "Where the data lies: a FER2013 .csv or .csv.gz, a folder of idx files, a folder of pictures by class, texts, "
            + "or the name of an imported set. Overrides the plan's data.path.",
        HelpName = "PATH",
    };

    public static Option<bool> NoCache() => new("--no-cache")
    {
        Description = "Read the data from its source, and keep nothing of it in the home's cache.",
    };

    public static Option<string?> From() => new("--from")
    {
        Description = "Begin with this model, by the first digits of its hash, instead of the plan's own first one.",
        HelpName = "MODEL",
    };

    public static Argument<string> Plan() => new("PLAN") { Description = "A plan file, such as plans/quick.json." };

    /// <summary>Whether faces are looked for in pictures.</summary>
    public static Option<FaceSearch> Faces() => new("--faces")
    {
        Description = "detect searches every picture for faces, whole takes its centred square for one; auto takes pictures up to "
            + $"{FaceSearchRule.SmallPicture} pixels and squares up to {FaceSearchRule.SmallSquare} whole, and searches all others.",
        HelpName = "auto|detect|whole",
    };
}
