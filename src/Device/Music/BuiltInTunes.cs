using Cohort.Model.Data;
using Cohort.Model.Files;
using Cohort.Model.Randomness;

namespace Cohort.Device.Music;

/// <summary>
/// Small tunes that are computed, so that there is music with no file at all: for each emotion a few, of its tempo, mode, register and loudness.
/// That fast and major sounds happy, slow and minor sad, fast, loud and minor angry is what listeners agree on most (Juslin and Laukka 2003;
/// Eerola and Vuoskoski 2011). A tune is a function of its name.
/// </summary>
public static class BuiltInTunes
{
    public const int SamplesPerSecond = 22_050;

    private const int PerEmotion = 3;
    private const int Bars = 8;
    private const int BeatsPerBar = 4;

    private static readonly Dictionary<string, Style> Styles = new(StringComparer.Ordinal)
    {
        // Beats a minute, scale, root as a MIDI note, chords as degrees of the scale, loudness, share of a beat that a note sounds.
        ["happy"] = new(132, [0, 2, 4, 5, 7, 9, 11], 67, [0, 4, 5, 3], 0.8, 0.6),
        ["surprise"] = new(144, [0, 2, 4, 6, 7, 9, 11], 69, [0, 1, 4, 0], 0.8, 0.4),
        ["neutral"] = new(96, [0, 2, 4, 5, 7, 9, 10], 62, [0, 3, 4, 0], 0.6, 0.8),
        ["sad"] = new(58, [0, 2, 3, 5, 7, 8, 10], 57, [0, 5, 3, 4], 0.5, 1.0),
        ["angry"] = new(152, [0, 1, 3, 5, 7, 8, 10], 52, [0, 0, 1, 0], 1.0, 0.5),
        ["fear"] = new(112, [0, 2, 3, 5, 7, 8, 11], 60, [0, 1, 0, 4], 0.45, 0.35),
        ["disgust"] = new(76, [0, 1, 3, 5, 6, 8, 10], 50, [0, 1, 4, 1], 0.7, 0.7),
    };

    public static MusicLibrary Library { get; } = new(
        "built-in tunes",
        [.. EmotionClasses.Fer2013.SelectMany(emotion => Enumerable.Range(1, PerEmotion).Select(number =>
            new Tune($"A small {emotion} tune, no. {number}", $"{Tune.BuiltInPrefix}{emotion}-{number}", [emotion, "built in"], Mood.Of(emotion)!.Value)))],
        []);

    /// <summary>Writes a tune's WAV file, if it is not there yet.</summary>
    /// <param name="tune">A built-in one.</param>
    /// <param name="folder">Where; made if absent.</param>
    /// <returns>The file.</returns>
    /// <exception cref="StorageException">It cannot be written.</exception>
    public static string Write(Tune tune, string folder)
    {
        var name = tune.Location[Tune.BuiltInPrefix.Length..];
        var path = Path.Combine(folder, name + ".wav");
        if (!File.Exists(path))
        {
            Directory.CreateDirectory(folder);
            DurableFile.Write(path, stream => stream.Write(WavFile.Of(Compose(name), SamplesPerSecond)));
        }

        return path;
    }

    /// <summary>A tune's sound, from -1 to 1, one channel: eight bars of chords below a melody that leaps little and ends on its root.</summary>
    /// <param name="name">Such as sad-2.</param>
    public static float[] Compose(string name)
    {
        var (emotion, number) = name.Split('-') is [var word, var digits] ? (word, int.Parse(digits, System.Globalization.CultureInfo.InvariantCulture)) : throw new ArgumentException(name);
        var style = Styles[emotion];
        var random = KeyedRandom.For((ulong)number, Purpose.Melody, EmotionClasses.Fer2013.ToList().IndexOf(emotion));
        var beat = SamplesPerSecond * 60 / style.BeatsPerMinute;
        var sound = new float[(Bars * BeatsPerBar * beat) + SamplesPerSecond]; // and a second to fade away
        var degree = 0;
        for (var bar = 0; bar < Bars; bar++)
        {
            var isLast = bar == Bars - 1;
            var chord = isLast ? 0 : style.Chords[bar % style.Chords.Length];
            var begin = bar * BeatsPerBar * beat;
            foreach (var third in new[] { 0, 2, 4 })
            {
                Voice.Add(sound, begin, BeatsPerBar * beat, Voice.Frequency(style.Note(chord + third) - 12), style.Loudness * 0.16, Voice.Soft);
            }

            Voice.Add(sound, begin, BeatsPerBar * beat, Voice.Frequency(style.Note(chord) - 24), style.Loudness * 0.22, Voice.Soft);
            for (var at = 0; at < BeatsPerBar;)
            {
                var length = isLast && at == 0 ? BeatsPerBar : 1 + (random.Next(3) == 0 ? 1 : 0);
                length = Math.Min(length, BeatsPerBar - at);

                // On the first beat a note of the chord, else a step or two from the last one.
                degree = isLast ? 0 : at == 0 ? chord + (2 * random.Next(3)) : Math.Clamp(degree + random.Next(-2, 3), -2, 9);
                var sounding = (int)(length * beat * (isLast ? 1 : style.Sounding));
                Voice.Add(sound, begin + (at * beat), sounding, Voice.Frequency(style.Note(degree)), style.Loudness * 0.4, Voice.Plucked);
                at += length;
            }
        }

        return sound;
    }

    private sealed record Style(int BeatsPerMinute, int[] Scale, int Root, int[] Chords, double Loudness, double Sounding)
    {
        /// <summary>The MIDI note of a degree of the scale, which goes on in the octaves above and below.</summary>
        public int Note(int degree)
        {
            var octave = Math.DivRem(degree, Scale.Length, out var step);
            return Root + (12 * (step < 0 ? octave - 1 : octave)) + Scale[step < 0 ? step + Scale.Length : step];
        }
    }
}
