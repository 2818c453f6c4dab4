using System.Runtime.InteropServices;
using Cohort.Federation;
using Cohort.Messages;
using Cohort.Model.Training;

namespace Cohort.Nodes.Tests;

/// <summary>What a student remembers goes through its node's actors as by hand; top-k with error feedback.</summary>
public sealed class StudentMemoryTests : TestKit
{
    private const double Share = 0.05; // topK's own
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly int[] Everybody = [.. Enumerable.Range(0, NodeWithStudents.Students)];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void What_compression_leaves_out_is_remembered_and_sent_with_the_next_update(int slots)
    {
        var node = Node(slots, intraRounds: 1);
        var residuals = Everybody.Select(_ => new int[node.Parameters.Length]).ToArray();

        var first = Asked(node, NodeWithStudents.Request());
        Sum(first, node).ShouldBe(ByHand(node, round: 1, residuals));
        Residuals(first, node).ShouldBe(residuals);
        residuals.ShouldAllBe(residual => residual.Any(value => value != 0));

        // Student 3 comes for the first time: it was not in the first round's sum.
        var request = NodeWithStudents.Request(round: 2);
        request.Remembering.AddRange(Everybody.Where(student => student != 3));
        request.Memories = Tensors.Wrap(residuals.Where((_, student) => student != 3).SelectMany(residual => residual).ToArray());
        residuals[3] = new int[node.Parameters.Length];
        var second = Asked(node, request);

        Sum(second, node).ShouldBe(ByHand(node, round: 2, residuals));
        Residuals(second, node).ShouldBe(residuals);
    }

    [Fact]
    public void Between_a_group_s_own_rounds_students_remember_too()
    {
        var node = Node(slots: 2, intraRounds: 2);
        var residuals = Everybody.Select(_ => new int[node.Parameters.Length]).ToArray();

        var update = Asked(node, NodeWithStudents.Request(intraRounds: 2));

        var inside = new ExactSum(node.Parameters.Length);
        inside.Add(ByHand(node, round: 1, residuals), Everybody.Sum(node.Context.WeightOf), Everybody.Length);
        var own = new float[node.Parameters.Length];
        FederatedAveraging.Apply(node.Parameters, inside, node.Context.Grid, 1.0, own);
        ByHand(node, round: 1, residuals, own, intraRound: 2);
        Residuals(update, node).ShouldBe(residuals);
    }

    [Fact]
    public void A_memory_of_another_length_fails_its_student_and_no_other()
    {
        var node = Node(slots: 2, intraRounds: 1);
        var request = NodeWithStudents.Request();
        request.Remembering.Add(4);
        request.Memories = Tensors.Wrap(new int[3]);

        var update = Asked(node, request);

        update.Failures.ShouldHaveSingleItem().ShouldBe(new StudentFailure
        {
            Student = 4,
            Reason = $"its memory has 12 bytes, where the plan's students remember {4 * node.Parameters.Length}",
        });
        update.Participants.Count.ShouldBe(NodeWithStudents.Students - 1);
        update.Sum.Length.ShouldBe((8 * node.Parameters.Length) + (4 * node.Parameters.Length * (NodeWithStudents.Students - 1)));
    }

    private NodeWithStudents Node(int slots, int intraRounds) => new(Sys, CreateTestProbe().Ref, slots, plan => plan with
    {
        Groups = new() { Count = 1, IntraGroupRounds = intraRounds },
        Compression = new() { Method = new("topK"), ErrorFeedback = true },
    });

    private GroupUpdate Asked(NodeWithStudents node, TrainGroup request)
    {
        node.Ask(request, TestActor);
        return ExpectMsg<GroupUpdate>(Patience);
    }

    /// <summary>
    /// Karimireddy et al. 2019, Algorithm 2: p = update + e, sent is C(p), e = p - C(p). C by sorting, where the grid's k-th greatest magnitude
    /// is met by one value.
    /// </summary>
    private static long[] ByHand(NodeWithStudents node, int round, int[][] residuals, float[]? from = null, int intraRound = 1)
    {
        var (context, model) = (node.Context, from ?? node.Parameters);
        using var trainer = new LocalTrainer(context.Network, "cpu");
        var sum = new long[model.Length];
        foreach (var student in Everybody)
        {
            var (update, quantised) = (new float[model.Length], new int[model.Length]);
            trainer.Train(
                model, context.Population, node.Plan.Training, context.Encoding, new((ulong)node.Plan.Seed, round, intraRound, student), update);
            context.Grid.Quantise(update, quantised);
            long[] wanted = [.. quantised.Zip(residuals[student], (value, residual) => (long)value + residual)];
            var count = (int)Math.Ceiling(Share * wanted.Length);
            var sent = wanted.Index().OrderByDescending(entry => Math.Abs(entry.Item)).ThenBy(entry => entry.Index).Take(count)
                .Select(entry => entry.Index).ToHashSet();
            for (var i = 0; i < wanted.Length; i++)
            {
                sum[i] += sent.Contains(i) ? wanted[i] * context.WeightOf(student) : 0;
                residuals[student][i] = sent.Contains(i) ? 0 : (int)wanted[i];
            }
        }

        return sum;
    }

    private static long[] Sum(GroupUpdate update, NodeWithStudents node)
        => SumWithMemories.SumIn(update.Sum, node.Parameters.Length).ToArray();

    private static int[][] Residuals(GroupUpdate update, NodeWithStudents node)
    {
        update.Participants.ShouldBe(Everybody);
        return [.. MemoryMarshal.Cast<byte, int>(update.Sum.Span[(8 * node.Parameters.Length)..]).ToArray().Chunk(node.Parameters.Length)];
    }
}
