namespace Cohort.Federation.Tests;

/// <summary>100 students with about 50 samples each, FER2013's classes dealt out by Dirichlet(0.1) over students.</summary>
internal static class FerStudents
{
    private static readonly int[] Proportions = [719, 72, 726, 1279, 813, 525, 866];

    public static StudentHistograms Draw(int seed, int students = 100)
    {
        var random = new Random(seed);
        var counts = new int[students * Proportions.Length];
        for (var c = 0; c < Proportions.Length; c++)
        {
            var shares = Enumerable.Range(0, students).Select(_ => SmallGamma(0.1, random)).ToArray();
            var total = shares.Sum();
            for (var i = 0; i < Proportions[c] * students / 100; i++)
            {
                var rest = random.NextDouble() * total;
                var student = 0;
                while (student < students - 1 && (rest -= shares[student]) >= 0)
                    student++;
                counts[(student * Proportions.Length) + c]++;
            }
        }

        return new StudentHistograms(Proportions.Length, counts);
    }

    // Ahrens and Dieter 1974, algorithm GS, for shapes below 1.
    private static double SmallGamma(double shape, Random random)
    {
        var b = (Math.E + shape) / Math.E;
        while (true)
        {
            var p = b * random.NextDouble();
            var x = p <= 1 ? Math.Pow(p, 1 / shape) : -Math.Log((b - p) / shape);
            if (random.NextDouble() <= (p <= 1 ? Math.Exp(-x) : Math.Pow(x, shape - 1)))
                return x;
        }
    }
}
