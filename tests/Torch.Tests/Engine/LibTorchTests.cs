namespace Cohort.Torch.Tests.Engine;

public sealed class LibTorchTests
{
    [Fact]
    public void The_description_names_version_and_the_blas_that_is_loaded()
    {
        var description = LibTorch.Describe();
        Version.Parse(description.Version).Major.ShouldBeGreaterThanOrEqualTo(1);
        description.Threads.ShouldBe(torch.get_num_threads());
        description.CudaDevices.ShouldBeGreaterThanOrEqualTo(0);
        description.ToString().ShouldContain(Path.GetFileName(description.Blas));
        File.ReadAllText("/proc/self/maps").ShouldContain(description.Blas);
    }

    [Theory]
    [InlineData("/usr/lib/x86_64-linux-gnu/blas/libblas.so.3.11.0", false)]
    [InlineData("/usr/lib/x86_64-linux-gnu/openblas-pthread/libopenblasp-r0.3.21.so", true)]
    public void The_reference_blas_is_known_to_be_slow(string file, bool fast)
    {
        var description = new LibTorch("1.13.1", file, 1, Mkldnn: true, CudaDevices: 0);
        description.HasFastBlas.ShouldBe(fast);
        description.ToString().Contains("libopenblas0-pthread", StringComparison.Ordinal).ShouldBe(!fast);
    }
}
