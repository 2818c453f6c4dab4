using Cohort.Hosting.Logs;
using Microsoft.Extensions.Logging;

namespace Cohort.Hosting.Tests;

public sealed class ActorLogTests
{
    [Fact]
    public async Task What_an_actor_warns_of_is_in_the_process_s_log_once_and_not_on_standard_error_too()
    {
        var error = Console.Error;
        using var shown = new StringWriter();
        Console.SetError(TextWriter.Synchronized(shown));
        try
        {
            var log = new Lines();
            var system = ActorSystem.Create("warns");
            ActorLogs.Follow(system, log);

            system.EventStream.Publish(new Warning(null, "akka://warns/user/somebody", typeof(ActorLogTests), "it rains"));

            await log.First.WaitAsync(TimeSpan.FromSeconds(30));
            await system.Terminate();
            log.All.ShouldBe(["Warning somebody: it rains"]);
            shown.ToString().ShouldBeEmpty();
        }
        finally
        {
            Console.SetError(error);
        }
    }

    private sealed class Lines : ILogger
    {
        private readonly TaskCompletionSource _first = new();

        public List<string> All { get; } = [];

        public Task First => _first.Task;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull
            => null;

        public bool IsEnabled(Microsoft.Extensions.Logging.LogLevel logLevel) => true;

        public void Log<TState>(
            Microsoft.Extensions.Logging.LogLevel logLevel,
            EventId eventId,
            TState state,
            Exception? exception,
            Func<TState, Exception?, string> formatter)
        {
            All.Add($"{logLevel} {formatter(state, exception)}");
            _first.TrySetResult();
        }
    }
}
