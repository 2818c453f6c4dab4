using Cohort.Clustering;
using Cohort.Federation;
using Cohort.Federation.SecureAggregation;
using Cohort.Messages;

namespace Cohort.Nodes.Actors;

/// <summary>
/// A student's part in secure sums. Each life of a leader has a session of its own, with fresh keys: masks are never used twice.
/// A session lives until the round's deadline, or until newer work comes.
/// </summary>
internal sealed partial class Student
{
    /// <summary>By the life of the leader; all of one round.</summary>
    private readonly Dictionary<string, StudentSession> _sessions = new(StringComparer.Ordinal);

    private void Advertise(AdvertiseKeys wish)
    {
        // At once, not when the sum is had: a sum needs everybody's keys, also of those for whom this member has no room yet.
        Context.Parent.Tell(new Confirmed(wish));
        if (wish.Student != _me)
        {
            Refuse(wish, $"the request for student {wish.Student} reached student {_me}");
            return;
        }

        if (_sessions.Values.Any(session => wish.Key.IsOlderThan(session.Key)))
        {
            return; // late, or of a leader that was replaced while it was paused
        }

        if (_sessions.Values.Any(session => session.Key.IsOlderThan(wish.Key)))
        {
            EndSessions();
        }

        if (_sessions.TryGetValue(wish.Leader, out var known))
        {
            if (!known.Serves(wish) && known.IntraRound >= wish.IntraRound)
            {
                return;
            }

            if (known.Serves(wish))
            {
                Sender.Tell(known.Advertise(_node.Member));
                return;
            }

            known.Dispose();
            _sessions.Remove(wish.Leader);
        }

        Begin(wish);
    }

    private void Begin(AdvertiseKeys wish)
    {
        try
        {
            var session = new StudentSession(wish);
            _sessions.Add(wish.Leader, session);
            // What is asked within the deadline may come a little after it.
            Timers.StartSingleTimer(nameof(SessionsOver), new SessionsOver(), TimeSpan.FromMilliseconds(wish.DeadlineMs) + Idle);
            Sender.Tell(session.Advertise(_node.Member));
        }
        catch (Exception problem) when (problem is SecureAggregationException or ArgumentException)
        {
            Refuse(wish, problem.Message);
        }
    }

    private void Answer(ISumMessage message, Func<StudentSession, object> answer)
    {
        if (!_sessions.TryGetValue(message.Leader, out var session) || !session.Serves(message))
        {
            return; // it is over
        }

        try
        {
            Sender.Tell(answer(session));
        }
        catch (SecureMessageRefusedException problem)
        {
            Refuse(message, problem.Message);
        }
    }

    /// <returns>
    /// Why this request may not have an update; null if it may. Where the plan says so, no leader gets one that is not
    /// masked.
    /// </returns>
    private string? WhyNotMasked(RunContext context, TrainStudent asked, int parameters)
    {
        if (!context.Plan.Privacy.SecureAggregation)
        {
            return asked.Secure is null ? null : "masks are asked for, and the plan has no secure aggregation";
        }

        if (asked.Secure is null || !_sessions.TryGetValue(asked.Leader, out var session) || !session.Serves(asked))
        {
            return "the plan has secure aggregation, and there is no session for it here: it was begun on another node, or never";
        }

        var planned = context.SecureSetupOf(session.Setup.Students, parameters, asked.Clip);
        return session.Setup == planned
            ? null
            : $"the leader's numbers for the secure sum are not the plan's: {session.Setup}, expected {planned}";
    }

    /// <summary>What of an update leaves this student.</summary>
    private object Leaving(StudentUpdate update, TrainStudent asked)
    {
        var context = _context!;
        if (WhyNotMasked(context, asked, update.Quantised.Length - context.Plan.Privacy.ExtraCoordinates) is { } reason)
        {
            return new StudentFailed(asked, reason);
        }

        if (!context.Plan.Privacy.SecureAggregation)
        {
            return update with { Request = asked };
        }

        try
        {
            return _sessions[asked.Leader].Mask(update, asked);
        }
        catch (Exception problem) when (problem is SecureMessageRefusedException or UpdateRejectedException)
        {
            return new StudentFailed(asked, problem.Message);
        }
    }

    private void Refuse(ISumMessage message, string reason)
        => Sender.Tell(new SumRefused
        {
            Key = message.Key,
            Group = message.Group,
            IntraRound = message.IntraRound,
            Leader = message.Leader,
            Student = _me,
            Reason = Sentence.Cut(reason),
        });

    private void EndSessions()
    {
        foreach (var session in _sessions.Values)
        {
            session.Dispose();
        }

        _sessions.Clear();
    }

    private sealed record SessionsOver;
}
