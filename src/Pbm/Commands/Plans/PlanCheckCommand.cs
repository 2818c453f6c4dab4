using System.CommandLine;
using Cohort.Model.Plans;
using Cohort.Pbm.Printing;

namespace Cohort.Pbm.Commands;

/// <summary><c>pbm plan check</c>: whether a plan can be run.</summary>
internal static class PlanCheckCommand
{
    public static Command Create()
    {
        var planFile = CommonOptions.Plan();
        var command = new CommandWithExamples(
            "check",
            "Check a plan without running it; every error is told with its line and field.",
            "pbm plan check plans/quick.json")
        {
            planFile,
        };
        command.SetAction(parsed =>
        {
            var path = parsed.GetValue(planFile)!;
            var plan = Plan.Read(path);
            Page.Print($"{path}: the plan '{plan.Name}' is in order (digest {plan.Digest[..12]}).");
        });
        return command;
    }
}
