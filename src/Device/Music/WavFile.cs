using System.Buffers.Binary;

namespace Cohort.Device.Music;

/// <summary>RIFF WAVE files: PCM, 16 bit, one channel.</summary>
public static class WavFile
{
    private const int HeaderLength = 44;

    /// <param name="sound">From -1 to 1; louder is cut off.</param>
    /// <param name="samplesPerSecond">How fast.</param>
    public static byte[] Of(ReadOnlySpan<float> sound, int samplesPerSecond)
    {
        var data = sizeof(short) * sound.Length;
        var file = new byte[HeaderLength + data];
        "RIFF"u8.CopyTo(file);
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(4), HeaderLength - 8 + data);
        "WAVEfmt "u8.CopyTo(file.AsSpan(8));
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(16), 16);
        BinaryPrimitives.WriteInt16LittleEndian(file.AsSpan(20), 1); // PCM
        BinaryPrimitives.WriteInt16LittleEndian(file.AsSpan(22), 1); // channels
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(24), samplesPerSecond);
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(28), samplesPerSecond * sizeof(short));
        BinaryPrimitives.WriteInt16LittleEndian(file.AsSpan(32), sizeof(short));
        BinaryPrimitives.WriteInt16LittleEndian(file.AsSpan(34), 16);
        "data"u8.CopyTo(file.AsSpan(36));
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(40), data);
        for (var i = 0; i < sound.Length; i++)
        {
            BinaryPrimitives.WriteInt16LittleEndian(file.AsSpan(HeaderLength + (sizeof(short) * i)), (short)Math.Round(Math.Clamp(sound[i], -1, 1) * short.MaxValue));
        }

        return file;
    }
}
