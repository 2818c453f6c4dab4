using System.Numerics;

namespace Cohort.Federation.Accounting;

/// <summary>
/// The discrete Fourier transform of a power of two N of complex numbers, in place. Radix 2; the frequencies lie in bit-reversed order, as
/// nobody asks for their order, and so every loop runs through memory as it lies.
/// </summary>
/// <remarks>
/// A value of the result is off by at most 6 u log2(N) times the sum of the moduli of what was transformed (u = 2^-53), because each number
/// reaches it along one path, which at each of log2(N) stages multiplies by a root of unity (known to 2.6 u, multiplied within sqrt(5) u:
/// Brent, Percival and Zimmermann 2007) and adds (u).
/// </remarks>
internal sealed class FourierTransform
{
    private readonly int _n;
    private readonly double[] _cosines;
    private readonly double[] _sines;

    /// <param name="n">N, a power of two of at least 2.</param>
    public FourierTransform(int n)
    {
        if (n < 2 || !BitOperations.IsPow2(n))
            throw new ArgumentOutOfRangeException(nameof(n), n, "The length of a transform is a power of two of at least 2.");
        _n = n;
        (_cosines, _sines) = Roots(n / 2);
    }

    /// <summary>The most that a value may be off by, over the sum of the moduli of what is transformed.</summary>
    public double Error => 6 * BitOperations.Log2((uint)_n) / (double)(1L << 53);

    /// <summary>Where the frequency opposite to the one at a place lies: of real numbers it holds the conjugate.</summary>
    public static int Opposite(int place) => place < 2 ? place : (3 << BitOperations.Log2((uint)place)) - 1 - place;

    /// <summary>From numbers to frequencies.</summary>
    public void Forward(double[] real, double[] imaginary)
    {
        for (var half = _n / 2; half >= 1; half /= 2)
        {
            for (int block = 0, start = 0; start < _n; block++, start += 2 * half)
            {
                Forward(
                    real.AsSpan(start, half), imaginary.AsSpan(start, half), real.AsSpan(start + half, half),
                    imaginary.AsSpan(start + half, half), _cosines[block], _sines[block]);
            }
        }
    }

    /// <summary>From frequencies to numbers, with the factor 1/N.</summary>
    public void Backward(double[] real, double[] imaginary)
    {
        for (var half = 1; half < _n; half *= 2)
        {
            for (int block = 0, start = 0; start < _n; block++, start += 2 * half)
            {
                Backward(
                    real.AsSpan(start, half), imaginary.AsSpan(start, half), real.AsSpan(start + half, half),
                    imaginary.AsSpan(start + half, half), _cosines[block], _sines[block]);
            }
        }

        for (var i = 0; i < _n; i++)
        {
            real[i] /= _n;
            imaginary[i] /= _n;
        }
    }

    /// <summary>(a, b) becomes (a + w b, a - w b).</summary>
    private static void Forward(Span<double> ar, Span<double> ai, Span<double> br, Span<double> bi, double cosine, double sine)
    {
        var i = 0;
        for (var width = Vector<double>.Count; i + width <= ar.Length; i += width)
        {
            Vector<double> xr = new(ar[i..]), xi = new(ai[i..]), yr = new(br[i..]), yi = new(bi[i..]);
            var (re, im) = ((yr * cosine) - (yi * sine), (yr * sine) + (yi * cosine));
            (xr + re).CopyTo(ar[i..]);
            (xi + im).CopyTo(ai[i..]);
            (xr - re).CopyTo(br[i..]);
            (xi - im).CopyTo(bi[i..]);
        }

        for (; i < ar.Length; i++)
        {
            var (re, im) = ((br[i] * cosine) - (bi[i] * sine), (br[i] * sine) + (bi[i] * cosine));
            (ar[i], ai[i], br[i], bi[i]) = (ar[i] + re, ai[i] + im, ar[i] - re, ai[i] - im);
        }
    }

    /// <summary>(a, b) becomes (a + b, (a - b) / w).</summary>
    private static void Backward(Span<double> ar, Span<double> ai, Span<double> br, Span<double> bi, double cosine, double sine)
    {
        var i = 0;
        for (var width = Vector<double>.Count; i + width <= ar.Length; i += width)
        {
            Vector<double> xr = new(ar[i..]), xi = new(ai[i..]), yr = new(br[i..]), yi = new(bi[i..]);
            var (re, im) = (xr - yr, xi - yi);
            (xr + yr).CopyTo(ar[i..]);
            (xi + yi).CopyTo(ai[i..]);
            ((re * cosine) + (im * sine)).CopyTo(br[i..]);
            ((im * cosine) - (re * sine)).CopyTo(bi[i..]);
        }

        for (; i < ar.Length; i++)
        {
            var (re, im) = (ar[i] - br[i], ai[i] - bi[i]);
            (ar[i], ai[i]) = (ar[i] + br[i], ai[i] + bi[i]);
            (br[i], bi[i]) = ((re * cosine) + (im * sine), (im * cosine) - (re * sine));
        }
    }

    /// <summary>
    /// w of block b: e^(i pi f), f the bits of b read as a binary fraction from the lowest on. From angles up to pi/4, where rounding the
    /// angle costs least.
    /// </summary>
    private static (double[] Cosines, double[] Sines) Roots(int blocks)
    {
        var (cosines, sines) = (new double[blocks], new double[blocks]);
        cosines[0] = 1;
        for (var block = 1; block < blocks; block++)
        {
            if (block % 2 == 1)
            {
                (cosines[block], sines[block]) = (-sines[block - 1], cosines[block - 1]);
                continue;
            }

            var fraction = Reversed((uint)block) / 4294967296.0;
            var (sine, cosine) = Math.SinCos(Math.PI * Math.Min(fraction, 0.5 - fraction));
            (cosines[block], sines[block]) = fraction <= 0.25 ? (cosine, sine) : (sine, cosine);
        }

        return (cosines, sines);
    }

    private static uint Reversed(uint bits)
    {
        bits = ((bits >> 1) & 0x55555555) | ((bits & 0x55555555) << 1);
        bits = ((bits >> 2) & 0x33333333) | ((bits & 0x33333333) << 2);
        bits = ((bits >> 4) & 0x0F0F0F0F) | ((bits & 0x0F0F0F0F) << 4);
        return System.Buffers.Binary.BinaryPrimitives.ReverseEndianness(bits);
    }
}
