namespace Cohort.Clustering.RabbitMq.Refs;

/// <summary>
/// Stands here for somebody elsewhere: whatever it is told goes out, in order. While the broker is behind, it waits, and what it
/// is told waits with it.
/// </summary>
internal sealed class Outlet : ReceiveActor
{
    private readonly Postman _postman;

    /// <param name="postman">Sends.</param>
    /// <param name="route">From a message to where it goes and what is sent.</param>
    /// <param name="idle">It ends after so long without a message; null: never.</param>
    public Outlet(Postman postman, Func<object, (Route Route, object Message)> route, TimeSpan? idle)
    {
        _postman = postman;
        if (idle is not null)
        {
            Context.SetReceiveTimeout(idle);
            Receive<ReceiveTimeout>(_ => Context.Stop(Self));
        }

        Receive<End>(_ => Context.Stop(Self));
        ReceiveAnyAsync(message =>
        {
            var (where, what) = route(message);
            return _postman.SendAsync(where, what, Sender, Self).AsTask();
        });
    }

    /// <summary>Whom it stands for is gone.</summary>
    public sealed record End
    {
        public static readonly End Now = new();
    }
}
