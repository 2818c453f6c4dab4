using Cohort.Federation;
using Cohort.Model.Data;
using Cohort.Model.Evaluation;
using Cohort.Model.Evaluation.Bias;
using Cohort.Model.Plans;
using Cohort.Model.Training;
using Cohort.Pbm.Auditing;
using Cohort.Pbm.Commands;
using Cohort.Seed.Ledger;

namespace Cohort.Pbm.Reports;

/// <summary>Measures the models of a report. Data of equal plans is read once.</summary>
/// <param name="home">Ledger, models, imported data.</param>
/// <param name="given">Test samples for all models; null for those of each model's run.</param>
/// <param name="resamples">B of all intervals; 0 for none.</param>
/// <param name="pictures">Test pictures are taken along.</param>
internal sealed class ReportedModels(Home home, string? given, int resamples, bool pictures)
{
    private const int MostStudentSamples = 20_000;
    private const int SamplesShown = 8;

    private readonly Dictionary<string, (Population? Population, string? Problem)> _populations = new(StringComparer.Ordinal);
    private DataSet? _given;

    /// <param name="name">What the report calls it.</param>
    /// <param name="model">The model.</param>
    /// <param name="run">The run that made it; null where none is known.</param>
    public ReportedModel Of(string name, NamedModel model, RunRecord? run)
    {
        var plan = run is null ? null : PlanOf(run);
        var (population, problem) = run is null || plan is null ? (null, null) : PopulationOf(run, plan);
        var judged = JudgedModel.Of(model, TestSamples(model, population, problem));
        return new(
            name,
            run?.Id,
            model.File.Network,
            model.File.Round,
            model.File.Epsilon,
            Evaluation.Of(judged, resamples),
            judged.Data.Test.AttributeNames.Count == 0
                ? null
                : BiasReport.Of(judged, [], BiasAudit.DefaultLeastSamples, resamples, unknownCounts: false),
            population is null ? null : StudentsOf(model, population),
            population is null || plan is null ? null : GroupsOf(plan, population),
            KeptAudits.Of(model.Hash, home),
            SamplesOf(judged),
            [.. Notes(run, plan, problem)]);
    }

    private static IEnumerable<string> Notes(RunRecord? run, Plan? plan, string? problem)
    {
        if (run is null)
        {
            yield return "No run in the ledger made this model, so that nothing is told of its training, its students and its groups.";
        }
        else if (plan is null)
        {
            yield return $"The plan of run {run.Id} is of another version of Cohort, so that nothing is told of its students and groups.";
        }
        else if (problem is not null)
        {
            yield return $"Nothing is told of its students and groups: {problem.TrimEnd('.')}.";
        }

        if (plan?.Groups.HistogramEpsilon is not null && ShownReports.SentenceOn(plan) is { } sentence)
        {
            yield return sentence;
        }
    }

    private static Plan? PlanOf(RunRecord run)
    {
        try
        {
            return Plan.Parse(run.PlanJson, run.Id);
        }
        catch (PlanException)
        {
            return null;
        }
    }

    private (Population? Population, string? Problem) PopulationOf(RunRecord run, Plan plan)
    {
        var key = $"{run.PlanDigest} {run.DataDigest}";
        if (!_populations.TryGetValue(key, out var known))
        {
            _populations[key] = known = Load(run, plan);
        }

        return known;
    }

    private (Population? Population, string? Problem) Load(RunRecord run, Plan plan)
    {
        try
        {
            var data = PlannedData.Load(plan, DataLocation.Resolve(run.DataPath, home)).Data;
            return string.Equals(data.Digest, run.DataDigest, StringComparison.Ordinal)
                ? (Population.Create(plan, data), null)
                : (null, $"what lies at {run.DataPath} are other samples than run {run.Id} was trained on");
        }
        catch (DataFormatException gone)
        {
            return (null, gone.Message);
        }
    }

    private DataSet TestSamples(NamedModel model, Population? population, string? problem)
    {
        if (given is not null)
        {
            return _given ??= DataSets.Load(DataLocation.Resolve(given, home)!).WithoutDuplicates().Data;
        }

        return population?.Data ?? throw new CommandException(problem is null
            ? $"No run in the ledger made model {model.Hash.Short}, so its data is not known; give --data PATH."
            : $"The data of model {model.Hash.Short} is not at hand: {problem.TrimEnd('.')}; give --data PATH.");
    }

    private static StudentAccuracies? StudentsOf(NamedModel model, Population population)
    {
        var heldOut = population.HeldOut.Samples > 0;
        var partition = heldOut ? population.HeldOut : population.Partition;
        var (students, samples) = (new List<int>(), new List<int>());
        for (var student = 0; student < population.Students && samples.Count < MostStudentSamples; student++)
        {
            samples.AddRange(partition.SamplesOf(student));
            students.Add(student);
        }

        if (samples.Count == 0)
        {
            return null;
        }

        using var evaluator = new Evaluator(
            model.Network(), new SampleSubset(population.Data.Train, [.. samples]), model.Encoding, "cpu", Environment.ProcessorCount);
        var (_, predictions) = evaluator.Judge(model.File.Parameters);
        var (counts, first) = (new List<(int, int)>(), 0);
        foreach (var size in students.Select(partition.SizeOf))
        {
            if (size > 0)
            {
                counts.Add((Enumerable.Range(first, size).Count(predictions.IsCorrect), size));
            }

            first += size;
        }

        return new(population.Students, counts.Count, heldOut, AccuracyDistribution.Of(counts));
    }

    private static GroupFigures GroupsOf(Plan plan, Population population)
    {
        var train = population.Data.Train;
        return GroupFigures.Of(plan, population, new StudentHistograms(train.Classes.Count, population.Partition.Histograms(train)));
    }

    private List<SamplePrediction> SamplesOf(JudgedModel judged)
    {
        var (predictions, classes) = (judged.Predictions, judged.Data.Classes);
        var surest = Enumerable.Range(0, predictions.Count).OrderByDescending(predictions.ConfidenceOf).ToList();
        return [.. surest.Where(predictions.IsCorrect).Take(SamplesShown).Concat(surest.Where(sample => !predictions.IsCorrect(sample)).Take(SamplesShown))
            .Select(sample => new SamplePrediction(
                sample, classes[predictions.Actual[sample]], classes[predictions.Predicted[sample]], predictions.ConfidenceOf(sample))
            {
                Picture = pictures && judged.Data.Shape is ImageShape ? PictureOf(judged.Data.Test, sample) : null,
            })];
    }

    private static byte[] PictureOf(ISampleSet set, int sample)
    {
        var (shape, planes) = (set.Shape.Picture, new byte[set.Shape.Length]);
        set.CopySample(sample, planes);
        var size = shape.Width * shape.Height;
        if (shape.Channels != 3)
        {
            return Vision.EncodePng(planes.AsSpan(0, size), shape.Width, shape.Height);
        }

        var pixels = new byte[planes.Length];
        for (var i = 0; i < pixels.Length; i++)
        {
            pixels[i] = planes[((i % 3) * size) + (i / 3)];
        }

        return Vision.EncodePng(pixels, shape.Width, shape.Height);
    }
}
