using Cohort.Model.Randomness;

namespace Cohort.Model.Data.Synthesis;

/// <summary>
/// Variations of a data set's recorded training pictures. Never of one that stands in the test half too, and never of a variation.
/// </summary>
public sealed class VariedPictures
{
    private const string Gender = "gender";

    private readonly ISampleSet _train;
    private readonly ulong _seed;
    private readonly VariationKinds _kinds;
    private readonly string[] _hashes;
    private readonly int[] _sources;

    /// <param name="data">Whose training pictures are varied.</param>
    /// <param name="seed">Another seed, other variations.</param>
    /// <param name="kinds">What a variation may change.</param>
    /// <exception cref="DataFormatException">The data is synthetic, or no training picture may be varied.</exception>
    public VariedPictures(DataSet data, ulong seed, VariationKinds kinds)
    {
        ArgumentNullException.ThrowIfNull(data);
        if (data.IsSynthetic)
            throw new DataFormatException($"'{data.Name}' is synthetic: nothing is recorded that could be varied; draw more of it instead.");
        (_train, _seed, _kinds) = (data.Train, seed, kinds);
        _hashes = PictureHash.OfAll(data.Train);
        HashSet<string> tested = [.. PictureHash.OfAll(data.Test)];
        int[] recorded = [.. Enumerable.Range(0, _train.Count).Where(i => !SampleOrigin.Of(_train, i).IsMade)];
        int[] untested = [.. recorded.Where(i => !tested.Contains(_hashes[i]))];
        StandingInTest = recorded.Length - untested.Length;
        _sources = [.. untested.DistinctBy(i => _hashes[i], StringComparer.Ordinal)];
        if (_sources.Length == 0)
        {
            throw new DataFormatException(
                $"'{data.Name}' has no training picture that may be varied: {StandingInTest} stand in its test half too, and "
                + $"{_train.Count - recorded.Length} are made already.");
        }
    }

    /// <summary>Recorded training pictures that are left alone because they stand in the test half too.</summary>
    public int StandingInTest { get; }

    /// <summary>Training pictures that may be varied, as indices into the training half; of equal ones the first.</summary>
    public IReadOnlyList<int> Sources => _sources;

    /// <summary>So many variations of each of these pictures.</summary>
    /// <param name="sources">Indices into the training half, out of <see cref="Sources"/>.</param>
    /// <param name="each">Of each.</param>
    public IEnumerable<MadePicture> OfEach(IReadOnlyList<int> sources, int each)
    {
        ArgumentNullException.ThrowIfNull(sources);
        return sources.SelectMany(source => Enumerable.Range(0, each).Select(number => Of(source, number)));
    }

    /// <summary>So many variations in all, of each picture as many as of any other, give or take one.</summary>
    /// <param name="sources">Indices into the training half, out of <see cref="Sources"/>; at least one.</param>
    /// <param name="count">In all.</param>
    public IEnumerable<MadePicture> Spread(IReadOnlyList<int> sources, int count)
    {
        ArgumentNullException.ThrowIfNull(sources);
        int[] order = [.. sources];
        KeyedRandom.For(_seed, Purpose.Synthesise, 3, sources.Count).Permute<int>(order);
        return Enumerable.Range(0, count).Select(i => Of(order[i % order.Length], i / order.Length));
    }

    private MadePicture Of(int source, int number)
    {
        ImageShape shape = _train.Shape.Picture;
        byte[] from = new byte[shape.Length];
        byte[] to = new byte[shape.Length];
        _train.CopySample(source, from);
        var variation = Variation.Draw(KeyedRandom.For(_seed, Purpose.Synthesise, 2, source, number), shape, _kinds);
        variation.Apply(from, shape, to);
        return new MadePicture(
            to,
            _train.Classes[_train.LabelOf(source)],
            _train.AttributeOf(source, SampleAttribute.Person) ?? "",
            _train.AttributeOf(source, Gender) ?? "",
            Lighting.Of(to, shape),
            _hashes[source],
            variation.ToString());
    }
}
