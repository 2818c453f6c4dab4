using System.Numerics;
using System.Security.Cryptography;

namespace Cohort.Federation.SecureAggregation;

/// <summary>
/// A P-256 key pair that follows from a seed, so that who holds the seed holds the key: a seed of 128 bits is shared out instead of
/// a key of 256, and P-256 has no more than 128 bits of strength.
/// </summary>
internal sealed class AgreementKey : IDisposable
{
    private const int ScalarBytes = 32;

    // SEC 2, secp256r1: the order of the group.
    private static readonly byte[] Order = Convert.FromHexString("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551");

    private readonly ECDiffieHellman _key;
    private readonly CheckedAgreement? _checked;

    private AgreementKey(ECDiffieHellman key)
    {
        _key = key;
        _checked = CheckedAgreement.For(key);
        PublicKey = PeerKey.Compress(key.ExportParameters(includePrivateParameters: false).Q);
    }

    /// <summary>The compressed point, 33 bytes.</summary>
    public byte[] PublicKey { get; }

    /// <param name="seed">At least 16 secret bytes.</param>
    public static AgreementKey FromSeed(ReadOnlySpan<byte> seed)
    {
        // FIPS 186-5, A.2.2: candidates are tried until one is in 1 .. order - 1; the first one is, but for 2^-32 of the seeds.
        var scalar = new byte[ScalarBytes];
        try
        {
            for (byte attempt = 1; ; attempt++)
            {
                HKDF.DeriveKey(HashAlgorithmName.SHA256, seed, scalar, salt: default, [.. "cohort/secure-aggregation/scalar/1"u8, attempt]);
                if (scalar.AsSpan().ContainsAnyExcept((byte)0) && scalar.AsSpan().SequenceCompareTo(Order) < 0)
                    return new(CheckedAgreement.Create(new() { Curve = ECCurve.NamedCurves.nistP256, D = scalar }));
            }
        }
        finally
        {
            CryptographicOperations.ZeroMemory(scalar);
        }
    }

    /// <summary>Thirty-two bytes that only the two hold: HKDF-SHA256 of the Diffie-Hellman secret.</summary>
    /// <param name="peer">The other's public key.</param>
    /// <param name="info">What for.</param>
    public byte[] Agree(PeerKey peer, ReadOnlySpan<byte> info)
    {
        var secret = SecretWith(peer);
        var derived = Derive(secret, info);
        CryptographicOperations.ZeroMemory(secret);
        return derived;
    }

    /// <summary>Two such keys at the price of one agreement.</summary>
    public (byte[] First, byte[] Second) AgreeTwice(PeerKey peer, ReadOnlySpan<byte> first, ReadOnlySpan<byte> second)
    {
        var secret = SecretWith(peer);
        var derived = (Derive(secret, first), Derive(secret, second));
        CryptographicOperations.ZeroMemory(secret);
        return derived;
    }

    public void Dispose()
    {
        _checked?.Dispose();
        _key.Dispose();
    }

    private byte[] SecretWith(PeerKey peer) =>
        _checked is { } fast && peer.Handle is { } handle ? fast.Derive(handle) : _key.DeriveRawSecretAgreement(peer.Key);

    internal static byte[] Derive(ReadOnlySpan<byte> secret, ReadOnlySpan<byte> info)
    {
        var derived = new byte[32];
        HKDF.DeriveKey(HashAlgorithmName.SHA256, secret, derived, salt: default, info);
        return derived;
    }
}

/// <summary>Somebody's public key: a point that was found on the curve.</summary>
internal sealed class PeerKey : IDisposable
{
    // SEC 2, secp256r1: y^2 = x^3 - 3x + b over the integers modulo p, and p = 3 modulo 4.
    private static readonly BigInteger P = Hex("ffffffff00000001000000000000000000000000ffffffffffffffffffffffff");
    private static readonly BigInteger B = Hex("5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604b");

    private readonly ECDiffieHellman _key;

    private PeerKey(ECDiffieHellman key)
    {
        _key = key;
        Key = key.PublicKey;
        Handle = CheckedAgreement.HandleOf(key);
    }

    public ECDiffieHellmanPublicKey Key { get; }

    /// <summary>The same, for OpenSSL; null elsewhere.</summary>
    public SafeEvpPKeyHandle? Handle { get; }

    /// <summary>SEC 1, 2.3.3: 2 or 3 for the parity of y, then x, big-endian.</summary>
    public static byte[] Compress(ECPoint point) => [(byte)(2 | (point.Y![^1] & 1)), .. point.X!];

    /// <summary>SEC 1, 2.3.4.</summary>
    /// <returns>Null if this is no point of the curve.</returns>
    public static PeerKey? Parse(ReadOnlySpan<byte> compressed)
    {
        if (compressed.Length != SecureSizes.PublicKey || compressed[0] is not (2 or 3))
            return null;
        var x = new BigInteger(compressed[1..], isUnsigned: true, isBigEndian: true);
        if (x >= P)
            return null;
        var square = ((((x * x) - 3) * x) + B) % P;
        square = square.Sign < 0 ? square + P : square;
        var y = BigInteger.ModPow(square, (P + 1) / 4, P);
        if ((y * y) % P != square)
            return null;
        if ((y.IsEven ? 2 : 3) != compressed[0])
            y = P - y;
        var bytes = new byte[32];
        y.TryWriteBytes(bytes.AsSpan(32 - y.GetByteCount(isUnsigned: true)), out _, isUnsigned: true, isBigEndian: true);
        return new(CheckedAgreement.Create(new()
        {
            Curve = ECCurve.NamedCurves.nistP256,
            Q = new ECPoint { X = compressed[1..].ToArray(), Y = bytes },
        }));
    }

    public void Dispose()
    {
        Handle?.Dispose();
        Key.Dispose();
        _key.Dispose();
    }

    private static BigInteger Hex(string digits) => new(Convert.FromHexString(digits), isUnsigned: true, isBigEndian: true);
}
