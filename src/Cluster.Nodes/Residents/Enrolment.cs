using Cohort.Clustering;
using Cohort.Federation;
using Cohort.Messages;
using Cohort.Model.Data;
using Cohort.Model.Plans;

namespace Cohort.Nodes.Residents;

/// <summary>Answers roll calls: which of the device's students can train a plan, on which version, and what they say of their labels.</summary>
internal sealed class Enrolment : ReceiveActor
{
    private readonly ICluster _cluster;
    private readonly IReadOnlyList<IResidentSamples> _residents;
    private readonly DeviceSecret _secret;
    private readonly ILoggingAdapter _log = Context.GetLogger();

    /// <param name="cluster">The seam.</param>
    /// <param name="residents">The device's students.</param>
    /// <param name="secret">From which their noise is drawn.</param>
    public Enrolment(ICluster cluster, IReadOnlyList<IResidentSamples> residents, DeviceSecret secret)
    {
        (_cluster, _residents, _secret) = (cluster, residents, secret);
        Receive<RollCall>(call =>
        {
            // Reading samples takes its time, and a later call waits for it.
            Task.Run(() => Answer(call)).PipeTo(Sender);
        });
        Receive<RunDefinition>(_ => { });
    }

    protected override void PreStart() => _cluster.Subscribe(Topics.Devices, Self);

    private ResidentsPresent Answer(RollCall call)
    {
        var answer = new ResidentsPresent { Member = _cluster.Self.Name, Incarnation = _cluster.Self.Incarnation };
        foreach (var resident in _residents)
        {
            try
            {
                answer.Residents.Add(Present(resident, Plan.Parse(call.PlanJson, "the roll call's plan"), DeviceRuns.FormOf(call.Form)));
            }
#pragma warning disable CA1031 // Whatever keeps one student from taking part, the others can.
            catch (Exception problem)
#pragma warning restore CA1031
            {
                _log.Warning("Student {0} takes no part in the run: {1}", resident.Name, problem.Message);
                answer.Absences.Add(new ResidentAbsence { Name = resident.Name, Reason = Sentence.Cut(DeviceReasons.Of(problem)) });
            }
        }

        return answer;
    }

    private ResidentStudent Present(IResidentSamples resident, Plan plan, SampleForm form)
    {
        var version = resident.Newest(form) ?? throw new ResidentSamplesException("it has no samples to train on yet");
        var samples = resident.Samples(version, form);
        if (samples.Count == 0)
        {
            throw new ResidentSamplesException("it has no samples to train on yet");
        }

        var labels = Reported(resident.Name, version, plan, samples);
        var present = new ResidentStudent
        {
            Name = resident.Name,
            Version = version,
            Samples = plan.NeedsSizes ? samples.Count : labels.Sum(),
        };
        present.Labels.AddRange(labels);
        return present;
    }

    /// <summary>No more than the plan needs: label counts under the plan's noise, or none.</summary>
    private int[] Reported(string name, long version, Plan plan, ISampleSet samples)
    {
        var labels = new int[samples.Classes.Count];
        if (!plan.NeedsLabels)
        {
            return labels;
        }

        for (var sample = 0; sample < samples.Count; sample++)
        {
            labels[samples.LabelOf(sample)]++;
        }

        if (plan.Groups.HistogramEpsilon is { } epsilon)
        {
            var noise = plan.Privacy.Noise is NoiseSource.Seeded
                ? NoiseSecret.FromSeed((ulong)plan.Seed)
                : _secret.Of("labels", name, version, epsilon, string.Join('|', samples.Classes));
            new HistogramReport(epsilon, noise, name).Noise(student: 0, labels);
        }

        return labels;
    }
}
