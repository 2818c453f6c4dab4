using Cohort.Federation;
using Cohort.Messages;
using Cohort.Model.Data;
using Cohort.Model.Plans;
using Cohort.Model.Randomness;
using Cohort.Model.Training;

namespace Cohort.Nodes.Tests;

/// <summary>What happens to an update between its training and the sum: a real node, and the same by hand.</summary>
public sealed class StudentChainTests : TestKit
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Theory]
    [InlineData("quantise")]
    [InlineData("topK")]
    public void What_is_added_up_is_what_the_compressed_updates_say_and_their_bytes_are_told(string method)
    {
        var node = Node(slots: 3, plan => plan with { Compression = new() { Method = new(method) } });

        node.Ask(NodeWithStudents.Request(), TestActor);
        var update = ExpectMsg<GroupUpdate>(Patience);

        var (sum, bytes) = ByHand(node);
        Sum(update, node).ShouldBe(sum.Values.ToArray());
        update.UpdateBytes.ShouldBe(bytes);
        bytes.ShouldBeLessThan(NodeWithStudents.Students * node.Parameters.Length * 4 / 3);
    }

    [Fact]
    public void Without_compression_an_update_has_four_bytes_a_value()
    {
        var node = Node(slots: 2, plan => plan);

        node.Ask(NodeWithStudents.Request(), TestActor);

        ExpectMsg<GroupUpdate>(Patience).UpdateBytes.ShouldBe(NodeWithStudents.Students * node.Parameters.Length * 4);
    }

    [Fact]
    public void Under_noise_nobody_is_told_how_long_a_compressed_update_is()
    {
        var node = Node(slots: 2, plan => plan with
        {
            Compression = new() { Method = new("topK") },
            Privacy = new() { Clip = 0.1, NoiseMultiplier = 1 },
        });

        node.Ask(NodeWithStudents.Request(), TestActor);
        var update = ExpectMsg<GroupUpdate>(Patience);

        update.Participants.Count.ShouldBe(NodeWithStudents.Students);
        update.UpdateBytes.ShouldBe(0);
    }

    [Fact]
    public void A_clipped_update_is_compressed_after_it_was_clipped_and_whether_it_was_is_not_compressed()
    {
        var node = Node(slots: 2, plan => plan with
        {
            Compression = new() { Method = new("topK") },
            Privacy = new() { Clip = 1e-3, AdaptiveClip = new() { Enabled = true } },
        });

        node.Ask(NodeWithStudents.Request(), TestActor);
        var update = ExpectMsg<GroupUpdate>(Patience);

        var values = Tensors.Read<long>(update.Sum, node.Parameters.Length + 1, nameof(update)).ToArray();
        Math.Sqrt(values[..^1].Sum(value => (double)value * value)).ShouldBeLessThan(NodeWithStudents.Students * 1e-3 / node.Context.Grid.Step);
        values[^1].ShouldBe(NodeWithStudents.Students * (long)AdaptiveClipping.Indicator(within: false, node.Context.Grid));
    }

    [Fact]
    public void By_fedNova_who_steps_more_sends_less_of_its_update()
    {
        var node = new NodeWithStudents(
            Sys,
            CreateTestProbe().Ref,
            slots: 2,
            plan => plan with { Training = plan.Training with { Algorithm = new("fedNova"), Momentum = 0.5 } },
            all => new SampleSubset(all, [.. Enumerable.Range(0, 19), .. Enumerable.Range(24, 24)]));
        Enumerable.Range(0, NodeWithStudents.Students).Select(node.Context.Population.Partition.SizeOf).ShouldBe([8, 8, 3, 8, 8, 8]);

        node.Ask(NodeWithStudents.Request(), TestActor);
        var update = ExpectMsg<GroupUpdate>(Patience);

        Sum(update, node).ShouldBe(ByHand(node).Sum.Values.ToArray());
    }

    [Fact]
    public void By_fedBuff_an_update_that_began_three_models_ago_counts_for_half()
    {
        var node = Node(slots: 2, plan => plan with { Rounds = new() { Mode = RoundMode.FedBuff, Concurrency = 1 } });
        int[] staleness = [0, 3, 0, 0, 3, 0];
        var request = NodeWithStudents.Request();
        request.Starts.AddRange(staleness.Select(_ => node.ModelName));
        request.Staleness.AddRange(staleness);

        node.Ask(request, TestActor);
        var update = ExpectMsg<GroupUpdate>(Patience);

        Sum(update, node).ShouldBe(ByHand(node, student => staleness[student] == 3 ? 0.5 : 1).Sum.Values.ToArray());
    }

    private NodeWithStudents Node(int slots, Func<Plan, Plan> change) => new(Sys, CreateTestProbe().Ref, slots, change);

    private static (ExactSum Sum, int Bytes) ByHand(NodeWithStudents node, Func<int, double>? discountOf = null)
    {
        var (context, plan) = (node.Context, node.Plan);
        var (kind, settings) = (plan.Compression.Method.Kind, plan.Compression.Method.Settings);
        using var trainer = new LocalTrainer(context.Network, "cpu");
        var sum = new ExactSum(node.Parameters.Length);
        var bytes = 0;
        for (var student = 0; student < NodeWithStudents.Students; student++)
        {
            var update = new float[node.Parameters.Length];
            var quantised = new int[update.Length];
            var turn = new TrainingTurn((ulong)plan.Seed, Round: 1, IntraRound: 1, student);
            trainer.Train(node.Parameters, context.Population, plan.Training, context.Encoding, turn, update);
            if (string.Equals(plan.Training.Algorithm.Name, "fedNova", StringComparison.Ordinal))
            {
                // |a|_1 of steps with momentum 0.5, one after the other, and that of the mean student: 7 samples in batches of 4.
                var factor = Steps(2) / Steps((context.Population.Partition.SizeOf(student) + 3) / 4);
                update = Array.ConvertAll(update, value => (float)(value * factor));
            }

            var discount = discountOf?.Invoke(student) ?? 1;
            context.Grid.Quantise(Array.ConvertAll(update, value => (float)(value * discount)), quantised);
            var random = KeyedRandom.For((ulong)plan.Seed, Purpose.Compress, 1, 1, student);
            var encoded = kind.Encode(quantised, settings, random);
            kind.Decode(encoded, settings, quantised);
            bytes += encoded.Length;
            sum.Add(quantised, context.WeightOf(student));
        }

        return (sum, bytes);

        static double Steps(int steps)
        {
            var (buffer, moved) = (0.0, 0.0);
            for (var step = 0; step < steps; step++)
            {
                buffer = (0.5 * buffer) + 1;
                moved += buffer;
            }

            return moved;
        }
    }

    private static long[] Sum(GroupUpdate update, NodeWithStudents node)
        => Tensors.Read<long>(update.Sum, node.Parameters.Length, nameof(update)).ToArray();
}
