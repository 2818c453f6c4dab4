using System.CommandLine;
using Cohort.Model.Files;
using Cohort.Pbm.Printing;

namespace Cohort.Pbm.Commands;

/// <summary><c>pbm data list</c>: the imported sets.</summary>
internal static class DataListCommand
{
    public static Command Create()
    {
        var home = CommonOptions.Home();
        var json = CommonOptions.Json();
        var command = new CommandWithExamples("list", "List the data sets that were imported.", "pbm data list") { home, json };
        command.SetAction(parsed => List(new Home(parsed.GetValue(home)), parsed.GetValue(json)));
        return command;
    }

    private static void List(Home home, bool json)
    {
        ImportedSet[] sets = Directory.Exists(home.DataFolder)
            ? [.. Directory.EnumerateFiles(home.DataFolder, "*" + SampleFile.Extension)
                .Order(StringComparer.Ordinal)
                .Select(path => ImportedSet.Of(Path.GetFileNameWithoutExtension(path), path, SampleFile.Read(path)))]
            : [];
        if (json)
        {
            Page.PrintJson(new ImportedSets(sets), PbmJson.Default.ImportedSets);
            return;
        }

        if (sets.Length == 0)
        {
            Page.Print("No data set is imported; pbm data import PATH does that.");
            return;
        }

        var table = Tables.New().Name("name").Number("train", "test", "classes").Name("samples").Number("size");
        foreach (var set in sets)
        {
            table.Row(
                set.Name,
                Figures.Count(set.Train),
                Figures.Count(set.Test),
                Figures.Count(set.Classes.Count),
                $"{set.Kind}s, {set.Shape}" + (set.Synthetic ? ", synthetic" : Made(set)),
                Figures.Bytes(set.Bytes));
        }

        Page.Print(table);
    }

    private static string Made(ImportedSet set)
        => set.SyntheticTraining + set.DerivedTraining is var made and > 0 ? $", {Figures.Count(made)} made" : "";
}

/// <summary>What <c>pbm data list --json</c> prints.</summary>
internal sealed record ImportedSets(IReadOnlyList<ImportedSet> Sets);
