using System.CommandLine;
using Cohort.Model.Plans;

namespace Cohort.Pbm.Commands;

/// <summary><c>pbm plan schema</c>: the JSON schema of plans, for editors.</summary>
internal static class PlanSchemaCommand
{
    public static Command Create()
    {
        var command = new CommandWithExamples(
            "schema",
            "Print the JSON schema of plans, so that an editor completes and checks them.",
            "pbm plan schema > plans/plan.schema.json");
        command.SetAction(_ => Console.Write(PlanSchema.ToJson()));
        return command;
    }
}
