using System.Globalization;
using Cohort.Clustering;
using Cohort.Messages;
using Cohort.Nodes.Training;

namespace Cohort.Nodes.Actors;

/// <summary>
/// One student. Asked to train, it announces itself to its group's combiner, gets the model, takes a training slot, and reports
/// its update or why there is none. It keeps nothing between rounds and leaves memory when idle.
/// </summary>
internal sealed class Student : ReceiveActor
{
    private static readonly TimeSpan Idle = TimeSpan.FromSeconds(30);

    private readonly int _me;
    private readonly NodeActors _node;
    private TrainStudent? _asked;

    public Student(string id, NodeActors node)
    {
        _me = int.Parse(id, CultureInfo.InvariantCulture);
        _node = node;
        Context.SetReceiveTimeout(Idle);
        Receive<TrainStudent>(Prepare);
        Receive<ModelReady>(ready => TakeSlot(ready));
        Receive<StudentUpdate>(update => Report(update.Request, update));
        Receive<StudentFailed>(failed => Report(failed.Request, failed));
        Receive<ReceiveTimeout>(_ => Leave());
    }

    private void Prepare(TrainStudent request)
    {
        if (request.Equals(_asked))
        {
            return; // at-least-once delivery: this training is under way already
        }

        _asked = request;
        _node.Combiner.Tell(new StudentAsked(request));
        if (request.Student != _me)
        {
            Report(request, new StudentFailed(request, $"the request for student {request.Student} reached student {_me}"));
            return;
        }

        _node.Models.Tell(new NeedModel(request.Key.Run, request.Model));
    }

    private void TakeSlot(ModelReady ready)
    {
        if (_asked is not { } request || !string.Equals(request.Model, ready.Model, StringComparison.Ordinal))
        {
            return; // an older request's model
        }

        if (ready.Context is not { } context)
        {
            Report(request, new StudentFailed(request, ready.Problem!));
        }
        else if (_me >= context.Population.Students)
        {
            Report(
                request,
                new StudentFailed(request, $"there is no student {_me} among the plan's {context.Population.Students}"));
        }
        else
        {
            _node.Slots.Tell(new TrainingJob(context, request, ready.Parameters!));
        }
    }

    private void Report(TrainStudent request, object report)
    {
        if (request.Equals(_asked))
        {
            _asked = null;
        }

        _node.Combiner.Tell(report);
    }

    private void Leave()
    {
        if (_asked is null)
        {
            Context.Parent.Tell(new Passivate(PoisonPill.Instance));
        }
    }
}
