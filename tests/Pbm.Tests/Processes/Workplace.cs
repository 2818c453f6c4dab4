using System.Text.Json.Nodes;
using Cohort.Seed.Ledger;

namespace Cohort.Pbm.Tests.Processes;

/// <summary>A working folder and a home that nobody used before, and the real pbm to run in them.</summary>
public sealed class Workplace : IDisposable
{
    public Workplace()
    {
        Folder = Directory.CreateTempSubdirectory("cohort-pbm-").FullName;
        Home = Path.Combine(Folder, "home");
    }

    public string Folder { get; }

    public string Home { get; }

    public string Ledger => Path.Combine(Home, SqliteLedger.FileName);

    public string PathOf(string name) => Path.Combine(Folder, name);

    /// <summary>Writes a file into the working folder.</summary>
    /// <returns>Its name.</returns>
    public string Write(string name, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(PathOf(name))!);
        File.WriteAllText(PathOf(name), text);
        return name;
    }

    /// <summary>Runs pbm to its end.</summary>
    public Outcome Pbm(params string[] arguments) => PbmProcess.Start(this, arguments).WaitForExit();

    /// <summary>Runs pbm, which must succeed.</summary>
    public string Does(params string[] arguments)
    {
        var outcome = Pbm(arguments);
        outcome.ExitCode.ShouldBe(0, outcome.ToString());
        return outcome.Output;
    }

    /// <summary>Runs pbm, which must refuse what it is given.</summary>
    /// <returns>What it says.</returns>
    public string Refuses(params string[] arguments)
    {
        var outcome = Pbm(arguments);
        outcome.ExitCode.ShouldBe(2, outcome.ToString());
        return outcome.Error;
    }

    /// <summary>Runs pbm with --json, which must succeed.</summary>
    /// <returns>The object on the last line of its output.</returns>
    public JsonObject Json(params string[] arguments)
        => JsonNode.Parse(Does([.. arguments, "--json"]).TrimEnd().Split('\n')[^1])!.AsObject();

    /// <summary>Trains a plan that the test wrote.</summary>
    /// <returns>The hash of its last model.</returns>
    public string Train(string plan, params string[] options) => (string)Json(["run", plan, .. options])["modelHash"]!;

    /// <summary>Every file of the home and what is in it.</summary>
    public SortedDictionary<string, string> Snapshot() => new(
        Directory.Exists(Home)
            ? Directory.EnumerateFiles(Home, "*", SearchOption.AllDirectories)
                .ToDictionary(
                    path => Path.GetRelativePath(Home, path),
                    path => Convert.ToHexString(File.ReadAllBytes(path)),
                    StringComparer.Ordinal)
            : [],
        StringComparer.Ordinal);

    /// <summary>Waits until the ledger holds so many rounds of its newest run.</summary>
    internal void WaitForRounds(int rounds, PbmProcess training)
    {
        var deadline = DateTime.UtcNow + PbmProcess.Patience;
        while (RoundsDone() < rounds)
        {
            training.HasExited.ShouldBeFalse("the run ended before the test could interrupt it: " + training.Said);
            DateTime.UtcNow.ShouldBeLessThan(deadline, "the run makes no rounds: " + training.Said);
            Thread.Sleep(10);
        }
    }

    public void Dispose() => Directory.Delete(Folder, recursive: true);

    private int RoundsDone()
    {
        if (!File.Exists(Ledger))
        {
            return 0;
        }

        try
        {
            using var ledger = SqliteLedger.OpenToRead(Home);
            return ledger.Runs() is [.., var newest] ? ledger.Rounds(newest.Id).Count : 0;
        }
        catch (LedgerException)
        {
            return 0; // it is being made
        }
    }
}
