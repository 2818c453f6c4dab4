using System.Runtime.InteropServices;
using Cohort.Clustering.RabbitMq.Wire;
using Google.Protobuf;

namespace Cohort.Clustering.RabbitMq.Tests;

public class FrameTests
{
    private const int Largest = 64 << 20;

    private readonly List<RefusedException> _lost = [];

    [Fact]
    public void A_small_message_is_one_frame_without_header_and_comes_out_equal()
    {
        var sent = new TrainStudent { Key = new RoundKey { Run = "r", Round = 3, Attempt = 2 }, Student = 5 };
        var frame = FrameCodec.Encode(new Envelope { Number = 1 }, sent, Largest).ShouldHaveSingleItem();
        frame.Header.ShouldBeNull();

        var received = NewReader().Read(frame.Body.Span, frame.Header)!;
        received.Message.ShouldBe(sent);
        (received.Envelope.Run, received.Envelope.Round, received.Envelope.Attempt).ShouldBe(("r", 3, 2));
    }

    [Fact]
    public void A_large_field_travels_as_the_body_itself_uncopied()
    {
        var values = Enumerable.Repeat(0.5f, 100_000).ToArray();
        var sent = new ModelVersion { Run = "r", Model = "m", Parameters = Tensors.Wrap(values) };
        var frame = FrameCodec.Encode(new Envelope { Number = 1 }, sent, Largest).ShouldHaveSingleItem();
        values[7] = 42;
        MemoryMarshal.Cast<byte, float>(frame.Body.Span)[7].ShouldBe(42);

        NewReader().Read(frame.Body.Span, frame.Header)!.Message.ShouldBe(sent);
    }

    [Fact]
    public void A_sum_travels_in_as_many_bytes_as_its_values_need_and_comes_out_equal_also_in_parts()
    {
        foreach (var (values, bytes) in new[] { (100_000, 5), (5_000_000, 4) })
        {
            var sent = new PartialSum { Key = new RoundKey { Run = "r" }, Sum = Tensors.Wrap(Values(values, bytes, seed: bytes)) };
            var frames = FrameCodec.Encode(new Envelope { Number = 1 }, sent, Largest);
            frames.Sum(frame => (long)frame.Body.Length).ShouldBe(bytes * (long)values);
            Read(NewReader(), frames).ShouldBe(sent);
        }
    }

    [Fact]
    public void A_sum_and_what_its_students_remember_may_both_be_long()
    {
        var memories = Enumerable.Range(0, 3).Select(i => Tensors.Wrap(Values(1_500_000, bytes: 8, seed: i)).Memory).ToArray();
        var sent = new GroupUpdate { Key = new RoundKey { Run = "r" }, Sum = SumWithMemories.Join(Values(2_500_000, 4, seed: 5), memories) };
        sent.Sum.Length.ShouldBe((int)SumWithMemories.LengthOf(2_500_000, participants: 3, memory: 12_000_000));

        var received = (GroupUpdate)Read(NewReader(), FrameCodec.Encode(new Envelope { Number = 1 }, sent, Largest))!;

        received.ShouldBe(sent);
        SumWithMemories.MemoryIn(received.Sum, 2_500_000, place: 2, memory: 12_000_000).Span.SequenceEqual(memories[2].Span).ShouldBeTrue();
    }

    [Theory]
    [InlineData(7, 70_000, "form")]
    [InlineData(-1, 70_000, "form")]
    [InlineData(int.MaxValue, 70_000, "form")]
    [InlineData(3, 70_000, "form")] // not so many of that width
    [InlineData(1, 9 << 20, "size")] // 72 MiB when they are wide
    public void Integers_of_a_width_that_cannot_be_or_too_many_of_them_are_refused_before_there_is_memory_for_them(
        int width, int bytes, string cause)
    {
        var envelope = new Envelope { Type = "cohort.PartialSum", Attachment = 7, Width = width };
        var before = GC.GetAllocatedBytesForCurrentThread();
        Should.Throw<RefusedException>(() => NewReader().Read(new byte[bytes], envelope.ToByteArray())).Cause.ShouldBe(cause);
        envelope.Part = new Part { Total = bytes };
        Should.Throw<RefusedException>(() => NewReader().Read(new byte[10], envelope.ToByteArray())).Cause.ShouldBe(cause);
        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBeLessThan(bytes + (1 << 20));
    }

    [Fact]
    public void A_part_of_another_width_than_the_first_does_not_continue_it()
    {
        var frames = FrameCodec.Encode(
            new Envelope { Number = 1 }, new PartialSum { Sum = Tensors.Wrap(Values(5_000_000, 4, seed: 1)) }, Largest);
        var reader = NewReader();
        reader.Read(frames[0].Body.Span, frames[0].Header).ShouldBeNull();
        var other = Envelope.Parser.ParseFrom(frames[1].Header);
        other.Width = 2;
        Should.Throw<RefusedException>(() => reader.Read(frames[1].Body.Span, other.ToByteArray())).Cause.ShouldBe("part");
        reader.BytesUnderWay.ShouldBe(0);
    }

    [Fact]
    public void A_message_whose_rest_is_too_large_for_a_header_travels_whole()
    {
        var sent = new PartialSum { Sum = Tensors.Wrap(new long[20_000]) };
        sent.Participants.AddRange(Enumerable.Range(0, 100_000));
        var frame = FrameCodec.Encode(new Envelope(), sent, Largest).ShouldHaveSingleItem();
        frame.Header.ShouldBeNull();
        NewReader().Read(frame.Body.Span, frame.Header)!.Message.ShouldBe(sent);
    }

    [Fact]
    public void A_lost_part_is_noticed_and_nothing_of_its_message_is_kept()
    {
        var frames = FrameCodec.Encode(new Envelope { Number = 1 }, Model(20 << 20), Largest);
        frames.Count.ShouldBeGreaterThan(3);
        var reader = NewReader();
        reader.Read(frames[0].Body.Span, frames[0].Header).ShouldBeNull();
        Should.Throw<RefusedException>(() => reader.Read(frames[2].Body.Span, frames[2].Header)).Cause.ShouldBe("part");
        reader.BytesUnderWay.ShouldBe(0);
        _lost.ShouldHaveSingleItem();

        // The next one is unharmed.
        Read(reader, FrameCodec.Encode(new Envelope { Number = 2 }, Model(20 << 20), Largest)).ShouldBe(Model(20 << 20));
    }

    [Fact]
    public void Parts_of_many_who_never_finish_take_bounded_memory()
    {
        var reader = NewReader();
        for (var number = 1UL; number <= 50; number++)
        {
            var frames = FrameCodec.Encode(new Envelope { Number = number }, Model(20 << 20), Largest);
            reader.Read(frames[0].Body.Span, frames[0].Header).ShouldBeNull();
            reader.BytesUnderWay.ShouldBeLessThanOrEqualTo(2L * Largest);
        }

        _lost.Count.ShouldBeGreaterThan(40);
    }

    [Fact]
    public void Models_that_nobody_holds_any_more_do_not_pile_up_in_memory()
    {
        const int Large = 100 << 20;
        var frames = FrameCodec.Encode(new Envelope { Number = 1 }, Model(Large), Large);
        var reader = new FrameReader(Large, _lost.Add);
        GC.Collect();
        var (before, most) = (GC.GetTotalMemory(forceFullCollection: false), 0L);
        for (var i = 0; i < 20; i++)
        {
            Read(reader, frames).ShouldNotBeNull();
            most = Math.Max(most, GC.GetTotalMemory(forceFullCollection: false) - before);
        }

        most.ShouldBeLessThan(4L * Large);
    }

    [Fact]
    public void A_part_that_comes_twice_changes_nothing()
    {
        var frames = FrameCodec.Encode(new Envelope { Number = 1 }, Model(20 << 20), Largest);
        Read(NewReader(), [frames[0], frames[1], frames[1], .. frames.Skip(2)]).ShouldBe(Model(20 << 20));
    }

    [Theory]
    [InlineData("google.protobuf.Any")]
    [InlineData("cohort.Envelope")]
    [InlineData("cohort.Heartbeat")]
    [InlineData("System.Diagnostics.Process")]
    [InlineData("")]
    public void An_unknown_type_is_refused(string type)
        => Should.Throw<RefusedException>(() => NewReader().Read(new Envelope { Type = type }.ToByteArray(), header: null))
            .Cause.ShouldBe("type");

    [Fact]
    public void What_is_too_large_is_refused_on_both_sides()
    {
        Should.Throw<RefusedException>(() => FrameCodec.Encode(new Envelope(), Model(2 << 20), 1 << 20)).Cause.ShouldBe("size");
        var frame = FrameCodec.Encode(new Envelope(), Model(2 << 20), Largest)[0];
        Should.Throw<RefusedException>(() => new FrameReader(1 << 20, _lost.Add).Read(frame.Body.Span, frame.Header))
            .Cause.ShouldBe("size");
    }

    [Fact]
    public void A_part_that_claims_more_memory_than_allowed_gets_none()
    {
        var header = new Envelope { Type = "cohort.ModelVersion", Attachment = 3, Part = new Part { Total = 1L << 40 } }.ToByteArray();
        Should.Throw<RefusedException>(() => NewReader().Read(new byte[10], header)).Cause.ShouldBe("part");
    }

    [Fact]
    public void A_hundred_thousand_mutated_frames_are_read_or_refused_and_nothing_else()
    {
        var random = new Random(20261125);
        var seeds = Seeds().ToArray();
        var reader = new FrameReader(1 << 20, _ => { });
        var (read, refused) = (0, 0);
        var clock = System.Diagnostics.Stopwatch.StartNew();
        for (var i = 0; i < 100_000; i++)
        {
            var seed = seeds[random.Next(seeds.Length)];
            var body = Mutate(seed.Body.ToArray(), random);
            var header = seed.Header is { } original && random.Next(20) != 0 ? Mutate(original, random) : null;
            try
            {
                reader.Read(body, header);
                read++;
            }
            catch (RefusedException)
            {
                refused++;
            }

            reader.BytesUnderWay.ShouldBeLessThanOrEqualTo(2L << 20);
        }

        clock.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(60));
        read.ShouldBeGreaterThan(1000);
        refused.ShouldBeGreaterThan(10_000);
    }

    private static IEnumerable<Frame> Seeds()
    {
        var key = new RoundKey { Run = "r", Round = 1, Attempt = 1 };
        object[] messages =
        [
            new TrainStudent { Key = key, Student = 7, Model = "m", Leader = "l" },
            new TrainGroup { Key = key, Students = { 1, 2, 3, 400_000 }, Quota = 2, DeadlineMs = 1000 },
            new PartialSum { Key = key, Participants = { 1 }, Failures = { new StudentFailure { Student = 2, Reason = "r" } } },
            new PartialSum { Key = key, Sum = Tensors.Wrap(new long[9_000]) },
            new PartialSum { Key = key, Sum = Tensors.Wrap(Values(9_000, 5, seed: 3)) },
            new PartialSum { Key = key, Sum = Tensors.Wrap(Values(9_000, 8, seed: 4)) },
            new RunDefinition { Run = "r", PlanJson = "{}" },
        ];
        var number = 0UL;
        foreach (var message in messages)
        {
            var envelope = new Envelope
            {
                Member = "m",
                Incarnation = "i",
                Number = ++number,
                Target = new Address { Member = "n", Incarnation = "j", Actor = 3 },
                Sender = new Address { Member = "m", Incarnation = "i", Actor = 1, Once = true },
            };
            yield return FrameCodec.Encode(envelope, message, 1 << 20)[0];
        }

        var part = new Envelope
        {
            Member = "m",
            Number = 99,
            Type = "cohort.ModelVersion",
            Attachment = 3,
            Part = new Part { Total = 300 },
        };
        yield return new Frame(new byte[100], part.ToByteArray());
        (part.Number, part.Width) = (100, 3);
        yield return new Frame(new byte[100], part.ToByteArray());
    }

    /// <summary>Integers of which the largest needs so many bytes.</summary>
    private static long[] Values(int count, int bytes, int seed)
    {
        var random = new Random(seed);
        var values = new long[count];
        random.NextBytes(MemoryMarshal.AsBytes(values.AsSpan()));
        for (var i = 0; i < count; i++)
        {
            values[i] >>= 64 - (8 * bytes);
        }

        values[count / 2] = long.MinValue >> (64 - (8 * bytes));
        return values;
    }

    private static byte[] Mutate(byte[] bytes, Random random)
    {
        var length = bytes.Length;
        switch (random.Next(5))
        {
            case 0:
                return bytes[..random.Next(length + 1)];
            case 1:
                return [.. bytes, .. bytes[..random.Next(Math.Min(length, 200) + 1)]];
            case 2:
                random.NextBytes(bytes.AsSpan(0, Math.Min(length, 1 + random.Next(64))));
                return bytes;
            default:
                for (var flips = 1 + random.Next(8); flips > 0 && length > 0; flips--)
                {
                    bytes[random.Next(Math.Min(length, 400))] ^= (byte)(1 << random.Next(8));
                }

                return bytes;
        }
    }

    private static ModelVersion Model(int bytes)
    {
        var parameters = new float[bytes / sizeof(float)];
        Array.Fill(parameters, 0.5f);
        return new() { Run = "r", Model = "m", Parameters = Tensors.Wrap(parameters) };
    }

    private static IMessage? Read(FrameReader reader, IEnumerable<Frame> frames)
        => frames.Select(frame => reader.Read(frame.Body.Span, frame.Header)).ToList()[^1]?.Message;

    private FrameReader NewReader() => new(Largest, _lost.Add);
}
