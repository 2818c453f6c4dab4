using System.CommandLine;
using Cohort.Device.Recognition;
using Cohort.Device.Store;
using Cohort.Device.Watching;
using Cohort.Model.Data;
using Cohort.Pbm.Printing;

namespace Cohort.Pbm.Commands;

/// <summary><c>pbm student watch</c>: recognises pictures as they appear in a folder.</summary>
internal static class StudentWatchCommand
{
    public static Command Create()
    {
        var folder = new Argument<string>("FOLDER") { Description = "Where pictures appear, PNG or JPEG; folders in it are left alone." };
        var options = new StudentOptions();
        var once = new Option<bool>("--once") { Description = "End when all pictures that are there have been looked at." };
        var json = CommonOptions.Json();
        var command = new CommandWithExamples(
            "watch",
            "Recognise pictures as they appear in a folder. Pictures and what is detected stay on this device.",
            "pbm student watch ~/camera --id ada",
            "pbm student watch ~/camera --id ada --once --json")
        {
            folder, options.Id, options.Model, options.Home, once, json,
        };
        command.Details = "A picture that is still being written is waited for, one that cannot be read is named once. pbm student correct corrects what was detected.";
        command.SetAction(async (parsed, stop) =>
        {
            var path = Path.GetFullPath(parsed.GetValue(folder)!);
            if (!Directory.Exists(path))
            {
                throw new CommandException($"There is no folder '{parsed.GetValue(folder)}' to watch.");
            }

            using var store = StudentStore.Open(options.Folder(parsed), TimeProvider.System);
            var (recogniser, isPersonal) = options.Recogniser(parsed, store, SampleKind.Picture);
            using (recogniser)
            {
                if (!parsed.GetValue(json))
                {
                    Page.Print($"{(isPersonal ? $"{store.Student}'s own model" : "Model")} {recogniser.Hash.Short} looks at {Printable.Of(path)}.");
                }

                await Watch(store, recogniser, path, parsed.GetValue(once), parsed.GetValue(json), stop);
            }
        });
        return command;
    }

    private static async Task Watch(StudentStore store, Recogniser recogniser, string folder, bool once, bool json, CancellationToken stop)
    {
        await foreach (var picture in FolderWatch.Pictures(folder, once, IsPicture, TimeProvider.System, stop))
        {
            var name = Printable.Of(Path.GetFileName(picture.Path));
            if (picture.Problem is { } problem)
            {
                if (json)
                {
                    Page.PrintJson(new RefusedLine($"{name}: {problem}."), PbmJson.Default.RefusedLine);
                }
                else
                {
                    Page.Print($"{name}: {problem}.");
                }

                continue;
            }

            var sample = store.Add(new(SampleKind.Picture, picture.Content, Path.GetFileName(picture.Path), recogniser.Judge(picture.Content)));
            if (json)
            {
                Page.PrintJson(JudgedSample.Of(sample), PbmJson.Default.JudgedSample);
            }
            else
            {
                Page.Print($"{sample.Hash.ToString()[..8]}  {name}: {JudgedSample.Line(sample.Judgement)}" + (sample.Answer is { } said ? $"  (you said {said})" : ""));
            }
        }
    }

    private static bool IsPicture(byte[] file)
    {
        try
        {
            Vision.Decode(file, ImageShape.Face.Width, new byte[ImageShape.Face.Length]);
            return true;
        }
        catch (DataFormatException)
        {
            return false;
        }
    }
}
