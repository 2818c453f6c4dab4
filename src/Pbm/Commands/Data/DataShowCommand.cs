using System.CommandLine;
using Cohort.Model.Data;
using Cohort.Model.Data.Avatars;
using Cohort.Model.Plans;
using Cohort.Pbm.Printing;

namespace Cohort.Pbm.Commands;

/// <summary><c>pbm data show</c>: what a data set holds.</summary>
internal static class DataShowCommand
{
    private const string Avatars = "avatars";

    public static Command Create()
    {
        var place = new Argument<string>("DATA")
        {
            Description = "A path as for pbm run --data, the name of an imported set, or 'avatars' for the built-in drawn faces.",
        };
        var sheet = new Option<string?>("--sheet")
        {
            Description = "Save a contact sheet, pictures by class, as this PNG file.",
            HelpName = "FILE.png",
        };
        var seed = new Option<long?>("--seed") { Description = "Seed of the avatar faces. Default: 1.", HelpName = "N" };
        var home = CommonOptions.Home();
        var json = CommonOptions.Json();
        var command = new CommandWithExamples(
            "show",
            "Show what a data set holds: counts by class, persons, samples that stand more than once; of texts their lengths, and some.",
            "pbm data show fer2013.csv.gz",
            "pbm data show avatars --sheet faces.png",
            "pbm data show ../shared/data/text")
        {
            place, sheet, seed, home, json,
        };
        command.SetAction(parsed => Show(
            Load(parsed.GetValue(place)!, parsed.GetValue(seed), new Home(parsed.GetValue(home))),
            parsed.GetValue(sheet),
            parsed.GetValue(json)));
        return command;
    }

    private static DataSet Load(string place, long? seed, Home home)
    {
        var path = DataLocation.Resolve(place, home)!;
        if (string.Equals(path, Avatars, StringComparison.Ordinal) && !Path.Exists(path))
        {
            var plan = new Plan();
            return AvatarFaces.DataSet(
                (ulong)(seed ?? plan.Seed),
                plan.Students.Count,
                plan.Data.Avatars.SamplesPerStudent,
                plan.Data.Avatars.TestStudents,
                plan.Data.Avatars.SamplesPerStudent);
        }

        return seed is null
            ? DataSets.Load(path)
            : throw new CommandException($"--seed is for the avatar faces; {place} is read as it is.");
    }

    private static void Show(DataSet data, string? sheet, bool json)
    {
        var contents = DataContents.Of(data);
        if (sheet is not null)
        {
            DataSheet.Save(sheet, data);
        }

        if (json)
        {
            Page.PrintJson(contents, PbmJson.Default.DataContents);
            return;
        }

        Page.Print(DataSentences.Of(data, duplicates: null));
        Page.PrintParagraph($"{Capital(contents.Kind)}s of {contents.Shape}. {Persons(contents)}");
        Page.Print(Table(contents));
        Page.PrintParagraph(Duplicates(contents.Kind, contents.Duplicates));
        if (contents.Texts is { } texts)
        {
            Print(texts);
        }

        if (sheet is not null)
        {
            Page.Print($"Contact sheet: {sheet}");
        }
    }

    private static Spectre.Console.Table Table(DataContents contents)
    {
        var table = Tables.New().Name("class").Number("train", "share", "test", "share");
        foreach (var label in contents.Classes)
        {
            table.Row(
                label.Name,
                Figures.Count(label.Train),
                Figures.Share(Part(label.Train, contents.Train)),
                Figures.Count(label.Test),
                Figures.Share(Part(label.Test, contents.Test)));
        }

        return table.Row("all", Figures.Count(contents.Train), "", Figures.Count(contents.Test), "");
    }

    private static void Print(TextContents texts)
    {
        Page.PrintParagraph(
            $"A training text has {Figures.Count(texts.Words.Shortest)} to {Figures.Count(texts.Words.Longest, "word")}, half of them at most "
            + $"{Figures.Count(texts.Words.Median)}; in bytes {Figures.Count(texts.Bytes.Shortest)}, {Figures.Count(texts.Bytes.Longest)} and "
            + $"{Figures.Count(texts.Bytes.Median)}.");
        foreach (var example in texts.Examples)
        {
            Page.PrintParagraph($"{example.Class}: {example.Text}");
        }
    }

    private static string Capital(string word) => char.ToUpperInvariant(word[0]) + word[1..];

    private static double Part(int part, int whole) => whole == 0 ? 0 : (double)part / whole;

    private static string Persons(DataContents contents)
        => contents.PersonsInTrain == 0 && contents.PersonsInTest == 0
            ? contents.Texts is null ? "Who is in which picture is not known." : "Who wrote which is not known."
            : $"{Figures.Count(contents.PersonsInTrain, "person")} in training, {Figures.Count(contents.PersonsInTest)} in test, "
                + $"{Figures.Count(contents.PersonsInBoth)} in both"
                + (contents.WithoutPerson == 0 ? "." : $"; {Figures.Count(contents.WithoutPerson, contents.Kind)} of nobody known.");

    private static string Duplicates(string kind, DuplicateCounts found)
        => found is { TestInTrain: 0, WithinTrain: 0, WithinTest: 0 }
            ? $"No {kind} stands more than once."
            : $"Exact duplicates: {Figures.Count(found.TestInTrain, $"test {kind}")} that also stand in training "
                + "(runs drop them unless data.dropDuplicates is false), "
                + $"{Figures.Count(found.WithinTrain)} repeated within training, {Figures.Count(found.WithinTest)} within test.";
}
