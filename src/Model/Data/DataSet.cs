namespace Cohort.Model.Data;

/// <summary>Samples to train on and samples to test on, of one shape and one list of classes.</summary>
/// <param name="Name">A short name for people, such as the file's.</param>
/// <param name="Train">What students hold.</param>
/// <param name="Test">What models are judged by; no student holds it.</param>
/// <param name="IsSynthetic">Generated as a whole rather than recorded, test samples too; shown wherever a result is.</param>
public sealed record DataSet(string Name, ISampleSet Train, ISampleSet Test, bool IsSynthetic)
{
    /// <summary>The attribute of training samples that training is balanced by, and which belongs to the digest then.</summary>
    public string? BalancedBy { get; init; }

    /// <summary>What of the source was not read, and why, as a sentence; empty where all was.</summary>
    public string LeftOut { get; init; } = "";

    /// <summary>SHA-256 in hex over both halves; the name does not count, and attributes only where they change a training.</summary>
    public string Digest => BalancedBy is null
        ? SampleDigest.Of($"{Train.Digest}\n{Test.Digest}")
        : SampleDigest.Of($"{Train.Digest}\n{Test.Digest}\n{BalancedBy}\n{SampleDigest.Of(SampleAttribute.Read(Train, BalancedBy))}");

    /// <summary>How many of the training samples were not recorded: all, where the whole data is synthetic. Shown wherever a result is.</summary>
    public MadeSamples Made => MadeSamples.CountIn(Train) is var made && IsSynthetic ? made with { Synthetic = Train.Count - made.Derived } : made;

    /// <summary>The shape of every sample.</summary>
    public SampleShape Shape => Train.Shape;

    /// <summary>Class names; a label is an index into them.</summary>
    public IReadOnlyList<string> Classes => Train.Classes;

    /// <summary>The same data without the test samples that stand in the training set too, and all duplicates found.</summary>
    /// <exception cref="DataFormatException">No test sample would be left.</exception>
    public (DataSet Data, Duplicates Found) WithoutDuplicates()
    {
        var found = Duplicates.Find(this);
        ISampleSet test = found.WithoutTrainingSamples(Test);
        if (test.Count == 0)
        {
            throw new DataFormatException(
                $"All {Test.Count} test {Shape.Kind}s of '{Name}' stand in its training set; none is left to test on.");
        }

        return (this with { Test = test }, found);
    }
}
