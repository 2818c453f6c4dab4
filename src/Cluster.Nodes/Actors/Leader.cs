using System.Diagnostics;
using Cohort.Clustering;
using Cohort.Federation;
using Cohort.Federation.SecureAggregation;
using Cohort.Messages;
using Cohort.Model.Plans;

namespace Cohort.Nodes.Actors;

/// <summary>
/// Leads one group through one round: asks its students, adds up what the combiners send, and answers the coordinator with the
/// group's sum under the plan's noise. With several intra-group rounds it averages in between and asks again (hierarchical
/// FedAvg, Liu et al. 2020). Where the plan needs single updates, it keeps one of each student until it combines them. It holds
/// nothing that a replacement could not rebuild from the request.
/// </summary>
internal sealed partial class Leader : ReceiveActor, IWithTimers
{
    private static readonly TimeSpan Idle = TimeSpan.FromMinutes(2);

    /// <summary>How long a combiner may take to send a sum it already holds.</summary>
    private static readonly TimeSpan TimeForSums = TimeSpan.FromSeconds(5);

    private readonly ICluster _cluster;
    private readonly NodeActors _node;
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly Refusals _refusals = new(Context.GetLogger());
    private GroupRound? _round;
    private Activity? _span;

    public Leader(ICluster cluster, NodeActors node)
    {
        _cluster = cluster;
        _node = node;
        Context.SetReceiveTimeout(Idle);
        Waiting();
    }

    public ITimerScheduler Timers { get; set; } = null!;

    protected override void PreStart()
    {
        Context.System.EventStream.Subscribe(Self, typeof(MemberLeft));
        Context.System.EventStream.Subscribe(Self, typeof(DeadLetter));
    }

    protected override void PostStop()
    {
        Context.System.EventStream.Unsubscribe(Self);
        _span?.Dispose();
        LetGoOfSecureSum();
    }

    private void LetGoOfSecureSum()
    {
        if (_round?.Secure is { IsOpening: false } secure)
        {
            secure.Dispose();
        }
    }

    private void Waiting()
    {
        Receive<TrainGroup>(Begin);
        Receive<FetchModel>(_ => { });
        Receive<PartialSum>(_ => { }); // late: its round is over
        Receive<StudentAccepted>(_ => { });
        Receive<StudentReported>(_ => { });
        Receive<ModelReady>(_ => { });
        Receive<MemberLeft>(_ => { });
        Receive<DeadLetter>(_ => { });
        IgnoreSecureSums();
        Receive<ReceiveTimeout>(_ => Context.Parent.Tell(new Passivate(PoisonPill.Instance)));
    }

    /// <summary>Waiting for the model, which tells the leader the plan and the size of the sum.</summary>
    private void Preparing()
    {
        Receive<TrainGroup>(Begin);
        Receive<FetchModel>(_ => { });
        Receive<ModelReady>(Prepare);
        Receive<Deadline>(_ => Answer());
        Receive<PartialSum>(_ => { });
        Receive<StudentAccepted>(_ => { });
        Receive<StudentReported>(_ => { });
        Receive<MemberLeft>(_ => { });
        Receive<DeadLetter>(_ => { });
        IgnoreSecureSums();
        Receive<ReceiveTimeout>(_ => { });
    }

    private void Collecting()
    {
        Receive<TrainGroup>(Begin);
        Receive<FetchModel>(Provide);
        Receive<StudentAccepted>(Note);
        Receive<StudentReported>(Note);
        Receive<PartialSum>(Add);
        Receive<MemberLeft>(left => GoOnWithout(left.Member));
        Receive<DeadLetter>(letter => GoOnWithout(letter.Message));
        Receive<Deadline>(_ => Collect());
        Receive<SumsOverdue>(_ => CloseIntraRound());
        Receive<ModelReady>(_ => { });
        IgnoreSecureSums();
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

        if (_round is { } newer && request.Key.IsOlderThan(newer.Request.Key))
        {
            return; // late, or from a seed that was replaced while it was paused
        }

        _span?.Dispose();
        _span = NodeMeter.Leading(request);
        LetGoOfSecureSum();
        _round = new GroupRound(request, Sender);
        _node.Models.Tell(new NeedModel(request.Key, request.Model));
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
        BeginIntraRound();
    }

    private void BeginIntraRound()
    {
        if (_round!.Context!.Plan.Privacy.SecureAggregation)
        {
            BeginSecureSum();
            return;
        }

        Become(Collecting);
        Ask(_round!.Asked);
        Timers.StartSingleTimer(nameof(Deadline), new Deadline(), DeadlineOf(_round.Request));
    }

    private void Ask(IEnumerable<int> students)
    {
        foreach (var student in students)
        {
            var (region, id) = _round!.Context!.AddressOf(_cluster, student);
            region.Tell(new ShardingEnvelope(id, _round.Ask(student)), Self);
        }
    }

    /// <summary>What a lost node was asked is asked again, of the nodes that are left.</summary>
    private void GoOnWithout(Member lost)
    {
        AskAgain(_round!.Lose(lost.Name));
        CloseIfComplete();
    }

    /// <summary>
    /// A resident student whose device is off: nobody else can train it, so that it is missing, and known to be at once. (A simulated one is
    /// asked again when there is a node.)
    /// </summary>
    private void GoOnWithout(object undelivered)
    {
        if (undelivered is TrainStudent asked
            && _round!.Context!.Population.Roster is not null
            && _round.Serves(asked.Key, asked.IntraRound, asked.Leader))
        {
            _round.Miss(asked.Student);
            CloseIfComplete();
        }
    }

    /// <summary>To a node that has joined after the group's own model was published.</summary>
    private void Provide(FetchModel wish)
    {
        if (string.Equals(wish.Model, _round!.ModelName, StringComparison.Ordinal))
        {
            Sender.Tell(_round.Version());
        }
    }

    private void AskAgain(IReadOnlyList<int> undone)
    {
        if (!_round!.IsClosing) // else it is too late: they are missing
        {
            Ask(undone);
        }
    }

    private void Note(StudentAccepted acceptance)
    {
        if (_round!.Serves(acceptance.Key, acceptance.IntraRound, acceptance.Leader))
        {
            _round.Note(acceptance);
        }
    }

    private void Note(StudentReported report)
    {
        var round = _round!;
        if (round.Serves(report.Key, report.IntraRound, report.Leader))
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
            new CollectSums
            {
                Key = round.Request.Key,
                Group = round.Request.Group,
                IntraRound = round.IntraRound,
                Leader = round.Leader,
            });
        Timers.StartSingleTimer(nameof(Deadline), new SumsOverdue(), TimeForSums);
    }

    private void Add(PartialSum part)
    {
        var round = _round!;
        if (!round.Serves(part.Key, part.IntraRound, part.Leader))
        {
            return; // late, repeated, or for another leader
        }

        if (round.WhyNot(part) is { } refusal)
        {
            _refusals.Note(refusal);
            return;
        }

        try
        {
            AskAgain(round.Add(part));
        }
        catch (SecureMessageRefusedException problem)
        {
            _refusals.Note(new("secure sum", problem.Message.TrimEnd('.')));
        }

        CloseIfComplete();
    }

    private void CloseIfComplete()
    {
        if (_round!.IsComplete)
        {
            CloseIntraRound();
        }
    }

    private void CloseIntraRound()
    {
        if (_round!.Secure is { } secure)
        {
            Reveal(secure);
        }
        else
        {
            EndIntraRound();
        }
    }

    private void EndIntraRound()
    {
        var round = _round!;
        if (round.Combine() is { } reason)
        {
            FailClosed(reason);
            return;
        }

        if (round.IntraRound < round.Request.IntraGroupRounds && round.Sum!.Weight > 0)
        {
            _cluster.Publish(Topics.Models, round.StepInside(AddNoise));
            BeginIntraRound();
            return;
        }

        Answer();
    }

    private void Answer()
    {
        Timers.Cancel(nameof(Deadline));
        var round = _round!;
        round.Coordinator.Tell(round.Close(AddNoise));
        _span?.SetTag("cohort.participants", round.Answer!.Participants.Count);
        _span?.Dispose();
        _span = null;
        Become(Waiting);
    }

    /// <summary>
    /// The group's share of the planned noise, or all of it in every intra-group round. A sum of nobody is not released, and gets none:
    /// the coordinator adds the share that it lacks then.
    /// </summary>
    private static void AddNoise(GroupRound round, ExactSum sum)
    {
        var context = round.Context!;
        if (context.Plan.Privacy is { IsPrivate: true, Mechanism: NoiseMechanism.Central } && sum.Count > 0)
        {
            var request = round.Request;
            context.NoiseOf(request.Clip, request.Groups, request.IntraGroupRounds).AddShare(sum, context.Noise, round.NoiseKey());
        }
    }

    private static TimeSpan DeadlineOf(TrainGroup request)
        => TimeSpan.FromMilliseconds((double)request.DeadlineMs / request.IntraGroupRounds);

    private sealed record Deadline;

    private sealed record SumsOverdue;
}
