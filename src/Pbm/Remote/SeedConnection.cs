using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Cohort.Pbm.Remote;

/// <summary>HTTP to a seed: every answer is a record, a stream or an exception whose message is a sentence.</summary>
internal sealed class SeedConnection : IDisposable
{
    private const long LargestAnswer = 256 << 20;
    private const int LargestRefusal = 64 << 10;
    private const int CopyBytes = 64 << 10;

    private readonly ClusterAddress _address;
    private readonly HttpClient _http;

    public SeedConnection(ClusterAddress address, Patience patience)
    {
        _address = address;
        Patience = patience;

        // A token is meant for one seed; it does not follow redirects, nor travel by a proxy to this very machine.
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            UseProxy = !address.Url.IsLoopback,
            ConnectTimeout = patience.Answer,
        };
        _http = new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan, MaxResponseContentBufferSize = LargestAnswer };
        var version = Assembly.GetExecutingAssembly().GetName().Version?.ToString(3) ?? "0";
        _http.DefaultRequestHeaders.UserAgent.Add(new ProductInfoHeaderValue("pbm", version));
        if (address.Token is { } token)
        {
            _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        }
    }

    public Patience Patience { get; }

    public async Task<T> Get<T>(string path, JsonTypeInfo<T> type, CancellationToken stop)
        => await Read(await Send(HttpMethod.Get, path, null, Patience.Answer, stop), path, type, stop);

    /// <summary>Asks for something to be done, and reads what was done.</summary>
    public async Task<T> Do<T>(
        HttpMethod method, string path, HttpContent? body, JsonTypeInfo<T> type, TimeSpan patience, CancellationToken stop)
        => await Read(await Send(method, path, body, patience, stop), path, type, stop);

    /// <summary>Asks for something to be done, whatever the answer's body.</summary>
    public async Task Do(HttpMethod method, string path, CancellationToken stop)
        => (await Send(method, path, null, Patience.Answer, stop)).Dispose();

    /// <summary>Opens a stream of events; from when this returns no event is missed.</summary>
    public async Task<EventStream<T>> Open<T>(string path, JsonTypeInfo<T> type, CancellationToken stop)
        where T : class
    {
        var answer = await Send(HttpMethod.Get, path, null, Patience.Answer, stop, streamed: true);
        try
        {
            if (answer.Content.Headers.ContentType?.MediaType is not "text/event-stream")
            {
                throw Refusals.Garbage(_address, path, new InvalidDataException("not a stream of events"));
            }

            var body = await answer.Content.ReadAsStreamAsync(stop);
            return new(answer, body, $"{_address}{path}", Patience.Quiet, type, stop);
        }
        catch
        {
            answer.Dispose();
            throw;
        }
    }

    /// <summary>Copies a file of at most so many bytes.</summary>
    public async Task Download(string path, Stream to, long bytes, CancellationToken stop)
    {
        using var answer = await Send(HttpMethod.Get, path, null, Patience.Answer, stop, streamed: true);
        await Copy(answer, path, to, bytes, stop);
    }

    /// <summary>Appends to a file what is missing of it (RFC 9110, section 14); begins anew where the seed's file is another.</summary>
    /// <param name="path">What to ask for.</param>
    /// <param name="to">Its first bytes, or none.</param>
    /// <param name="bytes">How many it has in all; no more are taken.</param>
    /// <param name="tag">Its entity tag, in quotes: the bytes that are there belong to it.</param>
    /// <param name="stop">Ends it.</param>
    /// <returns>How many bytes were kept.</returns>
    public async Task<long> Resume(string path, FileStream to, long bytes, string tag, CancellationToken stop)
    {
        var kept = to.Length < bytes ? to.Length : 0;
        var range = kept == 0 ? null : new RangeHeaderValue(kept, null);
        using var answer = await Send(HttpMethod.Get, path, null, Patience.Answer, stop, streamed: true, range, tag);
        kept = answer.StatusCode == HttpStatusCode.PartialContent && answer.Content.Headers.ContentRange?.From == kept ? kept : 0;
        to.SetLength(kept);
        to.Position = kept;
        await Copy(answer, path, to, bytes - kept, stop);
        return kept;
    }

    public void Dispose() => _http.Dispose();

    private async Task Copy(HttpResponseMessage answer, string path, Stream to, long bytes, CancellationToken stop)
    {
        await using var body = new PatientStream(await answer.Content.ReadAsStreamAsync(stop), Patience.Quiet, bytes);
        var buffer = new byte[CopyBytes];
        while (await Next(body, path, buffer, stop) is var read and > 0)
        {
            await to.WriteAsync(buffer.AsMemory(0, read), stop);
        }
    }

    // Apart from writing, so that a lost connection is not taken for a full disk.
    private async Task<int> Next(PatientStream body, string path, Memory<byte> buffer, CancellationToken stop)
    {
        try
        {
            return await body.ReadAsync(buffer, stop);
        }
        catch (Exception e) when (e is IOException or HttpRequestException or TimeoutException)
        {
            throw new ClusterLostException($"{_address}{path}: the file broke off ({e.Message.TrimEnd('.')}).");
        }
        catch (InvalidDataException e)
        {
            throw Refusals.Garbage(_address, path, e);
        }
    }

    private async Task<HttpResponseMessage> Send(
        HttpMethod method, string path, HttpContent? body, TimeSpan patience, CancellationToken stop, bool streamed = false,
        RangeHeaderValue? range = null, string? tag = null)
    {
        using var late = CancellationTokenSource.CreateLinkedTokenSource(stop);
        late.CancelAfter(patience);
        using var request = new HttpRequestMessage(method, new Uri(_address + path)) { Content = body };
        if (range is not null)
        {
            request.Headers.Range = range;
            request.Headers.IfRange = new(tag!);
        }

        try
        {
            // The answer's head first: what is no success is read up to a small size only.
            var answer = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, late.Token);
            if (answer.IsSuccessStatusCode && streamed)
            {
                return answer;
            }

            await answer.Content.LoadIntoBufferAsync(answer.IsSuccessStatusCode ? LargestAnswer : LargestRefusal, late.Token);
            if (answer.IsSuccessStatusCode)
            {
                return answer;
            }

            using (answer)
            {
                throw await Refusals.Of(answer, _address, $"{method} {path}");
            }
        }
        catch (HttpRequestException e)
        {
            throw Refusals.Of(e, _address);
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            throw new ClusterLostException($"{_address} did not answer {method} {path} within {patience.TotalSeconds:F0} s."
                + (method == HttpMethod.Get ? "" : " It may still do what it was asked."));
        }
    }

    private async Task<T> Read<T>(HttpResponseMessage answer, string path, JsonTypeInfo<T> type, CancellationToken stop)
    {
        using (answer)
        {
            try
            {
                return await answer.Content.ReadFromJsonAsync(type, stop) ?? throw new JsonException("null");
            }
            catch (Exception e) when (e is JsonException or NotSupportedException or InvalidOperationException)
            {
                throw Refusals.Garbage(_address, path, e);
            }
        }
    }
}
