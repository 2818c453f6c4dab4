using System.CommandLine;
using Cohort.Model.Data;
using Cohort.Model.Files;
using Cohort.Model.Plans;
using Cohort.Pbm;
using Cohort.Pbm.Commands;
using Cohort.Seed.Ledger;

var root = new RootCommand("Cohort: students' devices train emotion recognisers together, and nobody's pictures leave their device.")
{
    RunCommand.Create(),
};
var configuration = new InvocationConfiguration { EnableDefaultExceptionHandler = false };

try
{
    var parsed = root.Parse(args);
    return parsed.Errors.Count > 0
        ? await parsed.InvokeAsync(configuration) is 0 ? ExitCodes.Done : ExitCodes.BadInput
        : await parsed.InvokeAsync(configuration);
}
catch (Exception problem) when (problem is CommandException or PlanException or DataFormatException or ModelFileException
    or LedgerException or StorageException or ArgumentException)
{
    Console.Error.WriteLine(problem.Message);
    return problem is CommandException { ExitCode: var code } ? code : ExitCodes.BadInput;
}
