using System.CommandLine;

namespace Cohort.Pbm.Commands;

/// <summary>Everything that <c>pbm</c> can be asked.</summary>
internal static class CommandTree
{
    public static RootCommand Create()
    {
        var root = new RootCommand(
            "Cohort: students' devices train emotion recognisers together, and nobody's pictures and texts leave their device.")
        {
            RunCommand.Create(),
            TrainCommand.Create(),
            TuneCommand.Create(),
            KfoldCommand.Create(),
            ReportCommand.Create(),
            new CommandWithExamples("data", "Data sets: what is in them, and importing them.", "pbm data show fer2013.csv.gz")
            {
                DataShowCommand.Create(),
                DataImportCommand.Create(),
                DataListCommand.Create(),
                DataSynthCommand.Create(),
            },
            new CommandWithExamples("cluster", "A running cluster: its members, and sending them away.", "pbm cluster show")
            {
                ClusterShowCommand.Create(),
                ClusterNodesCommand.Create(),
                ClusterDepartureCommands.Drain(),
                ClusterDepartureCommands.Leave(),
            },
            new CommandWithExamples(
                "round",
                "A cluster's runs and their rounds: start, watch, stop, replay.",
                "pbm round start plans/quick.json --wait")
            {
                RoundStartCommand.Create(),
                RoundStatusCommand.Create(),
                RoundWatchCommand.Create(),
                RoundStopCommand.Create(),
                RoundListCommand.Create(),
                RoundReplayCommand.Create(),
            },
            ScheduleCommand.Create(),
            new CommandWithExamples(
                "student",
                "A student's own device: recognise, correct, see and erase what is stored; and the students of a cluster's run.",
                "pbm student chat --id ada",
                "pbm student list")
            {
                StudentUpdateCommand.Create(),
                StudentChatCommand.Create(),
                StudentWatchCommand.Create(),
                StudentCorrectCommand.Create(),
                StudentPersonalCommand.Create(),
                StudentMusicCommand.Create(),
                StudentExportCommand.Create(),
                StudentEraseCommand.Create(),
                StudentListCommand.Create(),
                StudentShowCommand.Create(),
                StudentJoinCommand.Create(),
            },
            new CommandWithExamples("groups", "Groups of students.", "pbm groups show plans/quick.json")
            {
                GroupsShowCommand.Create(),
                GroupsFormCommand.Create(),
                GroupsCompareCommand.Create(),
            },
            new CommandWithExamples("model", "Trained models: list, look at, fetch, measure, use, hand on.", "pbm model predict face.png")
            {
                ModelListCommand.Create(),
                ModelShowCommand.Create(),
                ModelGetCommand.Create(),
                ModelEvalCommand.Create(),
                ModelBiasCommand.Create(),
                ModelPersonaliseCommand.Create(),
                ModelReleasesCommand.Create(),
                ModelRollbackCommand.Create(),
                ModelPredictCommand.Create(),
                ModelExportCommand.Create(),
                ModelImportCommand.Create(),
            },
            new CommandWithExamples(
                "audit",
                "What others could learn of students: attacks on updates and on models.",
                "pbm audit inversion 3f9a1c")
            {
                AuditInversionCommand.Create(),
                AuditMembershipCommand.Create(),
            },
            new CommandWithExamples("plan", "Plans: what to train, how, and on whom.", "pbm plan explain plans/quick.json")
            {
                PlanExplainCommand.Create(),
                PlanCheckCommand.Create(),
                PlanSchemaCommand.Create(),
            },
            new CommandWithExamples(
                "privacy",
                "Differential privacy: what has been spent, what a plan would spend, how much noise a budget needs.",
                "pbm privacy show")
            {
                PrivacyShowCommand.Create(),
                PrivacyPlanCommand.Create(),
                PrivacyCalibrateCommand.Create(),
                PrivacyEpsilonCommand.Create(),
            },
            new CommandWithExamples("ledger", "The record of all runs and their rounds.", "pbm ledger show")
            {
                LedgerShowCommand.Create(),
            },
            new CommandWithExamples("dead-letters", "Messages of a cluster that nobody could deal with.", "pbm dead-letters show")
            {
                DeadLetterCommands.Show(),
                DeadLetterCommands.Replay(),
                DeadLetterCommands.Purge(),
            },
            new CommandWithExamples("logs", "What a cluster's members log.", "pbm logs follow")
            {
                LogsFollowCommand.Create(),
            },
        };
        root.Add(CompletionCommand.Create(root));
        HelpWithExamples.Install(root);
        return root;
    }
}
