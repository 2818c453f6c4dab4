using System.Security.Cryptography;

namespace Cohort.Federation.Tests.SecureAggregation;

/// <summary>NOT SECRET: bytes that anybody who knows the seed can repeat, so that a failing test can be.</summary>
internal sealed class SeededGenerator(int seed) : RandomNumberGenerator
{
    private readonly Random _random = new(seed);

    public override void GetBytes(byte[] data) => _random.NextBytes(data);
}
