using System.Runtime.InteropServices;
using static Cohort.Torch.Native;

namespace Cohort.Torch;

public static partial class torch
{
    /// <summary>
    /// A source of random numbers on the CPU. The numbers are a function of the seed and of what was drawn before.
    /// </summary>
    public sealed class Generator : IDisposable
    {
        private readonly GeneratorHandle _handle;

        public Generator(ulong seed = 0) : this(new GeneratorHandle(cohort_generator_new(seed)))
        {
        }

        private Generator(GeneratorHandle handle) => _handle = handle;

        /// <summary>The calling thread's own.</summary>
        internal static Generator OfThread => new(new GeneratorHandle(cohort_thread_generator()));

        internal nint Handle
        {
            get
            {
                ObjectDisposedException.ThrowIf(_handle.IsClosed, this);
                return _handle.DangerousGetHandle();
            }
        }

        public Generator manual_seed(long seed)
        {
            cohort_generator_seed(Handle, unchecked((ulong)seed));
            GC.KeepAlive(this);
            return this;
        }

        public void Dispose() => _handle.Dispose();

        private sealed class GeneratorHandle : SafeHandle
        {
            internal GeneratorHandle(nint generator) : base(0, ownsHandle: true) => SetHandle(generator);

            public override bool IsInvalid => handle == 0;

            protected override bool ReleaseHandle()
            {
                cohort_generator_free(handle);
                return true;
            }
        }
    }

    /// <summary>
    /// Seeds the calling thread's own generator, from which whatever this thread draws without naming a generator comes:
    /// initial weights, dropout, <see cref="rand(long[], ScalarType?, Device?, bool, Generator?)"/>. Threads do not disturb
    /// each other. (In TorchSharp all threads share one generator, and their draws interleave.)
    /// </summary>
    public static Generator manual_seed(long seed)
    {
        Check(cohort_manual_seed(unchecked((ulong)seed)));
        return Generator.OfThread;
    }

    /// <summary>Draws from U(0, 1).</summary>
    public static Tensor rand(long[] size, ScalarType? dtype = null, Device? device = null, bool requires_grad = false,
        Generator? generator = null) => empty(size, dtype, device).uniform_(0, 1, generator).requires_grad_(requires_grad);

    /// <summary>Draws from N(0, 1).</summary>
    public static Tensor randn(long[] size, ScalarType? dtype = null, Device? device = null, bool requires_grad = false,
        Generator? generator = null) => empty(size, dtype, device).normal_(0, 1, generator).requires_grad_(requires_grad);

    /// <inheritdoc cref="randn(long[], ScalarType?, Device?, bool, Generator?)"/>
    public static Tensor randn(long rows, long columns, ScalarType? dtype = null, Device? device = null,
        bool requires_grad = false, Generator? generator = null) =>
        randn([rows, columns], dtype, device, requires_grad, generator);
}
