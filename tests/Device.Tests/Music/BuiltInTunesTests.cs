using System.Buffers.Binary;
using Cohort.Device.Music;
using Cohort.Model.Data;

namespace Cohort.Device.Tests.Music;

/// <summary>There is music with no file at all.</summary>
public sealed class BuiltInTunesTests
{
    private static readonly string[] All = [.. BuiltInTunes.Library.Tunes.Select(tune => tune.Location[Tune.BuiltInPrefix.Length..])];

    public static TheoryData<string> Names => [.. All];

    [Fact]
    public void Every_emotion_has_tunes_that_stand_where_it_stands()
    {
        foreach (var emotion in EmotionClasses.Fer2013)
        {
            var tunes = BuiltInTunes.Library.Tunes.Where(tune => tune.Tags.Contains(emotion, StringComparer.Ordinal)).ToList();
            tunes.Count.ShouldBe(3);
            tunes.ShouldAllBe(tune => tune.Mood == Mood.Of(emotion));
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_tune_sounds_from_its_beginning_is_never_cut_off_and_fades_away(string name)
    {
        var sound = BuiltInTunes.Compose(name);
        sound.Max(Math.Abs).ShouldBeInRange(0.1f, 0.999f);
        var second = BuiltInTunes.SamplesPerSecond;
        sound.ShouldAllBe(value => float.IsFinite(value));
        foreach (var bar in sound[..^(2 * second)].Chunk(second).Where(chunk => chunk.Length == second))
        {
            bar.Max(Math.Abs).ShouldBeGreaterThan(0.02f); // no second of silence
        }

        sound[^100..].Max(Math.Abs).ShouldBe(0);
        ((double)sound.Average()).ShouldBeInRange(-0.01, 0.01); // around zero
    }

    [Fact]
    public void A_tune_is_the_same_every_time_and_no_two_are()
    {
        foreach (var name in All.Take(3))
        {
            BuiltInTunes.Compose(name).ShouldBe(BuiltInTunes.Compose(name));
        }

        All.Select(name => Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(WavFile.Of(BuiltInTunes.Compose(name), 22_050)))).Distinct(StringComparer.Ordinal).Count()
            .ShouldBe(All.Length);
    }

    [Fact]
    public void Happy_tunes_are_faster_and_higher_than_sad_ones()
    {
        BuiltInTunes.Compose("happy-1").Length.ShouldBeLessThan(BuiltInTunes.Compose("sad-1").Length / 2);
        Crossings("happy-1").ShouldBeGreaterThan(Crossings("sad-1") * 1.3);

        static double Crossings(string name)
        {
            var sound = BuiltInTunes.Compose(name)[..^BuiltInTunes.SamplesPerSecond];
            return (double)sound.Zip(sound.Skip(1), (a, b) => a < 0 != b < 0 ? 1 : 0).Sum() / sound.Length;
        }
    }

    [Theory]
    [InlineData(69, 440)]
    [InlineData(60, 261.6255653)]
    [InlineData(81, 880)]
    public void Notes_are_tuned_to_the_concert_pitch(int note, double hertz) => Voice.Frequency(note).ShouldBe(hertz, 1e-6);

    [Fact]
    public void A_note_of_440_hertz_swings_440_times_a_second()
    {
        var sound = new float[BuiltInTunes.SamplesPerSecond * 2];
        Voice.Add(sound, 0, BuiltInTunes.SamplesPerSecond, 440, 0.5, new([1], 0.001, 100));
        var second = sound[..BuiltInTunes.SamplesPerSecond];
        second.Zip(second.Skip(1), (a, b) => a < 0 && b >= 0 ? 1 : 0).Sum().ShouldBeInRange(438, 441);
    }

    [Fact]
    public void A_written_tune_is_a_wave_file_of_16_bits()
    {
        var folder = Directory.CreateTempSubdirectory("cohort-tunes-").FullName;
        try
        {
            var tune = BuiltInTunes.Library.Tunes[4];
            var path = BuiltInTunes.Write(tune, Path.Combine(folder, "tunes"));
            var file = File.ReadAllBytes(path);
            file.AsSpan(0, 4).SequenceEqual("RIFF"u8).ShouldBeTrue();
            BinaryPrimitives.ReadInt32LittleEndian(file.AsSpan(4)).ShouldBe(file.Length - 8);
            BinaryPrimitives.ReadInt32LittleEndian(file.AsSpan(40)).ShouldBe(file.Length - 44);
            using var read = TagLib.File.Create(path); // an independent reader
            read.Properties.AudioSampleRate.ShouldBe(BuiltInTunes.SamplesPerSecond);
            read.Properties.AudioChannels.ShouldBe(1);
            read.Properties.Duration.TotalSeconds.ShouldBeInRange(10, 40);
            BuiltInTunes.Write(tune, Path.Combine(folder, "tunes")).ShouldBe(path);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
