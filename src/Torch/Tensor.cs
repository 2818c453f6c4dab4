using static Cohort.Torch.Native;

namespace Cohort.Torch;

public static partial class torch
{
    /// <summary>
    /// A reference to a libtorch tensor. It is freed by <see cref="Dispose"/>, by its <see cref="DisposeScope"/>, or, as a
    /// safety net, by the collector. Operations that fail throw
    /// <see cref="System.Runtime.InteropServices.ExternalException"/> with libtorch's message; a freed tensor throws
    /// <see cref="ObjectDisposedException"/>. A tensor may not be freed on one thread while another uses it.
    /// </summary>
    public partial class Tensor : IDisposable
    {
        private static long s_count;

        private nint _handle;

        /// <summary>Takes over one reference. Every call that returns a tensor passes its operands to
        /// <see cref="Result(nint, Tensor)"/> or a sibling, so that the collector cannot free them during the call.</summary>
        internal Tensor(nint handle)
        {
            _handle = handle;
            if (handle != 0) Interlocked.Increment(ref s_count);
            DisposeScope.Register(this);
        }

#pragma warning disable MA0055 // The safety net: a SafeHandle would cost a second object and two interlocked steps for each call.
        ~Tensor() => Free();
#pragma warning restore MA0055

        /// <summary>The number of tensors that C# code holds at the moment, in the whole process.</summary>
        public static long TotalCount => Interlocked.Read(ref s_count);

        /// <summary>True once the tensor was freed.</summary>
        public bool IsInvalid => _handle == 0;

        /// <summary>The native tensor.</summary>
        /// <exception cref="ObjectDisposedException">The tensor was freed.</exception>
        public nint Handle => _handle != 0 ? _handle : throw new ObjectDisposedException(
            nameof(Tensor), "The tensor was freed, by Dispose or by the end of its dispose scope, and then used.");

        internal DisposeScope? Scope { get; private set; }

        internal int ScopeIndex { get; private set; }

        public void Dispose()
        {
            Scope?.Detach(this);
            Free();
            GC.SuppressFinalize(this);
        }

        /// <summary>Gives the tensor to the scope around its own, or to nobody where there is none.</summary>
        /// <returns>The same tensor.</returns>
        public Tensor MoveToOuterDisposeScope()
        {
            Scope?.MoveToOuter(this);
            return this;
        }

        /// <summary>Takes the tensor out of its scope: from now on its owner frees it.</summary>
        /// <returns>The same tensor.</returns>
        public Tensor DetachFromDisposeScope()
        {
            Scope?.Detach(this);
            return this;
        }

        /// <summary>A second reference to the same tensor, to be freed on its own.</summary>
        public Tensor alias() => Result(cohort_alias(Handle), this);

        internal void Enter(DisposeScope scope, int index) => (Scope, ScopeIndex) = (scope, index);

        internal void Leave() => Scope = null;

        /// <summary>Lets this object refer to the other's tensor and frees its own; the other object becomes invalid.</summary>
        internal void TakeOver(Tensor other)
        {
            var mine = Interlocked.Exchange(ref _handle, Interlocked.Exchange(ref other._handle, 0));
            if (mine != 0) cohort_free(mine);
            Interlocked.Decrement(ref s_count);
            other.Dispose();
        }

        /// <summary>Gives the reference away; the object becomes invalid.</summary>
        internal nint Release()
        {
            var handle = Interlocked.Exchange(ref _handle, 0);
            Interlocked.Decrement(ref s_count);
            Dispose();
            return handle;
        }

        internal static Tensor Result(nint handle) => handle != 0 ? new Tensor(handle) : throw Failure();

        internal static Tensor Result(nint handle, Tensor a)
        {
            GC.KeepAlive(a);
            return Result(handle);
        }

        internal static Tensor Result(nint handle, Tensor a, Tensor? b)
        {
            GC.KeepAlive(b);
            return Result(handle, a);
        }

        internal static Tensor Result(nint handle, Tensor a, Tensor? b, Tensor? c)
        {
            GC.KeepAlive(c);
            return Result(handle, a, b);
        }

        private Tensor InPlace(int status, object? operand = null)
        {
            GC.KeepAlive(operand);
            GC.KeepAlive(this);
            Check(status);
            Trace.Active?.Add("an operation in place", this, [this]);
            return this;
        }

        private void Free()
        {
            var handle = Interlocked.Exchange(ref _handle, 0);
            if (handle == 0) return;
            Interlocked.Decrement(ref s_count);
            cohort_free(handle);
        }
    }
}
