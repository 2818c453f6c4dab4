namespace Cohort.Nodes.Training;

/// <summary>
/// A node's training slots and the students waiting for one. Those with most samples go first, so that the slots finish a round
/// together; the order changes no result.
/// </summary>
internal sealed class TrainingSlots : ReceiveActor
{
    private readonly Stack<TrainingSlot> _free = new();
    private readonly List<TrainingSlot> _all = [];
    private readonly PriorityQueue<(TrainingJob Job, IActorRef Student), (int Samples, long Arrival)> _waiting = new();
    private long _arrivals;

    /// <param name="count">How many students train at a time.</param>
    /// <param name="device"><c>cpu</c> or <c>cuda:n</c>.</param>
    public TrainingSlots(int count, string device)
    {
        for (var number = 1; number <= count; number++)
        {
            _all.Add(new TrainingSlot(number, device));
        }

        _all.ForEach(_free.Push);
        NodeMeter.Slots.Add(count);
        Receive<TrainingJob>(Queue);
        Receive<SlotFree>(free => Release(free.Slot));
    }

    protected override void PostStop()
    {
        NodeMeter.StudentsWaiting.Add(-_waiting.Count);
        _all.ForEach(slot => slot.Dispose());
        NodeMeter.Slots.Add(-_all.Count);
    }

    private void Queue(TrainingJob job)
    {
        _waiting.Enqueue((job, Sender), (-job.Samples, _arrivals++));
        NodeMeter.StudentsWaiting.Add(1);
        StartNext();
    }

    private void Release(TrainingSlot slot)
    {
        _free.Push(slot);
        StartNext();
    }

    private void StartNext()
    {
        while (_free.Count > 0 && _waiting.TryDequeue(out var next, out _))
        {
            var slot = _free.Pop();
            NodeMeter.StudentsWaiting.Add(-1);
            var training = slot.Train(next.Job);
            training.PipeTo(
                next.Student,
                Self,
                success: update => update,
                failure: cause => new StudentFailed(next.Job.Request, next.Job.ReasonOf(cause)));
            training.ContinueWith(_ => slot, TaskScheduler.Default).PipeTo(Self, success: free => new SlotFree(free));
        }
    }

    private sealed record SlotFree(TrainingSlot Slot);
}
