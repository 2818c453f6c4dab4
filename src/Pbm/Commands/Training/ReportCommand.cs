using System.CommandLine;
using Cohort.Pbm.Printing;
using Cohort.Pbm.Reports;

namespace Cohort.Pbm.Commands;

/// <summary><c>pbm report</c>: runs and models on one page.</summary>
internal static class ReportCommand
{
    public static Command Create()
    {
        var named = new Argument<string[]>("RUN|MODEL")
        {
            Description = "Runs by their ids, models by first digits of their hashes or by their files. Of a run, its last model is measured.",
            Arity = ArgumentArity.OneOrMore,
        };
        var data = EvaluationOptions.Data();
        var output = new Option<string?>("--output")
        {
            Description = "A folder for report.html and its figures, or the HTML file. Default: the folder report-NAME here.",
            HelpName = "FOLDER|FILE.html",
        };
        var png = new Option<bool>("--png") { Description = "Writes every chart as a PNG too." };
        var csv = new Option<bool>("--csv") { Description = "Writes every table as a CSV file too, with exact figures." };
        var withoutPictures = new Option<bool>("--no-pictures") { Description = "Leaves test pictures out; what was said of them stays." };
        var resamples = EvaluationOptions.Resamples();
        var home = CommonOptions.Home();
        var json = CommonOptions.Json();
        var command = new CommandWithExamples(
            "report",
            "Put runs and models on one page: learning curves, confusions, calibration, bias, students, groups, privacy, samples.",
            "pbm report quick-1",
            "pbm report quick-1 quick-2 --output compared --png --csv",
            "pbm report 3f9a1c --data faces --no-pictures --output faces.html")
        {
            named, data, output, png, csv, withoutPictures, resamples, home, json,
        };
        command.Details = "The page is one HTML file that needs no network and no script. It contains test pictures unless --no-pictures is given. "
            + "Audits of a model that were made with this home are told too.";
        command.SetAction(parsed =>
        {
            var place = new Home(parsed.GetValue(home));
            var names = parsed.GetValue(named)!;
            var files = ReportFiles.At(parsed.GetValue(output) ?? $"report-{NameOf(names[0])}");
            var models = new ReportedModels(place, parsed.GetValue(data), parsed.GetValue(resamples), pictures: !parsed.GetValue(withoutPictures));
            var report = ReportBuilder.Build(names, models, place);
            files.Write(report, parsed.GetValue(png), parsed.GetValue(csv));
            if (parsed.GetValue(json))
            {
                Page.PrintJson(report, PbmJson.Default.RunReport);
                return;
            }

            Page.Print($"See {files.Page}.");
            if (parsed.GetValue(png) || parsed.GetValue(csv))
            {
                Page.Print($"Its figures are in {files.Folder}.");
            }

            if (report.Models.Any(model => model.Samples.Any(sample => sample.Picture is not null)))
            {
                Page.Print("It contains test pictures: keep it where these may be kept, or give --no-pictures.");
            }
        });
        return command;
    }

    private static string NameOf(string name) => FileWord.Of(Path.GetFileNameWithoutExtension(name)) is { Length: > 0 } word ? word : "models";
}
