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

    /// <summary>Where students draw the noise: whose sum it has helped to open, by the intra-group round of <see cref="_opening"/>.</summary>
    private readonly Dictionary<int, IReadOnlyList<int>> _opened = [];
    private RoundKey? _opening;

    private void Advertise(AdvertiseKeys wish)
    {
        // At once, not when the sum is had: a sum needs everybody's keys, also of those for whom this member has no room yet.
        Context.Parent.Tell(new Confirmed(wish));
        if (!_sessions.Values.Any(session => wish.Key.IsOlderThan(session.Key)))
        {
            Meet(wish.Key, wish.Student);
        }

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

        var (setup, shares) = (session.Setup, asked.NoiseShares);
        if (context.Plan.Privacy.DrawsShares && !(shares >= 1 && shares <= setup.Threshold))
        {
            return $"{shares} shares are to make the noise of a sum that {setup.Threshold} students may be left in";
        }

        var planned = context.SecureSetupOf(setup.Students, parameters, asked.Clip, setup.Threshold, shares);
        return setup == planned
            ? null
            : $"the leader's numbers for the secure sum are not the plan's: {setup}, expected {planned}";
    }

    /// <summary>What of an update leaves this student.</summary>
    private object Leaving(StudentUpdate update, TrainStudent asked)
    {
        var context = _context!;
        if (WhyNotMasked(context, asked, update.Quantised.Length - context.Plan.Privacy.ExtraCoordinates) is { } reason)
        {
            return new StudentFailed(asked, reason);
        }

        if ((asked.NoiseShares, asked.Release) != (update.Request.NoiseShares, update.Request.Release))
        {
            return new StudentFailed(asked, "its update carries the share of the noise that another leader has asked for");
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

    /// <summary>
    /// Where its update carries a share of the noise, a student helps to open one sum of it: the difference of two sums of different
    /// students would show one of them under a share alone. Any two sums that are opened have a student in common that was asked
    /// for both, as each takes more than half of them.
    /// </summary>
    private SharesRevealed Reveal(StudentSession session, RevealShares wish)
    {
        if (_context?.Plan is not { Privacy.DrawsShares: true } plan)
        {
            return session.Reveal(wish);
        }

        if (!wish.Key.Equals(_opening))
        {
            _opened.Clear();
            _opening = wish.Key;
        }

        if (_opened.TryGetValue(wish.IntraRound, out var others) && !others.SequenceEqual(wish.Survivors))
        {
            throw new SecureMessageRefusedException(
                _me, "it has helped to open a sum of other students, in which its update has the same share of the noise");
        }

        var revealed = session.Reveal(wish);
        _opened[wish.IntraRound] = [.. wish.Survivors];
        // A leader's replacement is asked 1.25 deadlines after it, and has one deadline more.
        Timers.StartSingleTimer(nameof(ReleaseOver), new ReleaseOver(), (3 * plan.Rounds.Deadline) + Idle);
        return revealed;
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

    private sealed record ReleaseOver;
}
