using System.Collections;
using System.Text.Json;
using Microsoft.Extensions.Configuration;

namespace Cohort.Hosting.Configuration;

public sealed partial class SettingTable<TOptions>
{
    /// <summary>The file that is read where none is named, if it is there.</summary>
    private const string UsualFile = "appsettings.json";

    /// <summary>Later ones win.</summary>
    private enum Source
    {
        File,
        Environment,
        CommandLine,
    }

    /// <summary>Options from file, environment and command line, in this order.</summary>
    /// <exception cref="ConfigurationException">Any of it is wrong; the message has a line for each.</exception>
    public TOptions Read(string[] args) => Read(args, Environment.GetEnvironmentVariables());

    internal TOptions Read(string[] args, IDictionary environment)
    {
        var problems = new List<string>();
        var options = defaults;
        foreach (var (source, name, value) in Given(args, environment, problems))
        {
            if (_all.Find(setting => setting.IsNamed(name)) is not { } setting)
            {
                if (source != Source.Environment) // other programs have COHORT_ variables too
                {
                    problems.Add($"{Written(source, name)}: there is no such setting; {program} --help lists them all.");
                }
            }
            else if (setting.IsSecret && source != Source.Environment)
            {
                problems.Add($"{setting.Key}: a secret is given by the variable {setting.Variable} or by a file, never here, "
                    + "where others can read it.");
            }
            else
            {
                try
                {
                    options = setting.Set(options, value);
                }
                catch (FormatException expected)
                {
                    problems.Add($"{setting.Key} is '{value}'; expected {expected.Message} ({Written(source, name)}).");
                }
            }
        }

        if (problems.Count == 0)
        {
            problems.AddRange(check(options));
        }

        return problems.Count == 0 ? options : throw new ConfigurationException(string.Join(Environment.NewLine, problems));
    }

    /// <summary>Every option with its default and the three ways to give it.</summary>
    public async Task WriteHelp(TextWriter output)
    {
        await output.WriteLineAsync($"{program}: {purpose}");
        await output.WriteLineAsync();
        await output.WriteLineAsync($"Usage: {program} [--config FILE] [--OPTION VALUE]...");
        await output.WriteLineAsync();
        await output.WriteLineAsync($"Options come from FILE ({UsualFile} in the current folder unless given), from the");
        await output.WriteLineAsync("environment, and from the command line; later ones win. Behind each: its default, its");
        await output.WriteLineAsync("key in FILE, and its variable.");
        foreach (var setting in _all)
        {
            await output.WriteLineAsync();
            await output.WriteLineAsync(setting.IsSecret ? $"  {setting.Variable}" : $"  {setting.Option} {setting.Value}");
            await output.WriteLineAsync($"      {setting.Meaning}");
            var preset = setting.Show(defaults);
            await output.WriteLineAsync(setting.IsSecret
                ? "      [only from the environment]"
                : $"      [{(preset.Length > 0 ? preset : "none")}; {setting.Key}; {setting.Variable}]");
        }
    }

    private static string Written(Source source, string name) => source switch
    {
        Source.File => $"{name} in the configuration file",
        Source.Environment => $"variable {Settings.Prefix}{name}",
        _ => $"--{name}",
    };

    private static List<(Source Source, string Name, string Value)> Given(
        string[] args, IDictionary environment, List<string> problems)
    {
        var commandLine = FromCommandLine(args, problems);
        var config = commandLine.Find(given => string.Equals(given.Name, "config", StringComparison.OrdinalIgnoreCase)).Value
            ?? (string?)environment[Settings.Prefix + "CONFIG"];
        commandLine.RemoveAll(given => string.Equals(given.Name, "config", StringComparison.OrdinalIgnoreCase));
        return
        [
            .. FromFile(config, problems),
            .. environment.Keys.Cast<string>()
                .Where(name => name.StartsWith(Settings.Prefix, StringComparison.OrdinalIgnoreCase)
                    && !string.Equals(name, Settings.Prefix + "CONFIG", StringComparison.OrdinalIgnoreCase))
                .Order(StringComparer.Ordinal)
                .Select(name => (Source.Environment, name[Settings.Prefix.Length..], (string)environment[name]!)),
            .. commandLine,
        ];
    }

    private static List<(Source Source, string Name, string Value)> FromFile(string? named, List<string> problems)
    {
        var path = Path.GetFullPath(named ?? UsualFile);
        if (!File.Exists(path))
        {
            if (named is not null)
            {
                problems.Add($"--config: there is no file {path}.");
            }

            return [];
        }

        try
        {
            return
            [
                .. new ConfigurationBuilder().AddJsonFile(path, optional: false, reloadOnChange: false).Build()
                    .AsEnumerable()
                    .Where(pair => pair.Value is not null)
                    .Select(pair => (Source.File, pair.Key, pair.Value!)),
            ];
        }
        catch (Exception wrong) when (wrong is InvalidDataException or FormatException or JsonException or IOException
            or UnauthorizedAccessException)
        {
            problems.Add($"{path}: the configuration cannot be read ({(wrong.InnerException ?? wrong).Message.TrimEnd('.')}).");
            return [];
        }
    }

    private static List<(Source Source, string Name, string Value)> FromCommandLine(string[] args, List<string> problems)
    {
        var given = new List<(Source, string, string)>();
        for (var i = 0; i < args.Length; i++)
        {
            var arg = args[i];
            if (!arg.StartsWith("--", StringComparison.Ordinal))
            {
                problems.Add($"'{arg}' is no option; options begin with --.");
                continue;
            }

            var split = arg.IndexOf('=', StringComparison.Ordinal);
            if (split > 0)
            {
                given.Add((Source.CommandLine, arg[2..split], arg[(split + 1)..]));
            }
            else if (i + 1 < args.Length)
            {
                given.Add((Source.CommandLine, arg[2..], args[++i]));
            }
            else
            {
                problems.Add($"{arg}: its value is missing.");
            }
        }

        return given;
    }
}
