using System.CommandLine;
using Cohort.Model.Data.Avatars;
using Cohort.Model.Data.Synthesis;
using Cohort.Pbm.Printing;

namespace Cohort.Pbm.Commands;

/// <summary><c>pbm data synth</c>: training pictures that no camera has taken, drawn or changed from recorded ones.</summary>
internal static class DataSynthCommand
{
    private const int MostPictures = 1_000_000;

    public static Command Create()
    {
        var output = new Option<string>("--output")
        {
            Description = "The folder to write: CLASS/NUMBER.png and labels.csv. It must not exist, or be empty.",
            HelpName = "FOLDER",
            Required = true,
        };
        var count = Whole("--count", "How many faces to draw, evenly over the classes.", MostPictures);
        var classes = new Option<string?>("--class")
        {
            Description = "Which classes: happy,sad; with counts to draw: happy=200,sad=50. Default: all.",
            HelpName = "LIST",
        };
        var gender = new Option<Gender?>("--gender") { Description = "Draw faces as of this gender: female or male. Default: both.", HelpName = "GENDER" };
        var light = new Option<Light?>("--light") { Description = "Draw faces in this light: even, dim, bright, left or right. Default: any.", HelpName = "LIGHT" };
        var persons = Whole("--persons", "Of how many different persons faces are drawn. Default: one for ten faces.", MostPictures);
        var seed = new Option<long>("--seed") { Description = "Another seed, other pictures.", DefaultValueFactory = _ => 1, HelpName = "N" };
        var like = new Option<string?>("--like")
        {
            Description = "With --balance: draw what the training half of this data set lacks. A path or name as for pbm run --data.",
            HelpName = "DATA",
        };
        var vary = new Option<string?>("--vary")
        {
            Description = "Change recorded training pictures of this data set instead of drawing: a path or name as for pbm run --data.",
            HelpName = "DATA",
        };
        var each = Whole("--per-image", "With --vary: variations of each picture. Default: 1.", 10_000);
        var change = new Option<string?>("--change")
        {
            Description = "With --vary: what to change, out of geometry, light, disturbance. Default: all three.",
            HelpName = "LIST",
        };
        var balance = new Option<string?>("--balance")
        {
            Description = "Make just what is missing: class, or within each class an attribute: gender, light (drawn faces), or any (--vary).",
            HelpName = "WHAT",
        };
        var to = Whole("--to", "With --balance: so many of each. Default: as many as the largest has.", MostPictures);
        var sheet = new Option<string?>("--sheet") { Description = "Save some of the pictures as one PNG file, to look at.", HelpName = "FILE.png" };
        var home = CommonOptions.Home();
        var json = CommonOptions.Json();
        var command = new CommandWithExamples(
            "synth",
            "Make training pictures: draw faces, or vary recorded ones; to add to a data set.",
            "pbm data synth --count 700 --output drawn --sheet drawn.png",
            "pbm data synth --class happy=200,sad=50 --gender female --light dim --output drawn",
            "pbm data synth --balance gender --like faces --output more-faces",
            "pbm data synth --vary fer2013.csv.gz --class disgust --per-image 5 --output more-disgust",
            "pbm data import fer2013.csv.gz --add more-disgust --name fer-balanced")
        {
            output, count, classes, gender, light, persons, like, vary, each, change, balance, to, seed, sheet, home, json,
        };
        command.Details = """
            Every picture is marked in labels.csv as synthetic or as derived from a picture, which is named by the SHA-256 of its pixels, and
            all are for training: no test half takes them. pbm data import DATA --add FOLDER adds them to a data set.
            """;
        command.SetAction(parsed => Make(new(
            parsed.GetValue(output)!,
            parsed.GetValue(count),
            parsed.GetValue(classes),
            parsed.GetValue(gender),
            parsed.GetValue(light),
            parsed.GetValue(persons),
            (ulong)parsed.GetValue(seed),
            parsed.GetValue(like),
            parsed.GetValue(vary),
            parsed.GetValue(each),
            parsed.GetValue(change),
            parsed.GetValue(balance)?.ToLowerInvariant(),
            parsed.GetValue(to),
            parsed.GetValue(sheet),
            new Home(parsed.GetValue(home)),
            parsed.GetValue(json))));
        return command;
    }

    private static Option<int?> Whole(string name, string description, int most)
    {
        var option = new Option<int?>(name) { Description = description, HelpName = "N" };
        option.Validators.Add(given =>
        {
            if (given.GetValueOrDefault<int?>() is { } number && (number < 1 || number > most))
            {
                given.AddError($"{name} takes 1 to {Figures.Count(most)}.");
            }
        });
        return option;
    }

    private static void Make(SynthChoices choices)
    {
        choices.RequireOneWay();
        SyntheticFolder.RequireFree(choices.Output);
        var recipe = choices.Vary is not null ? SynthRecipe.Varying(choices) : SynthRecipe.Drawing(choices);
        var sample = new SheetSample();
        var made = SyntheticFolder.Write(choices.Output, recipe.Shape.Width, recipe.Pictures.Select(sample.Seen));
        if (choices.Sheet is not null)
        {
            DataSheet.Save(choices.Sheet, recipe.Shape, sample.Rows(recipe.SourceOf));
        }

        var folder = new MadeFolder(
            choices.Output,
            choices.Vary is null ? made : 0,
            choices.Vary is null ? 0 : made,
            recipe.StandingInTest,
            [.. recipe.Cells.Select(cell => new MadeCell(cell.Class, cell.Value, cell.Have, cell.Made))]);
        if (choices.Json)
        {
            Page.PrintJson(folder, PbmJson.Default.MadeFolder);
            return;
        }

        Print(folder, choices);
    }

    private static void Print(MadeFolder folder, SynthChoices choices)
    {
        var what = choices.Vary is null ? "synthetic faces" : "variations of recorded pictures";
        Page.Print($"Made {Figures.Count(folder.Synthetic + folder.Derived)} {what} in {folder.Output}, to train on only.");
        var valued = folder.Cells.Any(cell => cell.Value is not null);
        var counted = choices.Balance is not null;
        var table = valued ? Tables.New().Name("class", choices.Balance!) : Tables.New().Name("class");
        table = counted ? table.Number("has", "made", "then") : table.Number("made");
        foreach (var cell in folder.Cells.Where(cell => counted || cell.Made > 0))
        {
            table.Row([
                cell.Class,
                .. valued ? [cell.Value ?? ""] : Array.Empty<string>(),
                .. counted ? [Figures.Count(cell.Have)] : Array.Empty<string>(),
                Figures.Count(cell.Made),
                .. counted ? [Figures.Count(cell.Have + cell.Made)] : Array.Empty<string>(),
            ]);
        }

        Page.Print(table);
        if (folder.StandingInTest > 0)
        {
            Page.PrintParagraph(
                $"{Figures.Count(folder.StandingInTest, "training picture")} that also stand in the test half were left alone.");
        }

        if (choices.Sheet is not null)
        {
            Page.Print($"Some of them: {choices.Sheet}");
        }

        Page.Print($"Add them: pbm data import {choices.Like ?? choices.Vary ?? "DATA"} --add {folder.Output} --name NAME");
    }
}

/// <summary>What <c>pbm data synth</c> was asked for.</summary>
internal sealed record SynthChoices(
    string Output,
    int? Count,
    string? Classes,
    Gender? Gender,
    Light? Light,
    int? Persons,
    ulong Seed,
    string? Like,
    string? Vary,
    int? Each,
    string? Change,
    string? Balance,
    int? To,
    string? Sheet,
    Home Home,
    bool Json)
{
    /// <exception cref="CommandException">Two options ask for different things.</exception>
    public void RequireOneWay()
    {
        Refuse(Vary is not null && Like is not null, "--vary makes pictures of recorded ones and --like draws them; give one of the two.");
        Refuse(
            Vary is not null && (Count ?? Persons) is not null,
            "--count and --persons are for drawn faces; with --vary, give --per-image, or --balance with --to.");
        Refuse(
            Vary is not null && (Gender is not null || Light is not null),
            "--gender and --light are for drawn faces; a variation keeps its source's gender, and --change light changes light.");
        Refuse(Vary is null && (Each is not null || Change is not null), "--per-image and --change are for --vary DATA.");
        Refuse(Each is not null && Balance is not null, "--per-image says how many, and so does --balance; give one of the two.");
        Refuse(Balance is null && Like is not null, "--like DATA needs --balance class, gender or light: what is it to be balanced by?");
        Refuse(Balance is null && To is not null, "--to is for --balance.");
        Refuse(
            Balance is not null && Like is null && Vary is null,
            "--balance needs the data that lacks something: --like DATA to draw it, or --vary DATA to make it of recorded pictures.");
        Refuse(Balance is not null && Count is not null, "--balance makes as many as are missing; leave --count out, or give --to.");
    }

    public static void Refuse(bool wrong, string sentence)
    {
        if (wrong)
        {
            throw new CommandException(sentence);
        }
    }
}

/// <summary>What <c>pbm data synth --json</c> prints.</summary>
/// <param name="Output">The folder.</param>
/// <param name="Synthetic">Drawn pictures.</param>
/// <param name="Derived">Variations of recorded ones.</param>
/// <param name="StandingInTest">Training pictures that were not varied because they stand in the test half too.</param>
/// <param name="Cells">By class, and by value where an attribute is balanced.</param>
internal sealed record MadeFolder(string Output, int Synthetic, int Derived, int StandingInTest, IReadOnlyList<MadeCell> Cells);

/// <summary>Pictures of one class, and one value of the balanced attribute.</summary>
/// <param name="Class">The class.</param>
/// <param name="Value">The value; null where none is balanced.</param>
/// <param name="Have">Training pictures that the data has of it.</param>
/// <param name="Made">Pictures made.</param>
internal sealed record MadeCell(string Class, string? Value, int Have, int Made);
