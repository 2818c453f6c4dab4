using System.CommandLine;
using Cohort.Device.Chatting;
using Cohort.Device.Recognition;
using Cohort.Device.Store;
using Cohort.Pbm.Printing;

namespace Cohort.Pbm.Commands;

/// <summary><c>pbm student chat</c>: type a text, see its emotion, correct it.</summary>
internal static class StudentChatCommand
{
    private const string Help = "Type a text. Then: an empty line if the emotion is right, its name or number if it is another. /undo takes the last answer back, "
        + "/show lists the last texts, /music suggests some, /text TEXT is a text whatever it says, /quit ends.";

    public static Command Create()
    {
        var options = new StudentOptions();
        var json = CommonOptions.Json();
        var command = new CommandWithExamples(
            "chat",
            "Type a text, see its emotion and how sure the model is, and correct it. Texts and corrections stay on this device.",
            "pbm student chat --id ada",
            "pbm student chat --id ada --json < diary.txt")
        {
            options.Id, options.Model, options.Home, json,
        };
        command.Details = Help + " Lines mean the same from a pipe.";
        command.SetAction(async (parsed, stop) =>
        {
            using var store = StudentStore.Open(options.Folder(parsed), TimeProvider.System);
            var (recogniser, isPersonal) = options.Recogniser(parsed, store, SampleKind.Text);
            using (recogniser)
            {
                await Talk(store, recogniser, isPersonal, parsed.GetValue(json), stop);
            }
        });
        return command;
    }

    private static async Task Talk(StudentStore store, Recogniser recogniser, bool isPersonal, bool json, CancellationToken stop)
    {
        if (!json)
        {
            var whose = isPersonal ? $"{store.Student}'s own model" : "model";
            Page.PrintParagraph($"{char.ToUpperInvariant(whose[0])}{whose[1..]} {recogniser.Hash.Short}. {Help}");
            Page.PrintParagraph(string.Join("  ", recogniser.Classes.Select((name, i) => $"{i + 1} {name}")));
        }

        var talk = new Conversation(store, recogniser.Classes, content => recogniser.Judge(content));
        var isTerminal = !Console.IsInputRedirected && !json;
        Prompt(isTerminal);
        await foreach (var line in TextLines.Read(Console.OpenStandardInput(), stop))
        {
            var reply = Hear(talk, line);
            if (reply is Reply.Ended)
            {
                return;
            }

            if (json)
            {
                PrintJson(reply);
            }
            else
            {
                Print(store, reply);
            }

            Prompt(isTerminal);
        }
    }

    private static Reply Hear(Conversation talk, TextLine line)
    {
        try
        {
            return line.Problem is { } problem ? new Reply.Refused(problem) : talk.Hear(line.Text);
        }
        catch (Model.Data.DataFormatException e)
        {
            return new Reply.Refused(e.Message); // one text that the model cannot take is no reason to end
        }
    }

    private static void Prompt(bool isTerminal)
    {
        if (isTerminal)
        {
            Console.Write("> ");
        }
    }

    private static void Print(StudentStore store, Reply reply)
    {
        switch (reply)
        {
            case Reply.Judged judged:
                Page.Print(JudgedSample.Line(judged.Sample.Judgement) + (judged.Sample.Answer is { } said ? $"  (you said {said})" : ""));
                break;
            case Reply.Answered { Sample: var sample }:
                Page.Print(sample.IsCorrected ? $"Noted: {sample.Answer}, not {sample.Judgement.Emotion}." : $"Noted: {sample.Answer} is right.");
                break;
            case Reply.TakenBack { Sample: var sample }:
                Page.Print(sample.Answer is null ? "Taken back: there is no answer now." : $"Taken back: it is {sample.Answer} again.");
                break;
            case Reply.Listed { Samples: var samples }:
                Page.Print(StudentSamples.Table(store, samples));
                break;
            case Reply.Helped:
                Page.PrintParagraph(Help);
                break;
            case Reply.AskedForMusic { Words: var policy }:
                StudentMusicCommand.SuggestIn(store, policy);
                break;
            case Reply.Refused { Sentence: var sentence }:
                Page.Print(sentence);
                break;
        }
    }

    private static void PrintJson(Reply reply)
    {
        switch (reply)
        {
            case Reply.Judged judged:
                Page.PrintJson(JudgedSample.Of(judged.Sample, judged.Text), PbmJson.Default.JudgedSample);
                break;
            case Reply.Answered { Sample: var sample }:
                Page.PrintJson(JudgedSample.Of(sample), PbmJson.Default.JudgedSample);
                break;
            case Reply.TakenBack { Sample: var sample }:
                Page.PrintJson(JudgedSample.Of(sample), PbmJson.Default.JudgedSample);
                break;
            case Reply.Listed { Samples: var samples }:
                Array.ForEach([.. samples], sample => Page.PrintJson(JudgedSample.Of(sample), PbmJson.Default.JudgedSample));
                break;
            case Reply.Refused { Sentence: var sentence }:
                Page.PrintJson(new RefusedLine(sentence), PbmJson.Default.RefusedLine);
                break;
        }
    }
}

/// <summary>What <c>pbm student chat</c> and <c>watch</c> print with <c>--json</c> of what they cannot take.</summary>
/// <param name="Problem">A sentence.</param>
internal sealed record RefusedLine(string Problem);
