using System.Text.Json.Serialization;

namespace Cohort.Device.Store;

/// <summary>A class and its probability, as a row keeps them.</summary>
internal sealed record StoredProbability(string Class, double Probability);

/// <summary>The JSON in a store's columns.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(IEnumerable<StoredProbability>))]
[JsonSerializable(typeof(StoredProbability[]))]
internal sealed partial class StoreJson : JsonSerializerContext;
