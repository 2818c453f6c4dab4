using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace Cohort.Nodes.Host.Tests;

/// <summary>The device of resident students as a process of its own: <c>cohort-node --residents FOLDER</c>.</summary>
internal sealed class DeviceProcess : IDisposable
{
    private readonly Process _process;
    private readonly StringBuilder _output = new();

    private DeviceProcess(Process process)
    {
        _process = process;
        process.OutputDataReceived += (_, line) => Note(line.Data);
        process.ErrorDataReceived += (_, line) => Note(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    /// <summary>All that it has written so far.</summary>
    public string Output
    {
        get
        {
            lock (_output)
            {
                return _output.ToString();
            }
        }
    }

    /// <summary>Null while it runs.</summary>
    public int? ExitCode => _process.HasExited ? _process.ExitCode : null;

    public static DeviceProcess Start(params string[] options)
    {
        var start = new ProcessStartInfo("dotnet")
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        string[] arguments = [Path.Combine(AppContext.BaseDirectory, "cohort-node.dll"), "--listen", "http://127.0.0.1:0", "--slots", "1", .. options];
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        return new(Process.Start(start)!);
    }

    /// <summary>Until its students can be asked.</summary>
    public Task Ready(TimeSpan patience) => Says("is in, with", patience);

    public async Task Says(string text, TimeSpan patience)
    {
        var started = TimeProvider.System.GetTimestamp();
        while (!Output.Contains(text, StringComparison.Ordinal))
        {
            if (TimeProvider.System.GetElapsedTime(started) > patience || (_process.HasExited && !Output.Contains(text, StringComparison.Ordinal)))
            {
                throw new InvalidOperationException($"The device did not say '{text}':\n{Output}");
            }

            await Task.Delay(50);
        }
    }

    /// <summary>SIGSTOP: it does nothing, and its connections stay open.</summary>
    public void Pause() => Signal("STOP");

    /// <summary>SIGKILL: no farewell, and nothing is finished.</summary>
    public void Kill()
    {
        _process.Kill();
        _process.WaitForExit();
    }

    /// <summary>The remote ports of all TCP connections that it has, as the kernel tells.</summary>
    public IReadOnlySet<int> RemotePorts()
    {
        var id = _process.Id.ToString(CultureInfo.InvariantCulture);
        var sockets = Directory.GetFiles($"/proc/{id}/fd")
            .Select(file => File.ResolveLinkTarget(file, returnFinalTarget: false)?.Name ?? "")
            .Where(target => target.StartsWith("socket:[", StringComparison.Ordinal))
            .Select(target => target["socket:[".Length..^1])
            .ToHashSet(StringComparer.Ordinal);
        const string established = "01";
        return ((string[])["tcp", "tcp6"]).SelectMany(table => File.ReadLines($"/proc/{id}/net/{table}").Skip(1))
            .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .Where(columns => string.Equals(columns[3], established, StringComparison.Ordinal) && sockets.Contains(columns[9]))
            .Select(columns => int.Parse(columns[2].Split(':')[1], NumberStyles.HexNumber, CultureInfo.InvariantCulture))
            .ToHashSet();
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            Kill();
        }

        _process.Dispose();
    }

    private void Signal(string signal)
    {
        using var kill = Process.Start("kill", ["-" + signal, _process.Id.ToString(CultureInfo.InvariantCulture)]);
        kill.WaitForExit();
    }

    private void Note(string? line)
    {
        lock (_output)
        {
            _output.AppendLine(line);
        }
    }
}
