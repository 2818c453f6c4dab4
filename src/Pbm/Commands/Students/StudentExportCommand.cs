using System.CommandLine;
using Cohort.Device.Exporting;
using Cohort.Device.Store;
using Cohort.Pbm.Printing;

namespace Cohort.Pbm.Commands;

/// <summary><c>pbm student export</c>: everything that is stored of a student.</summary>
internal static class StudentExportCommand
{
    public static Command Create()
    {
        var output = new Option<string?>("--output") { Description = "The file to write. Default: S.zip in this folder.", HelpName = "FILE" };
        var options = new StudentOptions();
        var json = CommonOptions.Json();
        var command = new CommandWithExamples(
            "export",
            "Write everything that is stored of a student into one ZIP file: samples as JSON lines, pictures as files, the own model.",
            "pbm student export --id ada",
            "pbm student export --id ada --output everything.zip")
        {
            options.Id, output, options.Home, json,
        };
        command.Details = "A file of that name is replaced once the new one is whole.";
        command.SetAction(parsed =>
        {
            using var store = StudentStore.OpenToRead(options.Folder(parsed));
            var path = Path.GetFullPath(parsed.GetValue(output) ?? store.Student + ".zip");
            var samples = StudentExport.Write(store, path);
            if (parsed.GetValue(json))
            {
                Page.PrintJson(new ExportedStudent(store.Student.ToString(), path, samples), PbmJson.Default.ExportedStudent);
            }
            else
            {
                Page.Print($"{path}: {Figures.Count(samples, "sample")}, {Figures.Bytes(new FileInfo(path).Length)}.");
            }
        });
        return command;
    }
}

/// <summary>What <c>pbm student export --json</c> prints.</summary>
internal sealed record ExportedStudent(string Student, string Path, int Samples);
