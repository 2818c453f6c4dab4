namespace Cohort.Device.Music;

/// <summary>One instrument's notes, as a sum of a tone and its overtones under an envelope (attack, decay to nothing, release).</summary>
internal sealed record Voice(double[] Overtones, double AttackSeconds, double DecaySeconds)
{
    private const double ReleaseSeconds = 0.08;
    private const double Semitone = 1.0594630943592953; // 2^(1/12)

    /// <summary>Like an organ far away.</summary>
    public static Voice Soft { get; } = new([1, 0.25, 0.08], 0.06, 4);

    /// <summary>Like a marimba.</summary>
    public static Voice Plucked { get; } = new([1, 0.45, 0.2, 0.12, 0.05], 0.008, 0.9);

    /// <summary>Of a MIDI note, in hertz; 69 is 440.</summary>
    public static double Frequency(int note)
    {
        var frequency = 440.0;
        for (var at = 69; at != note; at += Math.Sign(note - at))
        {
            frequency = note > at ? frequency * Semitone : frequency / Semitone;
        }

        return frequency;
    }

    /// <summary>Adds a note to a sound, no longer than that is.</summary>
    public static void Add(float[] sound, int begin, int length, double frequency, double loudness, Voice voice)
    {
        var rate = BuiltInTunes.SamplesPerSecond;
        var release = (int)(ReleaseSeconds * rate);
        var total = voice.Overtones.Sum();
        for (var i = 0; i < length + release && begin + i < sound.Length; i++)
        {
            var seconds = (double)i / rate;
            var envelope = Math.Min(1, seconds / voice.AttackSeconds) * Decay(seconds / voice.DecaySeconds) * (i < length ? 1 : 1 - ((double)(i - length) / release));
            var tone = 0.0;
            for (var k = 0; k < voice.Overtones.Length; k++)
            {
                tone += voice.Overtones[k] * Sine(frequency * (k + 1) * seconds);
            }

            sound[begin + i] += (float)(loudness * envelope * tone / total);
        }
    }

    // 1 / (1 + x + x^2/2 + x^3/6), near to exp(-x) and the same on every machine, which a library's exp need not be.
    private static double Decay(double x) => 1 / (1 + (x * (1 + (x / 2 * (1 + (x / 3))))));

    // By a parabola and its correction: within 0.001 of the sine, of additions and products alone, so that a tune is the same everywhere.
    private static double Sine(double turns)
    {
        var x = (2 * (turns - Math.Floor(turns))) - 1; // -1 to 1 for a turn, begun in its middle
        var parabola = 4 * x * (1 - Math.Abs(x));
        return -((0.775 * parabola) + (0.225 * parabola * Math.Abs(parabola)));
    }
}
