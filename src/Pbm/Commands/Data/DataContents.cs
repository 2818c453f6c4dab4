using Cohort.Model.Data;
using Cohort.Model.Data.Texts;

namespace Cohort.Pbm.Commands;

/// <summary>What a data set holds, as <c>pbm data show --json</c> prints it.</summary>
/// <param name="Name">A short name for people.</param>
/// <param name="Synthetic">Generated as a whole rather than recorded.</param>
/// <param name="SyntheticTraining">Training samples that a generator drew.</param>
/// <param name="DerivedTraining">Training samples that were changed from recorded ones.</param>
/// <param name="Kind">What a sample is: picture or text.</param>
/// <param name="Shape">Of pictures channels x height x width in pixels; of texts how long they may be.</param>
/// <param name="Digest">SHA-256 over everything that could change a result.</param>
/// <param name="Train">Training samples.</param>
/// <param name="Test">Test samples.</param>
/// <param name="Classes">Counts by class, in the order of the labels.</param>
/// <param name="PersonsInTrain">Different persons known in training samples.</param>
/// <param name="PersonsInTest">Different persons known in test samples.</param>
/// <param name="PersonsInBoth">Persons who are in both.</param>
/// <param name="WithoutPerson">Samples of nobody known.</param>
/// <param name="Duplicates">Samples that stand more than once.</param>
/// <param name="Texts">Lengths and examples of training texts; null where samples are pictures.</param>
internal sealed record DataContents(
    string Name,
    bool Synthetic,
    int SyntheticTraining,
    int DerivedTraining,
    string Kind,
    string Shape,
    string Digest,
    int Train,
    int Test,
    IReadOnlyList<ClassCounts> Classes,
    int PersonsInTrain,
    int PersonsInTest,
    int PersonsInBoth,
    int WithoutPerson,
    DuplicateCounts Duplicates,
    TextContents? Texts)
{
    public static DataContents Of(DataSet data)
    {
        var (train, test) = (CountsOf(data.Train), CountsOf(data.Test));
        var (trained, tested) = (PersonsOf(data.Train), PersonsOf(data.Test));
        var found = Model.Data.Duplicates.Find(data);
        return new(
            data.Name,
            data.IsSynthetic,
            data.Made.Synthetic,
            data.Made.Derived,
            data.Shape.Kind,
            data.Shape.ToString(),
            data.Digest,
            data.Train.Count,
            data.Test.Count,
            [.. data.Classes.Select((name, label) => new ClassCounts(name, train[label], test[label]))],
            trained.Count,
            tested.Count,
            trained.Count(tested.Contains),
            Unknown(data.Train) + Unknown(data.Test),
            new DuplicateCounts(found.Across.Count, found.WithinTrain.Count, found.WithinTest.Count),
            data.Shape is TextShape ? TextContents.Of(data.Train) : null);
    }

    private static int[] CountsOf(ISampleSet set)
    {
        var counts = new int[set.Classes.Count];
        for (var i = 0; i < set.Count; i++)
        {
            counts[set.LabelOf(i)]++;
        }

        return counts;
    }

    private static HashSet<int> PersonsOf(ISampleSet set)
        => [.. Enumerable.Range(0, set.Count).Select(set.PersonOf).Where(person => person >= 0)];

    private static int Unknown(ISampleSet set) => Enumerable.Range(0, set.Count).Count(i => set.PersonOf(i) < 0);
}

/// <summary>Samples of one class.</summary>
internal sealed record ClassCounts(string Name, int Train, int Test);

/// <summary>Samples with the same bytes as an earlier one.</summary>
/// <param name="TestInTrain">Test samples that stand in training too.</param>
/// <param name="WithinTrain">Repetitions among the training samples.</param>
/// <param name="WithinTest">Repetitions among the test samples.</param>
internal sealed record DuplicateCounts(int TestInTrain, int WithinTrain, int WithinTest);
