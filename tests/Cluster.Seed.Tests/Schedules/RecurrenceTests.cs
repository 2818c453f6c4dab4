using Cohort.Seed.Schedules;

namespace Cohort.Seed.Tests.Schedules;

public sealed class RecurrenceTests
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 22, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("30m", 0.5)]
    [InlineData("12h", 12)]
    [InlineData("1d", 24)]
    [InlineData(" 1.5d ", 36)]
    [InlineData("2w", 336)]
    public void An_interval_comes_at_once_and_then_so_long_after_each_beginning(string text, double hours)
    {
        var recurrence = Recurrence.Parse(text);

        recurrence.Next(Noon, begun: null).ShouldBe(Noon);
        recurrence.Next(Noon.AddDays(-40), begun: Noon).ShouldBe(Noon.AddHours(hours));
    }

    [Fact]
    public void A_cron_expression_comes_at_its_times_in_UTC_and_once_for_all_that_were_missed()
    {
        var recurrence = Recurrence.Parse("30 3 * * MON");

        recurrence.Next(Noon, begun: null).ShouldBe(new DateTimeOffset(2026, 11, 23, 3, 30, 0, TimeSpan.Zero)); // Noon is a Sunday's
        recurrence.Next(Noon.AddDays(-40), begun: Noon.AddDays(-20)).ShouldBe(new DateTimeOffset(2026, 11, 9, 3, 30, 0, TimeSpan.Zero));
    }

    [Fact]
    public void What_never_comes_is_told_apart() => Recurrence.Parse("0 0 30 2 *").Next(Noon, null).ShouldBeNull();

    [Theory]
    [InlineData("")]
    [InlineData("d")]
    [InlineData("every day")]
    [InlineData("1 fortnight")]
    [InlineData("61 * * * *")]
    [InlineData("-1d")]
    public void Anything_else_is_refused_with_what_was_expected(string text)
        => Should.Throw<FormatException>(() => Recurrence.Parse(text)).Message.ShouldContain("such as 30m, 12h, 1d or 1w, nor a cron expression");

    [Theory]
    [InlineData("0.1s")]
    [InlineData("0d")]
    [InlineData("4000d")]
    public void Neither_too_often_nor_too_seldom(string text)
        => Should.Throw<FormatException>(() => Recurrence.Parse(text)).Message.ShouldContain("not between a second and ten years");

    [Fact]
    public void It_is_written_as_it_was_read() => Recurrence.Parse(Recurrence.Parse(" 0 3 * * * ").ToString()).ShouldBe(Recurrence.Parse("0 3 * * *"));
}
