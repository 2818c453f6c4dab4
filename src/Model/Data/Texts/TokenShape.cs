namespace Cohort.Model.Data.Texts;

/// <summary>
/// A text as a network sees it: ids from 1 to <paramref name="Buckets"/> of its tokens, and 0 where it has fewer. They are floats, which
/// hold whole numbers exactly up to 2^24.
/// </summary>
/// <param name="MostTokens">Ids of one text.</param>
/// <param name="Buckets">How many different ids there are beside 0.</param>
public sealed record TokenShape(int MostTokens, int Buckets) : SampleShape
{
    /// <summary>An example.</summary>
    public static TokenShape Any { get; } = new(512, 32_768);

    public override int Length => MostTokens;

    public override string Kind => "text";

    public override long[] Batch(long count) => [count, MostTokens];

    public override string ToString() => $"up to {MostTokens} tokens in {Buckets} buckets";
}
