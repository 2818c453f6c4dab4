using System.CommandLine;
using System.Runtime.InteropServices;
using Cohort.Device;
using Cohort.Model.Data;
using Cohort.Model.Files;
using Cohort.Model.Plans;
using Cohort.Pbm;
using Cohort.Pbm.Commands;
using Cohort.Seed.Ledger;

var root = CommandTree.Create();
var parsed = root.Parse(args.Length == 0 ? ["--help"] : args);
var misunderstood = CommandLineErrors.In(parsed);
if (misunderstood.Count > 0)
{
    foreach (var sentence in misunderstood)
    {
        Console.Error.WriteLine(sentence);
    }

    Console.Error.WriteLine($"How it is used: {CommandLineErrors.CommandOf(parsed)} --help");
    return ExitCodes.BadInput;
}

// The first Ctrl+C asks for an orderly end; a second one ends the process as if nothing caught it, which loses no finished round.
using var stop = new CancellationTokenSource();
void Stop(PosixSignalContext signal)
{
    signal.Cancel = !stop.IsCancellationRequested;
    stop.Cancel();
}

using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
var configuration = new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null };

try
{
    return await parsed.InvokeAsync(configuration, stop.Token);
}
catch (Exception problem) when (problem is CommandException or PlanException or DataFormatException or ModelFileException
    or DeviceException or LedgerException or StorageException or ArgumentException)
{
    Console.Error.WriteLine(problem.Message);
    return problem is CommandException { ExitCode: var code } ? code : ExitCodes.BadInput;
}
catch (OperationCanceledException) when (stop.IsCancellationRequested)
{
    return ExitCodes.Stopped;
}
