using System.Text.Json;
using System.Text.Json.Serialization;
using Cohort.Seed.Privacy;

namespace Cohort.Seed.Api;

/// <summary>
/// How the API's records are written and read as JSON: camelCase; numbers that are none as "NaN". What lacks a field without a
/// default is refused rather than taken half empty.
/// </summary>
[JsonSourceGenerationOptions(
    JsonSerializerDefaults.Web,
    NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(ClusterState))]
[JsonSerializable(typeof(IReadOnlyList<ClusterMember>))]
[JsonSerializable(typeof(NewRun))]
[JsonSerializable(typeof(RunState))]
[JsonSerializable(typeof(IReadOnlyList<RunState>))]
[JsonSerializable(typeof(IReadOnlyList<RoundState>))]
[JsonSerializable(typeof(RunNews))]
[JsonSerializable(typeof(IReadOnlyList<GroupState>))]
[JsonSerializable(typeof(StudentState))]
[JsonSerializable(typeof(IReadOnlyList<StudentState>))]
[JsonSerializable(typeof(ModelState))]
[JsonSerializable(typeof(IReadOnlyList<ModelState>))]
[JsonSerializable(typeof(IReadOnlyList<DeadLetterState>))]
[JsonSerializable(typeof(NewSchedule))]
[JsonSerializable(typeof(ScheduleState))]
[JsonSerializable(typeof(IReadOnlyList<ScheduleState>))]
[JsonSerializable(typeof(IReadOnlyList<ReleaseState>))]
[JsonSerializable(typeof(NewRollBack))]
[JsonSerializable(typeof(ReleasedModel))]
[JsonSerializable(typeof(PrivacyStatement))]
[JsonSerializable(typeof(Affected))]
[JsonSerializable(typeof(ReplayedRound))]
[JsonSerializable(typeof(LogLine))]
[JsonSerializable(typeof(Enrolment))]
[JsonSerializable(typeof(Problem))]
public sealed partial class ApiJson : JsonSerializerContext;
