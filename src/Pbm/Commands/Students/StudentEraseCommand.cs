using System.CommandLine;
using Cohort.Device.Store;
using Cohort.Pbm.Printing;

namespace Cohort.Pbm.Commands;

/// <summary><c>pbm student erase</c>: one sample, or everything.</summary>
internal static class StudentEraseCommand
{
    public static Command Create()
    {
        var named = new Argument<string?>("SAMPLE") { Description = "The first digits of a sample's hash. Without it everything is erased.", Arity = ArgumentArity.ZeroOrOne };
        var yes = new Option<bool>("--yes") { Description = "Do not ask." };
        var options = new StudentOptions();
        var json = CommonOptions.Json();
        var command = new CommandWithExamples(
            "erase",
            "Erase one sample of a student, or everything that is stored of it on this device. The bytes are overwritten.",
            "pbm student erase 3f9a1c --id ada",
            "pbm student erase --id ada --yes")
        {
            named, options.Id, yes, options.Home, json,
        };
        command.Details = "With an answered sample the own models go too, which may have been trained on it. What global models have learned from rounds before stays "
            + "in them, and nothing that the file system or a backup copied is reached.";
        command.SetAction(parsed =>
        {
            var folder = options.Folder(parsed);
            if (parsed.GetValue(named) is { } hash)
            {
                using var store = StudentStore.OpenExisting(folder, TimeProvider.System);
                var sample = store.Find(hash);
                Confirm(parsed.GetValue(yes), $"Erase the {StudentOptions.Word(sample.Kind)} {sample.Hash.Short} ({Printable.Of(sample.Source)}) of {folder.Name}?");
                store.Erase(sample.Hash);
                Say(parsed.GetValue(json), new(folder.Name.ToString(), sample.Hash.ToString()), $"{sample.Hash.Short} is erased.");
                return;
            }

            Confirm(parsed.GetValue(yes), $"Erase everything of {folder.Name} in {folder.Path}?");
            StudentStore.EraseAll(folder);
            Say(parsed.GetValue(json), new(folder.Name.ToString(), null), $"Everything of {folder.Name} on this device is erased.");
        });
        return command;
    }

    private static void Confirm(bool isConfirmed, string question)
    {
        if (isConfirmed)
        {
            return;
        }

        if (Console.IsInputRedirected)
        {
            throw new CommandException($"{question} Nobody can be asked here; say --yes.");
        }

        Console.Error.Write($"{question} [y/N] ");
        if (Console.ReadLine()?.Trim() is not ("y" or "Y" or "yes"))
        {
            throw new CommandException("Nothing was erased.");
        }
    }

    private static void Say(bool json, ErasedSamples erased, string sentence)
    {
        if (json)
        {
            Page.PrintJson(erased, PbmJson.Default.ErasedSamples);
        }
        else
        {
            Page.Print(sentence);
        }
    }
}

/// <summary>What <c>pbm student erase --json</c> prints.</summary>
/// <param name="Student">Whose.</param>
/// <param name="Sample">The sample; null for everything.</param>
internal sealed record ErasedSamples(string Student, string? Sample);
