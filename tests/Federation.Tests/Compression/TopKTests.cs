namespace Cohort.Federation.Tests.Compression;

public class TopKTests
{
    private static readonly TopK TopK = new();

    [Theory]
    [InlineData(1, 0.3)]
    [InlineData(10, 0.3)]
    [InlineData(5000, 0.05)]
    [InlineData(5000, 0.001)]
    [InlineData(5000, 1)]
    public void What_arrives_is_what_sorting_would_keep(int values, double share)
    {
        var update = Update(values, greatest: 300); // many are of one size: the first of them are kept
        var kept = update.Select((value, i) => (value, i)).OrderByDescending(each => Math.Abs(each.value)).ThenBy(each => each.i)
            .Take((int)Math.Ceiling(share * values)).ToDictionary(each => each.i, each => each.value);

        Through(update, share).ShouldBe([.. update.Select((_, i) => kept.GetValueOrDefault(i))]);
    }

    [Fact]
    public void Values_at_both_ends_of_the_grid_arrive()
    {
        int[] update = [int.MinValue, 0, 1, int.MaxValue, -1];

        Through(update, 1).ShouldBe(update);
        Through(update, 0.4).ShouldBe([int.MinValue, 0, 0, int.MaxValue, 0]);
    }

    [Fact]
    public void An_update_of_zeros_takes_five_bytes()
    {
        Encode(new int[1000], 0.1).Length.ShouldBe(5);
        Through(new int[1000], 0.1).ShouldBe(new int[1000]);
    }

    [Theory]
    [InlineData(0.1)]
    [InlineData(0.01)]
    public void Places_cost_no_more_than_their_entropy_and_a_quarter_of_a_bit(double share)
    {
        const int Values = 200_000;
        var encoded = Encode(Update(Values, greatest: 1 << 20), share);

        var entropy = (-Math.Log2(share) * share) - (Math.Log2(1 - share) * (1 - share));
        var bits = ((8.0 * encoded.Length) - 38) / Values;
        (bits - (share * 21)).ShouldBeInRange(0, entropy + (0.25 * share), "a sign and 20 bits of magnitude for each value that is sent");
    }

    [Fact]
    public void A_cluster_of_values_at_the_end_costs_little_more()
    {
        var update = new int[100_000];
        update.AsSpan(99_000).Fill(7);

        Encode(update, 0.01).Length.ShouldBeLessThan((1000 * (4 + 7 + 1) / 8) + (100_000 / 64 / 8) + 10);
        Through(update, 0.01).ShouldBe(update);
    }

    [Fact]
    public void The_norm_is_never_above_the_update_s()
    {
        var update = Update(5000, greatest: 1 << 20);

        var squares = Through(update, 0.05).Zip(update).Where(pair => pair.First != 0).ToList();

        squares.ShouldAllBe(pair => pair.First == pair.Second);
        TopK.OnlyShrinks.ShouldBeTrue();
    }

    [Fact]
    public void Bytes_that_are_no_update_are_refused()
    {
        var encoded = Encode(Update(1000, greatest: 300), 0.1);
        Should.Throw<UpdateRejectedException>(() => Decode(encoded[..^1], 0.1, 1000)).Message.ShouldContain("end before all of its values");
        Should.Throw<UpdateRejectedException>(() => Decode(encoded, 0.001, 1000)).Message.ShouldContain("at most 1 of");
        Should.Throw<UpdateRejectedException>(() => Decode([.. Enumerable.Repeat((byte)0xFF, 400)], 0.1, 1000));
        Should.Throw<UpdateRejectedException>(() => Decode([.. encoded, 0], 0.1, 1000)).Message.ShouldContain("1 bytes more");
    }

    private static int[] Update(int values, int greatest)
    {
        var random = new Random(5);
        return [.. Enumerable.Range(0, values).Select(_ => random.Next(-greatest, greatest))];
    }

    private static Settings Of(double share) => Settings.None.With("share", share);

    private static byte[] Encode(int[] update, double share) => TopK.Encode(update, Of(share), new Random(1));

    private static int[] Decode(byte[] encoded, double share, int values)
    {
        var update = new int[values];
        TopK.Decode(encoded, Of(share), update);
        return update;
    }

    private static int[] Through(int[] update, double share) => Decode(Encode(update, share), share, update.Length);
}
