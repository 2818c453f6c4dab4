using System.Runtime.InteropServices;
using static Cohort.Torch.Native;

namespace Cohort.Torch;

/// <summary>What the tensor engine runs on.</summary>
/// <param name="Version">libtorch's version.</param>
/// <param name="Blas">The file of the library that multiplies matrices.</param>
/// <param name="Threads">The threads that operations called on this thread may use.</param>
/// <param name="Mkldnn">Whether convolutions go through oneDNN.</param>
/// <param name="CudaDevices">The number of CUDA devices that can be used.</param>
public sealed record LibTorch(string Version, string Blas, int Threads, bool Mkldnn, int CudaDevices)
{
    /// <summary>False for the reference BLAS, which is ten times slower than OpenBLAS.</summary>
    public bool HasFastBlas =>
        !Path.GetFileName(Blas).StartsWith("libblas", StringComparison.Ordinal);

    /// <summary>Loads the library, if it was not, and says what was found.</summary>
    /// <exception cref="DllNotFoundException">libtorch, or the shim over it, is not where the loader looks.</exception>
    public static unsafe LibTorch Describe() => new(
        Text(cohort_version()), Text(cohort_blas()), cohort_get_num_threads(), cohort_has_mkldnn() != 0,
            cohort_cuda_device_count());

    public override string ToString() =>
        $"libtorch {Version}, BLAS {Path.GetFileName(Blas)}{(HasFastBlas ? "" : " (slow: install libopenblas0-pthread)")}, " +
        $"{Threads} thread{(Threads == 1 ? "" : "s")}, {(Mkldnn ? "oneDNN" : "no oneDNN")}, " +
        (CudaDevices == 0 ? "no CUDA" : $"{CudaDevices} CUDA device{(CudaDevices == 1 ? "" : "s")}");

    private static unsafe string Text(byte* text) => Marshal.PtrToStringUTF8((nint)text)!;
}
