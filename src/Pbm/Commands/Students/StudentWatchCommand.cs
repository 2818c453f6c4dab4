using System.CommandLine;
using System.Globalization;
using Cohort.Device.Recognition;
using Cohort.Device.Store;
using Cohort.Device.Watching;
using Cohort.Model.Data;

namespace Cohort.Pbm.Commands;

/// <summary><c>pbm student watch</c>: recognises pictures as they appear in a folder.</summary>
internal static class StudentWatchCommand
{
    public static Command Create()
    {
        var folder = new Argument<string>("FOLDER") { Description = "Where pictures appear, PNG or JPEG; folders in it are left alone." };
        var options = new StudentOptions();
        var faces = CommonOptions.Faces();
        var once = new Option<bool>("--once") { Description = "End when all pictures that are there have been looked at." };
        var json = CommonOptions.Json();
        var command = new CommandWithExamples(
            "watch",
            "Recognise pictures as they appear in a folder. Pictures and what is detected stay on this device.",
            "pbm student watch ~/camera --id ada",
            "pbm student watch ~/camera --id ada --once --json",
            "pbm student watch ~/cut-out --id ada --faces whole")
        {
            folder, options.Id, options.Model, options.Home, faces, once, json,
        };
        command.Details = "Of a picture in which faces are found, each face is a sample of its own, and nothing else of the picture is kept. A picture that is still "
            + "being written is waited for; one that cannot be read, or shows no face, is named once. pbm student correct corrects what was detected.";
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
            using (var finder = new FaceFinder(parsed.GetValue(faces)))
            {
                var page = new WatchPage(parsed.GetValue(json));
                page.Begin(store.Student, recogniser.Hash, isPersonal, path);
                await foreach (var picture in FolderWatch.Pictures(path, parsed.GetValue(once), IsPicture, TimeProvider.System, stop))
                {
                    Look(store, recogniser, finder, picture, page);
                }
            }
        });
        return command;
    }

    private static void Look(StudentStore store, Recogniser recogniser, FaceFinder finder, SeenPicture picture, WatchPage page)
    {
        var name = Path.GetFileName(picture.Path);
        if (picture.Problem is { } problem)
        {
            page.Refuse(name, problem);
            return;
        }

        var faces = finder.In(picture.Content);
        if (faces.Count == 0)
        {
            page.Refuse(name, "no face is seen in it");
        }

        foreach (var face in faces)
        {
            var source = face.Number is { } number ? string.Create(CultureInfo.InvariantCulture, $"{name}#{number}") : name;
            page.Add(store.Add(new(SampleKind.Picture, face.Content, source, recogniser.Judge(face.Content))));
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
