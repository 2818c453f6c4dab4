using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Cohort.Seed.Host.Api;

/// <summary>Server-sent events (https://html.spec.whatwg.org/multipage/server-sent-events.html), one JSON line each.</summary>
public static class EventStream
{
    /// <summary>So often a comment is sent where nothing happens, so that both sides notice a dead connection.</summary>
    private static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(15);

    /// <summary>Sends items until they end, the client goes, or the seed stops.</summary>
    public static async Task Send<T>(
        HttpContext context, IAsyncEnumerable<T> items, JsonTypeInfo<T> json, CancellationToken stop)
    {
        context.Response.ContentType = "text/event-stream";
        context.Response.Headers.CacheControl = "no-cache";
        await context.Response.StartAsync(stop);
        await context.Response.Body.FlushAsync(stop);
        await using var each = items.GetAsyncEnumerator(stop);
        try
        {
            for (var next = each.MoveNextAsync().AsTask(); await Arrives(next, context, stop); next = each.MoveNextAsync().AsTask())
            {
                await context.Response.WriteAsync("data: " + JsonSerializer.Serialize(each.Current, json) + "\n\n", stop);
                await context.Response.Body.FlushAsync(stop);
            }
        }
        catch (OperationCanceledException)
        {
            // The client has gone, or the seed stops.
        }
    }

    private static async Task<bool> Arrives(Task<bool> next, HttpContext context, CancellationToken stop)
    {
        while (await Task.WhenAny(next, Task.Delay(Heartbeat, stop)) != next)
        {
            if (stop.IsCancellationRequested)
            {
                return await next; // cancelled by the same token
            }

            await context.Response.WriteAsync(": nothing new\n\n", stop);
            await context.Response.Body.FlushAsync(stop);
        }

        return await next;
    }
}
