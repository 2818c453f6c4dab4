using System.CommandLine;
using Cohort.Device;
using Cohort.Device.Music;
using Cohort.Device.Store;
using Cohort.Pbm.Printing;

namespace Cohort.Pbm.Commands;

/// <summary><c>pbm student music</c>: tunes for a mood.</summary>
internal static class StudentMusicCommand
{
    private const int UsualCount = 3;

    /// <summary>Tunes that were suggested lately are avoided: so many times as many as are suggested.</summary>
    private const int Memory = 3;

    public static Command Create()
    {
        var options = new StudentOptions();
        var emotion = new Option<string?>("--emotion")
        {
            Description = $"The mood. Default: that of most of the student's newest {StudentStore.SamplesOfMood} samples.",
            HelpName = "EMOTION",
        };
        var policy = new Option<string>("--policy")
        {
            Description = "match: tunes of the mood. lift: begin near the mood, and lead to a better one.",
            DefaultValueFactory = _ => "match",
            HelpName = "match|lift",
        };
        policy.AcceptOnlyFromAmong("match", "lift");
        var library = new Option<string?>("--library")
        {
            Description = "A folder of music by mood (folder names, or mood and genre tags), an M3U playlist, or a JSON list of tunes. Default: small built-in tunes.",
            HelpName = "PATH",
        };
        var count = new Option<int>("--count") { Description = "How many tunes.", DefaultValueFactory = _ => UsualCount, HelpName = "N" };
        count.Validators.Add(given =>
        {
            if (given.GetValueOrDefault<int>() is < 1 or > 1000)
            {
                given.AddError("--count takes 1 to 1,000.");
            }
        });
        var play = new Option<bool>("--play") { Description = "Play them one after the other, by mpv, ffplay, paplay, aplay, afplay or xdg-open." };
        var json = CommonOptions.Json();
        var command = new CommandWithExamples(
            "music",
            "Suggest music for a student's mood, and play it.",
            "pbm student music --id ada --policy lift --play",
            "pbm student music --id ada --emotion sad --library ~/music")
        {
            options.Id, emotion, policy, library, count, play, options.Home, json,
        };
        command.Details = "Tunes that were suggested lately are not suggested again while there is enough else. A JSON tune has a title, a path or url, tags, and "
            + "may have valence and arousal from -1 to 1. Built-in tunes are written as WAV files into the student's folder.";
        command.SetAction(async (parsed, stop) =>
        {
            var chosen = Enum.Parse<MusicPolicy>(parsed.GetValue(policy)!, ignoreCase: true);
            var tunes = parsed.GetValue(library) is { } path ? MusicLibraries.Read(path) : BuiltInTunes.Library;
            var folder = options.Folder(parsed);
            using var store = Open(folder);
            var suggested = Suggest(store, tunes, parsed.GetValue(emotion), chosen, parsed.GetValue(count));
            if (parsed.GetValue(json))
            {
                Page.PrintJson(suggested, PbmJson.Default.SuggestedMusic);
            }
            else
            {
                Print(suggested);
            }

            if (parsed.GetValue(play))
            {
                await Play(suggested, parsed.GetValue(json), stop);
            }
        });
        return command;
    }

    /// <summary>What /music says in a conversation.</summary>
    public static void SuggestIn(StudentStore store, string policy)
    {
        if (policy is not ("" or "match" or "lift"))
        {
            Page.Print($"There is no policy '{Printable.Of(policy)}': say /music match or /music lift.");
            return;
        }

        Print(Suggest(store, BuiltInTunes.Library, null, policy is "lift" ? MusicPolicy.Lift : MusicPolicy.Match, UsualCount));
    }

    /// <summary>To write where nobody else does, so that suggestions are remembered; else to read along.</summary>
    private static StudentStore Open(StudentFolder folder)
    {
        try
        {
            return StudentStore.OpenExisting(folder, TimeProvider.System);
        }
        catch (StudentInUseException)
        {
            return StudentStore.OpenToRead(folder);
        }
    }

    private static SuggestedMusic Suggest(StudentStore store, MusicLibrary library, string? named, MusicPolicy policy, int count)
    {
        var emotion = named is null
            ? store.CurrentEmotion() ?? throw new DeviceException($"{store.Student} has no samples yet that would say a mood; say one with --emotion.")
            : Feedback.Canonical(named);
        var mood = Mood.Of(emotion) ?? throw new DeviceException($"\"{emotion}\" is no mood that music is known for; say one such as happy, sad, angry, fear, calm or neutral.");
        var suggestion = Suggestion.For(library, emotion, mood, policy, count, store.RecentTunes(Memory * count));
        if (store.IsWriter)
        {
            store.RememberTunes(suggestion.Tunes, emotion, policy);
        }

        return new(
            store.Student.ToString(), emotion, policy == MusicPolicy.Match ? "match" : "lift", suggestion.Because, library.Name,
            [.. suggestion.Tunes.Select(tune => new SuggestedTune(
                tune.Title, tune.IsBuiltIn ? BuiltInTunes.Write(tune, store.Folder.Tunes) : tune.Location, tune.Tags, Math.Round(tune.Mood.Valence, 2), Math.Round(tune.Mood.Arousal, 2)))],
            library.Skipped);
    }

    private static void Print(SuggestedMusic music)
    {
        Page.PrintParagraph(music.Because);
        foreach (var (i, tune) in music.Tunes.Index())
        {
            Page.Print($"{i + 1}. {Printable.Of(tune.Title)}");
            Page.Print($"   {Printable.Of(tune.Location)}");
        }

        foreach (var skipped in music.Skipped)
        {
            Page.Print($"Left out: {Printable.Of(skipped)}.");
        }
    }

    private static async Task Play(SuggestedMusic music, bool quiet, CancellationToken stop)
    {
        var players = MusicPlayer.Find(Environment.GetEnvironmentVariable("PATH"));
        var played = 0;
        foreach (var tune in music.Tunes)
        {
            if (players.FirstOrDefault(each => each.CanPlay(tune.Location)) is not { } player)
            {
                continue;
            }

            if (!quiet)
            {
                Page.Print($"{Path.GetFileName(player.Path)} plays {Printable.Of(tune.Title)}.");
            }

            try
            {
                await player.Play(tune.Location, stop);
                played++;
            }
            catch (DeviceException e)
            {
                await Console.Error.WriteLineAsync(e.Message); // the next one may do
            }
        }

        if (played == 0)
        {
            throw new CommandException(
                players.Count == 0 ? "There is no player on this machine: none of mpv, ffplay, paplay, aplay, afplay and xdg-open is in PATH. The files above can be played by any other."
                    : "None of the tunes could be played; the files are named above.", ExitCodes.Failed);
        }
    }
}

/// <summary>What <c>pbm student music --json</c> prints.</summary>
/// <param name="Student">Whose mood.</param>
/// <param name="Emotion">The mood.</param>
/// <param name="Policy">match or lift.</param>
/// <param name="Because">Why these tunes, in a sentence.</param>
/// <param name="Library">Where they come from.</param>
/// <param name="Tunes">In the order in which to hear them.</param>
/// <param name="Skipped">What could not be used, and why.</param>
internal sealed record SuggestedMusic(
    string Student, string Emotion, string Policy, string Because, string Library, IReadOnlyList<SuggestedTune> Tunes, IReadOnlyList<string> Skipped);

/// <summary>One tune of a suggestion.</summary>
internal sealed record SuggestedTune(string Title, string Location, IReadOnlyList<string> Tags, double Valence, double Arousal);
