using System.Globalization;
using Cohort.Clustering;
using Cohort.Federation;
using Cohort.Messages;

namespace Cohort.Nodes.Actors;

/// <summary>
/// Leads one group through one round: asks its students, adds up what the combiners send, and answers the coordinator with the
/// group's sum under the plan's noise. With several intra-group rounds it averages in between and asks again (hierarchical
/// FedAvg, Liu et al. 2020). It holds nothing that a replacement could not rebuild from the request.
/// </summary>
internal sealed class Leader : ReceiveActor, IWithTimers
{
    private static readonly TimeSpan Idle = TimeSpan.FromMinutes(2);

    /// <summary>How long a combiner may take to send a sum it already holds.</summary>
    private static readonly TimeSpan TimeForSums = TimeSpan.FromSeconds(5);

    private readonly ICluster _cluster;
    private readonly NodeActors _node;
    private readonly NoiseOf _noise;
    private GroupRound? _round;

    public Leader(ICluster cluster, NodeActors node, NoiseOf noise)
    {
        _cluster = cluster;
        _node = node;
        _noise = noise;
        Context.SetReceiveTimeout(Idle);
        Waiting();
    }

    public ITimerScheduler Timers { get; set; } = null!;

    private void Waiting()
    {
        Receive<TrainGroup>(Begin);
        Receive<PartialSum>(_ => { }); // late: its round is over
        Receive<StudentReported>(_ => { });
        Receive<ModelReady>(_ => { });
        Receive<ReceiveTimeout>(_ => Context.Parent.Tell(new Passivate(PoisonPill.Instance)));
    }

    /// <summary>Waiting for the model, which tells the leader the plan and the size of the sum.</summary>
    private void Preparing()
    {
        Receive<TrainGroup>(Begin);
        Receive<ModelReady>(Prepare);
        Receive<Deadline>(_ => Answer());
        Receive<PartialSum>(_ => { });
        Receive<StudentReported>(_ => { });
        Receive<ReceiveTimeout>(_ => { });
    }

    private void Collecting()
    {
        Receive<TrainGroup>(Begin);
        Receive<StudentReported>(Note);
        Receive<PartialSum>(Add);
        Receive<Deadline>(_ => Collect());
        Receive<SumsOverdue>(_ => CloseIntraRound());
        Receive<ModelReady>(_ => { });
        Receive<ReceiveTimeout>(_ => { });
    }

    private void Begin(TrainGroup request)
    {
        if (_round is { } running && running.Request.Key.Equals(request.Key))
        {
            if (running.Answer is { } answer)
            {
                Sender.Tell(answer); // the same sum under the same noise, however often it is asked for
            }

            return;
        }

        _round = new GroupRound(request, Sender);
        _node.Models.Tell(new NeedModel(request.Key.Run, request.Model));
        Timers.StartSingleTimer(nameof(Deadline), new Deadline(), DeadlineOf(request));
        Become(Preparing);
    }

    private void Prepare(ModelReady ready)
    {
        if (!string.Equals(ready.Model, _round!.Request.Model, StringComparison.Ordinal))
        {
            return;
        }

        if (ready.Context is not { } context)
        {
            foreach (var student in _round.Request.Students)
            {
                _round.Failures[student] = ready.Problem!;
            }

            Answer();
            return;
        }

        _round.Start(context, ready.Parameters!);
        Become(Collecting);
        AskStudents();
    }

    private void AskStudents()
    {
        var round = _round!;
        var students = _cluster.Region(Regions.Students);
        foreach (var student in round.Asked)
        {
            var request = new TrainStudent
            {
                Key = round.Request.Key,
                Group = round.Request.Group,
                IntraRound = round.IntraRound,
                Student = student,
                Model = round.ModelName,
            };
            students.Tell(new ShardingEnvelope(student.ToString(CultureInfo.InvariantCulture), request), Self);
        }

        Timers.StartSingleTimer(nameof(Deadline), new Deadline(), DeadlineOf(round.Request));
    }

    private void Note(StudentReported report)
    {
        var round = _round!;
        if (round.Serves(report.Key, report.IntraRound))
        {
            round.Note(report);
            if (round.HasQuota && round.Request.Quota < round.Asked.Count)
            {
                Collect();
            }
        }
    }

    /// <summary>Goes on without those who have not reported: the combiners send what they hold.</summary>
    private void Collect()
    {
        var round = _round!;
        if (round.IsClosing)
        {
            return;
        }

        round.IsClosing = true;
        if (round.IsComplete)
        {
            CloseIntraRound();
            return;
        }

        _cluster.Publish(
            Topics.Collect,
            new CollectSums { Key = round.Request.Key, Group = round.Request.Group, IntraRound = round.IntraRound });
        Timers.StartSingleTimer(nameof(Deadline), new SumsOverdue(), TimeForSums);
    }

    private void Add(PartialSum part)
    {
        var round = _round!;
        if (!round.Serves(part.Key, part.IntraRound))
        {
            return; // late or repeated
        }

        round.Add(part);
        if (round.IsComplete)
        {
            CloseIntraRound();
        }
    }

    private void CloseIntraRound()
    {
        var round = _round!;
        if (round.IntraRound < round.Request.IntraGroupRounds && round.Sum!.Weight > 0)
        {
            var averaged = round.StepInside(AddNoise);
            _cluster.Publish(
                Topics.Models,
                new ModelVersion
                {
                    Run = round.Request.Key.Run,
                    Model = averaged.Name,
                    Parameters = Tensors.Wrap(averaged.Parameters),
                });
            AskStudents();
            return;
        }

        Answer();
    }

    private void Answer()
    {
        Timers.Cancel(nameof(Deadline));
        var round = _round!;
        round.Coordinator.Tell(round.Close(AddNoise));
        Become(Waiting);
    }

    /// <summary>
    /// The group's share of the planned noise: the coordinator adds the groups' sums, so each of n groups adds variance
    /// (z C)^2 / n, and the global sum carries standard deviation z C whichever way the groups fall.
    /// </summary>
    private void AddNoise(GroupRound round, ExactSum sum)
    {
        var privacy = round.Context!.Plan.Privacy;
        if (privacy.NoiseMultiplier == 0 || sum.Count == 0)
        {
            return;
        }

        var perGroup = privacy.NoiseMultiplier * privacy.Clip!.Value / Math.Sqrt(round.Request.Groups);
        GaussianMechanism.AddNoise(sum, perGroup / round.Context.Grid.Step, _noise(round.Request.Key.Run), round.NoiseKey());
    }

    private static TimeSpan DeadlineOf(TrainGroup request)
        => TimeSpan.FromMilliseconds((double)request.DeadlineMs / request.IntraGroupRounds);

    private sealed record Deadline;

    private sealed record SumsOverdue;
}

/// <summary>The noise secret of a run, known to leaders only.</summary>
public delegate NoiseSecret NoiseOf(string run);
