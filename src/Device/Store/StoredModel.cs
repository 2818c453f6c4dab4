using Cohort.Device.Personal;
using Cohort.Model.Files;

namespace Cohort.Device.Store;

/// <summary>A global model on the device.</summary>
/// <param name="Hash">Its name.</param>
/// <param name="Kind">What it takes.</param>
/// <param name="Network">Its network.</param>
/// <param name="Round">The round that made it.</param>
/// <param name="Source">Where it came from: a cluster's URL, or a file.</param>
/// <param name="Added">When, in UTC.</param>
/// <param name="IsCurrent">True for the one that is used; the one before it is kept.</param>
public sealed record StoredModel(ModelHash Hash, SampleKind Kind, string Network, int Round, string Source, DateTimeOffset Added, bool IsCurrent);

/// <summary>The student's own model, which exists on this device alone.</summary>
/// <param name="Hash">Its name.</param>
/// <param name="Kind">What it takes.</param>
/// <param name="Global">The global model that it began with.</param>
/// <param name="Version">The version of the feedback that it was trained on.</param>
/// <param name="Method">How: "ditto (epochs 5, lambda 0.1, learningRate 0.01)".</param>
/// <param name="Comparison">How it did against the global one.</param>
/// <param name="Added">When it was trained, in UTC.</param>
public sealed record StoredPersonalModel(
    ModelHash Hash, SampleKind Kind, ModelHash Global, long Version, string Method, Comparison Comparison, DateTimeOffset Added);
