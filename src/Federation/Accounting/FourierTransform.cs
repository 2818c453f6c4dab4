namespace Cohort.Federation.Accounting;

/// <summary>The discrete Fourier transform of a power of two of complex numbers, in place (Cooley and Tukey 1965, radix 2).</summary>
internal static class FourierTransform
{
    /// <summary>
    /// Forward without, backward with the factor 1/N. Twiddles come from sine and cosine each, so that the error of a value is within
    /// 4 log2(N) roundings of the 2-norm (Higham 2002, Theorem 24.2).
    /// </summary>
    public static void Transform(double[] real, double[] imaginary, bool backward)
    {
        var n = real.Length;
        Permute(real, imaginary);
        var (cosines, sines) = Twiddles(n);
        for (var half = 1; half < n; half *= 2)
        {
            var stride = n / (2 * half);
            for (var start = 0; start < n; start += 2 * half)
            {
                for (int k = 0, twiddle = 0; k < half; k++, twiddle += stride)
                {
                    var (c, s) = (cosines[twiddle], backward ? sines[twiddle] : -sines[twiddle]);
                    var (i, j) = (start + k, start + k + half);
                    var re = (real[j] * c) - (imaginary[j] * s);
                    var im = (real[j] * s) + (imaginary[j] * c);
                    real[j] = real[i] - re;
                    imaginary[j] = imaginary[i] - im;
                    real[i] += re;
                    imaginary[i] += im;
                }
            }
        }

        if (backward)
        {
            for (var i = 0; i < n; i++)
            {
                real[i] /= n;
                imaginary[i] /= n;
            }
        }
    }

    private static (double[] Cosines, double[] Sines) Twiddles(int n)
    {
        var (cosines, sines) = (new double[Math.Max(1, n / 2)], new double[Math.Max(1, n / 2)]);
        for (var i = 0; i < cosines.Length; i++)
            (sines[i], cosines[i]) = Math.SinCos(2 * Math.PI * i / n);
        return (cosines, sines);
    }

    private static void Permute(double[] real, double[] imaginary)
    {
        var n = real.Length;
        for (int i = 1, j = 0; i < n; i++)
        {
            var bit = n >> 1;
            for (; (j & bit) != 0; bit >>= 1)
                j ^= bit;
            j ^= bit;
            if (i < j)
            {
                (real[i], real[j]) = (real[j], real[i]);
                (imaginary[i], imaginary[j]) = (imaginary[j], imaginary[i]);
            }
        }
    }
}
