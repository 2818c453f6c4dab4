namespace Cohort.Seed.Api;

/// <summary>Where the seed's HTTP API is; the first version of it.</summary>
public static class ApiRoutes
{
    public const string Prefix = "/api/v1";
    public const string Cluster = Prefix + "/cluster";
    public const string Nodes = Prefix + "/nodes";
    public const string Runs = Prefix + "/runs";
    public const string Models = Prefix + "/models";
    public const string Schedules = Prefix + "/schedules";
    public const string Releases = Prefix + "/releases";
    public const string Privacy = Prefix + "/privacy";
    public const string DeadLetters = Prefix + "/dead-letters";
    public const string Logs = Prefix + "/logs";
    public const string Enrolments = Prefix + "/enrolments";
}

/// <summary>What a token allows; each role includes the ones before it.</summary>
public enum ApiRole
{
    Viewer,
    Researcher,
    Operator,
}

/// <summary><c>GET /cluster</c>: what an operator needs at a glance.</summary>
/// <param name="Seed">The member that answers.</param>
/// <param name="Leading">True if the coordinator runs in this seed.</param>
/// <param name="Members">Everybody who is in.</param>
/// <param name="Run">The run under way; null if there is none.</param>
/// <param name="Round">How its round stands; null if there is none.</param>
/// <param name="Figures">The answering seed's metrics by name, as in its <c>/metrics</c>.</param>
public sealed record ClusterState(
    string Seed,
    bool Leading,
    IReadOnlyList<ClusterMember> Members,
    RunState? Run,
    RoundProgress? Round,
    IReadOnlyDictionary<string, double> Figures);

/// <summary>How a run's round stands.</summary>
/// <param name="Phase">loading, enrolling, grouping, training or replaying.</param>
/// <param name="Round">Its number; 0 before the first.</param>
/// <param name="AgeSeconds">Since it began.</param>
/// <param name="Asked">Students asked in it.</param>
/// <param name="Reported">Students who have reported.</param>
public sealed record RoundProgress(string Phase, int Round, double AgeSeconds, int Asked, int Reported);

/// <summary>One process of the cluster.</summary>
/// <param name="Name">Unique.</param>
/// <param name="Role">seed, node, or device: one of resident students.</param>
/// <param name="Slots">Students it trains at a time.</param>
/// <param name="Incarnation">Differs between lives.</param>
/// <param name="Draining">True if it takes no new students.</param>
/// <param name="Work">How its work goes, as it said last; null before it has.</param>
public sealed record ClusterMember(
    string Name, string Role, int Slots, string Incarnation, bool Draining, MemberWork? Work = null);

/// <summary>A member's work since its start.</summary>
/// <param name="SlotsBusy">Slots in which a student trains now.</param>
/// <param name="StudentsWaiting">Students that wait for one.</param>
/// <param name="StudentsTrained">Trainings that gave an update.</param>
/// <param name="StudentsFailed">Trainings that failed.</param>
/// <param name="UpdateBytes">Bytes of sums given to leaders.</param>
/// <param name="BytesIn">Bytes received over the broker.</param>
/// <param name="BytesOut">Bytes sent.</param>
/// <param name="Redelivered">Messages that came again.</param>
/// <param name="Refused">Messages that were none of ours, or damaged.</param>
/// <param name="DeadLetters">Messages that it gave up.</param>
/// <param name="Residents">Students whose samples lie on it.</param>
public sealed record MemberWork(
    int SlotsBusy,
    int StudentsWaiting,
    long StudentsTrained,
    long StudentsFailed,
    long UpdateBytes,
    long BytesIn,
    long BytesOut,
    long Redelivered,
    long Refused,
    long DeadLetters,
    int Residents = 0);

/// <summary><c>POST /runs</c>: train a plan, or continue its unfinished run.</summary>
/// <param name="Plan">The plan file's text.</param>
/// <param name="Data">Instead of the plan's data.path: a name under the seed's and nodes' data folders.</param>
/// <param name="Rounds">Instead of the plan's rounds.count.</param>
/// <param name="Seed">Instead of the plan's seed.</param>
/// <param name="Fresh">Start anew even if an interrupted run could be continued.</param>
/// <param name="From">The hash of an earlier model, or its beginning, to begin with; null for the plan's own first one.</param>
public sealed record NewRun(
    string Plan, string? Data = null, int? Rounds = null, long? Seed = null, bool Fresh = false, string? From = null);

/// <summary><c>PUT /schedules/{name}</c>: train a plan again and again, and release what is not worse.</summary>
/// <param name="Plan">The plan file's text.</param>
/// <param name="Every">How often: 30m, 12h, 1d, 1w, or a cron expression in UTC.</param>
/// <param name="Data">Instead of the plan's data.path: a name under the seed's and nodes' data folders.</param>
/// <param name="MinimumFeedback">A run waits until students have given so much feedback since the last one began.</param>
/// <param name="Tolerance">By how much of the accuracy, 0 to 1, a new model may be worse.</param>
/// <param name="CanaryShare">The share of the students who get a new model first, until the next time; 0 for everybody at once.</param>
/// <param name="From">The hash, or its beginning, of the model that the first run begins with; null for the plan's own.</param>
public sealed record NewSchedule(
    string Plan,
    string Every,
    string? Data = null,
    long MinimumFeedback = 0,
    double Tolerance = 0,
    double CanaryShare = 0,
    string? From = null);

/// <summary>A schedule, in <c>GET /schedules</c>.</summary>
/// <param name="Name">Unique.</param>
/// <param name="Plan">Its plan's name.</param>
/// <param name="Every">How often.</param>
/// <param name="Status">waiting, running, judging or paused.</param>
/// <param name="Due">When it is to begin again, in UTC; null for never.</param>
/// <param name="Begun">When it began last; null before.</param>
/// <param name="Run">The run under way; null for none.</param>
/// <param name="MinimumFeedback">As in <see cref="NewSchedule"/>.</param>
/// <param name="Tolerance">As in <see cref="NewSchedule"/>.</param>
/// <param name="CanaryShare">As in <see cref="NewSchedule"/>.</param>
/// <param name="Model">What students have; null before the first release.</param>
/// <param name="Canary">What some students try; null for nothing.</param>
/// <param name="Note">What it waits for, or what came out last.</param>
public sealed record ScheduleState(
    string Name,
    string Plan,
    string Every,
    string Status,
    DateTimeOffset? Due,
    DateTimeOffset? Begun,
    string? Run,
    long MinimumFeedback,
    double Tolerance,
    double CanaryShare,
    string? Model,
    string? Canary,
    string? Note);

/// <summary>A decision on a model, in <c>GET /releases</c>.</summary>
/// <param name="Number">From 1, in the order of the decisions.</param>
/// <param name="Schedule">Whose.</param>
/// <param name="Outcome">released, canary, rejected or rolledBack.</param>
/// <param name="Model">Its hash.</param>
/// <param name="Before">What everybody had before; null for nothing.</param>
/// <param name="Run">The run that made it; null where somebody decided.</param>
/// <param name="Share">Of the students who get it.</param>
/// <param name="Accuracy">On the held-out samples; null where it was not measured.</param>
/// <param name="AccuracyBefore">Of the model before, on the same samples.</param>
/// <param name="Samples">How many held-out samples.</param>
/// <param name="Reason">Why.</param>
/// <param name="Time">In UTC.</param>
public sealed record ReleaseState(
    long Number,
    string Schedule,
    string Outcome,
    string Model,
    string? Before,
    string? Run,
    double Share,
    double? Accuracy,
    double? AccuracyBefore,
    long Samples,
    string Reason,
    DateTimeOffset Time);

/// <summary><c>POST /schedules/{name}/rollback</c>: students are to have an earlier model again.</summary>
/// <param name="Model">Its hash, or the beginning of it; null for the one before.</param>
public sealed record NewRollBack(string? Model = null);

/// <summary><c>GET /schedules/{name}/model</c>: the model that a student is to have.</summary>
/// <param name="Schedule">Whose release it is.</param>
/// <param name="Model">Its hash.</param>
/// <param name="IsCanary">True if only a share of the students has it.</param>
public sealed record ReleasedModel(string Schedule, string Model, bool IsCanary);

/// <summary>A run, in <c>GET /runs</c>, <c>GET /runs/{run}</c> and the answer to <c>POST /runs</c>.</summary>
/// <param name="Run">Its id.</param>
/// <param name="Plan">Its plan's name.</param>
/// <param name="Seed">The run's seed.</param>
/// <param name="Status">running, finished, stopped or failed.</param>
/// <param name="Rounds">Finished rounds.</param>
/// <param name="PlannedRounds">The plan's.</param>
/// <param name="Model">The newest model's hash.</param>
/// <param name="Accuracy">Of the last round that was evaluated; null before.</param>
/// <param name="MacroF1">As accuracy.</param>
/// <param name="LossTest">As accuracy, in nats.</param>
/// <param name="Epsilon">Privacy spent, or "not accounted".</param>
/// <param name="Reason">Why it failed; null otherwise.</param>
/// <param name="Started">In UTC.</param>
public sealed record RunState(
    string Run,
    string Plan,
    long Seed,
    string Status,
    int Rounds,
    int PlannedRounds,
    string Model,
    double? Accuracy,
    double? MacroF1,
    double? LossTest,
    string Epsilon,
    string? Reason,
    DateTimeOffset Started);

/// <summary>One finished round, in <c>GET /runs/{run}/rounds</c>.</summary>
/// <param name="Round">From 1.</param>
/// <param name="Model">The model it made.</param>
/// <param name="Parent">The model it began with.</param>
/// <param name="Participants">Students whose updates are in the model.</param>
/// <param name="Failed">Students who failed.</param>
/// <param name="Missing">Students who did not answer.</param>
/// <param name="Accuracy">Null where it was not evaluated.</param>
/// <param name="LossTest">As accuracy, in nats.</param>
/// <param name="LossTrain">Mean of the participants' training losses, in nats; null where the plan protects updates or records.</param>
/// <param name="TrainSeconds">Slot time, added up.</param>
/// <param name="WallSeconds">From the round's first message to its last.</param>
public sealed record RoundState(
    int Round,
    string Model,
    string Parent,
    IReadOnlyList<int> Participants,
    IReadOnlyList<int> Failed,
    IReadOnlyList<int> Missing,
    double? Accuracy,
    double? LossTest,
    double? LossTrain,
    double TrainSeconds,
    double WallSeconds);

/// <summary>
/// One event of <c>GET /runs/{run}/events</c> (server-sent events, each <c>data:</c> line one of these), from now on until the run
/// ends.
/// </summary>
/// <param name="Run">Its id.</param>
/// <param name="Kind">started, roundStarted, studentReported, roundFinished, finished, stopped or failed.</param>
/// <param name="Round">The round it is about; 0 for none.</param>
/// <param name="Asked">roundStarted: students asked.</param>
/// <param name="Reported">studentReported: how many have reported in this round.</param>
/// <param name="Finished">roundFinished: the round.</param>
/// <param name="State">finished, stopped, failed: the run.</param>
public sealed record RunNews(
    string Run, string Kind, int Round, int Asked = 0, int Reported = 0, RoundState? Finished = null, RunState? State = null);

/// <summary>A group of a run, in <c>GET /runs/{run}/groups</c>.</summary>
/// <param name="Group">From 0.</param>
/// <param name="Students">How many.</param>
/// <param name="Samples">Of all of them.</param>
/// <param name="KullbackLeibler">KL(group || population) in nats.</param>
public sealed record GroupState(int Group, int Students, long Samples, double KullbackLeibler);

/// <summary>A student of a run, in <c>GET /runs/{run}/students</c> (paged: offset, limit) and <c>.../students/{student}</c>.</summary>
/// <param name="Student">Its number.</param>
/// <param name="Group">Its group.</param>
/// <param name="Samples">How many it has.</param>
/// <param name="Rounds">Rounds it took part in.</param>
/// <param name="Failures">Rounds it failed in.</param>
/// <param name="Missed">Rounds it was asked in and silent.</param>
/// <param name="Quarantined">True if it is not asked any more.</param>
/// <param name="Name">A resident student's; null for a simulated one.</param>
/// <param name="Version">The version of its samples that the run trains on; null for a simulated student.</param>
public sealed record StudentState(
    int Student, int Group, long Samples, int Rounds, int Failures, int Missed, bool Quarantined, string? Name = null, long? Version = null);

/// <summary>A model, in <c>GET /models</c> and <c>GET /models/{hash}</c>; <c>.../file</c> is the safetensors file.</summary>
/// <param name="Model">Its hash.</param>
/// <param name="Network">The network it belongs to.</param>
/// <param name="Run">The run that made it; null if no run here did.</param>
/// <param name="Round">0 for a run's first model.</param>
/// <param name="Parameters">Number of values.</param>
/// <param name="Bytes">Of the file.</param>
public sealed record ModelState(string Model, string Network, string? Run, int Round, long Parameters, long Bytes);

/// <summary>A message that could not be dealt with, in <c>GET /dead-letters</c>.</summary>
/// <param name="Type">The message type.</param>
/// <param name="Reason">Why it is here.</param>
/// <param name="Queue">Where it lay.</param>
/// <param name="Target">Whom it was for.</param>
/// <param name="Run">The run it belongs to; empty for none.</param>
/// <param name="Round">The round; 0 for none.</param>
/// <param name="Bytes">Its size.</param>
/// <param name="Time">When it was given up, in UTC.</param>
public sealed record DeadLetterState(
    string Type, string Reason, string Queue, string Target, string Run, int Round, long Bytes, DateTimeOffset Time);

/// <summary>What <c>POST /dead-letters/replay</c>, <c>DELETE /dead-letters</c> and the like did.</summary>
/// <param name="Count">To how many.</param>
public sealed record Affected(int Count);

/// <summary><c>POST /runs/{run}/rounds/{round}/replay</c>: a round trained again, and whether it gave the same model.</summary>
/// <param name="Round">Which.</param>
/// <param name="Recorded">The model in the ledger.</param>
/// <param name="Again">The model of the replay.</param>
public sealed record ReplayedRound(int Round, string Recorded, string Again)
{
    public bool Same => string.Equals(Recorded, Again, StringComparison.Ordinal);
}

/// <summary>One line of <c>GET /logs</c> (server-sent events).</summary>
/// <param name="Time">In UTC.</param>
/// <param name="Level">Information, Warning, ...</param>
/// <param name="Member">Whose it is.</param>
/// <param name="Category">Which part of the program.</param>
/// <param name="Message">A sentence.</param>
public sealed record LogLine(DateTimeOffset Time, string Level, string Member, string Category, string Message);

/// <summary><c>POST /enrolments</c> with the enrolment token: what a node needs to join.</summary>
/// <param name="BrokerUri">Where the broker is: amqp:// or amqps://, without user and password.</param>
/// <param name="VirtualHost">The cluster's.</param>
/// <param name="User">The node role's broker user.</param>
/// <param name="Password">Its password.</param>
public sealed record Enrolment(string BrokerUri, string VirtualHost, string User, string Password);

/// <summary>An error's body (RFC 9457, application/problem+json).</summary>
/// <param name="Title">A sentence: what, where, what was expected, what to do.</param>
/// <param name="Status">The HTTP status.</param>
public sealed record Problem(string Title, int Status);
