namespace Cohort.Model.Data.Texts;

/// <summary>Texts of so many bytes of UTF-8 at most; what is left of a shorter one's row is filled with zeros, which no text holds.</summary>
public sealed record TextShape(int MostBytes) : SampleShape
{
    /// <summary>
    /// All texts: up to 4,096 bytes, some 700 words of English. Longer ones are refused where they are read, since nothing would tell that
    /// only their beginning was looked at.
    /// </summary>
    public static TextShape Default { get; } = new(4_096);

    /// <summary>Bytes of one text's row.</summary>
    public override int Length => MostBytes;

    public override string Kind => "text";

    public override long[] Batch(long count) => [count, MostBytes];

    public override string ToString() => $"up to {MostBytes} bytes";
}
