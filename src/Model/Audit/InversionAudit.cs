using Cohort.Model.Data;
using Cohort.Model.Evaluation;

namespace Cohort.Model.Audit;

/// <summary>One way to see a student's update.</summary>
/// <param name="Name">A short name for the column of a table: "as it is".</param>
/// <param name="Sees">Who sees this, and what has happened to the update until then.</param>
/// <param name="Planned">Whether the plan lets a leader see this.</param>
/// <param name="Of">From a picture's place among the audited ones to what is seen of its student: float32, one value per
/// parameter.</param>
public sealed record UpdateView(string Name, string Sees, bool Planned, Func<int, float[]> Of)
{
    /// <summary>
    /// From a picture's place to the samples of all students in what is seen; null for the audited one alone. Whoever of them is
    /// recovered is the loss: a sum may show another than the one looked for.
    /// </summary>
    public Func<int, IReadOnlyList<int>>? Students { get; init; }
}

/// <summary>Attacks every audited picture under every view, and measures what comes out.</summary>
/// <param name="known">What the attacker knows.</param>
/// <param name="data">The pictures' data set.</param>
/// <param name="attack">How.</param>
/// <param name="options">How long.</param>
public sealed class InversionAudit(AttackerKnowledge known, DataSet data, InversionAttack attack, MatchingOptions options)
{
    /// <summary>From here on, in dB, a picture counts as recovered: a face is recognised by anybody who knows it.</summary>
    public const double RecoveredPsnr = 20;

    // What SSIM's window needs.
    private const int LeastSide = 11;

    /// <summary>The attack that suits a network best: solved where it can be, else by the angle.</summary>
    public static InversionAttack BestFor(AttackerKnowledge known)
    {
        ArgumentNullException.ThrowIfNull(known);
        return AnalyticInversion.CanInvert(known.Network, known.Network.Layout())
            ? InversionAttack.Analytic
            : InversionAttack.Cosine;
    }

    /// <summary>Attacks all; pictures and views side by side on all cores, which changes no result.</summary>
    /// <param name="pictures">Indices in the training half.</param>
    /// <param name="views">What is attacked.</param>
    /// <param name="progress">Told how many steps of <see cref="Steps"/> are done.</param>
    /// <param name="stop">Ends it.</param>
    /// <exception cref="ArgumentException">The attack is analytic, and the network does not begin with a linear
    /// layer.</exception>
    /// <returns>The figures, and the reconstructions by picture and view, brightness 0 to 1.</returns>
    public (InversionFindings Findings, IReadOnlyList<IReadOnlyList<Reconstruction>> Pictures) Run(
        IReadOnlyList<int> pictures, IReadOnlyList<UpdateView> views, Action<int>? progress = null, CancellationToken stop = default)
    {
        ArgumentNullException.ThrowIfNull(pictures);
        ArgumentNullException.ThrowIfNull(views);
        if (attack == InversionAttack.Analytic)
        {
            AnalyticInversion.RequireInvertible(known.Network);
        }

        var found = new Reconstruction[pictures.Count][];
        for (var picture = 0; picture < found.Length; picture++)
        {
            found[picture] = new Reconstruction[views.Count];
        }

        // What is seen is made first: training slots and mechanisms are not for two threads at once.
        var jobs = Enumerable.Range(0, pictures.Count * views.Count)
            .Select(i => (Picture: i / views.Count, View: i % views.Count))
            .Select(job => (job.Picture, job.View, Update: views[job.View].Of(job.Picture))).ToArray();
        var done = 0;
        Parallel.ForEach(
            jobs,
            new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount, CancellationToken = stop },
            job => found[job.Picture][job.View] =
                Invert(job.Update, () => progress?.Invoke(Interlocked.Increment(ref done)), stop));
        return (Measure(pictures, views, found), found);
    }

    /// <summary>Steps of attacking so many updates.</summary>
    public int Steps(int updates) => attack == InversionAttack.Analytic ? updates : updates * options.Iterations * options.Restarts;

    /// <summary>A picture of the training half as brightness from 0 to 1.</summary>
    public float[] Original(int sample) => Brightness(data.Train, sample);

    private Reconstruction Invert(float[] update, Action step, CancellationToken stop)
    {
        if (attack == InversionAttack.Analytic)
        {
            var solved = AnalyticInversion.Invert(known, update);
            step();
            return solved;
        }

        using var matching = new GradientMatching(known, attack, options);
        return matching.Invert(update, _ => step(), stop);
    }

    private InversionFindings Measure(IReadOnlyList<int> pictures, IReadOnlyList<UpdateView> views, Reconstruction[][] found)
    {
        var blind = MeanPicture();
        var shape = known.Network.Input.Picture;
        var hasSsim = shape.Height >= LeastSide && shape.Width >= LeastSide;
        var byPicture = pictures.Select((sample, i) =>
        {
            var original = Original(sample);
            // Which student's picture each reconstruction resembles most.
            var nearest = views.Select((view, v) => Nearest(view.Students?.Invoke(i) ?? [sample], found[i][v].Pixels)).ToArray();
            return new PictureFindings(
                sample,
                data.Classes[data.Train.LabelOf(sample)],
                ImageSimilarity.Psnr(original, blind),
                [.. found[i].Zip(nearest, (made, sought) => ImageSimilarity.Psnr(sought, made.Pixels))],
                hasSsim ? [.. found[i].Zip(nearest, (made, sought) => ImageSimilarity.Ssim(sought, made.Pixels, shape))] : []);
        }).ToArray();
        var byView = views.Select((view, v) => new ViewFindings(
            view.Name,
            view.Sees,
            view.Planned,
            byPicture.Average(picture => picture.Psnr[v]),
            byPicture.Max(picture => picture.Psnr[v]),
            hasSsim ? byPicture.Average(picture => picture.Ssim[v]) : null,
            byPicture.Count(picture => picture.Psnr[v] >= RecoveredPsnr),
            pictures.Where((sample, i) => found[i][v].Label == data.Train.LabelOf(sample)).Count()));
        var searches = attack != InversionAttack.Analytic;
        return new(
            attack.ToString().ToLowerInvariant(),
            searches ? options.Iterations : 0,
            searches ? options.Restarts : 1,
            AuditedStep.Setting,
            byPicture.Average(picture => picture.BlindPsnr),
            [.. byView],
            byPicture);
    }

    private float[] Nearest(IReadOnlyList<int> samples, float[] made)
        => samples.Select(Original).MaxBy(original => ImageSimilarity.Psnr(original, made))!;

    private float[] MeanPicture()
    {
        var sums = new double[known.Network.Input.Length];
        for (var sample = 0; sample < data.Test.Count; sample++)
        {
            var picture = Brightness(data.Test, sample);
            for (var i = 0; i < sums.Length; i++)
            {
                sums[i] += picture[i];
            }
        }

        return Array.ConvertAll(sums, sum => (float)(sum / data.Test.Count));
    }

    private static float[] Brightness(ISampleSet samples, int sample)
    {
        var bytes = new byte[samples.Shape.Length];
        samples.CopySample(sample, bytes);
        return Array.ConvertAll(bytes, pixel => pixel / 255f);
    }
}
