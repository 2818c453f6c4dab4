namespace Cohort.Pbm.Remote;

/// <summary>
/// A stream whose silence and whose greed are bounded: a read that waits too long ends with a <see cref="TimeoutException"/>, and
/// too many bytes between two calls of <see cref="Taken"/> with an <see cref="InvalidDataException"/>.
/// </summary>
/// <param name="from">What is read; closed with this.</param>
/// <param name="quiet">The longest silence.</param>
/// <param name="bound">The most bytes without anything being taken from them.</param>
internal sealed class PatientStream(Stream from, TimeSpan quiet, long bound) : Stream
{
    private long _untaken;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>What has been read so far was of use.</summary>
    public void Taken() => _untaken = 0;

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        using var late = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        late.CancelAfter(quiet);
        try
        {
            var read = await from.ReadAsync(buffer, late.Token);
            _untaken += read;
            return _untaken <= bound ? read : throw new InvalidDataException($"more than {bound} bytes without an end");
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw new TimeoutException($"nothing was heard for {quiet.TotalSeconds:F0} s", e);
        }
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken)
        => ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Flush()
    {
        // Nothing is written.
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            from.Dispose();
        }

        base.Dispose(disposing);
    }
}
