using System.Text.Json;
using Cohort.Federation;
using Cohort.Model.Files;

namespace Cohort.Pbm.Commands;

/// <summary>Who is in which group, as a file: JSON.</summary>
/// <param name="Plan">The plan's name.</param>
/// <param name="PlanDigest">Of the plan by which the groups were formed.</param>
/// <param name="DataDigest">Of the samples that the students held.</param>
/// <param name="Groups">How many groups.</param>
/// <param name="WorstKl">The worst group's KL divergence from the population, in nats.</param>
/// <param name="GroupOf">Shape [students]: each student's group, null for who is in none.</param>
internal sealed record GroupAssignment(
    string Plan, string PlanDigest, string DataDigest, int Groups, double WorstKl, IReadOnlyList<int?> GroupOf)
{
    /// <exception cref="CommandException">It cannot be read, or is no assignment; the message names what is wrong.</exception>
    public static GroupAssignment Read(string path)
    {
        GroupAssignment? read;
        try
        {
            using var file = File.OpenRead(path);
            read = JsonSerializer.Deserialize(file, PbmJson.Default.GroupAssignment);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CommandException($"{path}: the groups cannot be read ({e.Message.TrimEnd('.')}); name a file that pbm groups form wrote.");
        }
        catch (JsonException)
        {
            throw new CommandException($"{path}: this is no file of groups; name one that pbm groups form wrote.");
        }

        if (read?.GroupOf is null || read.Groups < 1)
        {
            throw new CommandException($"{path}: groups and groupOf are missing; name a file that pbm groups form wrote.");
        }

        var unknown = read.GroupOf.Index().Where(student => student.Item < 0 || student.Item >= read.Groups).Select(student => (int?)student.Index).FirstOrDefault();
        return unknown is { } at
            ? throw new CommandException($"{path}: student {at} is in group {read.GroupOf[at]}; expected a group from 0 to {read.Groups - 1}, or null.")
            : read;
    }

    /// <exception cref="StorageException">The file cannot be written; what stood there before still does.</exception>
    public void Write(string path)
        => DurableFile.Write(path, stream => JsonSerializer.Serialize(stream, this, PbmJson.Default.GroupAssignment));

    /// <summary>The group that a student was in; <see cref="Regrouping.NoGroup"/> for who came since.</summary>
    public int Of(int student) => student < GroupOf.Count ? GroupOf[student] ?? Regrouping.NoGroup : Regrouping.NoGroup;
}
