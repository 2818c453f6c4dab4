using Cohort.Benchmarks.Actors;
using Cohort.Benchmarks.Broker;
using Cohort.Benchmarks.Compression;
using Cohort.Benchmarks.Faces;
using Cohort.Benchmarks.Federation;
using Cohort.Benchmarks.Groups;
using Cohort.Benchmarks.Torch;
using Cohort.Benchmarks.Training;

var benchmarks = new Dictionary<string, Func<string[], Task<int>>>(StringComparer.Ordinal)
{
    ["accounting"] = arguments => Task.FromResult(AccountingBenchmark.Run(arguments)),
    ["actors"] = ActorBenchmarks.Run,
    ["balanced-groups"] = arguments => Task.FromResult(BalancedGroupsReport.Run(arguments)),
    ["broker"] = BrokerBenchmarks.Run,
    ["cache"] = arguments => Task.FromResult(CacheBenchmark.Run(arguments)),
    ["central"] = arguments => Task.FromResult(CentralBenchmark.Run(arguments)),
    ["compression"] = arguments => Task.FromResult(CompressionBenchmarks.Run(arguments)),
    ["dp-sgd"] = arguments => Task.FromResult(RecordPrivacyBenchmark.Run(arguments)),
    ["faces"] = arguments => Task.FromResult(FacesBenchmark.Run(arguments)),
    ["federation"] = arguments => Task.FromResult(FederationBenchmarks.Run(arguments)),
    ["groups"] = arguments => Task.FromResult(GroupsBenchmark.Run(arguments)),
    ["robust"] = arguments => Task.FromResult(RobustBenchmark.Run(arguments)),
    ["secure-aggregation"] = arguments => Task.FromResult(SecureAggregationBenchmarks.Run(arguments)),
    ["throughput"] = arguments => Task.FromResult(Throughput.Run(arguments)),
};

if (args.Length > 0 && benchmarks.TryGetValue(args[0], out var benchmark)) return await benchmark(args[1..]);
Console.Error.WriteLine($"Which benchmark? One of: {string.Join(", ", benchmarks.Keys)}.");
return 2;
