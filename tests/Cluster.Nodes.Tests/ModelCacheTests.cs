using Cohort.Clustering;
using Cohort.Federation;
using Cohort.Messages;
using Cohort.Model.Files;
using Cohort.Nodes.Actors;

namespace Cohort.Nodes.Tests;

public sealed class ModelCacheTests : TestKit
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Fact]
    public void A_model_that_comes_before_its_run_fails_no_student()
    {
        var node = new NodeWithStudents(Sys, CreateTestProbe().Ref);
        var context = node.Context;
        using var other = ActorSystem.Create("joined-late");
        var cluster = new LocalCluster(other, new Member("late", 1));
        var (coordinator, student) = (CreateTestProbe(), CreateTestProbe());
        cluster.StartSingleton(Singletons.Coordinator, Props.Create(() => new Forwarder(coordinator.Ref)));
        var cache = other.ActorOf(Props.Create(() => new ModelCache(cluster, _ => context, false)));

        cache.Tell(new NeedModel(Key(context.Run), node.ModelName), student.Ref);
        coordinator.ExpectMsg<FetchModel>(Patience).Model.ShouldBe(node.ModelName);
        cache.Tell(node.Model());
        student.ExpectNoMsg(TimeSpan.FromMilliseconds(200));
        cache.Tell(new RunDefinition { Run = context.Run });

        student.ExpectMsg<ModelReady>(Patience).Problem.ShouldBeNull();
    }

    [Fact]
    public void What_is_not_the_model_that_it_is_called_is_refused_and_the_right_one_is_taken()
    {
        var node = new NodeWithStudents(Sys, CreateTestProbe().Ref);
        using var other = ActorSystem.Create("attacked");
        var cluster = new LocalCluster(other, new Member("attacked", 1));
        var student = CreateTestProbe();
        cluster.StartSingleton(Singletons.Coordinator, Props.Create(() => new Forwarder(ActorRefs.Nobody)));
        var cache = other.ActorOf(Props.Create(() => new ModelCache(cluster, _ => node.Context, false)));
        cache.Tell(new RunDefinition { Run = node.Context.Run });
        cache.Tell(new NeedModel(Key(node.Context.Run), node.ModelName), student.Ref);

        var poisoned = node.Model();
        poisoned.Parameters = Tensors.Wrap([float.NaN, .. node.Parameters[1..]]);
        cache.Tell(poisoned);
        student.ExpectNoMsg(TimeSpan.FromMilliseconds(200));
        cache.Tell(node.Model());

        student.ExpectMsg<ModelReady>(Patience).Parameters.ShouldBe(node.Parameters);
    }

    [Fact]
    public void A_control_variate_that_is_not_the_model_s_is_refused_and_the_right_one_is_taken()
    {
        var node = new NodeWithStudents(Sys, CreateTestProbe().Ref, change: plan => plan with { Training = plan.Training with { Algorithm = new("scaffold") } });
        var control = Enumerable.Range(0, node.Parameters.Length).Select(i => 1e-3f * (i % 7)).ToArray();
        var file = new ModelFile
        {
            Network = "logistic",
            Classes = node.Context.Population.Data.Train.Classes,
            Tensors = node.Context.Network.Layout(),
            Parameters = node.Parameters,
        }.With(new ServerState(new("fedAvg"), [], control));
        using var other = ActorSystem.Create("attacked");
        var cluster = new LocalCluster(other, new Member("attacked", 1));
        var student = CreateTestProbe();
        cluster.StartSingleton(Singletons.Coordinator, Props.Create(() => new Forwarder(ActorRefs.Nobody)));
        var context = node.Context;
        var cache = other.ActorOf(Props.Create(() => new ModelCache(cluster, _ => context, false)));
        cache.Tell(new RunDefinition { Run = context.Run });
        cache.Tell(new NeedModel(Key(context.Run), file.Hash.ToString()), student.Ref);
        ModelVersion Version(params float[] values) => new()
        {
            Run = context.Run,
            Model = file.Hash.ToString(),
            Header = Google.Protobuf.ByteString.CopyFrom(file.Header()),
            Parameters = Tensors.Wrap(node.Parameters),
            Control = Tensors.Wrap(values),
        };

        cache.Tell(Version([5f, .. control[1..]]));
        cache.Tell(Version());
        student.ExpectNoMsg(TimeSpan.FromMilliseconds(200));
        cache.Tell(Version(control));

        student.ExpectMsg<ModelReady>(Patience).Control.ShouldBe(control);
    }

    [Theory]
    [InlineData(float.NaN, 0)]
    [InlineData(float.PositiveInfinity, 0)]
    [InlineData(1f, 1)]
    public void A_group_s_own_model_of_other_numbers_than_finite_ones_or_of_another_network_is_refused(float value, int tooMany)
    {
        var node = new NodeWithStudents(Sys, CreateTestProbe().Ref);
        using var other = ActorSystem.Create("attacked");
        var cluster = new LocalCluster(other, new Member("attacked", 1));
        var student = CreateTestProbe();
        cluster.StartSingleton(Singletons.Coordinator, Props.Create(() => new Forwarder(ActorRefs.Nobody)));
        cluster.StartRegion(Regions.Leaders, _ => Props.Create(() => new Forwarder(ActorRefs.Nobody)));
        var cache = other.ActorOf(Props.Create(() => new ModelCache(cluster, _ => node.Context, false)));
        cache.Tell(new RunDefinition { Run = node.Context.Run });
        cache.Tell(node.Model());
        var own = node.Model();
        own.Model += "/0/1";
        cache.Tell(new NeedModel(Key(node.Context.Run), own.Model), student.Ref);

        var poisoned = own.Clone();
        poisoned.Parameters = Tensors.Wrap([value, .. node.Parameters[1..], .. new float[tooMany]]);
        cache.Tell(poisoned);
        student.ExpectNoMsg(TimeSpan.FromMilliseconds(200));
        cache.Tell(own);

        student.ExpectMsg<ModelReady>(Patience).Parameters.ShouldBe(node.Parameters);
    }

    [Fact]
    public void A_group_s_own_model_is_asked_of_the_group_s_leader()
    {
        var cluster = new LocalCluster(Sys, new Member("late", 1));
        var (coordinator, leader) = (CreateTestProbe(), CreateTestProbe());
        cluster.StartSingleton(Singletons.Coordinator, Props.Create(() => new Forwarder(coordinator.Ref)));
        cluster.StartRegion(Regions.Leaders, id => Props.Create(() => new NamedForwarder(id, leader.Ref)));
        var cache = Sys.ActorOf(Props.Create(() => new ModelCache(cluster, _ => null!, false)));

        cache.Tell(new NeedModel(Key("spec-1"), "m0/7/1"), CreateTestProbe().Ref);

        leader.ExpectMsg<(string Group, object Wish)>().ShouldBe(("7", new FetchModel { Run = "spec-1", Model = "m0/7/1" }));
        coordinator.ExpectMsg<FetchModel>(Patience).Run.ShouldBe("spec-1"); // it has the run
    }

    [Fact]
    public void Who_waits_for_a_model_of_a_round_that_is_over_is_told_so_and_nobody_else()
    {
        var cluster = new LocalCluster(Sys, new Member("paused", 1));
        var coordinator = CreateTestProbe();
        cluster.StartSingleton(Singletons.Coordinator, Props.Create(() => new Forwarder(coordinator.Ref)));
        var cache = Sys.ActorOf(Props.Create(() => new ModelCache(cluster, _ => null!, false)));
        var (late, early) = (CreateTestProbe(), CreateTestProbe());

        cache.Tell(new NeedModel(Key("spec-1", sequence: 3), "old"), late.Ref);
        cache.Tell(new NeedModel(Key("spec-1", sequence: 5), "new"), early.Ref);
        cache.Tell(new ModelOutdated { Newest = Key("spec-1", sequence: 5) });

        late.ExpectMsg<ModelReady>(Patience).Problem.ShouldNotBeNull();
        early.ExpectNoMsg(TimeSpan.FromMilliseconds(200));
    }

    [Fact]
    public void A_student_that_is_asked_again_for_the_same_model_is_not_told_of_the_earlier_attempt()
    {
        var cluster = new LocalCluster(Sys, new Member("paused", 1));
        cluster.StartSingleton(Singletons.Coordinator, Props.Create(() => new Forwarder(ActorRefs.Nobody)));
        var cache = Sys.ActorOf(Props.Create(() => new ModelCache(cluster, _ => null!, false)));
        var student = CreateTestProbe();

        cache.Tell(new NeedModel(Key("spec-1", sequence: 3), "m0"), student.Ref);
        cache.Tell(new NeedModel(Key("spec-1", sequence: 4), "m0"), student.Ref);
        cache.Tell(new ModelOutdated { Newest = Key("spec-1", sequence: 4) });

        student.ExpectNoMsg(TimeSpan.FromMilliseconds(200));
    }

    [Fact]
    public void A_wish_for_a_model_that_is_lost_is_made_again()
    {
        var cluster = new LocalCluster(Sys, new Member("unlucky", 1));
        var coordinator = CreateTestProbe();
        cluster.StartSingleton(Singletons.Coordinator, Props.Create(() => new Forwarder(coordinator.Ref)));
        var cache = Sys.ActorOf(Props.Create(() => new ModelCache(cluster, _ => null!, false)));

        cache.Tell(new NeedModel(Key("spec-1"), "m0"), CreateTestProbe().Ref);

        coordinator.ExpectMsg<FetchModel>(Patience).Model.ShouldBe("m0");
        coordinator.ExpectMsg<FetchModel>(Patience).Model.ShouldBe("m0");
    }

    private static RoundKey Key(string run, int sequence = 1) => new() { Run = run, Round = 1, Attempt = 1, Epoch = 1, Sequence = sequence };

    private sealed class NamedForwarder : ReceiveActor
    {
        public NamedForwarder(string id, IActorRef target) => ReceiveAny(message => target.Tell((id, message)));
    }

    private sealed class Forwarder : ReceiveActor
    {
        public Forwarder(IActorRef target) => ReceiveAny(target.Forward);
    }
}
