using Cohort.Seed.Api;

namespace Cohort.Pbm.Remote;

/// <summary>The values of <see cref="RunState.Status"/>.</summary>
internal static class RunStatuses
{
    public const string Finished = "finished";
    public const string Stopped = "stopped";
    public const string Failed = "failed";

    public static bool IsOver(RunState run) => run.Status is Finished or Stopped or Failed;
}

/// <summary>The values of <see cref="RunNews.Kind"/> that pbm tells apart.</summary>
internal static class RunNewsKinds
{
    public const string RoundStarted = "roundStarted";
    public const string StudentReported = "studentReported";
    public const string RoundFinished = "roundFinished";
}
