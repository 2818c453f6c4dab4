using System.Globalization;
using System.Text;
using Cohort.Model.Data;
using Cohort.Model.Evaluation;
using Cohort.Model.Files;
using Cohort.Model.Plans;
using Cohort.Model.Validation;

namespace Cohort.Pbm.Folding;

/// <summary>What <c>pbm kfold --json</c> prints.</summary>
/// <param name="Plan">Name of the plan.</param>
/// <param name="Data">Name of the data set.</param>
/// <param name="Synthetic">Whether its samples are generated as a whole.</param>
/// <param name="Training">"federated" or "central".</param>
/// <param name="K">How many folds there are.</param>
/// <param name="By">"person" where nobody is in two folds; else null.</param>
/// <param name="Seed">Keys folds and trainings.</param>
/// <param name="All">Whether the data's test half was dealt too.</param>
/// <param name="Samples">Samples tested on, each once.</param>
/// <param name="Made">Synthetic and derived samples, only trained on.</param>
/// <param name="Duplicates">Samples left out because the same picture stands earlier.</param>
/// <param name="FoldsDigest">SHA-256 over the samples and the fold of each.</param>
/// <param name="Folder">Where folds and results are kept.</param>
/// <param name="RareClasses">Classes that some fold has no sample of.</param>
/// <param name="Folds">What is done, by fold.</param>
/// <param name="Figures">Over these folds.</param>
/// <param name="Pooled">All folds' predictions judged together.</param>
/// <param name="Stopped">True if it was stopped before its last fold.</param>
internal sealed record FoldReport(
    string Plan,
    string Data,
    bool Synthetic,
    string Training,
    int K,
    string? By,
    long Seed,
    bool All,
    int Samples,
    int Made,
    int Duplicates,
    string FoldsDigest,
    string Folder,
    IReadOnlyList<string> RareClasses,
    IReadOnlyList<FoldRow> Folds,
    IReadOnlyList<FoldFigure> Figures,
    PooledFigures? Pooled,
    bool Stopped)
{
    public static FoldReport Of(
        Plan plan, DataSet data, FoldedData folds, string training, string folder, IReadOnlyList<FoldResult> results)
    {
        var rules = folds.Rules;
        return new(
            plan.Name,
            data.Name,
            data.IsSynthetic,
            training,
            rules.Folds,
            rules.ByPerson ? "person" : null,
            plan.Seed,
            rules.WithTestHalf,
            folds.Tested,
            folds.Made,
            folds.Duplicates,
            folds.Digest,
            folder,
            [.. folds.RareClasses().Select(rare => rare.Class)],
            [.. results.Select(FoldRow.Of)],
            results.Count == 0 ? [] : FiguresOf(data.Classes, results, 1.0 / (rules.Folds - 1)),
            results.Count == 0 ? null : PooledFigures.Of(results),
            results.Count < rules.Folds);
    }

    /// <summary>A line for each fold, with the recall of each class; empty where the fold has no sample of it.</summary>
    /// <exception cref="StorageException">The file cannot be written.</exception>
    public void WriteCsv(string path)
    {
        var text = new StringBuilder("fold,model,train,test,accuracy,macroF1,macroRecall,loss");
        foreach (var figure in Figures.Where(figure => figure.Class is not null))
        {
            text.Append(",recall ").Append(figure.Class);
        }

        text.Append('\n');
        foreach (var row in Folds)
        {
            text.Append(CultureInfo.InvariantCulture, $"{row.Fold},{row.Model},{row.Train},{row.Test},");
            text.Append(CultureInfo.InvariantCulture, $"{row.Accuracy:R},{row.MacroF1:R},{row.MacroRecall:R},{row.Loss:R}");
            foreach (var recall in row.Recalls)
            {
                text.Append(CultureInfo.InvariantCulture, $",{recall:R}");
            }

            text.Append('\n');
        }

        DurableFile.Write(path, stream => stream.Write(Encoding.UTF8.GetBytes(text.ToString())));
    }

    private static IReadOnlyList<FoldFigure> FiguresOf(IReadOnlyList<string> classes, IReadOnlyList<FoldResult> results, double testToTrain)
    {
        var metrics = results.Select(result => result.Metrics()).ToArray();
        return
        [
            Of("accuracy", null, found => found.Accuracy),
            Of("macro F1", null, found => found.MacroF1),
            Of("macro recall", null, found => found.MacroRecall),
            Of("loss", null, found => found.Loss),
            .. classes.Select((name, label) => Of($"recall {name}", name, found => found.Classes[label] is { Support: > 0 } known ? known.Recall : null)),
        ];

        FoldFigure Of(string name, string? ofClass, Func<Metrics, double?> figure)
        {
            double[] values = [.. metrics.Select(figure).Where(value => value is not null).Select(value => value!.Value)];
            var over = values.Length == 0 ? null : FoldStatistics.Of(values, testToTrain);
            return new(name, ofClass, name is "loss" ? over : over?.AsShare());
        }
    }
}

/// <summary>One fold.</summary>
/// <param name="Fold">From 1.</param>
/// <param name="Model">SHA-256 of the model's file.</param>
/// <param name="Train">Samples trained on.</param>
/// <param name="Test">Samples tested on.</param>
/// <param name="Accuracy">On the fold's samples, as all that follows.</param>
/// <param name="MacroF1">A class without samples counts 0.</param>
/// <param name="MacroRecall">Likewise.</param>
/// <param name="Loss">Mean cross-entropy, in nats.</param>
/// <param name="Recalls">By class; null where the fold has no sample of it.</param>
internal sealed record FoldRow(
    int Fold,
    string Model,
    int Train,
    int Test,
    double Accuracy,
    double MacroF1,
    double MacroRecall,
    double Loss,
    IReadOnlyList<double?> Recalls)
{
    public static FoldRow Of(FoldResult result)
    {
        var metrics = result.Metrics();
        return new(
            result.Fold,
            result.Model,
            result.Train,
            result.Test,
            metrics.Accuracy,
            metrics.MacroF1,
            metrics.MacroRecall,
            metrics.Loss,
            [.. metrics.Classes.Select(found => found.Support > 0 ? found.Recall : (double?)null)]);
    }
}

/// <summary>One figure over the folds.</summary>
/// <param name="Name">What it is.</param>
/// <param name="Class">The class it is of; null where it is of all.</param>
/// <param name="Over">Mean, spread and interval; null where no fold has it.</param>
internal sealed record FoldFigure(string Name, string? Class, FoldStatistics? Over);

/// <summary>
/// Figures of all folds' predictions taken together: each sample was predicted once, by a model that has not seen it. For a rare class, of
/// which a fold has a handful, they are steadier than the mean over folds (Forman, Scholz 2010).
/// </summary>
internal sealed record PooledFigures(double Accuracy, double MacroF1, double MacroRecall, IReadOnlyList<double> Recalls)
{
    public static PooledFigures Of(IReadOnlyList<FoldResult> results)
    {
        var confusion = new ConfusionMatrix(results[0].Confusion.Count);
        foreach (var result in results)
        {
            confusion.Add(ConfusionMatrix.FromRows(result.Confusion));
        }

        var metrics = Metrics.Of(confusion, loss: 0);
        return new(metrics.Accuracy, metrics.MacroF1, metrics.MacroRecall, [.. metrics.Classes.Select(found => found.Recall)]);
    }
}
