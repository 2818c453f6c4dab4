using System.CommandLine;

namespace Cohort.Pbm.Commands;

/// <summary>Everything that <c>pbm</c> can be asked.</summary>
internal static class CommandTree
{
    public static RootCommand Create()
    {
        var root = new RootCommand(
            "Cohort: students' devices train emotion recognisers together, and nobody's pictures leave their device.")
        {
            RunCommand.Create(),
            new CommandWithExamples("data", "Data sets: what is in them, and importing them.", "pbm data show fer2013.csv.gz")
            {
                DataShowCommand.Create(),
                DataImportCommand.Create(),
                DataListCommand.Create(),
            },
            new CommandWithExamples("groups", "Groups of students.", "pbm groups show plans/quick.json")
            {
                GroupsShowCommand.Create(),
            },
            new CommandWithExamples("model", "Trained models: list, look at, measure, use.", "pbm model predict face.png")
            {
                ModelListCommand.Create(),
                ModelShowCommand.Create(),
                ModelEvalCommand.Create(),
                ModelPredictCommand.Create(),
            },
            new CommandWithExamples("plan", "Plans: what to train, how, and on whom.", "pbm plan explain plans/quick.json")
            {
                PlanExplainCommand.Create(),
                PlanCheckCommand.Create(),
                PlanSchemaCommand.Create(),
            },
            new CommandWithExamples("ledger", "The record of all runs and their rounds.", "pbm ledger show")
            {
                LedgerShowCommand.Create(),
            },
        };
        HelpWithExamples.Install(root);
        return root;
    }
}
