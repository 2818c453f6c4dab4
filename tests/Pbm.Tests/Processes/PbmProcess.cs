using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace Cohort.Pbm.Tests.Processes;

/// <summary>The built pbm as a process of its own.</summary>
internal sealed class PbmProcess
{
    /// <summary>Far longer than anything here takes; only against waiting for ever.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);

    private readonly Process _process;
    private readonly string _command;
    private readonly StringBuilder _output = new();
    private readonly StringBuilder _error = new();

    private PbmProcess(ProcessStartInfo start)
    {
        _command = string.Join(' ', start.ArgumentList.Skip(1));
        _process = Process.Start(start)!;
        _process.OutputDataReceived += (_, line) => Append(_output, line.Data);
        _process.ErrorDataReceived += (_, line) => Append(_error, line.Data);
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    public bool HasExited => _process.HasExited;

    /// <summary>What it has printed so far.</summary>
    public string Said
    {
        get
        {
            lock (_output)
            {
                lock (_error)
                {
                    return $"{_output}{_error}";
                }
            }
        }
    }

    public static PbmProcess Start(Workplace place, params string[] arguments)
        => new(Prepared(place, "dotnet", [Dll, .. arguments]));

    /// <summary>Starts it with variables of its environment set.</summary>
    public static PbmProcess Start(Workplace place, IReadOnlyDictionary<string, string> environment, params string[] arguments)
    {
        var start = Prepared(place, "dotnet", [Dll, .. arguments]);
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        return new(start);
    }

    /// <summary>Starts it with bytes to read, as from a pipe that then ends.</summary>
    public static PbmProcess StartWithInput(Workplace place, byte[] input, params string[] arguments)
    {
        var start = Prepared(place, "dotnet", [Dll, .. arguments]);
        start.RedirectStandardInput = true;
        var process = new PbmProcess(start);
        process._process.StandardInput.BaseStream.Write(input);
        process._process.StandardInput.Close();
        return process;
    }

    /// <summary>Starts it as if its output were so wide.</summary>
    public static PbmProcess Start(Workplace place, int columns, params string[] arguments)
    {
        var start = Prepared(place, "dotnet", [Dll, .. arguments]);
        start.Environment["COLUMNS"] = columns.ToString(CultureInfo.InvariantCulture);
        return new(start);
    }

    /// <summary>Starts it so that no file can grow beyond a size, as on a disk that is full: writes fail with EFBIG.</summary>
    public static PbmProcess StartWithFilesUpTo(int kibibytes, Workplace place, params string[] arguments)
    {
        // Without the signal ignored the kernel would end the process; W^X needs a large file in memory of its own.
        var limited = $"trap '' XFSZ; ulimit -f {kibibytes}; DOTNET_EnableWriteXorExecute=0 exec dotnet \"$@\"";
        return new(Prepared(place, "bash", ["-c", limited, "bash", Dll, .. arguments]));
    }

    public Outcome WaitForExit()
    {
        if (!_process.WaitForExit(Patience))
        {
            Kill();
            throw new TimeoutException($"pbm {_command} does not end: {Said}");
        }

        _process.WaitForExit(); // for the rest of its output
        return new(_command, _process.ExitCode, _output.ToString(), _error.ToString());
    }

    /// <summary>Waits until it has printed something.</summary>
    public void WaitFor(string text)
    {
        var deadline = DateTime.UtcNow + Patience;
        while (!Said.Contains(text, StringComparison.Ordinal))
        {
            HasExited.ShouldBeFalse($"pbm {_command} ended before it said \"{text}\": {Said}");
            DateTime.UtcNow.ShouldBeLessThan(deadline, $"pbm {_command} does not say \"{text}\": {Said}");
            Thread.Sleep(10);
        }
    }

    /// <summary>SIGKILL: it cannot tidy anything up.</summary>
    public void Kill()
    {
        _process.Kill();
        _process.WaitForExit();
    }

    /// <summary>SIGINT, as Ctrl+C sends it.</summary>
    public void Interrupt()
    {
        using var kill = Process.Start("kill", ["-INT", _process.Id.ToString(CultureInfo.InvariantCulture)]);
        kill.WaitForExit();
    }

    public static string Dll => Path.Combine(AppContext.BaseDirectory, "pbm.dll");

    private static ProcessStartInfo Prepared(Workplace place, string program, IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = place.Folder,
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment[Pbm.Home.Variable] = place.Home;
        foreach (var name in new[] { "COLUMNS", "COHORT_CLUSTER", "COHORT_TOKEN", "COHORT_TOKEN_FILE" })
        {
            start.Environment.Remove(name);
        }

        return start;
    }

    private static void Append(StringBuilder text, string? line)
    {
        if (line is not null)
        {
            lock (text)
            {
                text.AppendLine(line);
            }
        }
    }
}

/// <summary>How a call of pbm ended.</summary>
public sealed record Outcome(string Command, int ExitCode, string Output, string Error);
