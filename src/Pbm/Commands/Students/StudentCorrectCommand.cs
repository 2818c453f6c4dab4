using System.CommandLine;
using Cohort.Device;
using Cohort.Device.Store;
using Cohort.Pbm.Printing;

namespace Cohort.Pbm.Commands;

/// <summary><c>pbm student correct</c>: what a student says of a sample.</summary>
internal static class StudentCorrectCommand
{
    private const string Last = "last";

    public static Command Create()
    {
        var named = new Argument<string>("SAMPLE") { Description = "The first digits of a sample's hash, or last for the one that came last." };
        var emotion = new Argument<string?>("EMOTION") { Description = "What it is. Without it the model was right.", Arity = ArgumentArity.ZeroOrOne };
        var undo = new Option<bool>("--undo") { Description = "Take the answer back instead." };
        var options = new StudentOptions();
        var json = CommonOptions.Json();
        var command = new CommandWithExamples(
            "correct",
            "Say what a picture or text is; what has an answer is trained on, on this device.",
            "pbm student correct 3f9a1c sad --id ada",
            "pbm student correct last --id ada")
        {
            named, emotion, undo, options.Id, options.Home, json,
        };
        command.SetAction(parsed =>
        {
            if (parsed.GetValue(undo) && parsed.GetValue(emotion) is not null)
            {
                throw new CommandException("--undo takes an answer back, and needs no emotion; leave one of them out.");
            }

            using var store = StudentStore.OpenExisting(options.Folder(parsed), TimeProvider.System);
            var sample = Find(store, parsed.GetValue(named)!);
            var answered = parsed.GetValue(undo) ? store.Withdraw(sample.Hash) : store.Answer(sample.Hash, parsed.GetValue(emotion) ?? sample.Judgement.Emotion);
            if (parsed.GetValue(json))
            {
                Page.PrintJson(JudgedSample.Of(answered), PbmJson.Default.JudgedSample);
                return;
            }

            var what = $"{answered.Hash.ToString()[..8]} ({Printable.Of(answered.Source)})";
            Page.Print(answered.Answer is null ? $"{what} has no answer any more."
                : answered.IsCorrected ? $"{what} is {answered.Answer}, not {answered.Judgement.Emotion}."
                : $"{what} is {answered.Answer}, as detected.");
        });
        return command;
    }

    private static StoredSample Find(StudentStore store, string named)
        => !string.Equals(named, Last, StringComparison.OrdinalIgnoreCase) ? store.Find(named)
            : store.List() is [.., var newest] ? newest
            : throw new DeviceException($"{store.Student} has no samples yet.");
}
