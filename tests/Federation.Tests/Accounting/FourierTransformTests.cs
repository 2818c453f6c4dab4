using System.Numerics;
using Cohort.Federation.Accounting;

namespace Cohort.Federation.Tests.Accounting;

public class FourierTransformTests
{
    [Theory]
    [InlineData(2)]
    [InlineData(4)]
    [InlineData(64)]
    [InlineData(512)]
    public void A_cyclic_convolution_is_that_of_the_definition(int n)
    {
        var (a, b) = (Numbers(n, 1), Numbers(n, 2));
        var expected = new Complex[n];
        for (var i = 0; i < n; i++)
        {
            for (var j = 0; j < n; j++)
                expected[(i + j) % n] += a[i] * b[j];
        }

        var (left, right) = (Transformed(a), Transformed(b));
        var product = left.Zip(right, (x, y) => x * y).ToArray();
        var (real, imaginary) = Parts(product);
        new FourierTransform(n).Backward(real, imaginary);

        for (var i = 0; i < n; i++)
            (new Complex(real[i], imaginary[i]) - expected[i]).Magnitude.ShouldBeLessThan(1e-13 * n);
    }

    [Fact]
    public void Every_frequency_is_within_the_error_stated_and_lies_opposite_to_its_conjugate()
    {
        const int N = 1024;
        var numbers = Numbers(N, 3);
        var found = Transformed(numbers);
        var tolerance = new FourierTransform(N).Error * numbers.Sum(number => number.Magnitude);
        for (var place = 0; place < N; place++)
        {
            // The frequency in the order of places: bits reversed.
            var frequency = Enumerable.Range(0, 10).Sum(bit => ((place >> bit) & 1) << (9 - bit));
            var expected = Complex.Zero;
            for (var j = 0; j < N; j++)
                expected += numbers[j] * Complex.FromPolarCoordinates(1, 2 * Math.PI * (frequency * j % N) / N);
            (found[place] - expected).Magnitude.ShouldBeLessThan(tolerance + 1e-12);
        }

        var real = Transformed(Array.ConvertAll(numbers, number => new Complex(number.Real, 0)));
        for (var place = 0; place < N; place++)
            (real[FourierTransform.Opposite(place)] - Complex.Conjugate(real[place])).Magnitude.ShouldBeLessThan(2 * tolerance);
    }

    [Fact]
    public void A_length_that_is_no_power_of_two_is_named() =>
        Should.Throw<ArgumentOutOfRangeException>(() => new FourierTransform(12)).Message.ShouldContain("power of two");

    private static Complex[] Transformed(Complex[] numbers)
    {
        var (real, imaginary) = Parts(numbers);
        new FourierTransform(numbers.Length).Forward(real, imaginary);
        return [.. real.Zip(imaginary, (re, im) => new Complex(re, im))];
    }

    private static (double[] Real, double[] Imaginary) Parts(Complex[] numbers) =>
        ([.. numbers.Select(number => number.Real)], [.. numbers.Select(number => number.Imaginary)]);

    private static Complex[] Numbers(int n, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, n).Select(_ => new Complex(random.NextDouble() - 0.5, random.NextDouble() - 0.5))];
    }
}
