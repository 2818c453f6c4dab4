using System.Text.Json.Serialization;
using Cohort.Pbm.Commands;

namespace Cohort.Pbm;

/// <summary>Everything <c>--json</c> prints, compiled ahead of time.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(RunResult))]
internal sealed partial class PbmJson : JsonSerializerContext;
