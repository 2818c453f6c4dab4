namespace Cohort.Federation.Tests.Compression;

public class UpdateCompressionTests
{
    [Fact]
    public void A_compression_is_known_by_being_there() =>
        Catalogue.Of<IUpdateCompression>().Select(kind => kind.Name).ShouldBe(["none", "quantise", "signs", "topK"]);

    [Fact]
    public void None_takes_four_bytes_a_value_and_changes_nothing()
    {
        int[] update = [int.MinValue, -1, 0, 1, int.MaxValue];
        var none = new NoCompression();

        var encoded = none.Encode(update, Settings.None, new Random(1));
        encoded.Length.ShouldBe(20);
        var decoded = new int[5];
        none.Decode(encoded, Settings.None, decoded);

        decoded.ShouldBe(update);
        Should.Throw<UpdateRejectedException>(() => none.Decode(encoded.AsSpan(1), Settings.None, decoded));
    }

    /// <summary>Every kind that there will ever be.</summary>
    [Fact]
    public void Whatever_the_kind_decoding_gives_as_many_values_as_were_encoded_and_keeps_to_its_word()
    {
        var random = new Random(9);
        int[] update = [.. Enumerable.Range(0, 4321).Select(_ => random.Next(-1000, 1000))];
        foreach (var kind in Catalogue.Of<IUpdateCompression>())
        {
            var decoded = new int[update.Length];
            decoded.AsSpan().Fill(int.MaxValue);
            kind.Decode(kind.Encode(update, Settings.None, new Random(1)), Settings.None, decoded);

            decoded.ShouldAllBe(value => value != int.MaxValue, kind.Name);
            if (kind.OnlyShrinks)
                decoded.Zip(update).ShouldAllBe(pair => Math.Abs(pair.First) <= Math.Abs(pair.Second), kind.Name);
        }
    }
}

/// <summary>A compression that nothing but this file knows of: all values become the smallest magnitude, with their signs.</summary>
internal sealed class Signs : IUpdateCompression
{
    public string Name => "signs";

    public string Meaning => "the signs alone";

    public bool OnlyShrinks => true;

    public byte[] Encode(ReadOnlySpan<int> update, Settings settings, Random random)
    {
        var signs = new byte[update.Length];
        for (var i = 0; i < signs.Length; i++)
            signs[i] = (byte)(Math.Sign(update[i]) + 1);
        return signs;
    }

    public void Decode(ReadOnlySpan<byte> encoded, Settings settings, Span<int> update)
    {
        for (var i = 0; i < update.Length; i++)
            update[i] = encoded[i] - 1;
    }
}
