using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;

namespace Cohort.Model.Data;

/// <summary>SHA-256 over a sample set: equal digests mean equal data.</summary>
internal static class SampleDigest
{
    public static string Of(ISampleSet set)
    {
        using IncrementalHash hash = Begin(set);
        byte[] pixels = new byte[set.Shape.Length];
        for (int i = 0; i < set.Count; i++)
            AppendAttributes(hash, set.LabelOf(i), set.PersonOf(i));
        for (int i = 0; i < set.Count; i++)
        {
            set.CopySample(i, pixels);
            hash.AppendData(pixels);
        }

        return End(hash);
    }

    /// <summary>As <see cref="Of(ISampleSet)"/>, over one contiguous buffer of pixels.</summary>
    public static string Of(ISampleSet set, ReadOnlySpan<byte> pixels)
    {
        using IncrementalHash hash = Begin(set);
        for (int i = 0; i < set.Count; i++)
            AppendAttributes(hash, set.LabelOf(i), set.PersonOf(i));
        hash.AppendData(pixels);
        return End(hash);
    }

    /// <summary>The digest of a set that a text describes completely, such as a generator's parameters.</summary>
    public static string Of(string description) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(description)));

    /// <summary>Of every sample's value of an attribute.</summary>
    public static string Of(SampleAttribute attribute) =>
        Of(string.Join('\n', Enumerable.Range(0, attribute.Count).Select(i => attribute[i] is { } value ? "=" + value : "")));

    private static IncrementalHash Begin(ISampleSet set)
    {
        var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        string head = $"cohort-samples 1\n{set.Shape}\n{set.Count}\n{string.Join('\n', set.Classes)}\n\n";
        hash.AppendData(Encoding.UTF8.GetBytes(head));
        return hash;
    }

    private static void AppendAttributes(IncrementalHash hash, int label, int person)
    {
        Span<int> words = [label, person];
        hash.AppendData(MemoryMarshal.AsBytes(words));
    }

    private static string End(IncrementalHash hash) => Convert.ToHexStringLower(hash.GetHashAndReset());
}
