using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace Cohort.Hosting.Telemetry;

/// <summary>
/// The newest value of every instrument of the meters whose name begins with "Cohort" in this process: counters added up, gauges
/// as they are. One series for each instrument and set of tags; started before what it measures, so that nothing is missed.
/// </summary>
public sealed class Figures : IDisposable
{
    public const string MeterName = "Cohort";

    private readonly MeterListener _listener = new();
    private readonly ConcurrentDictionary<(string Name, string Tags), Series> _series = new();
    private readonly Lock _reading = new();

    public Figures()
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Name.StartsWith(MeterName, StringComparison.Ordinal))
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<int>((instrument, value, tags, _) => Note(instrument, value, tags));
        _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Note(instrument, value, tags));
        _listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Note(instrument, value, tags));
        _listener.Start();
    }

    /// <summary>All series, by name and tags; observable instruments are asked now.</summary>
    public IReadOnlyList<Figure> Read()
    {
        lock (_reading) // two readers would observe everything twice
        {
            foreach (var (_, series) in _series)
            {
                series.BeginReading();
            }

            _listener.RecordObservableInstruments();
            return
            [
                .. _series.Values
                    .Where(series => series.IsPresent)
                    .Select(series => series.Read())
                    .OrderBy(figure => figure.Name, StringComparer.Ordinal)
                    .ThenBy(figure => figure.Tags, StringComparer.Ordinal),
            ];
        }
    }

    /// <summary>A counter's value, all its tags added up; 0 where it has not counted yet. Observes nothing.</summary>
    public long Sum(string counter)
        => (long)_series
            .Where(each => string.Equals(each.Key.Name, counter, StringComparison.Ordinal))
            .Sum(each => each.Value.Read().Value);

    public void Dispose() => _listener.Dispose();

    private void Note(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var text = TagText.Of(tags);
        var series = _series.GetOrAdd((instrument.Name, text), static (key, made) => new Series(made, key.Tags), instrument);
        series.Note(value);
    }

    /// <summary>One instrument under one set of tags.</summary>
    private sealed class Series(Instrument instrument, string tags)
    {
        private readonly Lock _gate = new();
        private readonly bool _addsUp = !instrument.IsObservable
            && instrument.GetType().GetGenericTypeDefinition() is var kind
            && (kind == typeof(Counter<>) || kind == typeof(UpDownCounter<>));

        private readonly bool _isCounter = instrument.GetType().GetGenericTypeDefinition() is var kind
            && (kind == typeof(Counter<>) || kind == typeof(ObservableCounter<>));

        private double _value;
        private bool _isFresh = true;

        /// <summary>False for an observed value that is not there any more.</summary>
        public bool IsPresent => !instrument.IsObservable || _isFresh;

        public void BeginReading()
        {
            lock (_gate)
            {
                _isFresh = false;
            }
        }

        public void Note(double value)
        {
            lock (_gate)
            {
                // Several observable instruments of one name are parts of one figure.
                _value = _addsUp || (instrument.IsObservable && _isFresh) ? _value + value : value;
                _isFresh = true;
            }
        }

        public Figure Read()
        {
            lock (_gate)
            {
                return new(instrument.Name, tags, _value, _isCounter, instrument.Description ?? "");
            }
        }
    }
}

/// <summary>One measured value.</summary>
/// <param name="Name">The instrument's: <c>cohort.slots.busy</c>.</param>
/// <param name="Tags">As Prometheus writes labels; empty for none.</param>
/// <param name="Value">The newest, or the sum.</param>
/// <param name="IsCounter">True if it only grows.</param>
/// <param name="Description">A sentence.</param>
public sealed record Figure(string Name, string Tags, double Value, bool IsCounter, string Description);
