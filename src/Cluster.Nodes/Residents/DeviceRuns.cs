using Cohort.Federation;
using Cohort.Messages;
using Cohort.Model.Data;
using Cohort.Model.Data.Texts;
using Cohort.Model.Plans;
using Cohort.Model.Training;

namespace Cohort.Nodes.Residents;

/// <summary>Runs as a device knows them: of other students it is told how many there are, and their labels together.</summary>
internal static class DeviceRuns
{
    private const int LargestSample = 1 << 24;

    /// <exception cref="InvalidDataException">The run's students are simulated, or what is said of them cannot be.</exception>
    /// <exception cref="PlanException">The run's plan is none.</exception>
    public static RunContext Open(RunDefinition definition, DeviceSecret secret)
    {
        var plan = Plan.Parse(definition.PlanJson, $"run {definition.Run}");
        if (!plan.IsResident || definition.Roster is not { } roster)
        {
            throw new InvalidDataException($"run {definition.Run} trains simulated students, and this is the device of resident ones");
        }

        var form = FormOf(roster.Form);
        if (roster.Students < 1 || roster.Labels.Count != form.Classes.Count || roster.Samples is < 0 or > int.MaxValue)
        {
            throw new InvalidDataException(
                $"run {definition.Run} is said to have {roster.Students} students with {roster.Labels.Count} label counts; expected one at least, "
                + $"and {form.Classes.Count} counts");
        }

        return new DeviceContext(
            definition, plan, form, new(roster.Students, roster.Samples, [.. roster.Labels]), secret);
    }

    /// <exception cref="InvalidDataException">It is no shape of a sample.</exception>
    public static SampleForm FormOf(SampleFormat? format)
    {
        SampleShape? shape = format switch
        {
            { Channels: > 0, Height: > 0, Width: > 0 } when (long)format.Channels * format.Height * format.Width <= LargestSample
                => new ImageShape(format.Channels, format.Height, format.Width),
            { TextBytes: > 0 and <= LargestSample } => new TextShape(format.TextBytes),
            _ => null,
        };
        return shape is not null && format!.Classes.Count is > 0 and <= byte.MaxValue
            ? new(shape, [.. format.Classes])
            : throw new InvalidDataException("the plan's samples have no shape, or no classes");
    }
}

/// <summary>A run on a device; each training has a context of its own, in which its student's samples are.</summary>
internal sealed class DeviceContext(
    RunDefinition definition, Plan plan, SampleForm form, ResidentTotals totals, DeviceSecret secret)
    : RunContext(definition.Run, plan, Population.OfTotals(form, totals), secret.Unused)
{
    /// <summary>
    /// The run as its student sees it that is to train. Noise that students draw comes from a secret that never leaves the device: keyed by
    /// all that an update depends on, so that the same update always gets the same noise, and another one never does.
    /// </summary>
    /// <exception cref="ResidentSamplesException">The version is not there any more, or not of this form.</exception>
    public RunContext For(IResidentSamples resident, TrainStudent request)
    {
        var samples = resident.Samples(request.Version, form);
        if (samples.Shape != form.Shape || !samples.Classes.SequenceEqual(form.Classes, StringComparer.Ordinal))
        {
            throw new ResidentSamplesException("its samples are not of the form that the plan trains on");
        }

        var noise = Plan.Privacy.Noise is NoiseSource.Seeded
            ? NoiseSecret.FromSeed((ulong)Plan.Seed)
            : secret.Of("updates", Run, Plan.Digest, definition.DataDigest, resident.Name, request.Version);
        return new(Run, Plan, Population.OfOne(samples, request.Student, totals), noise);
    }
}
