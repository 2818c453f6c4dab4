using System.Globalization;

namespace Cohort.Benchmarks.Broker;

/// <summary>How far a process's resident memory rises above where it was, from Linux's own record (VmHWM, proc(5)).</summary>
internal sealed class PeakMemory
{
    private readonly string _folder;
    private readonly long _before;

    private PeakMemory(int process)
    {
        _folder = string.Create(CultureInfo.InvariantCulture, $"/proc/{process}");
        LookAnew();
        _before = Read("VmRSS");
    }

    /// <summary>Bytes at the highest since one last looked anew, above those at the start.</summary>
    public long Growth => Read("VmHWM") - _before;

    public static PeakMemory OfThisProcess() => Of(Environment.ProcessId);

    public static PeakMemory Of(int process) => new(process);

    /// <summary>The peak is from now on.</summary>
    public void LookAnew() => File.WriteAllText(Path.Combine(_folder, "clear_refs"), "5");

    /// <summary>The largest of a process and all that it started, and they.</summary>
    public static int LargestIn(int process)
    {
        var parents = Directory.EnumerateDirectories("/proc")
            .Select(Path.GetFileName)
            .Where(name => int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out _))
            .Select(name => int.Parse(name!, CultureInfo.InvariantCulture))
            .Select(id => (Id: id, Parent: ParentOf(id)))
            .ToLookup(each => each.Parent, each => each.Id);
        List<int> family = [process];
        for (var i = 0; i < family.Count; i++)
        {
            family.AddRange(parents[family[i]]);
        }

        return family.MaxBy(id => FieldOf($"/proc/{id}", "VmRSS"));
    }

    private static int ParentOf(int process) => (int)FieldOf($"/proc/{process}", "PPid");

    private static long FieldOf(string folder, string field)
    {
        try
        {
            var line = File.ReadLines(Path.Combine(folder, "status")).FirstOrDefault(each => each.StartsWith(field + ":", StringComparison.Ordinal));
            return line is null
                ? 0
                : long.Parse(line.Split([':', ' ', '\t'], StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture);
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return 0;
        }
    }

    private long Read(string field) => 1024 * FieldOf(_folder, field);
}
