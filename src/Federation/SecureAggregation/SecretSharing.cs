using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Security.Cryptography;

namespace Cohort.Federation.SecureAggregation;

/// <summary>
/// Shamir's t-of-n sharing (Shamir 1979, "How to Share a Secret") of 16 bytes, as eight elements of GF(2^16): that field has room
/// for 65,535 students where bytes have for 255, its shares are as long as the secret, and its elements fill a vector register.
/// Time depends on public numbers only: students' points and coefficients that follow from them, never on secrets or shares.
/// </summary>
internal static class SecretSharing
{
    // x^16 + x^12 + x^3 + x + 1, primitive over GF(2).
    private const ushort Reduction = 0x100B;

    /// <summary>The shares of points 1 .. n.</summary>
    /// <param name="secret">16 bytes.</param>
    /// <param name="threshold">t: so many shares give the secret, and fewer tell nothing of it.</param>
    /// <param name="students">n.</param>
    /// <param name="random">For the polynomial's other coefficients.</param>
    /// <returns>Shape [n, 16].</returns>
    public static byte[] Split(ReadOnlySpan<byte> secret, int threshold, int students, RandomNumberGenerator random)
    {
        RequireSecret(secret.Length);
        var bytes = new byte[threshold * SecureSizes.Seed];
        random.GetBytes(bytes);
        secret.CopyTo(bytes);
        var coefficients = MemoryMarshal.Cast<byte, Vector128<ushort>>(bytes.AsSpan());
        var shares = new byte[students * SecureSizes.Share];
        for (var point = 1; point <= students; point++)
        {
            var value = coefficients[^1];
            for (var power = threshold - 2; power >= 0; power--)
                value = Multiply(value, (ushort)point) ^ coefficients[power];
            value.AsByte().CopyTo(shares.AsSpan((point - 1) * SecureSizes.Share));
        }

        CryptographicOperations.ZeroMemory(bytes);
        return shares;
    }

    /// <summary>
    /// Lagrange's coefficients: the polynomial through shares at these points has, at <paramref name="at"/>, the value of the sum
    /// of coefficient times share.
    /// </summary>
    /// <param name="points">Distinct, from 1 on, as many as the threshold.</param>
    /// <param name="at">0 for the secret, or another student's point.</param>
    public static ushort[] Coefficients(ReadOnlySpan<int> points, int at)
    {
        var coefficients = new ushort[points.Length];
        for (var i = 0; i < points.Length; i++)
        {
            ushort above = 1, below = 1;
            for (var j = 0; j < points.Length; j++)
            {
                if (j == i)
                    continue;
                above = Multiply(above, (ushort)(points[j] ^ at));
                below = Multiply(below, (ushort)(points[j] ^ points[i]));
            }

            coefficients[i] = Multiply(above, Inverse(below));
        }

        return coefficients;
    }

    /// <summary>The sum of coefficient times share, 16 bytes.</summary>
    public static byte[] Combine(ReadOnlySpan<ushort> coefficients, ReadOnlySpan<ReadOnlyMemory<byte>> shares)
    {
        var sum = Vector128<ushort>.Zero;
        for (var i = 0; i < coefficients.Length; i++)
        {
            RequireSecret(shares[i].Length);
            sum ^= Multiply(Vector128.Create(shares[i].Span).AsUInt16(), coefficients[i]);
        }

        var bytes = new byte[SecureSizes.Seed];
        sum.AsByte().CopyTo(bytes);
        return bytes;
    }

    /// <summary>Eight secret elements times one public one.</summary>
    private static Vector128<ushort> Multiply(Vector128<ushort> secrets, ushort factor)
    {
        var product = Vector128<ushort>.Zero;
        var reduction = Vector128.Create(Reduction);
        for (uint rest = factor; rest != 0; rest >>= 1)
        {
            if ((rest & 1) != 0)
                product ^= secrets;
            var carries = Vector128.ShiftRightArithmetic(secrets.AsInt16(), 15).AsUInt16();
            secrets = (secrets << 1) ^ (carries & reduction);
        }

        return product;
    }

    internal static ushort Multiply(ushort left, ushort right)
    {
        uint product = 0, shifted = left;
        for (uint rest = right; rest != 0; rest >>= 1)
        {
            product ^= (rest & 1) * shifted;
            shifted <<= 1;
            shifted ^= (shifted >> 16) * (0x10000u | Reduction);
        }

        return (ushort)product;
    }

    /// <summary>a^(2^16 - 2).</summary>
    internal static ushort Inverse(ushort value)
    {
        ushort inverse = 1, power = value;
        for (var i = 1; i < 16; i++)
        {
            power = Multiply(power, power);
            inverse = Multiply(inverse, power);
        }

        return inverse;
    }

    private static void RequireSecret(int length)
    {
        if (length != SecureSizes.Seed)
            throw new ArgumentException($"Secrets and shares have {SecureSizes.Seed} bytes but got {length}.");
    }
}
