using Cohort.Hosting.Configuration;
using Microsoft.AspNetCore.Connections;

namespace Cohort.Hosting;

/// <summary>What a seed's and a node's <c>Main</c> have in common: options, the help page, and exit codes.</summary>
public static class Executable
{
    /// <summary>Reads the options, runs, and turns what went wrong into one sentence and an exit code.</summary>
    /// <param name="table">The options there are.</param>
    /// <param name="args">The command line.</param>
    /// <param name="run">Returns when it was asked to stop.</param>
    public static async Task<int> Run<TOptions>(SettingTable<TOptions> table, string[] args, Func<TOptions, Task> run)
        where TOptions : class
    {
        if (args.Any(arg => arg is "--help" or "-h" or "-?"))
        {
            await table.WriteHelp(Console.Out);
            return ExitCodes.Done;
        }

        try
        {
            await run(table.Read(args));
            return ExitCodes.Done;
        }
        catch (ConfigurationException wrong)
        {
            await Console.Error.WriteLineAsync(wrong.Message);
            return ExitCodes.Configuration;
        }
        catch (IOException taken) when (taken.InnerException is AddressInUseException)
        {
            await Console.Error.WriteLineAsync($"Listen: {taken.Message.TrimEnd('.')}; give another address by --listen.");
            return ExitCodes.Configuration;
        }
        catch (TemporaryFailureException absent)
        {
            await Console.Error.WriteLineAsync(absent.Message);
            return ExitCodes.Temporary;
        }
    }
}
