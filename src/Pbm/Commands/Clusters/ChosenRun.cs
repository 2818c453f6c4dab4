using System.CommandLine;
using Cohort.Pbm.Remote;
using Cohort.Seed.Api;

namespace Cohort.Pbm.Commands;

/// <summary>Which of a cluster's runs is meant.</summary>
internal static class ChosenRun
{
    private const string Meaning = "A run's id. Default: the run under way, or else the newest.";

    public static Argument<string?> Argument()
        => new("RUN") { Description = Meaning, Arity = ArgumentArity.ZeroOrOne };

    public static Option<string?> Option() => new("--run") { Description = Meaning, HelpName = "RUN" };

    /// <exception cref="CommandException">There is no such run, or none at all.</exception>
    public static async Task<RunState> Of(SeedClient seed, string? named, CancellationToken stop)
        => named is not null ? await seed.Run(named, stop)
            : await UnderWay(seed, stop)
            ?? (await seed.Runs(stop)).OrderBy(run => run.Started).LastOrDefault()
            ?? throw new CommandException($"{seed.Address}: there is no run yet; pbm round start PLAN starts one.");

    /// <summary>Its id alone: where it was named, nothing is asked.</summary>
    public static async Task<string> IdOf(SeedClient seed, string? named, CancellationToken stop)
        => named ?? (await Of(seed, null, stop)).Run;

    /// <returns>Null if no run is under way.</returns>
    public static async Task<RunState?> UnderWay(SeedClient seed, CancellationToken stop) => (await seed.Cluster(stop)).Run;
}
