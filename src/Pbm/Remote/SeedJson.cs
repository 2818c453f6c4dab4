using System.Text.Json;
using System.Text.Json.Serialization;
using Cohort.Seed.Api;

namespace Cohort.Pbm.Remote;

/// <summary>
/// What the seed's API says and is told. An answer without one of its fields is no answer of the API, and is refused rather than
/// shown half empty.
/// </summary>
[JsonSourceGenerationOptions(
    JsonSerializerDefaults.Web,
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
[JsonSerializable(typeof(Affected))]
[JsonSerializable(typeof(ReplayedRound))]
[JsonSerializable(typeof(LogLine))]
[JsonSerializable(typeof(Problem))]
internal sealed partial class SeedJson : JsonSerializerContext;
