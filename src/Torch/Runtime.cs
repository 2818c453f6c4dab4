using static Cohort.Torch.Native;

namespace Cohort.Torch;

public static partial class torch
{
    /// <summary>
    /// The number of threads that operations called on this thread may use, itself included. It changes nothing for other
    /// threads that have used torch before; threads that use it for the first time start with the number set last.
    /// </summary>
    public static void set_num_threads(int num)
    {
        if (num < 1) throw new ArgumentOutOfRangeException(nameof(num), num, "At least one thread computes.");
        cohort_set_num_threads(num);
    }

    /// <inheritdoc cref="set_num_threads"/>
    public static int get_num_threads() => cohort_get_num_threads();
}
