using Cohort.Federation;
using Cohort.Model.Audit;
using Cohort.Model.Randomness;

namespace Cohort.Pbm.Auditing;

/// <summary>
/// What can be seen of a student's update on its way, from nothing hidden to all of it: through the same clipping, grid, sum and
/// noise as in a round. Not for two threads at once.
/// </summary>
internal sealed class UpdateViews
{
    public const string AsItIs = "as it is";
    public const string Clipped = "clipped";
    public const string NoiseShare = "own noise share";
    public const string LocalNoise = "local noise";
    public const string Sum = "group's sum";
    public const string NoisedSum = "sum with noise";

    private readonly AuditedStep _step;
    private readonly Protection _protection;
    private readonly FixedPointGrid _grid;
    private readonly ulong _seed;
    private readonly IReadOnlyList<int> _pictures;
    private readonly int _samples;

    /// <param name="step">Trains the students.</param>
    /// <param name="pictures">Indices of the audited pictures in the training half.</param>
    /// <param name="samples">How many samples the training half has: a group's other students have one of them each.</param>
    /// <param name="protection">What protects the updates.</param>
    /// <param name="seed">Keys noise and companions; the noise of an audit is no secret.</param>
    public UpdateViews(AuditedStep step, IReadOnlyList<int> pictures, int samples, Protection protection, ulong seed)
    {
        (_step, _pictures, _samples, _protection, _seed) = (step, pictures, samples, protection, seed);
        _grid = new FixedPointGrid(protection.FractionBits);
    }

    /// <summary>All views, in the order of protection.</summary>
    public IReadOnlyList<UpdateView> All()
    {
        var (clip, noise, students) = (_protection.Clip, _protection.NoiseMultiplier, _protection.Students);
        var share = noise / Math.Sqrt(_protection.NoiseShares);
        return
        [
            View(AsItIs, "the student's update, unprotected", picture => Seen(picture, 1, null, 0)),
            View(Clipped, $"the student's update, clipped to {clip}", picture => Seen(picture, 1, clip, 0)),
            View(
                NoiseShare,
                $"the student's update, clipped, with its own share of noise {noise} among {_protection.NoiseShares} students",
                picture => Seen(picture, 1, clip, share)),
            View(
                LocalNoise,
                $"the student's update, clipped, with all of noise {noise}",
                picture => Seen(picture, 1, clip, noise)),
            View(Sum, $"under secure aggregation, the sum of {students} students", picture => Seen(picture, students, clip, 0), students),
            View(
                NoisedSum,
                $"what leaves the leader: the sum of {students} students with their shares of noise {noise}",
                picture => Seen(picture, students, clip, share * Math.Sqrt(students)),
                students),
        ];
    }

    private UpdateView View(string name, string sees, Func<int, float[]> of, int students = 1)
        => new(name, sees, string.Equals(name, _protection.PlannedView, StringComparison.Ordinal), of)
        {
            Students = picture => Group(picture, students),
        };

    /// <summary>The mean of some students' updates, the audited one's among them.</summary>
    /// <param name="picture">Place of the audited picture.</param>
    /// <param name="students">How many updates are added up.</param>
    /// <param name="clip">The clipping bound; null for none.</param>
    /// <param name="noise">Standard deviation of the noise on the sum, in clipping bounds; 0 for none.</param>
    private float[] Seen(int picture, int students, double? clip, double noise)
    {
        var samples = Group(picture, students);
        ExactSum? sum = null;
        foreach (var sample in samples)
        {
            var update = _step.UpdateOf(sample);
            var quantised = new int[update.Length];
            if (clip is { } bound)
            {
                L2Clipping.Clip(update, bound);
                _grid.QuantiseWithin(update, bound, quantised);
            }
            else
            {
                _grid.Quantise(update, quantised);
            }

            sum ??= new ExactSum(update.Length);
            sum.Add(quantised, weight: 1);
        }

        if (noise > 0)
        {
            // Every view is a release of its own: two of them under one noise would show their difference.
            GaussianMechanism.AddNoise(
                sum!,
                noise * clip!.Value / _grid.Step,
                NoiseSecret.FromSeed(_seed),
                NoiseKey.Of($"audit of {noise:R}", picture, group: 0, intraRound: 1, samples));
        }

        var mean = new float[sum!.Values.Length];
        for (var i = 0; i < mean.Length; i++)
        {
            mean[i] = (float)(sum.Values[i] * _grid.Step / students);
        }

        return mean;
    }

    /// <summary>The audited picture, and one of each companion's, no two the same.</summary>
    private int[] Group(int picture, int students)
    {
        var samples = new HashSet<int> { _pictures[picture] };
        var random = KeyedRandom.For(_seed, Purpose.Audit, picture);
        while (samples.Count < Math.Min(students, _samples))
        {
            samples.Add(random.Next(_samples));
        }

        return [.. samples];
    }
}
