using System.Text.Json.Serialization;
using Cohort.Model.Audit;
using Cohort.Pbm.Commands;
using Cohort.Pbm.Folding;
using Cohort.Pbm.Predicting;
using Cohort.Pbm.Reports;
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
[JsonSerializable(typeof(MadeFolder))]
[JsonSerializable(typeof(FoldResult))]
[JsonSerializable(typeof(FoldReport))]
[JsonSerializable(typeof(GroupFigures))]
[JsonSerializable(typeof(ComparedGrouping))]
[JsonSerializable(typeof(FormedGroups))]
[JsonSerializable(typeof(GroupAssignment))]
[JsonSerializable(typeof(ListedModels))]
[JsonSerializable(typeof(ShownModel))]
[JsonSerializable(typeof(Evaluation))]
[JsonSerializable(typeof(BiasReport))]
[JsonSerializable(typeof(PersonalReport))]
[JsonSerializable(typeof(RunReport))]
[JsonSerializable(typeof(TextPredictions))]
[JsonSerializable(typeof(PredictedPicture))]
[JsonSerializable(typeof(ExportedModel))]
[JsonSerializable(typeof(ImportedModel))]
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
[JsonSerializable(typeof(StudentsJoined))]
[JsonSerializable(typeof(ModelsOfCluster))]
[JsonSerializable(typeof(FetchedModel))]
[JsonSerializable(typeof(SchedulesOfCluster))]
[JsonSerializable(typeof(RemovedSchedule))]
[JsonSerializable(typeof(ReleasesOfCluster))]
[JsonSerializable(typeof(ListedDeadLetters))]
[JsonSerializable(typeof(UpdatedModel))]
[JsonSerializable(typeof(JudgedSample))]
[JsonSerializable(typeof(RefusedLine))]
[JsonSerializable(typeof(ExportedStudent))]
[JsonSerializable(typeof(ErasedSamples))]
[JsonSerializable(typeof(ShownStudent))]
[JsonSerializable(typeof(OwnModelReport))]
[JsonSerializable(typeof(SuggestedMusic))]
[JsonSerializable(typeof(PrivacyStatement))]
[JsonSerializable(typeof(PlannedSpending))]
[JsonSerializable(typeof(SpentEpsilon))]
[JsonSerializable(typeof(CalibratedNoise))]
internal sealed partial class PbmJson : JsonSerializerContext;
