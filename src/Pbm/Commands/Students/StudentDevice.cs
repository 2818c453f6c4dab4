using Cohort.Device.Personal;
using Cohort.Device.Store;
using Cohort.Pbm.Printing;

namespace Cohort.Pbm.Commands;

/// <summary>What <c>pbm student show --id S</c> shows: everything that is stored of a student on this device.</summary>
internal static class StudentDevice
{
    private const int Newest = 20;

    public static void Show(StudentFolder folder, bool all, bool json)
    {
        using var store = StudentStore.OpenToRead(folder);
        var samples = store.List();
        var feedback = store.CountFeedback();
        if (json)
        {
            Page.PrintJson(
                new ShownStudent(
                    folder.Name.ToString(), folder.Path, feedback.Version, feedback.Corrected, feedback.HeldOut,
                    [.. store.Models().Select(ModelOnDevice.Of)],
                    [.. Own(store).Select(OwnModelOnDevice.Of)],
                    [.. samples.Select(sample => JudgedSample.Of(sample, sample.Kind == SampleKind.Text ? System.Text.Encoding.UTF8.GetString(store.Content(sample.Hash)) : null))]),
                PbmJson.Default.ShownStudent);
            return;
        }

        var facts = Tables.Facts()
            .Row("student", folder.Name.ToString())
            .Row("folder", folder.Path)
            .Row("stored", $"{Figures.Count(samples.Count(sample => sample.Kind == SampleKind.Picture), "picture")}, "
                + $"{Figures.Count(samples.Count(sample => sample.Kind == SampleKind.Text), "text")}, {Figures.Bytes(samples.Sum(sample => sample.Length))}")
            .Row("answered", $"{Figures.Count(feedback.Count)}, of which {Figures.Count(feedback.Corrected)} otherwise than detected; "
                + $"{Figures.Count(feedback.HeldOut)} are kept to judge by")
            .Row("version", Figures.Count(feedback.Version));
        foreach (var model in store.Models())
        {
            facts.Row(model.IsCurrent ? $"{StudentOptions.Word(model.Kind)} model" : "kept model", $"{model.Hash.Short} ({model.Network}, round {Figures.Count(model.Round)}) from {model.Source}");
        }

        foreach (var own in Own(store))
        {
            facts.Row("own model", $"{own.Hash.Short} ({own.Method}): {Words(own.Comparison)}");
        }

        Page.Print(facts);
        if (samples.Count == 0)
        {
            return;
        }

        Page.Print(StudentSamples.Table(store, all ? samples : samples.TakeLast(Newest)));
        if (!all && samples.Count > Newest)
        {
            Page.Print($"These are the newest {Newest} of {Figures.Count(samples.Count)}; --all lists all.");
        }
    }

    /// <summary>"5 of 9 right, the global model 3".</summary>
    public static string Words(Comparison comparison)
        => $"{Figures.Count(comparison.PersonalCorrect)} of {Figures.Count(comparison.HeldOut)} right, the global model {Figures.Count(comparison.GlobalCorrect)}"
            + (comparison.IsBetter ? "" : "; not used");

    private static IEnumerable<StoredPersonalModel> Own(StudentStore store)
    {
        SampleKind[] kinds = [SampleKind.Picture, SampleKind.Text];
        return kinds.Select(store.PersonalModel).OfType<StoredPersonalModel>();
    }
}

/// <summary>What <c>pbm student show --id S --json</c> prints.</summary>
/// <param name="Student">Whose.</param>
/// <param name="Folder">Where it lies.</param>
/// <param name="Version">Of the feedback.</param>
/// <param name="Corrected">Answers otherwise than detected.</param>
/// <param name="HeldOut">Answered samples that are kept to judge by.</param>
/// <param name="Models">Global models.</param>
/// <param name="OwnModels">The student's own.</param>
/// <param name="Samples">In the order in which they came.</param>
internal sealed record ShownStudent(
    string Student, string Folder, long Version, int Corrected, int HeldOut, IReadOnlyList<ModelOnDevice> Models, IReadOnlyList<OwnModelOnDevice> OwnModels,
    IReadOnlyList<JudgedSample> Samples);

/// <summary>A global model on a device.</summary>
internal sealed record ModelOnDevice(string Model, string Kind, string Network, int Round, string Source, bool InUse)
{
    public static ModelOnDevice Of(StoredModel model) => new(model.Hash.ToString(), StudentOptions.Word(model.Kind), model.Network, model.Round, model.Source, model.IsCurrent);
}

/// <summary>A student's own model.</summary>
internal sealed record OwnModelOnDevice(string Model, string Kind, string Global, string Method, int HeldOut, int GlobalCorrect, int PersonalCorrect, double PValue, bool Better)
{
    public static OwnModelOnDevice Of(StoredPersonalModel own) => new(
        own.Hash.ToString(), StudentOptions.Word(own.Kind), own.Global.ToString(), own.Method, own.Comparison.HeldOut, own.Comparison.GlobalCorrect,
        own.Comparison.PersonalCorrect, own.Comparison.PValue, own.Comparison.IsBetter);
}
