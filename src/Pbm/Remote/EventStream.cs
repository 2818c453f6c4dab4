using System.Net.ServerSentEvents;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Cohort.Pbm.Printing;

namespace Cohort.Pbm.Remote;

/// <summary>Server-sent events of one kind, read one at a time.</summary>
internal sealed class EventStream<T> : IAsyncDisposable
    where T : class
{
    /// <summary>Far more than a round of a million students.</summary>
    private const long LargestEvent = 64 << 20;

    private readonly HttpResponseMessage _answer;
    private readonly string _source;
    private readonly PatientStream _body;
    private readonly IAsyncEnumerator<SseItem<T?>> _events;

    /// <param name="answer">Its body; closed with this.</param>
    /// <param name="body">The same, open.</param>
    /// <param name="source">What is read, for sentences.</param>
    /// <param name="quiet">The longest silence.</param>
    /// <param name="type">What an event is.</param>
    /// <param name="stop">Ends the reading.</param>
    public EventStream(
        HttpResponseMessage answer, Stream body, string source, TimeSpan quiet, JsonTypeInfo<T> type, CancellationToken stop)
    {
        _answer = answer;
        _source = source;
        _body = new PatientStream(body, quiet, LargestEvent);
        _events = SseParser.Create(_body, (_, data) => JsonSerializer.Deserialize(data, type)).EnumerateAsync(stop)
            .GetAsyncEnumerator(stop);
    }

    /// <returns>Null at the stream's end.</returns>
    /// <exception cref="TimeoutException">Nothing was heard for too long.</exception>
    /// <exception cref="ClusterLostException">The stream broke.</exception>
    /// <exception cref="CommandException">What came is no event of this API.</exception>
    public async Task<T?> Next()
    {
        try
        {
            if (!await _events.MoveNextAsync())
            {
                return null;
            }

            _body.Taken();
            return _events.Current.Data ?? throw new JsonException("null");
        }
        catch (Exception e) when (e is IOException or HttpRequestException)
        {
            throw new ClusterLostException($"{_source}: the stream broke ({e.Message.TrimEnd('.')}).");
        }
        catch (Exception e) when (e is JsonException or InvalidDataException)
        {
            throw new CommandException(
                $"{_source}: what came is no event of a seed of this version ({Printable.Of(e.Message).TrimEnd('.')}).",
                ExitCodes.Cluster);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _events.DisposeAsync();
        await _body.DisposeAsync();
        _answer.Dispose();
    }
}
