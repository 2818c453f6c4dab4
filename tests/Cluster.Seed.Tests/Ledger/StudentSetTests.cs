using Cohort.Seed.Ledger;

namespace Cohort.Seed.Tests.Ledger;

public class StudentSetTests
{
    [Theory]
    [InlineData(new int[0])]
    [InlineData(new[] { 0 })]
    [InlineData(new[] { 0, 1, 2, 127, 128, 129, 255, 256, 16_511, 16_512, 1_000_000, int.MaxValue })]
    [InlineData(new[] { int.MaxValue })]
    public void Students_read_back(int[] students) => StudentSet.Decode(StudentSet.Encode(students)).ShouldBe(students);

    [Fact]
    public void Students_come_back_in_ascending_order() =>
        StudentSet.Decode(StudentSet.Encode([5, 3, 900, 0])).ShouldBe([0, 3, 5, 900]);

    [Fact]
    public void Neighbours_take_a_byte_each() => StudentSet.Encode(Enumerable.Range(0, 1_000)).Length.ShouldBe(1_000);

    [Fact]
    public void A_hundred_of_a_million_take_about_two_hundred_bytes()
    {
        var random = new Random(1);
        var students = Enumerable.Range(0, 100).Select(i => (i * 10_000) + random.Next(10_000)).ToArray();

        StudentSet.Encode(students).Length.ShouldBeLessThan(220);
        StudentSet.Decode(StudentSet.Encode(students)).ShouldBe(students);
    }

    [Theory]
    [InlineData(new[] { 4, 4 }, "Student 4 stands twice.")]
    [InlineData(new[] { -1 }, "Student -1 is negative.")]
    public void What_is_no_set_of_students_is_refused(int[] students, string expected) =>
        Should.Throw<ArgumentException>(() => StudentSet.Encode(students)).Message.ShouldBe(expected);

    [Theory]
    [InlineData(new byte[] { 0x80 })]
    [InlineData(new byte[] { 0x80, 0x80, 0x80, 0x80, 0x80, 0x01 })]
    [InlineData(new byte[] { 0xFF, 0xFF, 0xFF, 0xFF, 0x7F })]
    [InlineData(new byte[] { 0xFF, 0xFF, 0xFF, 0xFF, 0x07, 0x00 })]
    public void Bytes_that_are_none_of_ours_are_refused(byte[] bytes) =>
        Should.Throw<FormatException>(() => StudentSet.Decode(bytes));
}
