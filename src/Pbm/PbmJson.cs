using System.Text.Json.Serialization;
using Cohort.Model.Audit;
using Cohort.Pbm.Commands;
using Cohort.Pbm.Tuning;
using Cohort.Seed.Privacy;

namespace Cohort.Pbm;

/// <summary>Everything <c>--json</c> prints, compiled ahead of time.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(RunResult))]
[JsonSerializable(typeof(CentralResult))]
[JsonSerializable(typeof(TrialResult))]
[JsonSerializable(typeof(TunedPlan))]
[JsonSerializable(typeof(DataContents))]
[JsonSerializable(typeof(ImportedSet))]
[JsonSerializable(typeof(ImportedSets))]
[JsonSerializable(typeof(GroupFigures))]
[JsonSerializable(typeof(ComparedGrouping))]
[JsonSerializable(typeof(FormedGroups))]
[JsonSerializable(typeof(GroupAssignment))]
[JsonSerializable(typeof(ListedModels))]
[JsonSerializable(typeof(ShownModel))]
[JsonSerializable(typeof(Evaluation))]
[JsonSerializable(typeof(PersonalReport))]
[JsonSerializable(typeof(Predictions))]
[JsonSerializable(typeof(TextPredictions))]
[JsonSerializable(typeof(AuditReport))]
[JsonSerializable(typeof(ExplainedPlan))]
[JsonSerializable(typeof(LedgerRuns))]
[JsonSerializable(typeof(LedgerRounds))]
[JsonSerializable(typeof(ClusterNodes))]
[JsonSerializable(typeof(ToldNode))]
[JsonSerializable(typeof(EndedRun))]
[JsonSerializable(typeof(ClusterRuns))]
[JsonSerializable(typeof(ClusterRounds))]
[JsonSerializable(typeof(GroupsOfRun))]
[JsonSerializable(typeof(StudentsOfRun))]
[JsonSerializable(typeof(ModelsOfCluster))]
[JsonSerializable(typeof(FetchedModel))]
[JsonSerializable(typeof(ListedDeadLetters))]
[JsonSerializable(typeof(PrivacyStatement))]
[JsonSerializable(typeof(PlannedSpending))]
[JsonSerializable(typeof(SpentEpsilon))]
[JsonSerializable(typeof(CalibratedNoise))]
internal sealed partial class PbmJson : JsonSerializerContext;
