using System.Runtime.InteropServices;
using Cohort.Clustering.RabbitMq.Wire;

namespace Cohort.Clustering.RabbitMq.Tests;

public class NarrowIntegerTests
{
    [Fact]
    public void Values_of_every_width_and_number_come_out_as_they_were_and_take_that_width()
    {
        var random = new Random(20261125);
        for (var turn = 0; turn < 4000; turn++)
        {
            var width = 1 + (turn % 6);
            var values = new long[1 + random.Next(turn < 3900 ? 40 : 5000)];
            random.NextBytes(MemoryMarshal.AsBytes(values.AsSpan()));
            for (var i = 0; i < values.Length; i++)
            {
                values[i] >>= (64 - (8 * width)) + random.Next(8 * width);
            }

            var limit = 1L << ((8 * width) - 1);
            values[random.Next(values.Length)] = random.Next(2) == 0 ? limit - 1 : -limit;
            Narrowed(values, width).ShouldBe(values);
        }
    }

    [Theory]
    [InlineData(0L, 1)]
    [InlineData(-1L, 1)]
    [InlineData(127L, 1)]
    [InlineData(-128L, 1)]
    [InlineData(128L, 2)]
    [InlineData(-129L, 2)]
    [InlineData((1L << 31) - 1, 4)]
    [InlineData(-1L << 31, 4)]
    [InlineData(1L << 31, 5)]
    [InlineData((-1L << 31) - 1, 5)]
    [InlineData((1L << 47) - 1, 6)]
    [InlineData(1L << 47, 0)]
    [InlineData((-1L << 47) - 1, 0)]
    [InlineData(long.MaxValue, 0)]
    [InlineData(long.MinValue, 0)]
    public void A_value_anywhere_decides_the_width_and_beyond_six_bytes_all_stay_wide(long value, int width)
    {
        foreach (var place in new[] { 0, 1, 1023, 1024, 2999 })
        {
            var values = new long[3000];
            values[place] = value;
            NarrowIntegers.WidthOf(MemoryMarshal.AsBytes(values.AsSpan())).ShouldBe(width);
        }
    }

    [Fact]
    public void Bytes_that_are_no_whole_integers_stay_as_they_are() => NarrowIntegers.WidthOf(new byte[70_001]).ShouldBe(0);

    private static long[] Narrowed(long[] values, int width)
    {
        var bytes = MemoryMarshal.AsBytes(values.AsSpan());
        NarrowIntegers.WidthOf(bytes).ShouldBe(width);
        var narrow = NarrowIntegers.Narrow(bytes, width);
        narrow.Length.ShouldBe(values.Length * width);
        var wide = new byte[bytes.Length];
        narrow.Span.CopyTo(wide.AsSpan(wide.Length - narrow.Length));
        NarrowIntegers.Widen(wide, width);
        return MemoryMarshal.Cast<byte, long>(wide).ToArray();
    }
}
