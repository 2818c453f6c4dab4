using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace Cohort.Hosting.Telemetry;

/// <summary>Sends the meters and spans named "Cohort" to a collector, as long as it is not disposed of.</summary>
public sealed class OtlpExport : IDisposable
{
    private readonly MeterProvider _metrics;
    private readonly TracerProvider _traces;

    /// <param name="endpoint">The collector's gRPC address, such as http://127.0.0.1:4317.</param>
    /// <param name="service">cohort-seed or cohort-node.</param>
    /// <param name="member">This process.</param>
    public OtlpExport(Uri endpoint, string service, string member)
    {
        var resource = ResourceBuilder.CreateEmpty().AddService(service, serviceInstanceId: member);
        _metrics = Sdk.CreateMeterProviderBuilder()
            .SetResourceBuilder(resource)
            .AddMeter(Figures.MeterName, Figures.MeterName + ".*")
            .AddOtlpExporter(options => options.Endpoint = endpoint)
            .Build();
        _traces = Sdk.CreateTracerProviderBuilder()
            .SetResourceBuilder(resource)
            .AddSource(Figures.MeterName)
            .AddOtlpExporter(options => options.Endpoint = endpoint)
            .Build();
    }

    /// <summary>Sends what is left, for at most five seconds each.</summary>
    public void Dispose()
    {
        _traces.Shutdown(5_000);
        _metrics.Shutdown(5_000);
        _traces.Dispose();
        _metrics.Dispose();
    }
}
