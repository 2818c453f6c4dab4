namespace Cohort.Federation.Tests;

public class BufferedScheduleTests
{
    [Fact]
    public void A_step_has_as_many_students_as_the_buffer_and_none_who_still_trains()
    {
        var schedule = Schedule(students: 12, concurrency: 6, buffer: 4);
        var begun = new Dictionary<int, int>();

        for (var step = 1; step <= 500; step++)
        {
            var arrivals = schedule.Next();

            arrivals.Count.ShouldBe(4);
            arrivals.Select(arrival => arrival.Student).ShouldBe(arrivals.Select(arrival => arrival.Student).Distinct().Order());
            foreach (var (student, start) in arrivals)
            {
                start.ShouldBeInRange(begun.GetValueOrDefault(student, 0), step - 1, "it begins after its last step, and before this one");
                begun[student] = step - 1;
            }

            schedule.Oldest.ShouldBeLessThanOrEqualTo(arrivals.Min(arrival => arrival.Start));
        }
    }

    [Theory]
    [InlineData(20, 5)]
    [InlineData(5, 5)]
    [InlineData(3, 10)]
    public void Students_in_training_and_the_time_between_steps_obey_Little_s_law(int concurrency, int buffer)
    {
        const int Steps = 4_000;
        var schedule = Schedule(students: 100, concurrency, buffer);

        var staleness = Enumerable.Range(1, Steps).SelectMany(step => schedule.Next().Select(arrival => step - 1 - arrival.Start)).Average();

        // M trainings of mean 1 at any time end M times in each unit of it, K of which are a step.
        schedule.Clock.ShouldBe((double)Steps * buffer / concurrency, 0.03 * Steps * buffer / concurrency);
        staleness.ShouldBe(((double)concurrency / buffer) - (0.5 / buffer), 0.5 + (0.1 * concurrency / buffer));
    }

    [Fact]
    public void One_at_a_time_begins_with_the_newest_model_always()
    {
        var schedule = Schedule(students: 3, concurrency: 1, buffer: 1);

        for (var step = 1; step <= 100; step++)
            schedule.Next().ShouldHaveSingleItem().Start.ShouldBe(step - 1);
    }

    [Fact]
    public void Nobody_outside_says_more_than_the_generator()
    {
        var (one, two, other) = (Schedule(50, 10, 5), Schedule(50, 10, 5), new BufferedSchedule(50, 10, 5, new Random(4)));
        var steps = Enumerable.Range(0, 20).Select(_ => one.Next()).ToList();

        steps.ForEach(step => two.Next().ShouldBe(step));
        Enumerable.Range(0, 20).SelectMany(_ => other.Next()).ShouldNotBe(steps.SelectMany(step => step));
    }

    [Fact]
    public void More_in_training_and_buffer_than_there_are_students_is_refused() =>
        Should.Throw<ArgumentOutOfRangeException>(() => Schedule(students: 9, concurrency: 6, buffer: 4));

    private static BufferedSchedule Schedule(int students, int concurrency, int buffer) => new(students, concurrency, buffer, new Random(3));
}
