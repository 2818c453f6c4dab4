namespace Cohort.Messages.Tests;

public class TensorsTests
{
    [Fact]
    public void Numbers_come_out_as_they_went_in_and_are_not_copied()
    {
        long[] values = [long.MinValue, -1, 0, 1, long.MaxValue];
        var field = Tensors.Wrap(values);

        Tensors.Read<long>(field, 5, "sum").ToArray().ShouldBe(values);
        values[2] = 42;
        Tensors.Read<long>(field, 5, "sum")[2].ShouldBe(42);
    }

    [Fact]
    public void Numbers_survive_the_wire_as_little_endian_bytes()
    {
        var sent = new GroupUpdate { Sum = Tensors.Wrap(new long[] { 1, -2 }) };
        var received = GroupUpdate.Parser.ParseFrom(Google.Protobuf.MessageExtensions.ToByteArray(sent));

        received.Sum.ToByteArray().ShouldBe([1, 0, 0, 0, 0, 0, 0, 0, 0xfe, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]);
        Tensors.Read<long>(received.Sum, 2, "sum").ToArray().ShouldBe([1, -2]);
    }

    [Theory]
    [InlineData(3)]
    [InlineData(5)]
    [InlineData(0)]
    public void A_field_of_another_length_is_refused_with_both_lengths(int expected)
    {
        var field = Tensors.Wrap(new long[4]);

        Should.Throw<InvalidDataException>(() => Tensors.Read<long>(field, expected, "PartialSum").ToArray())
            .Message.ShouldContain($"32 bytes, expected {expected} values");
    }

    [Fact]
    public void A_field_that_ends_within_a_number_is_refused()
    {
        var field = Google.Protobuf.ByteString.CopyFrom(new byte[17]);
        Should.Throw<InvalidDataException>(() => Tensors.Read<long>(field, 2, "PartialSum").ToArray());
    }
}
