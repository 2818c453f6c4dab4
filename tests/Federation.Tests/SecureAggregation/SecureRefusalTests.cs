using Cohort.Federation.SecureAggregation;

namespace Cohort.Federation.Tests.SecureAggregation;

/// <summary>What students and leader of a secure sum refuse, and that then nothing is released.</summary>
public class SecureRefusalTests
{
    private static readonly int[] Four = [4, 11, 18, 25];

    [Theory]
    [InlineData(2, 2, "protects nobody")]
    [InlineData(6, 3, "above half")]
    [InlineData(4, 5, "at most all")]
    [InlineData(70_000, 60_000, "shared out")]
    public void A_sum_that_would_protect_nobody_cannot_be_set_up(int students, int threshold, string why) =>
        Should.Throw<SecureAggregationException>(() => new SecureSetup(students, threshold, 1, 1)).Message.ShouldContain(why);

    [Theory]
    [InlineData(100, 0.67, 67)]
    [InlineData(4, 0.67, 3)]
    [InlineData(3, 0.51, 3)]
    [InlineData(4, 0.500001, 3)]
    [InlineData(9, 1, 9)]
    public void The_threshold_is_the_share_rounded_up_above_half_and_at_least_three(int students, double share, int threshold) =>
        SecureSetup.ThresholdOf(students, share).ShouldBe(threshold);

    [Theory]
    [InlineData("keys", "advertised keys")]
    [InlineData("shares", "shared out")]
    [InlineData("inputs", "sent masked inputs")]
    [InlineData("unmaskings", "revealed shares")]
    public void Below_the_threshold_nothing_is_released_at_whichever_stage(string stage, string says)
    {
        var group = new SecureGroup(5, 4);
        bool Stays(string at, int student) => !string.Equals(stage, at, StringComparison.Ordinal) || student < 25;
        group.OnAdvert = m => Stays("keys", m.Student) ? m : null;
        group.OnShares = m => Stays("shares", m.Student) ? m : null;
        group.OnInput = m => Stays("inputs", m.Student) ? m : null;
        group.OnUnmasking = m => Stays("unmaskings", m.Student) ? m : null;

        var failure = Should.Throw<SecureAggregationException>(() => group.Sum());
        failure.Message.ShouldContain($"Only 3 of 5 students have {says}");
        failure.Message.ShouldContain("nothing was released");
    }

    [Fact]
    public void A_leader_that_asks_for_both_shares_of_a_student_gets_neither_by_a_second_list()
    {
        var group = new SecureGroup(4, 3).Keys().Shares().Inputs();
        var student = group[4];
        var first = student.Unmask(new([4, 11, 18]));

        Should.Throw<SecureMessageRefusedException>(() => student.Unmask(new(Four))).Message.ShouldContain("second list");
        student.Unmask(new([4, 11, 18])).ShouldBeSameAs(first);
    }

    [Fact]
    public void An_answer_holds_one_share_of_each_student_and_which_one_depends_on_the_list()
    {
        byte[] Revealed(params int[] survivors) => new SecureGroup(4, 3).Keys().Shares().Inputs()[4].Unmask(new(survivors)).Shares;

        var (all, without25) = (Revealed(Four), Revealed(4, 11, 18));
        all.Length.ShouldBe(4 * SecureSizes.Share);
        without25.Length.ShouldBe(all.Length);
        without25[..48].ShouldBe(all[..48]);
        without25[48..].ShouldNotBe(all[48..]);
    }

    [Fact]
    public void A_student_masks_one_vector_in_a_session()
    {
        RelayedShares? relayed = null;
        var group = new SecureGroup(4, 3) { OnRelay = (shares, receiver) => receiver == 4 ? relayed = shares : shares };
        group.Keys().Shares().Inputs();
        Should.Throw<SecureMessageRefusedException>(() => group[4].Mask(relayed!, group.Values[4])).Message.ShouldContain("already");
    }

    [Fact]
    public void A_student_shares_its_seeds_out_to_one_roster()
    {
        var group = new SecureGroup(5, 4).Keys().Shares();
        var shares = group[4].Share(group.Roster);
        group[4].Share(new([.. group.Roster.Students], [.. group.Roster.Keys])).ShouldBeSameAs(shares);
        Should.Throw<SecureMessageRefusedException>(() => group[4].Share(Without(group.Roster, 32))).Message.ShouldContain("second roster");
    }

    [Theory]
    [InlineData("a key twice", "twice")]
    [InlineData("somebody twice", "ascending")]
    [InlineData("not me", "does not hold student 4")]
    [InlineData("another key of mine", "does not hold student 4")]
    [InlineData("too few", "holds 3 students")]
    [InlineData("no point", "no point of the curve")]
    [InlineData("too few bytes", "bytes of keys")]
    public void A_student_refuses_a_roster_that_cannot_be(string holds, string says)
    {
        var group = new SecureGroup(5, 4).Keys();
        var (students, keys) = ((int[])[.. group.Roster.Students], (byte[])[.. group.Roster.Keys]);
        KeyRoster bad = new(students, keys);
        switch (holds)
        {
            case "a key twice": keys.AsSpan(66, 33).CopyTo(keys.AsSpan(132)); break;
            case "somebody twice": students[2] = students[1]; break;
            case "not me": bad = Without(bad, 4); break;
            case "another key of mine": keys[0] ^= 1; break;
            case "too few": bad = Without(Without(bad, 32), 25); break;
            case "no point": keys[66 + 33] = 4; break;
            default: bad = new(students, keys[1..]); break;
        }

        Should.Throw<SecureMessageRefusedException>(() => group[4].Share(bad)).Message.ShouldContain(says);
    }

    [Theory]
    [InlineData(new[] { 4, 11 }, "threshold is 3")]
    [InlineData(new[] { 11, 18, 25 }, "does not hold student 4")]
    [InlineData(new[] { 4, 11, 17 }, "student 17 is a survivor, which had not shared")]
    [InlineData(new[] { 4, 11, 11 }, "ascending")]
    public void A_student_reveals_nothing_for_survivors_that_cannot_be(int[] survivors, string says)
    {
        var group = new SecureGroup(4, 3).Keys().Shares().Inputs();
        Should.Throw<SecureMessageRefusedException>(() => group[4].Unmask(new(survivors))).Message.ShouldContain(says);
    }

    [Fact]
    public void A_student_reveals_nothing_before_it_has_masked_its_values() =>
        Should.Throw<SecureMessageRefusedException>(() => new SecureGroup(4, 3).Keys().Shares()[4].Unmask(new(Four)));

    [Theory]
    [InlineData("a stranger", "has shared, which is not on the roster")]
    [InlineData("too few", "threshold is 3")]
    [InlineData("bytes that are missing", "bytes of sealed shares")]
    public void A_student_masks_nothing_with_shares_that_cannot_be(string holds, string says)
    {
        var group = new SecureGroup(4, 3)
        {
            OnRelay = (relayed, receiver) => receiver != 4 ? relayed : holds switch
            {
                "a stranger" => relayed with { Senders = [4, 11, 18, 24] },
                "too few" => new([4, 11], relayed.Sealed[..48]),
                _ => relayed with { Sealed = relayed.Sealed[1..] },
            },
        };
        Should.Throw<SecureMessageRefusedException>(() => group.Keys().Shares().Inputs()).Message.ShouldContain(says);
    }

    [Fact]
    public void Shares_that_were_tampered_with_are_refused_by_name_and_the_sum_is_had_from_the_others()
    {
        var group = new SecureGroup(5, 4);
        group.OnRelay = (relayed, receiver) => receiver == 11 ? Flip(relayed, 0) : relayed; // what student 4 sealed for student 11
        group.Sum().ShouldBe(group.Plain(group.Numbers));
        group.Leader.Refusals.ShouldHaveSingleItem().ShouldBe(
            new(4, "Student 11 could not open the shares that student 4 had sealed for it."));
    }

    [Fact]
    public void Where_too_few_could_open_a_student_s_shares_the_round_fails_closed()
    {
        var group = new SecureGroup(5, 4);
        group.OnRelay = (relayed, receiver) => receiver is 11 or 18 ? Flip(relayed, 0) : relayed;
        Should.Throw<SecureAggregationException>(() => group.Sum())
            .Message.ShouldContain("Only 3 students could open their shares of student 4");
    }

    [Fact]
    public void Sealed_shares_open_only_for_whom_they_were_sealed()
    {
        var group = new SecureGroup(5, 4);
        // The leader gives student 11 what student 25 sealed for it in the place of what student 18 did.
        group.OnRelay = (relayed, receiver) => receiver != 11
            ? relayed
            : relayed with { Sealed = [.. relayed.Sealed[..48], .. relayed.Sealed[96..144], .. relayed.Sealed[96..]] };
        group.Sum().ShouldBe(group.Plain(group.Numbers));
        group.Leader.Refusals.Keys.ShouldBe([18]);
    }

    [Fact]
    public void A_student_that_reveals_a_wrong_share_is_refused_by_name_and_the_sum_is_had_from_the_others()
    {
        foreach (var liar in Four[..3]) // the fourth's shares are not needed, nor looked at
        {
            var group = new SecureGroup(4, 3);
            group.OnUnmasking = m => m.Student == liar ? m with { Shares = Flip(m.Shares, 17) } : m; // its share of student 11's seed
            group.Sum().ShouldBe(group.Plain(group.Numbers));
            group.Leader.Refusals.ShouldHaveSingleItem().Key.ShouldBe(liar);
        }
    }

    [Fact]
    public void Wrong_shares_of_a_dropped_student_s_mask_key_are_refused_by_its_public_key()
    {
        var group = new SecureGroup(5, 4);
        group.OnInput = m => m.Student == 32 ? null : m;
        group.OnUnmasking = m => m.Student == 4 ? m with { Shares = Flip(m.Shares, 65) } : m;
        var failure = Should.Throw<SecureAggregationException>(() => group.Sum()); // four answers, and all are needed
        failure.Message.ShouldContain("student 32");
        failure.Message.ShouldContain("public part");
    }

    [Fact]
    public void A_wrong_commitment_to_a_self_mask_s_seed_fails_closed_and_names_its_owner()
    {
        var group = new SecureGroup(5, 4);
        group.OnShares = m => m.Student == 18 ? m with { SeedCommitment = Flip(m.SeedCommitment, 0) } : m;
        Should.Throw<SecureAggregationException>(() => group.Sum()).Message.ShouldContain("student 18");
        group.Leader.Refusals.Keys.ShouldContain(18);
    }

    [Theory]
    [InlineData("no point", "no point of the curve")]
    [InlineData("no length", "no point of the curve")]
    [InlineData("the other's key", "advertises a key twice")]
    [InlineData("one key for both", "advertises a key twice")]
    public void A_leader_refuses_keys_that_are_none_by_name(string what, string says)
    {
        var group = new SecureGroup(5, 4);
        var other = group[4].Advertise();
        group.OnAdvert = m => m.Student != 11 ? m : what switch
        {
            "no point" => m with { MaskKey = OffTheCurve(m.MaskKey) },
            "no length" => m with { ChannelKey = m.ChannelKey[1..] },
            "the other's key" => m with { ChannelKey = other.ChannelKey },
            _ => m with { ChannelKey = m.MaskKey },
        };
        group.Sum().ShouldBe(group.Plain([4, 18, 25, 32]));
        group.Leader.Refusals.ShouldHaveSingleItem().Value.ShouldContain(says);
        group.Leader.Refusals.Keys.ShouldBe([11]);
    }

    [Fact]
    public void A_leader_refuses_strangers_and_vectors_of_another_size()
    {
        var group = new SecureGroup(4, 3);
        var stranger = new SecureStudent(group.Session, group.Setup, 5, new SeededGenerator(5));
        Should.Throw<SecureMessageRefusedException>(() => group.Leader.Add(stranger.Advertise())).Student.ShouldBe(5);
        group.OnInput = m => m.Student == 11 ? m with { Packed = m.Packed[1..] } : m;
        group.Sum().ShouldBe(group.Plain([4, 18, 25]));
    }

    [Fact]
    public void A_masked_input_counts_once()
    {
        var group = new SecureGroup(4, 3).Keys().Shares().Inputs();
        Should.Throw<SecureMessageRefusedException>(() => group.Leader.Add(group.Masked[4])).Student.ShouldBe(4);
        group.Unmaskings().Leader.Open().ShouldBe(group.Plain(group.Numbers));
    }

    [Fact]
    public void A_student_that_masks_otherwise_than_agreed_is_noticed_where_the_sum_cannot_be()
    {
        var group = new SecureGroup(4, 3, length: 200, bound: 33); // nB = 132 of 255 in 9 bits
        group.OnInput = m => m.Student == 4
            ? m with { Packed = [.. m.Packed.Select((value, i) => i < 200 ? (byte)(value + 77) : value)] }
            : m;
        Should.Throw<SecureAggregationException>(() => group.Sum()).Message.ShouldContain("a mask is left");
    }

    private static KeyRoster Without(KeyRoster roster, int student)
    {
        var index = Array.IndexOf(roster.Students, student);
        return new(
            [.. roster.Students.Where(other => other != student)],
            [.. roster.Keys[..(66 * index)], .. roster.Keys[(66 * (index + 1))..]]);
    }

    private static RelayedShares Flip(RelayedShares relayed, int at) => relayed with { Sealed = Flip(relayed.Sealed, at) };

    private static byte[] Flip(byte[] bytes, int at) => [.. bytes.Select((value, i) => i == at ? (byte)(value ^ 1) : value)];

    /// <summary>The next x of which there is no y: one in two.</summary>
    private static byte[] OffTheCurve(byte[] point)
    {
        for (var changed = (byte[])[.. point]; ; changed[^1]++)
        {
            if (PeerKey.Parse(changed) is null)
                return changed;
        }
    }
}
