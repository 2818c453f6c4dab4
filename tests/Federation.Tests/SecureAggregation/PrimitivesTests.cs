using System.Security.Cryptography;
using Cohort.Federation.SecureAggregation;

namespace Cohort.Federation.Tests.SecureAggregation;

/// <summary>What secure sums are built of.</summary>
public class PrimitivesTests
{
    [Fact]
    public void Any_t_shares_give_the_secret_and_t_less_one_do_not()
    {
        for (var seed = 0; seed < 50; seed++)
        {
            var random = new Random(seed);
            var n = random.Next(2, 40);
            var t = random.Next(2, n + 1);
            var secret = new byte[16];
            random.NextBytes(secret);
            var shares = SecretSharing.Split(secret, t, n, new SeededGenerator(seed));
            var points = Enumerable.Range(1, n).ToArray();
            random.Shuffle(points);

            Combine(shares, points[..t], at: 0).ShouldBe(secret);
            Combine(shares, points[..(t - 1)], at: 0).ShouldNotBe(secret);
            Combine(shares, points[..t], at: points[^1]).ShouldBe(Share(shares, points[^1]).ToArray());
        }
    }

    [Fact]
    public void Shares_work_beyond_255_students()
    {
        var secret = RandomNumberGenerator.GetBytes(16);
        var shares = SecretSharing.Split(secret, 300, 1000, RandomNumberGenerator.Create());
        Combine(shares, [.. Enumerable.Range(701, 300)], at: 0).ShouldBe(secret);
    }

    [Fact]
    public void One_share_of_a_constant_secret_is_uniform_over_dealings()
    {
        // 1,000 dealings, 16 bytes each: chi-square over 256 values within 5.7 standard deviations of its mean.
        var counts = new int[256];
        var random = new SeededGenerator(7);
        for (var dealing = 0; dealing < 1000; dealing++)
        {
            foreach (var value in Share(SecretSharing.Split(new byte[16], 2, 3, random), 3).ToArray())
                counts[value]++;
        }

        counts.Sum(count => Math.Pow(count - 62.5, 2) / 62.5).ShouldBeInRange(255 - 130, 255 + 130);
    }

    [Fact]
    public void The_field_s_elements_have_inverses_and_2_generates_them_all()
    {
        ushort power = 1;
        var order = 0;
        do
        {
            SecretSharing.Multiply(power, SecretSharing.Inverse(power)).ShouldBe((ushort)1);
            power = SecretSharing.Multiply(power, 2);
            order++;
        }
        while (power != 1);
        order.ShouldBe(65535);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void The_mask_generator_is_AES_256_CTR_as_NIST_s_cipher_gives_it(bool portable)
    {
        var key = Convert.FromHexString("603deb1015ca71be2b73aef0857d77811f352c073b6108d72d9810a30914dff4");
        foreach (var length in new[] { 1, 15, 16, 17, 127, 128, 129, 4096, 16384, 40_001 })
        {
            var expected = new byte[(length + 15) / 16 * 16];
            for (var block = 0; block < expected.Length / 16; block++)
                System.Buffers.Binary.BinaryPrimitives.WriteInt64BigEndian(expected.AsSpan((16 * block) + 8), block);
            using var aes = Aes.Create();
            aes.Key = key;
            expected = aes.EncryptEcb(expected, PaddingMode.None);

            using var stream = new MaskStream(key, portable);
            var drawn = new byte[length];
            var first = length / 2 / 16 * 16;
            stream.Next(drawn.AsSpan(0, first));
            stream.Next(drawn.AsSpan(first));
            drawn.ShouldBe(expected[..length]);
        }
    }

    [Fact]
    public void Vectors_of_any_width_are_packed_and_unpacked_without_a_bit_lost()
    {
        for (var bits = 2; bits <= SecureSetup.MostBits; bits++)
        {
            foreach (var length in new[] { 1, 2, 7, 64, 101 })
            {
                var random = new Random((100 * bits) + length);
                var sum = new MaskedSum(length, bits);
                sum.AddMask(RandomNumberGenerator.GetBytes(32), subtract: false);
                var packed = sum.Pack();
                packed.Length.ShouldBe(((length * bits) + 7) / 8);
                var again = new MaskedSum(length, bits);
                again.AddPacked(packed);
                again.Pack().ShouldBe(packed);
                again.Centred().ShouldBe(sum.Centred());
            }
        }
    }

    [Fact]
    public void A_packed_vector_with_bits_too_many_is_refused_and_nothing_added()
    {
        var sum = new MaskedSum(3, 5);
        Should.Throw<ArgumentException>(() => sum.AddPacked([0, 0x80])).Message.ShouldContain("belong to no value");
        Should.Throw<ArgumentException>(() => sum.AddPacked([0, 0, 0])).Message.ShouldContain("expected 2");
        sum.Centred().ShouldBe([0, 0, 0]);
    }

    [Fact]
    public void Keys_agree_from_either_side_and_a_point_survives_its_compression()
    {
        for (byte i = 0; i < 40; i++)
        {
            using var mine = AgreementKey.FromSeed([i, .. new byte[15]]);
            using var yours = AgreementKey.FromSeed([i, 1, .. new byte[14]]);
            using var toYou = PeerKey.Parse(yours.PublicKey)!;
            using var toMe = PeerKey.Parse(mine.PublicKey)!;
            mine.Agree(toYou, "x"u8).ShouldBe(yours.Agree(toMe, "x"u8));
            mine.Agree(toYou, "x"u8).ShouldNotBe(mine.Agree(toYou, "y"u8));
            using var again = AgreementKey.FromSeed([i, .. new byte[15]]);
            again.PublicKey.ShouldBe(mine.PublicKey);
        }
    }

    [Fact]
    public void The_quick_agreement_gives_the_secret_that_NET_s_own_gives()
    {
        var (mine, yours) = (ECDiffieHellman.Create(ECCurve.NamedCurves.nistP256), ECDiffieHellman.Create(ECCurve.NamedCurves.nistP256));
        var me = CheckedAgreement.Create(mine.ExportParameters(includePrivateParameters: true));
        var you = CheckedAgreement.Create(yours.ExportParameters(includePrivateParameters: false));
        using var quick = CheckedAgreement.For(me).ShouldNotBeNull(); // Linux with OpenSSL 3, on which all tests run
        using var handle = CheckedAgreement.HandleOf(you).ShouldNotBeNull();
        for (var again = 0; again < 3; again++)
            quick.Derive(handle).ShouldBe(mine.DeriveRawSecretAgreement(yours.PublicKey));
    }

    [Fact]
    public void What_is_no_compressed_point_is_no_key()
    {
        using var key = AgreementKey.FromSeed(new byte[16]);
        PeerKey.Parse(key.PublicKey).ShouldNotBeNull().Dispose();
        PeerKey.Parse([]).ShouldBeNull();
        PeerKey.Parse([4, .. key.PublicKey[1..]]).ShouldBeNull();
        PeerKey.Parse([2, .. Enumerable.Repeat((byte)255, 32)]).ShouldBeNull(); // above the field's prime
        Enumerable.Range(0, 64).Count(x => PeerKey.Parse([2, .. new byte[31], (byte)x]) is null).ShouldBeInRange(16, 48);
    }

    [Fact]
    public void No_two_contexts_of_a_session_have_the_same_bytes()
    {
        var session = new SecureSession("run", 1, 2, 3, "leader");
        var all = new[]
        {
            session.Encode("a", 1, 2), session.Encode("a", 2, 1), session.Encode("a", 1), session.Encode("a"), session.Encode("b", 1, 2),
            (session with { Run = "ru", Leader = "nleader" }).Encode("a", 1, 2), (session with { Leader = "leadera" }).Encode("", 1, 2),
            (session with { Round = 2 }).Encode("a", 1, 2), (session with { Group = 3 }).Encode("a", 1, 2),
            (session with { IntraRound = 2 }).Encode("a", 1, 2),
        };
        all.Select(Convert.ToHexString).Distinct(StringComparer.Ordinal).Count().ShouldBe(all.Length);
    }

    private static ReadOnlyMemory<byte> Share(byte[] shares, int point) => shares.AsMemory((point - 1) * 16, 16);

    private static byte[] Combine(byte[] shares, int[] points, int at) =>
        SecretSharing.Combine(SecretSharing.Coefficients(points, at), [.. points.Select(point => Share(shares, point))]);
}
