using Cohort.Federation.SecureAggregation;

namespace Cohort.Federation.Tests.SecureAggregation;

/// <summary>What a secure sum gives, and what it gives away.</summary>
public class SecureSumTests
{
    [Fact]
    public void The_unmasked_sum_is_the_plain_sum_bit_for_bit_whoever_drops_out_at_whichever_stage()
    {
        for (var seed = 0; seed < 60; seed++)
        {
            var random = new Random(seed);
            var n = random.Next(3, 14);
            var t = random.Next(Math.Max(3, (n / 2) + 1), n + 1);
            var group = new SecureGroup(n, t, length: random.Next(1, 70), bound: 1L << random.Next(31), seed);
            var order = group.Numbers.ToArray();
            random.Shuffle(order);
            var leaves = order.Take(n - t).ToDictionary(student => student, _ => random.Next(4)); // who, and before which message
            group.OnAdvert = advert => leaves.GetValueOrDefault(advert.Student, 4) > 0 ? advert : null;
            group.OnShares = shares => leaves.GetValueOrDefault(shares.Student, 4) > 1 ? shares : null;
            group.OnInput = input => leaves.GetValueOrDefault(input.Student, 4) > 2 ? input : null;
            group.OnUnmasking = unmasking => leaves.GetValueOrDefault(unmasking.Student, 4) > 3 ? unmasking : null;

            var sum = group.Sum();

            var survivors = group.Numbers.Where(student => leaves.GetValueOrDefault(student, 4) > 2).ToArray();
            group.Leader.Masked.ShouldBe(survivors);
            sum.ShouldBe(group.Plain(survivors), $"seed {seed}: {n} students, threshold {t}");
            group.Leader.Refusals.ShouldBeEmpty();
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(-1)]
    public void A_sum_of_values_that_are_all_at_the_bound_does_not_wrap_around(int sign)
    {
        // Bounds where nB is just below, at and just above a power of two, for moduli below and above 2^32.
        foreach (var bound in new long[] { 1, 42, 43, 127, 128, (1L << 28) / 3, ((1L << 31) / 3) + 1, int.MaxValue })
        {
            var group = new SecureGroup(count: 3, threshold: 3, length: 5, bound);
            foreach (var values in group.Values.Values)
                Array.Fill(values, (int)(sign * bound));
            group.Sum().ShouldAllBe(value => value == sign * 3 * bound, $"bound {bound}, {group.Setup.Bits} bits");
        }
    }

    [Fact]
    public void The_modulus_is_the_least_that_holds_every_sum()
    {
        for (var seed = 0; seed < 2000; seed++)
        {
            var random = new Random(seed);
            var n = random.Next(3, 2000);
            var bound = random.NextInt64(1, 1L << random.Next(1, 32));
            var bits = new SecureSetup(n, n, 1, bound).Bits;
            var values = (2 * (System.Numerics.BigInteger)n * bound) + 1;
            System.Numerics.BigInteger.Pow(2, bits).ShouldBeGreaterThanOrEqualTo(values);
            if (bits > 2)
                System.Numerics.BigInteger.Pow(2, bits - 1).ShouldBeLessThan(values);
        }
    }

    [Fact]
    public void The_paper_s_example_needs_26_bits_for_a_thousand_students_16_bits() =>
        new SecureSetup(1024, 683, 1, short.MaxValue).Bits.ShouldBe(26);

    [Fact]
    public void A_value_beyond_the_bound_is_refused_before_it_is_masked()
    {
        var group = new SecureGroup(3, 3, length: 4, bound: 100);
        group.Values[11][2] = -101;
        Should.Throw<UpdateRejectedException>(() => group.Sum()).Message.ShouldContain("-101 at index 2");
    }

    [Fact]
    public void A_masked_vector_and_every_sum_short_of_all_survivors_look_uniform_and_are_not_the_plain_one()
    {
        const int Length = 40_000;
        var group = new SecureGroup(5, 4, Length, bound: 25); // 8 bits
        group.Setup.Bits.ShouldBe(8);
        group.Keys().Shares().Inputs();
        for (var subset = 1; subset < (1 << 5) - 1; subset++)
        {
            var some = group.Numbers.Where((_, i) => (subset & (1 << i)) != 0).ToArray();
            var values = Added(group, some);
            ChiSquareOfBytes(values).ShouldBeInRange(255 - 130, 255 + 130, $"students {string.Join(", ", some)}"); // 255 +- 5.7 sigma
            values.ShouldNotBe(group.Plain(some));
        }
    }

    [Fact]
    public void Even_the_sum_of_all_is_masked_until_shares_are_revealed()
    {
        var group = new SecureGroup(5, 4, length: 40_000, bound: 25).Keys().Shares().Inputs();
        var values = Added(group, group.Numbers);
        ChiSquareOfBytes(values).ShouldBeInRange(255 - 130, 255 + 130);
        values.ShouldNotBe(group.Plain(group.Numbers));
    }

    [Fact]
    public void Who_knows_every_self_mask_sees_no_single_vector_nor_the_sum_of_some()
    {
        // As a leader does once it has opened the sum: the masks that two students share are left, and only all of them cancel.
        var group = new SecureGroup(5, 4, length: 40_000, bound: 25).Keys().Shares().Inputs();
        foreach (var some in new[] { group.Numbers[..1], group.Numbers[..2], group.Numbers[1..] })
        {
            var values = Added(group, some, withoutSelfMasks: true);
            ChiSquareOfBytes(values).ShouldBeInRange(255 - 130, 255 + 130, $"students {string.Join(", ", some)}");
            values.ShouldNotBe(group.Plain(some));
        }

        Added(group, group.Numbers, withoutSelfMasks: true).ShouldBe(group.Plain(group.Numbers));
    }

    [Fact]
    public void The_plain_values_themselves_do_not_look_uniform()
    {
        // Or the two tests above could not fail.
        var group = new SecureGroup(5, 4, length: 40_000, bound: 25);
        ChiSquareOfBytes(group.Plain(group.Numbers)).ShouldBeGreaterThan(5_000);
    }

    [Fact]
    public void Two_sessions_of_one_student_share_no_mask()
    {
        var random = new SeededGenerator(1); // one that goes on, as the system's does
        var masked = new[] { "first", "second" }.Select(leader => Alone(leader, random)).ToArray();
        masked[0].Zip(masked[1]).Count(pair => pair.First == pair.Second).ShouldBeLessThan(20); // of 1,000 bytes four by chance
    }

    [Fact]
    public void Masked_vectors_give_the_same_sum_added_up_in_any_tree_and_order()
    {
        var group = new SecureGroup(6, 4).Keys().Shares();
        group.OnInput = _ => null;
        group.Inputs();
        foreach (var part in new[] { group.Numbers[3..], [group.Numbers[1], group.Numbers[0]], [group.Numbers[2]] })
        {
            var sum = new MaskedSum(group.Setup.Length, group.Setup.Bits);
            foreach (var student in part)
            {
                var one = new MaskedSum(group.Setup.Length, group.Setup.Bits);
                one.AddPacked(group.Masked[student].Packed);
                sum.Add(one);
            }

            group.Leader.Add(part, sum.Pack());
        }

        group.Unmaskings().Leader.Open().ShouldBe(group.Plain(group.Numbers));
    }

    [Fact]
    public void Messages_that_come_twice_or_late_change_nothing()
    {
        var group = new SecureGroup(4, 3);
        group.OnAdvert = advert => Twice(advert, group.Leader.Add);
        group.OnShares = shares => Twice(shares, group.Leader.Add);
        group.OnUnmasking = unmasking => Twice(unmasking, group.Leader.Add);
        group.OnInput = input => input.Student == group.Numbers[0] ? null : input;
        group.Sum().ShouldBe(group.Plain(group.Numbers[1..]));

        static T Twice<T>(T message, Func<T, bool> add)
        {
            add(message).ShouldBeTrue();
            return message; // and now again
        }
    }

    private static long[] Added(SecureGroup group, IEnumerable<int> students, bool withoutSelfMasks = false)
    {
        var sum = new MaskedSum(group.Setup.Length, group.Setup.Bits);
        foreach (var student in students)
        {
            sum.AddPacked(group.Masked[student].Packed);
            if (withoutSelfMasks)
                sum.AddMask(SessionKeys.SelfMask(group.Session, student, group.SelfSeedOf(student)), subtract: true);
        }

        return sum.Centred();
    }

    private static double ChiSquareOfBytes(long[] values)
    {
        var counts = new int[256];
        foreach (var value in values)
            counts[value & 255]++;
        var expected = values.Length / 256.0;
        return counts.Sum(count => (count - expected) * (count - expected) / expected);
    }

    private static byte[] Alone(string leader, SeededGenerator random)
    {
        var session = new SecureSession("run", 1, 0, 1, leader);
        var setup = new SecureSetup(3, 3, length: 1000, bound: 40); // 8 bits
        var students = Enumerable.Range(0, 3).Select(i => new SecureStudent(session, setup, i, random)).ToArray();
        var side = new SecureLeader(session, setup, [0, 1, 2]);
        Array.ForEach(students, student => side.Add(student.Advertise()));
        var roster = side.CloseKeys();
        Array.ForEach(students, student => side.Add(student.Share(roster)));
        return students[0].Mask(side.CloseShares()[0], new int[1000]).Packed;
    }
}
