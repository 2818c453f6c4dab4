using System.Globalization;
using System.Text;
using Cohort.Federation;
using Cohort.Model.Evaluation;
using Cohort.Model.Files;
using Cohort.Model.Training.Personal;

namespace Cohort.Pbm.Commands;

/// <summary>What <c>pbm model personalise --json</c> prints.</summary>
/// <param name="Model">The global model's hash.</param>
/// <param name="Plan">The plan's name.</param>
/// <param name="Data">Name of the data set.</param>
/// <param name="Synthetic">Whether its samples are generated.</param>
/// <param name="Algorithm">The word of training.algorithm where students have models of their own by it, which the method begins with; else null.</param>
/// <param name="Method">The word of personalisation.method.</param>
/// <param name="Settings">Its numbers.</param>
/// <param name="Students">How many were judged.</param>
/// <param name="Able">How many kept samples, and could have been.</param>
/// <param name="HeldOut">Samples on which they were.</param>
/// <param name="Global">Accuracies of the global model, by student.</param>
/// <param name="Personal">Accuracies of the students' own models.</param>
/// <param name="CommonestMean">
/// Mean over the students of how often each would be right that always named the commonest class of its training samples.
/// </param>
/// <param name="Gained">Students whose own model names more of their samples right than the global one.</param>
/// <param name="Lost">Students whose own model names fewer.</param>
/// <param name="Accuracies">Each student, in the order of their numbers.</param>
internal sealed record PersonalReport(
    string Model,
    string Plan,
    string Data,
    bool Synthetic,
    string? Algorithm,
    string Method,
    IReadOnlyDictionary<string, double> Settings,
    int Students,
    int Able,
    long HeldOut,
    AccuracyDistribution Global,
    AccuracyDistribution Personal,
    double CommonestMean,
    int Gained,
    int Lost,
    IReadOnlyList<PersonalAccuracy> Accuracies)
{
    private const string CsvHead = "student,trained,heldOut,globalCorrect,personalCorrect,globalAccuracy,personalAccuracy";

    public static PersonalReport Of(TrainedModel model, Choice<IPersonalisation> method, int able, IReadOnlyList<PersonalAccuracy> judged)
        => new(
            model.Model.Hash.ToString(),
            model.Plan.Name,
            model.Data.Name,
            model.Data.IsSynthetic,
            model.HasOwnModels ? model.Plan.Training.Algorithm.Name : null,
            method.Name,
            method.Kind.Hyperparameters.ToDictionary(number => number.Name, number => method.Settings[number], StringComparer.Ordinal),
            judged.Count,
            able,
            judged.Sum(student => (long)student.HeldOut),
            AccuracyDistribution.Of([.. judged.Select(student => (student.GlobalCorrect, student.HeldOut))]),
            AccuracyDistribution.Of([.. judged.Select(student => (student.PersonalCorrect, student.HeldOut))]),
            judged.Average(student => student.Commonest),
            judged.Count(student => student.PersonalCorrect > student.GlobalCorrect),
            judged.Count(student => student.PersonalCorrect < student.GlobalCorrect),
            judged);

    /// <summary>What made the personal models: "ditto (epochs 5, lambda 0.1, learningRate 0.01)", or "fedPer, then fineTune (...)".</summary>
    public string MethodInWords => Algorithm is null ? Numbered : string.Equals(Method, new NoPersonalisation().Name, StringComparison.Ordinal) ? Algorithm : $"{Algorithm}, then {Numbered}";

    private string Numbered => Settings.Count == 0
        ? Method
        : $"{Method} ({string.Join(", ", Settings.Select(number => string.Create(CultureInfo.InvariantCulture, $"{number.Key} {number.Value}")))})";

    /// <summary>A line for each student.</summary>
    /// <exception cref="StorageException">The file cannot be written; what stood there before still does.</exception>
    public void WriteCsv(string path)
    {
        var text = new StringBuilder(CsvHead).Append('\n');
        foreach (var student in Accuracies)
        {
            text.Append(CultureInfo.InvariantCulture, $"{student.Student},{student.Trained},{student.HeldOut},");
            text.Append(CultureInfo.InvariantCulture, $"{student.GlobalCorrect},{student.PersonalCorrect},{student.Global:R},{student.Personal:R}\n");
        }

        DurableFile.Write(path, stream => stream.Write(Encoding.UTF8.GetBytes(text.ToString())));
    }
}
