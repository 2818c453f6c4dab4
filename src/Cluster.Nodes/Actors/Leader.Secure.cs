using Cohort.Clustering;
using Cohort.Federation.SecureAggregation;
using Cohort.Messages;

namespace Cohort.Nodes.Actors;

/// <summary>
/// A group's round under secure aggregation (Bonawitz et al. 2017; docs/secure-aggregation.md): keys, shares of seeds, masked
/// updates into the nodes' combiners, shares of the seeds whose masks are left in the sum. Whoever falls silent at a stage is
/// left out from there on; where fewer than the threshold are left, the group answers without a sum.
/// </summary>
internal sealed partial class Leader
{
    /// <summary>Keys, shares and the last shares have a tenth of the round's time each, training has the rest.</summary>
    private const double ShareOfStage = 0.1;

    private void BeginSecureSum()
    {
        var round = _round!;
        try
        {
            round.Secure = new SecureGroupSum(round, round.Parameters, DeadlineOf(round.Request));
        }
        catch (SecureAggregationException problem)
        {
            FailClosed(problem.Message);
            return;
        }

        Become(Agreeing);
        AskForKeys(round.Secure, round.Asked);
        StartStage();
    }

    /// <summary>Waiting for the students' keys, then for their shares.</summary>
    private void Agreeing()
    {
        Receive<TrainGroup>(Begin);
        Receive<FetchModel>(Provide);
        Receive<KeysAdvertised>(keys => Take(keys, secure => secure.Add(keys, Sender)));
        Receive<SeedsShared>(shares => Take(shares, secure => secure.Add(shares)));
        Receive<SumRefused>(Note);
        Receive<MemberLeft>(left => AgreeWithout(left.Member));
        Receive<DeadLetter>(letter => AgreeWithout(letter.Message));
        Receive<Deadline>(_ => EndStage());
        Receive<PartialSum>(_ => { });
        Receive<StudentAccepted>(_ => { });
        Receive<StudentReported>(_ => { });
        Receive<ModelReady>(_ => { });
        IgnoreSecureSums();
        Receive<ReceiveTimeout>(_ => { });
    }

    /// <summary>The masked sum is complete; waiting for the shares that take its masks away.</summary>
    private void Revealing()
    {
        Receive<TrainGroup>(Begin);
        Receive<FetchModel>(Provide);
        Receive<SharesRevealed>(revealed => Take(revealed, secure => secure.Add(revealed)));
        Receive<SumRefused>(Note);
        Receive<MemberLeft>(left =>
        {
            _round!.Secure!.Lose(left.Member.Name);
            EndStageIfComplete();
        });
        Receive<DeadLetter>(_ => { });
        Receive<Deadline>(_ => EndStage());
        Receive<SumOpened>(Finish);
        Receive<SumFailed>(Finish);
        Receive<PartialSum>(_ => { }); // too late: who is in the sum is said
        Receive<StudentAccepted>(_ => { });
        Receive<StudentReported>(_ => { });
        Receive<ModelReady>(_ => { });
        IgnoreSecureSums();
        Receive<ReceiveTimeout>(_ => { });
    }

    /// <summary>What comes late.</summary>
    private void IgnoreSecureSums()
    {
        Receive<KeysAdvertised>(_ => { });
        Receive<SeedsShared>(_ => { });
        Receive<SharesRevealed>(_ => { });
        Receive<SumRefused>(_ => { });
        Receive<SumOpened>(opened => opened.Round.Secure?.Dispose());
        Receive<SumFailed>(failed => failed.Round.Secure?.Dispose());
    }

    private void AskForKeys(SecureGroupSum secure, IEnumerable<int> students)
    {
        foreach (var student in students)
        {
            var (region, id) = _round!.Context!.AddressOf(_cluster, student);
            region.Tell(new ShardingEnvelope(id, secure.Begin(student)), Self);
        }
    }

    private void StartStage()
        => Timers.StartSingleTimer(nameof(Deadline), new Deadline(), ShareOfStage * DeadlineOf(_round!.Request));

    /// <summary>Takes a student's word, unless it is of another sum, or none that can be.</summary>
    private void Take(ISumMessage message, Action<SecureGroupSum> add)
    {
        var secure = _round!.Secure!;
        if (!secure.Serves(message))
        {
            return;
        }

        try
        {
            add(secure);
        }
        catch (SecureMessageRefusedException problem)
        {
            Leave(problem.Student, problem.Message);
        }

        EndStageIfComplete();
    }

    private void Note(SumRefused refusal)
    {
        if (_round!.Secure!.Serves(refusal))
        {
            Leave(refusal.Student, refusal.Reason);
            EndStageIfComplete();
        }
    }

    /// <summary>Goes on without this student.</summary>
    private void Leave(int student, string reason)
    {
        _refusals.Note(new("secure sum", reason.TrimEnd('.')));
        if (_round!.Asked.Contains(student))
        {
            _round.Failures[student] = Sentence.Cut(reason);
            _round.Secure!.GiveUpOn(student);
        }
    }

    /// <summary>
    /// Who had not answered a lost node's leader is asked where it lives now; a session that was begun there is
    /// lost.
    /// </summary>
    private void AgreeWithout(Member lost)
    {
        var secure = _round!.Secure!;
        secure.Lose(lost.Name);
        if (!secure.HasRoster)
        {
            AskForKeys(secure, secure.WithoutKeys);
        }

        EndStageIfComplete();
    }

    /// <summary>A resident student whose device is off.</summary>
    private void AgreeWithout(object undelivered)
    {
        if (undelivered is AdvertiseKeys wish && _round!.Context!.Population.Roster is not null && _round.Secure!.Serves(wish))
        {
            _round.Secure.GiveUpOn(wish.Student);
            EndStageIfComplete();
        }
    }

    private void EndStageIfComplete()
    {
        var secure = _round!.Secure!;
        if (secure.IsOpening)
        {
            return;
        }

        if (secure.IsClosed ? secure.HasAllUnmaskings : secure.HasRoster ? secure.HasAllShares : secure.HasAllKeys)
        {
            EndStage();
        }
    }

    /// <summary>On to the next stage, with those who have answered.</summary>
    private void EndStage()
    {
        var secure = _round!.Secure!;
        try
        {
            if (secure.IsClosed)
            {
                Open(secure);
            }
            else if (secure.HasRoster)
            {
                TrainMasked(secure);
            }
            else
            {
                Tell(secure.CloseKeys());
                StartStage();
            }
        }
        catch (SecureAggregationException problem)
        {
            FailClosed(problem.Message);
        }
    }

    private void TrainMasked(SecureGroupSum secure)
    {
        Tell(secure.CloseShares());
        Become(Collecting);
        Timers.StartSingleTimer(nameof(Deadline), new Deadline(), (1 - (3 * ShareOfStage)) * DeadlineOf(_round!.Request));
    }

    private void Tell<T>(IReadOnlyList<(IActorRef Student, T Message)> messages)
        where T : notnull
    {
        foreach (var (student, message) in messages)
        {
            student.Tell(message, Self);
        }
    }

    /// <summary>The combiners have sent what there is: whose masks are in it is said, and the shares are asked for.</summary>
    private void Reveal(SecureGroupSum secure)
    {
        try
        {
            Tell(secure.CloseInputs());
            Become(Revealing);
            StartStage();
        }
        catch (SecureAggregationException problem)
        {
            FailClosed(problem.Message);
        }
    }

    private void Open(SecureGroupSum secure)
    {
        Timers.Cancel(nameof(Deadline));
        var round = _round!;
        secure.Open().PipeTo(
            Self,
            success: values => new SumOpened(round, values),
            failure: problem => new SumFailed(round, problem.Message));
    }

    private void Finish(SumOpened opened)
    {
        if (ReferenceEquals(opened.Round, _round))
        {
            _round.Open(opened.Values);
            EndIntraRound();
        }
    }

    private void Finish(SumFailed failed)
    {
        if (ReferenceEquals(failed.Round, _round))
        {
            FailClosed(failed.Reason);
        }
    }

    private void FailClosed(string reason)
    {
        _log.Warning("Group {0} has no sum in round {1}: {2}", _round!.Request.Group, _round.Request.Key.Round, reason);
        _round.FailClosed(reason);
        Answer();
    }

    private sealed record SumOpened(GroupRound Round, long[] Values);

    private sealed record SumFailed(GroupRound Round, string Reason);
}
