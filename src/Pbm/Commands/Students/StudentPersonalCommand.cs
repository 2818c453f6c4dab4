using System.CommandLine;
using System.Globalization;
using Cohort.Device.Personal;
using Cohort.Device.Recognition;
using Cohort.Device.Store;
using Cohort.Federation;
using Cohort.Model.Plans;
using Cohort.Model.Training;
using Cohort.Model.Training.Personal;
using Cohort.Pbm.Printing;

namespace Cohort.Pbm.Commands;

/// <summary><c>pbm student personal</c>: a student's own model against the global one, on what the student said and never trains on.</summary>
internal static class StudentPersonalCommand
{
    public static Command Create()
    {
        var options = new StudentOptions();
        var planFile = new Option<string?>("--plan")
        {
            Description = "A plan, whose training (optimiser, batch size, augmentation) and personalisation are used. Default: plain training, fineTune.",
            HelpName = "PLAN",
        };
        var methods = Catalogue.Of<IPersonalisation>().Where(kind => kind is not NoPersonalisation).ToList();
        var method = new Option<string?>("--method")
        {
            Description = $"How: {string.Join("; ", methods.Select(kind => $"{kind.Name}, {kind.Meaning}"))}.",
            HelpName = string.Join('|', methods.Select(kind => kind.Name)),
        };
        method.AcceptOnlyFromAmong([.. methods.Select(kind => kind.Name)]);
        var with = new Option<string?>("--with") { Description = "Numbers of the method, such as epochs=5,learningRate=0.01.", HelpName = "LIST" };
        var kind = new Option<string>("--kind") { Description = "What the model takes.", DefaultValueFactory = _ => "picture", HelpName = "picture|text" };
        kind.AcceptOnlyFromAmong("picture", "text");
        var json = CommonOptions.Json();
        var command = new CommandWithExamples(
            "personal",
            "Train a student's own model on what the student has answered, and compare it with the global one on answers it never trains on.",
            "pbm student personal --id ada",
            "pbm student personal --id ada --method ditto --with epochs=10,lambda=0.5")
        {
            options.Id, options.Model, kind, planFile, method, with, options.Home, json,
        };
        command.Details = "The own model stays on this device. chat and watch use it where it names more of the held-out answers right, of at least "
            + $"{Comparison.LeastToTell}, until there is a newer global model.";
        command.SetAction(parsed =>
        {
            using var store = StudentStore.OpenExisting(options.Folder(parsed), TimeProvider.System);
            var taken = string.Equals(parsed.GetValue(kind), "picture", StringComparison.Ordinal) ? SampleKind.Picture : SampleKind.Text;
            var (recogniser, _) = options.Recogniser(parsed, store, taken);
            using (recogniser)
            {
                var plan = PlanOf(parsed.GetValue(planFile), recogniser, parsed.GetValue(method), parsed.GetValue(with));
                var report = Train(store, taken, plan);
                if (parsed.GetValue(json))
                {
                    Page.PrintJson(report, PbmJson.Default.OwnModelReport);
                }
                else
                {
                    Print(report);
                }
            }
        });
        return command;
    }

    private static Plan PlanOf(string? file, Recogniser recogniser, string? method, string? numbers)
    {
        var set = recogniser.Kind == SampleKind.Text ? DataSource.Text : DataSource.Avatars;
        var plan = file is null ? new Plan { Name = "own", Data = new() { Set = set } } : Plan.Read(file);
        var named = method ?? (plan.Personalisation.Method.Kind is NoPersonalisation ? new FineTuning().Name : plan.Personalisation.Method.Name);

        // What is held out is the device's to say; a share is given here because a plan that names a method has to.
        return ModelPersonaliseCommand.WithMethod(plan with { Network = recogniser.Network.Name, Students = plan.Students with { HoldOut = Feedback.HeldOutShare } }, named, numbers);
    }

    private static OwnModelReport Train(StudentStore store, SampleKind kind, Plan plan)
    {
        var (snapshot, method) = (store.Snapshot(), plan.Personalisation.Method);
        try
        {
            var (model, comparison) = PersonalTraining.Train(store, snapshot, kind, plan, method);
            var kept = store.KeepPersonal(model, snapshot.Version, Words(method), comparison);
            return OwnModelReport.Of(store, kept);
        }
        catch (TrainingException failure)
        {
            throw new CommandException($"By {method.Name}, {store.Student}'s own model cannot be trained: {failure.Message}. What is meant is the method's learning rate.");
        }
    }

    private static string Words(Choice<IPersonalisation> method) => $"{method.Name} ("
        + string.Join(", ", method.Kind.Hyperparameters.Select(number => string.Create(CultureInfo.InvariantCulture, $"{number.Name} {method.Settings[number]}"))) + ")";

    private static void Print(OwnModelReport report)
    {
        Page.PrintParagraph($"{report.Student}'s own model by {report.Method}, trained on {Figures.Count(report.Trained, "answer")} of {report.Student}; both models on "
            + $"{Figures.Count(report.HeldOut, "answer")} that no model of this student is ever trained on:");
        Page.Print(Tables.New().Name("model").Number("right", "accuracy", "right alone")
            .Row($"global {report.Global[..12]}", $"{report.GlobalCorrect} of {report.HeldOut}", Figures.Share((double)report.GlobalCorrect / report.HeldOut), Figures.Count(report.OnlyGlobal))
            .Row($"own    {report.Model[..12]}", $"{report.PersonalCorrect} of {report.HeldOut}", Figures.Share((double)report.PersonalCorrect / report.HeldOut), Figures.Count(report.OnlyPersonal)));
        Page.PrintParagraph(report.Verdict);
    }
}

/// <summary>What <c>pbm student personal --json</c> prints.</summary>
/// <param name="Student">Whose.</param>
/// <param name="Kind">picture or text.</param>
/// <param name="Global">The global model.</param>
/// <param name="Model">The own model.</param>
/// <param name="Method">How it was trained.</param>
/// <param name="Version">The version of the feedback.</param>
/// <param name="Trained">Answers it was trained on.</param>
/// <param name="HeldOut">Answers both were judged by.</param>
/// <param name="GlobalCorrect">How many of them the global model names right.</param>
/// <param name="PersonalCorrect">And how many the own.</param>
/// <param name="OnlyGlobal">And the global alone.</param>
/// <param name="OnlyPersonal">And the own alone.</param>
/// <param name="PValue">Of McNemar's exact test, two-sided.</param>
/// <param name="TooFew">True if so few answers cannot tell the models apart.</param>
/// <param name="Used">True if chat and watch use the own model from now on.</param>
/// <param name="Verdict">What all this means, in a sentence or two.</param>
internal sealed record OwnModelReport(
    string Student, string Kind, string Global, string Model, string Method, long Version, int Trained, int HeldOut, int GlobalCorrect, int PersonalCorrect,
    int OnlyGlobal, int OnlyPersonal, double PValue, bool TooFew, bool Used, string Verdict)
{
    private const double Significant = 0.05;

    public static OwnModelReport Of(StudentStore store, StoredPersonalModel own)
    {
        var of = own.Comparison;
        return new(
            store.Student.ToString(), StudentOptions.Word(own.Kind), own.Global.ToString(), own.Hash.ToString(), own.Method, own.Version, of.Trained, of.HeldOut,
            of.GlobalCorrect, of.PersonalCorrect, of.OnlyGlobal, of.OnlyPersonal, of.PValue, of.IsTooFew, of.IsBetter, VerdictOf(of));
    }

    private static string VerdictOf(Comparison of)
    {
        if (of.IsTooFew)
        {
            return $"{Figures.Count(of.HeldOut, "answer")} to judge by {(of.HeldOut == 1 ? "is" : "are")} too few to tell the models apart, whatever they say: at least "
                + $"{Comparison.LeastToTell} are needed. The global model stays in use; about one answer in {1 / Feedback.HeldOutShare:F0} is kept to judge by.";
        }

        var differing = of.OnlyGlobal + of.OnlyPersonal;
        var sure = differing == 0 ? "Both models are right on the same ones."
            : $"They differ on {differing}: p = {of.PValue.ToString("0.###", CultureInfo.InvariantCulture)} by McNemar's exact test"
                + (of.PValue <= Significant ? ", which chance alone seldom does." : ", which chance alone does too; more answers would tell.");
        return sure + (of.IsBetter ? " The own model names more right, and is used from now on." : " The own model names no more right, and the global one stays in use.");
    }
}
