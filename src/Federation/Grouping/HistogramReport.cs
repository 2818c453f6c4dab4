using System.Buffers.Binary;
using System.Text;

namespace Cohort.Federation;

/// <summary>
/// What a student tells of its labels: each count with two-sided geometric noise of its own, and at least 0. A sample more or less
/// changes one count by one, so the report is epsilon-differentially private for each sample of the student (Ghosh, Roughgarden
/// and Sundararajan 2012; local, as nobody else sees the counts). Rounding up to 0 is post-processing.
/// </summary>
public sealed class HistogramReport
{
    /// <summary>What epsilon may be: below, a report tells nothing, and above, all.</summary>
    public const double LeastEpsilon = TwoSidedGeometric.LeastEpsilon, LargestEpsilon = TwoSidedGeometric.LargestEpsilon;

    private const int WordsAhead = 64;

    private readonly TwoSidedGeometric _noise;
    private readonly NoiseSecret _secret;
    private readonly string _run;

    /// <param name="epsilon">Of one report, from <see cref="LeastEpsilon"/> to <see cref="LargestEpsilon"/>.</param>
    /// <param name="secret">The run's: the same run always reports the same, so that asking twice tells nothing more.</param>
    /// <param name="run">Names the run.</param>
    public HistogramReport(double epsilon, NoiseSecret secret, string run)
    {
        ArgumentNullException.ThrowIfNull(secret);
        ArgumentException.ThrowIfNullOrEmpty(run);
        (_noise, _secret, _run) = (new TwoSidedGeometric(epsilon), secret, run);
    }

    /// <summary>Noises one student's counts, in place.</summary>
    /// <param name="student">The student's index.</param>
    /// <param name="counts">Shape [C].</param>
    public void Noise(int student, Span<int> counts)
    {
        using var words = new KeyStream(_secret.DeriveKey(Key(student)), WordsAhead);
        foreach (ref var count in counts)
            count = (int)Math.Clamp(count + _noise.Next(words), 0, int.MaxValue);
    }

    /// <summary>All students' reports.</summary>
    public StudentHistograms Of(StudentHistograms students)
    {
        ArgumentNullException.ThrowIfNull(students);
        var reported = new int[students.Students * students.Classes];
        for (var student = 0; student < students.Students; student++)
        {
            var report = reported.AsSpan(student * students.Classes, students.Classes);
            students.Of(student).CopyTo(report);
            Noise(student, report);
        }

        return new StudentHistograms(students.Classes, reported);
    }

    private byte[] Key(int student)
    {
        var purpose = "cohort/label-report/1"u8;
        var run = Encoding.UTF8.GetBytes(_run);
        var key = new byte[purpose.Length + sizeof(int) + run.Length];
        purpose.CopyTo(key);
        BinaryPrimitives.WriteInt32LittleEndian(key.AsSpan(purpose.Length), student);
        run.CopyTo(key, purpose.Length + sizeof(int));
        return key;
    }
}
